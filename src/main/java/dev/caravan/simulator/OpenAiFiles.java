package dev.caravan.simulator;

import dev.caravan.base.Json;
import dev.caravan.simulator.FileStore.Stored;
import dev.caravan.simulator.RefusedCall.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** OpenAI's files: upload in parts, download, lists, and their going after a while. */
final class OpenAiFiles {
    private static final long THIRTY_DAYS = 30 * 86_400_000L;
    private static final long SHORTEST_SECONDS = 3_600;

    private final JobRoom room;

    OpenAiFiles(JobRoom room) {
        this.room = room;
    }

    void route(SimulatedCall talk, String[] rest) {
        if (rest.length == 0 && talk.is(HttpMethod.POST)) {
            upload(talk);
        } else if (rest.length == 0) {
            list(talk);
        } else {
            Stored file = room.jobs.files.file(rest[0], "openai");
            if (file == null || !kept(file)) {
                talk.notFound("No such File object: " + rest[0]);
            } else {
                one(talk, file, rest.length == 2 && rest[1].equals("content"));
            }
        }
    }

    private void list(SimulatedCall talk) {
        String purpose = talk.request.getParam("purpose", "");
        var all = room.jobs.files.all("openai").stream()
                .filter(each -> purpose.isEmpty() || each.purpose().equals(purpose))
                .filter(this::kept)
                .collect(Collectors.toCollection(ArrayList::new));
        if (talk.request.getParam("order", "").equals("asc")) {
            Collections.reverse(all);
        }
        var page =
                JobRoom.page(all, Stored::id, talk.request.getParam("after", ""), talk.number("limit", 10_000, 10_000));
        talk.json(
                OpenAiShapes.list(page.items().stream().map(OpenAiShapes::file).toList(), page.more()));
    }

    private void one(SimulatedCall talk, Stored file, boolean content) {
        if (content) {
            talk.file(room.jobs.files.content(file.id()), "application/octet-stream");
        } else if (talk.is(HttpMethod.DELETE)) {
            talk.reply(() -> {
                room.jobs.files.delete(file.id());
                return Json.object().put("id", file.id()).put("object", "file").put("deleted", true);
            });
        } else {
            talk.json(OpenAiShapes.file(file));
        }
    }

    private boolean kept(Stored file) {
        return file.expires() == 0 || room.now() < file.expires();
    }

    /** When an uploaded file goes; 0 when it stays. */
    private long expires(SimulatedCall talk, String purpose) {
        String seconds = talk.request.getFormAttribute("expires_after[seconds]");
        if (seconds != null) {
            return room.now() + Long.parseLong(seconds) * 1000;
        }
        return purpose.equals("batch") ? room.now() + THIRTY_DAYS : 0;
    }

    private static boolean wrongExpiry(SimulatedCall talk) {
        String seconds = talk.request.getFormAttribute("expires_after[seconds]");
        return seconds != null
                && (!seconds.matches("[0-9]{4,7}")
                        || Long.parseLong(seconds) < SHORTEST_SECONDS
                        || Long.parseLong(seconds) > THIRTY_DAYS / 1000
                        || !"created_at".equals(talk.request.getFormAttribute("expires_after[anchor]")));
    }

    private static RefusedCall noForm() {
        return RefusedCall.of(Problem.INVALID, "The body is no multipart form with a file and a purpose.");
    }

    private void upload(SimulatedCall talk) {
        String type =
                Objects.requireNonNullElse(talk.header("Content-Type"), "").toLowerCase(Locale.ROOT);
        if (!type.startsWith("multipart/form-data") || !type.contains("boundary=")) {
            talk.fail(noForm());
            return;
        }
        talk.request.exceptionHandler(e -> talk.fail(noForm()));
        String id = room.jobs.files.nextId("file-");
        Path target = room.jobs.files.content(id);
        String[] name = {""};
        var stored = new ArrayList<Future<Void>>();
        talk.request.setExpectMultipart(true);
        talk.request.uploadHandler(upload -> {
            name[0] = upload.filename();
            stored.add(upload.streamToFileSystem(target.toAbsolutePath().toString()));
        });
        talk.request.endHandler(end -> {
            String purpose = talk.request.getFormAttribute("purpose");
            if (stored.isEmpty() || purpose == null) {
                talk.fail(RefusedCall.invalid(
                        "Missing required parameter.",
                        stored.isEmpty() ? "file" : "purpose",
                        "missing_required_parameter"));
            } else if (wrongExpiry(talk)) {
                talk.fail(RefusedCall.invalid("Invalid 'expires_after'.", "expires_after", "invalid_value"));
            } else if (purpose.equals("batch") && !name[0].endsWith(".jsonl")) {
                talk.fail(RefusedCall.invalid(
                        "Invalid file format for Batch API. Must be .jsonl", "file", "invalid_value"));
            } else {
                stored.get(0)
                        .onFailure(e -> talk.fail(RefusedCall.of(Problem.SERVER, "The file could not be stored.")))
                        .onSuccess(done -> talk.reply(() -> OpenAiShapes.file(room.jobs.files.describe(
                                id, "openai", name[0], "application/jsonl", purpose, expires(talk, purpose)))));
            }
        });
    }
}
