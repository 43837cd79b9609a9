package dev.caravan.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.Worded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** What other processes ask of the one that holds a run: files in {@code commands/}, carried out in order. */
public final class CommandFolder {

    /** What goes with a pause when another process is to go on with the run. */
    public static final String HAND_OVER = "hand over";

    /** What may be asked. */
    public enum Verb implements Worded {
        PAUSE,
        KILL,
        /** Let the run spend, or units pass an approval step; the text says which. */
        APPROVE,
        /** Turn down what the run waits for; the text says what, and why. */
        REJECT,
        /** Give the run the name in the text. */
        NAME,
        /** Take a person's word on what replies cost that told no usage; the text says which, and what. */
        SETTLE,
        /** Write what every thread is at into the log. */
        THREADS
    }

    /**
     * Something that was asked for.
     *
     * @param text what goes with it, or empty
     * @param file where it lies; deleted once it was carried out
     */
    public record Command(Verb verb, String actor, String text, Instant time, Path file) {}

    private final Path folder;

    public CommandFolder(RunFolder run) {
        folder = run.root().resolve("commands");
    }

    public void send(Verb verb, String actor, Instant now) {
        send(verb, actor, "", now);
    }

    public void send(Verb verb, String actor, String text, Instant now) {
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
                            .put("text", text)
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
                Optional<Command> command = read(file);
                if (command.isPresent()) {
                    found.add(command.get());
                } else {
                    Files.move(file, folder.resolve("." + file.getFileName() + ".refused"));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        return found;
    }

    /** Empty for what is no command: it is put aside, and stops nobody. */
    private static Optional<Command> read(Path file) throws IOException {
        try {
            JsonNode node = Json.mapper().readTree(Files.readAllBytes(file));
            return Optional.of(new Command(
                    Verb.valueOf(node.path("verb").asText()),
                    node.path("actor").asText(),
                    node.path("text").asText(),
                    Instant.parse(node.path("time").asText()),
                    file));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            LoggerFactory.getLogger(CommandFolder.class).warn("{} is no command: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    public void done(Command command) {
        try {
            Files.deleteIfExists(command.file());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + command.file(), e);
        }
    }
}
