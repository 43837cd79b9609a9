package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** What other processes ask of the one that holds a run: files in {@code commands/}, carried out in order. */
public final class Commands {

    /** What may be asked. */
    public enum Verb {
        PAUSE,
        KILL
    }

    /** @param file where it lies; deleted once it was carried out */
    public record Command(Verb verb, String actor, Instant time, Path file) {}

    private final Path folder;

    public Commands(RunFolder run) {
        folder = run.root().resolve("commands");
    }

    public void send(Verb verb, String actor, Instant now) {
        try {
            Files.createDirectories(folder);
            String name = now.toString().replace(':', '-') + "-" + verb + "-"
                    + UUID.randomUUID().toString().substring(0, 8) + ".json";
            Path hidden = folder.resolve("." + name);
            Files.write(
                    hidden,
                    Json.line(Json.object()
                            .put("verb", verb.name())
                            .put("actor", actor)
                            .put("time", now.toString())));
            Files.move(hidden, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot leave a command in " + folder, e);
        }
    }

    public List<Command> waiting() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        var found = new ArrayList<Command>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> !each.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList()) {
                JsonNode node = Json.mapper().readTree(Files.readAllBytes(file));
                found.add(new Command(
                        Verb.valueOf(node.path("verb").asText()),
                        node.path("actor").asText(),
                        Instant.parse(node.path("time").asText()),
                        file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        return found;
    }

    public void done(Command command) {
        try {
            Files.deleteIfExists(command.file());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + command.file(), e);
        }
    }
}
