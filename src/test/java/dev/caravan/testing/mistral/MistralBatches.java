package dev.caravan.testing.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Files and batch jobs, in memory. */
final class MistralBatches {
    /** What a job has done when it is cancelled. */
    private static final int DONE_WHEN_CANCELLED = 2;

    private final MistralChat chat;
    private final MistralTrouble trouble;
    private final Map<String, byte[]> files = new TreeMap<>();
    /** The newest first, as they are listed. */
    private final List<MistralJob> jobs = new ArrayList<>();

    MistralBatches(MistralChat chat, MistralTrouble trouble) {
        this.chat = chat;
        this.trouble = trouble;
    }

    synchronized List<String> fileIds() {
        return List.copyOf(files.keySet());
    }

    /** The jobs of the one who is tested, not those of others. */
    synchronized List<ObjectNode> own() {
        return jobs.stream()
                .filter(each -> !each.lines.isEmpty())
                .map(MistralJob::shown)
                .toList();
    }

    private String keep(byte[] content) {
        String id = UUID.randomUUID().toString();
        files.put(id, content);
        return id;
    }

    synchronized ObjectNode upload(String purpose, byte[] content) {
        if (!purpose.equals("batch")) {
            throw Refusal.unprocessable("purpose", "enum");
        }
        return Json.object()
                .put("id", keep(content))
                .put("object", "file")
                .put("bytes", content.length)
                .put("purpose", purpose);
    }

    synchronized byte[] content(String id) {
        return known(files.get(id), "file " + id);
    }

    synchronized ObjectNode delete(String id) {
        known(files.remove(id), "file " + id);
        return Json.object().put("id", id).put("object", "file").put("deleted", true);
    }

    private static <T> T known(@Nullable T found, String what) {
        if (found == null) {
            throw Refusal.of(404, "not_found", "there is no " + what);
        }
        return found;
    }

    synchronized ObjectNode create(JsonNode order) {
        if (!order.path("endpoint").asText().equals("/v1/chat/completions")) {
            throw Refusal.unprocessable("endpoint", "enum");
        }
        var lines = new ArrayList<JsonNode>();
        for (JsonNode file : order.path("input_files")) {
            new String(content(file.asText()), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(each -> lines.add(line(Json.parse(each))));
        }
        var job = new MistralJob(UUID.randomUUID().toString(), order, lines, now());
        jobs.add(0, job);
        return job.shown();
    }

    private static JsonNode line(JsonNode line) {
        if (line.size() != 2 || !line.has("custom_id")) {
            throw Refusal.unprocessable("input_files", "a line has a custom_id and a body");
        }
        MistralChat.check(line.path("body"));
        return line;
    }

    private static long now() {
        return Clock.systemUTC().instant().getEpochSecond();
    }

    /** Others of the same organisation make jobs of their own. */
    synchronized void crowd() {
        for (int i = 0; i < trouble.others.get(); i++) {
            jobs.add(0, new MistralJob(UUID.randomUUID().toString(), Json.object(), List.of(), now()));
        }
    }

    private MistralJob job(String id) {
        return known(
                jobs.stream().filter(each -> each.id.equals(id)).findFirst().orElse(null), "job " + id);
    }

    synchronized ObjectNode look(String id) {
        MistralJob job = job(id);
        if (job.is("QUEUED")) {
            job.become("RUNNING");
        } else if (job.is("CANCELLATION_REQUESTED")) {
            run(job, "CANCELLED", Math.min(DONE_WHEN_CANCELLED, job.lines.size()));
        } else if (job.is("RUNNING") && !trouble.endless.get()) {
            boolean late = MistralTrouble.strikes(trouble.expiringJobs);
            run(job, late ? "TIMEOUT_EXCEEDED" : "SUCCESS", late ? job.lines.size() / 2 : job.lines.size());
        }
        return job.shown();
    }

    synchronized ObjectNode cancel(String id) {
        MistralJob job = job(id);
        if (!job.over()) {
            job.become("CANCELLATION_REQUESTED");
        }
        return job.shown();
    }

    synchronized ObjectNode list(int page, int size) {
        ObjectNode list = Json.object().put("object", "list").put("total", jobs.size());
        var data = list.putArray("data");
        jobs.stream().skip((long) page * size).limit(size).forEach(each -> data.add(each.shown()));
        return list;
    }

    private void run(MistralJob job, String status, int lines) {
        var good = new StringBuilder();
        var bad = new StringBuilder();
        int failed = 0;
        for (JsonNode each : job.lines.subList(0, lines)) {
            ObjectNode row = Json.object()
                    .put("id", UUID.randomUUID().toString())
                    .put("custom_id", each.path("custom_id").asText());
            ObjectNode response = row.putObject("response");
            row.putNull("error");
            if (MistralTrouble.strikes(trouble.errorRows)) {
                response.put("status_code", 500).set("body", Refusal.error("internal_server_error", "it did not work"));
                bad.append(Json.text(row)).append('\n');
                failed++;
            } else {
                response.put("status_code", 200).set("body", chat.complete(each.path("body"), Lane.BATCH));
                good.append(Json.text(row)).append('\n');
            }
        }
        job.end(status, lines - failed, failed, file(good), file(bad));
    }

    private @Nullable String file(StringBuilder rows) {
        return rows.isEmpty() ? null : keep(Objects.toString(rows).getBytes(StandardCharsets.UTF_8));
    }
}
