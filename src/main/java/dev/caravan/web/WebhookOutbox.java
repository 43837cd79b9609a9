package dev.caravan.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages that are to be sent, a file each: there before the first try, gone after the last. */
final class WebhookOutbox {
    private static final Logger log = LoggerFactory.getLogger(WebhookOutbox.class);

    /**
     * One message for one receiver.
     *
     * @param id of the message, the same for each receiver and each try
     * @param receiver its name, not its address
     * @param tries so far
     * @param next when it is to be tried
     */
    record Message(String id, String receiver, String event, String body, Instant made, int tries, Instant next) {
        Message again(Instant at) {
            return new Message(id, receiver, event, body, made, tries + 1, at);
        }

        private String file() {
            return id + "-" + receiver + ".json";
        }
    }

    private final Path folder;
    private final Disk disk;

    WebhookOutbox(Path folder, Disk disk) {
        this.folder = folder;
        this.disk = disk;
    }

    void keep(Message message) {
        String text = Json.text(Json.object()
                .put("id", message.id())
                .put("receiver", message.receiver())
                .put("event", message.event())
                .put("body", message.body())
                .put("made", message.made().toString())
                .put("tries", message.tries())
                .put("next", message.next().toString()));
        disk.createDirectories(folder);
        disk.replace(folder.resolve(message.file()), text.getBytes(StandardCharsets.UTF_8));
    }

    void remove(Message message) {
        try {
            Files.deleteIfExists(folder.resolve(message.file()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove a sent message from " + folder, e);
        }
    }

    private static Optional<Message> read(Path file) {
        try {
            JsonNode node = Json.mapper().readTree(Files.readAllBytes(file));
            return Optional.of(new Message(
                    node.required("id").asText(),
                    node.required("receiver").asText(),
                    node.required("event").asText(),
                    node.required("body").asText(),
                    Instant.parse(node.required("made").asText()),
                    node.required("tries").asInt(),
                    Instant.parse(node.required("next").asText())));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            log.warn("{} is no message and is not sent", file);
            return Optional.empty();
        }
    }

    /** What an earlier process left. */
    List<Message> all() {
        var found = new ArrayList<Message>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each :
                    files.filter(file -> file.toString().endsWith(".json")).toList()) {
                read(each).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        return found;
    }
}
