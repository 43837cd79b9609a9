package dev.caravan.lease;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** {@code lease.json}: who holds a run, for others to read. */
final class LeaseFile {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private LeaseFile() {}

    static Path of(Path root) {
        return root.resolve("lease.json");
    }

    static byte[] text(LeaseHolder holder) {
        ProcessIdentity process = holder.process();
        ObjectNode node = Json.object()
                .put("pid", process.pid())
                .put("host", holder.host())
                .put("machine", process.machine())
                .put("boot", process.boot())
                .put("namespace", process.namespace())
                .put("process_started", process.started())
                .put("started", holder.started().toString())
                .put("heartbeat", holder.heartbeat().toString())
                .put("epoch", holder.epoch())
                .put("doing", holder.doing())
                .put("mark", holder.mark())
                .put("journal", holder.journal())
                .put("released", holder.released());
        return Json.text(node).getBytes(StandardCharsets.UTF_8);
    }

    /** Empty where there is none, or one that a power cut left torn: it is derived, and the next holder writes it anew. */
    static Optional<LeaseHolder> read(Path root) {
        try {
            JsonNode node = Json.mapper().readTree(Files.readAllBytes(of(root)));
            // Holders of an earlier version noted only their number: nobody is taken for them.
            var process = new ProcessIdentity(
                    node.path("machine").asText(),
                    node.path("boot").asText(),
                    node.path("namespace").asText(),
                    node.path("pid").longValue(),
                    node.path("process_started").asText());
            return Optional.of(new LeaseHolder(
                    process,
                    node.path("host").asText(),
                    Instant.parse(node.path("started").asText()),
                    Instant.parse(node.path("heartbeat").asText()),
                    node.path("epoch").longValue(),
                    node.path("doing").asText(),
                    node.path("mark").asText(),
                    node.path("journal").longValue(),
                    node.path("released").asBoolean()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException | DateTimeException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read lease.json of " + root, e);
        }
    }

    /** What people call this machine. */
    static String hostName() {
        String name = told();
        return name.isBlank() ? "localhost" : name;
    }

    private static String told() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException e) {
            return System.getenv().getOrDefault("HOSTNAME", "");
        }
    }
}
