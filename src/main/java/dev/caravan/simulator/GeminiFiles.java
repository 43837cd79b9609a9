package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.FileStore.Stored;
import dev.caravan.simulator.RefusedCall.Problem;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Gemini's files: resumable upload in pieces, download of results, lists. */
final class GeminiFiles {
    private static final String UPLOADED = "batch";

    /** An upload that was begun. */
    private record Begun(String id, String name, String type) {}

    private final JobRoom room;
    private final Map<String, Begun> begun = new ConcurrentHashMap<>();

    GeminiFiles(JobRoom room) {
        this.room = room;
    }

    void upload(SimulatedCall talk) {
        String command = Objects.requireNonNullElse(talk.header("X-Goog-Upload-Command"), "");
        String upload = talk.request.getParam("upload_id");
        if (upload == null && command.contains("start")) {
            talk.withJson(body -> begin(talk, body));
        } else if (upload == null || !begun.containsKey(upload)) {
            talk.fail(RefusedCall.of(Problem.INVALID, "Invalid upload."));
        } else {
            piece(talk, Objects.requireNonNull(begun.get(upload)), upload, command);
        }
    }

    private void begin(SimulatedCall talk, JsonNode body) {
        JsonNode file = body.path("file");
        String wanted = file.path("name").asText("").replaceFirst("^files/", "");
        String id = wanted.matches("[a-z0-9-]{1,40}") ? wanted : room.jobs.files.nextId("f");
        String type = GeminiShapes.get(file, "mimeType")
                .asText(Objects.requireNonNullElse(
                        talk.header("X-Goog-Upload-Header-Content-Type"), "application/octet-stream"));
        begun.put(id, new Begun(id, GeminiShapes.get(file, "displayName").asText(""), type));
        talk.header(
                "X-Goog-Upload-URL",
                "http://" + talk.host() + "/upload/v1beta/files?upload_id=" + id + "&upload_protocol=resumable");
        talk.header("X-Goog-Upload-Status", "active");
        talk.header("X-Goog-Upload-Chunk-Granularity", "262144");
        talk.json(Json.object());
    }

    private void piece(SimulatedCall talk, Begun file, String upload, String command) {
        String offset = Objects.requireNonNullElse(talk.header("X-Goog-Upload-Offset"), "0");
        long stored;
        try {
            stored = Files.exists(room.jobs.files.content(file.id()))
                    ? Files.size(room.jobs.files.content(file.id()))
                    : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (command.contains("query")) {
            talk.header("X-Goog-Upload-Status", "active");
            talk.header("X-Goog-Upload-Size-Received", String.valueOf(stored));
            talk.json(Json.object());
            return;
        }
        if (!offset.equals(String.valueOf(stored)) && !offset.equals("0")) {
            talk.fail(RefusedCall.of(Problem.INVALID, "The offset is not where the upload stands."));
            return;
        }
        room.store(talk, file.id(), !offset.equals("0"))
                .onFailure(e -> talk.fail(RefusedCall.of(Problem.SERVER, "The file could not be stored.")))
                .onSuccess(done -> {
                    boolean last = command.contains("finalize");
                    talk.header("X-Goog-Upload-Status", last ? "final" : "active");
                    if (!last) {
                        talk.json(Json.object());
                        return;
                    }
                    begun.remove(upload);
                    talk.reply(() -> {
                        Stored kept =
                                room.jobs.files.describe(file.id(), "gemini", file.name(), file.type(), UPLOADED, 0);
                        ObjectNode node = Json.object();
                        node.set("file", shown(talk, kept));
                        return node;
                    });
                });
    }

    void route(SimulatedCall talk, String rest) {
        if (rest.isEmpty()) {
            var page = JobRoom.page(
                    room.jobs.files.all("gemini").stream()
                            .filter(each -> GeminiShapes.kept(each, room.now()))
                            .toList(),
                    Stored::id,
                    talk.request.getParam("pageToken", ""),
                    talk.number("pageSize", 10, 100));
            talk.json(GeminiShapes.page("files", page, each -> shown(talk, each), Stored::id));
            return;
        }
        boolean download = rest.endsWith(":download");
        String id = rest.substring(1, download ? rest.length() - ":download".length() : rest.length());
        Stored file = room.jobs.files.file(id, "gemini");
        if (file == null || !GeminiShapes.kept(file, room.now())) {
            talk.fail(RefusedCall.of(
                    Problem.FORBIDDEN,
                    "You do not have permission to access the File " + id + " or it may not exist."));
        } else if (download && file.purpose().equals(UPLOADED)) {
            talk.fail(RefusedCall.of(Problem.INVALID, "Only generated files can be downloaded."));
        } else if (download) {
            talk.file(room.jobs.files.content(id), "application/octet-stream");
        } else if (talk.is(HttpMethod.DELETE)) {
            talk.reply(() -> {
                room.jobs.files.delete(id);
                return Json.object();
            });
        } else {
            talk.reply(() -> shown(talk, file));
        }
    }

    private ObjectNode shown(SimulatedCall talk, Stored file) {
        return GeminiShapes.file(file, room.jobs.files.content(file.id()), "http://" + talk.host());
    }
}
