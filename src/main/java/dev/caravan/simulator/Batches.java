package dev.caravan.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.simulator.Faults.Kind;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files and batch jobs, on disk. A job is worked off row by row once its time has come; its bill, its result files and
 * its new state appear in that order, each renamed into place, so that a kill between them is mended by doing it again.
 */
final class Batches {
    private static final int MOST_REQUESTS = 50_000;
    private static final Set<String> FINAL = Set.of("completed", "failed", "expired", "cancelled");

    private final Path files;
    private final Path jobs;
    private final SimulatorSettings settings;
    private final Answers answers;
    private final Bill bill;
    private final Map<String, ObjectNode> known = new ConcurrentHashMap<>();
    private final AtomicLong number = new AtomicLong();

    Batches(SimulatorSettings settings, Answers answers, Bill bill) throws IOException {
        this.settings = settings;
        this.answers = answers;
        this.bill = bill;
        files = Files.createDirectories(settings.stateDir().resolve("files"));
        jobs = Files.createDirectories(settings.stateDir().resolve("batches"));
        try (Stream<Path> old = Files.list(jobs)) {
            for (Path each :
                    old.filter(file -> file.toString().endsWith(".json")).toList()) {
                ObjectNode job = (ObjectNode) Json.parse(Files.readAllBytes(each));
                known.put(job.get("id").textValue(), job);
            }
        }
        try (Stream<Path> old = Files.list(files)) {
            number.set(known.size() + old.count() + 1);
        }
    }

    String nextId(String prefix) {
        return prefix
                + "%06d%08x"
                        .formatted(number.incrementAndGet(), settings.clock().millis() & 0xffffffffL);
    }

    long now() {
        return settings.clock().instant().getEpochSecond();
    }

    Path content(String file) {
        return files.resolve(file);
    }

    ObjectNode describe(String file, String name, String purpose) throws IOException {
        ObjectNode meta = Wire.file(file, name, purpose, Files.size(content(file)), now());
        put(files.resolve(file + ".json"), meta);
        return meta;
    }

    @Nullable ObjectNode file(String id) throws IOException {
        Path meta = files.resolve(id + ".json");
        return id.matches("[A-Za-z0-9-]+") && Files.exists(meta)
                ? (ObjectNode) Json.parse(Files.readAllBytes(meta))
                : null;
    }

    void delete(String file) throws IOException {
        Files.deleteIfExists(files.resolve(file + ".json"));
        Files.deleteIfExists(content(file));
    }

    List<ObjectNode> allFiles() throws IOException {
        var found = new ArrayList<ObjectNode>();
        try (Stream<Path> metas = Files.list(files)) {
            for (Path each : metas.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                found.add((ObjectNode) Json.parse(Files.readAllBytes(each)));
            }
        }
        return found;
    }

    ObjectNode create(JsonNode request) throws IOException {
        ObjectNode job = Wire.batch(nextId("batch_"), request, now());
        job.put("_due", settings.clock().millis() + settings.jobMillis());
        save(job);
        return job;
    }

    /** Milliseconds since a job was created. */
    long age(ObjectNode job) {
        return settings.clock().millis() - (job.path("_due").longValue() - settings.jobMillis());
    }

    @Nullable ObjectNode job(String id) {
        return known.get(id);
    }

    /** Newest first. */
    List<ObjectNode> allJobs() {
        return known.values().stream()
                .sorted((a, b) -> b.get("id").textValue().compareTo(a.get("id").textValue()))
                .toList();
    }

    List<ObjectNode> open() {
        return known.values().stream()
                .filter(each -> !FINAL.contains(each.get("status").textValue()))
                .toList();
    }

    static boolean isFinal(ObjectNode job) {
        return FINAL.contains(job.get("status").textValue());
    }

    void cancel(ObjectNode job) throws IOException {
        ObjectNode next = job.deepCopy();
        next.put("status", "cancelled").put("cancelling_at", now()).put("cancelled_at", now());
        save(next);
    }

    private void save(ObjectNode job) throws IOException {
        String id = job.get("id").textValue();
        put(jobs.resolve(id + ".json"), job);
        known.put(id, job);
    }

    private static void put(Path target, JsonNode node) throws IOException {
        Path hidden = target.resolveSibling("." + target.getFileName());
        Files.write(hidden, Json.line(node));
        Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Works a due job off. Doing it again gives the same. */
    void work(String id) throws IOException {
        ObjectNode job = known.get(id);
        if (job == null || isFinal(job)) {
            return;
        }
        Path input = content(job.get("input_file_id").textValue());
        ObjectNode next = job.deepCopy();
        next.put("in_progress_at", now());
        ArrayNode errors = validate(input, job.get("endpoint").textValue());
        refuse(id, input, errors);
        if (!errors.isEmpty()) {
            next.put("status", "failed").put("failed_at", now());
            next.putObject("errors").put("object", "list").set("data", errors);
            save(next);
            return;
        }
        try (var work = new Work(id)) {
            eachLine(input, work::row);
            work.finish(next);
        }
        next.put("status", "completed").put("finalizing_at", now()).put("completed_at", now());
        save(next);
    }

    /** Faults that hit a job as a whole. */
    private void refuse(String id, Path input, ArrayNode errors) throws IOException {
        if (!errors.isEmpty()) {
            return;
        }
        Faults faults = settings.faults();
        if (new Dice(settings.seed(), id, "queue").share() < faults.share(Kind.QUEUE_FULL)) {
            errors.add(wrong("token_limit_exceeded", "Enqueued token limit reached for the model.", null));
            return;
        }
        double poison = faults.share(Kind.POISON);
        boolean[] found = {false};
        if (poison > 0) {
            eachLine(input, (number, line) -> {
                String key = Json.parse(line).path("custom_id").asText();
                found[0] |= new Dice(settings.seed(), key, "poison").share() < poison;
            });
        }
        if (found[0]) {
            errors.add(wrong("invalid_request", "The batch holds a request that cannot be processed.", null));
        }
    }

    private interface LineSink {
        void take(int number, String line) throws IOException;
    }

    private static void eachLine(Path input, LineSink sink) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(input)) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (!line.isBlank()) {
                    sink.take(number, line);
                }
            }
        }
    }

    private static ArrayNode validate(Path input, String endpoint) throws IOException {
        ArrayNode errors = Json.mapper().createArrayNode();
        if (!Files.exists(input)) {
            return errors.add(wrong("invalid_file", "The input file cannot be read.", null));
        }
        Set<String> ids = new HashSet<>();
        Set<String> models = new HashSet<>();
        int[] count = {0};
        eachLine(input, (number, line) -> {
            count[0]++;
            JsonNode row = parse(line);
            if (row == null) {
                errors.add(wrong("invalid_json_line", "This line is not parseable as valid JSON.", number));
            } else if (!ids.add(row.path("custom_id").asText())) {
                errors.add(wrong("duplicate_custom_id", "The custom_id is a duplicate.", number));
            } else if (!row.path("url").asText().equals(endpoint)) {
                errors.add(wrong("url_mismatch", "The URL does not match the batch endpoint.", number));
            } else {
                models.add(row.path("body").path("model").asText());
            }
        });
        if (count[0] == 0) {
            errors.add(wrong("empty_file", "The batch file is empty.", null));
        }
        if (count[0] > MOST_REQUESTS) {
            errors.add(wrong("too_many_tasks", "The batch contains too many tasks.", null));
        }
        if (models.size() > 1) {
            errors.add(wrong("model_mismatch", "All requests of a batch use one model.", null));
        }
        return errors;
    }

    private static @Nullable JsonNode parse(String line) {
        try {
            JsonNode node = Json.mapper().readTree(line);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static ObjectNode wrong(String code, String message, @Nullable Integer line) {
        return Json.object()
                .put("code", code)
                .put("message", message)
                .putNull("param")
                .put("line", line);
    }

    Iterable<ObjectNode> billLines() {
        return allJobs().stream()
                .map(each -> {
                    ObjectNode line = Json.object();
                    line.set("id", each.get("id"));
                    line.set("metadata", each.get("metadata"));
                    line.set("status", each.get("status"));
                    line.set("requests", each.path("request_counts").path("total"));
                    return line;
                })
                .toList();
    }

    /** Results of one job while they are written. */
    private final class Work implements Closeable {
        private final String job;
        private final String outputId;
        private final String errorId;
        private final OutputStream output;
        private final OutputStream error;
        private final OutputStream charges;
        private int total;
        private int completed;
        private int failed;

        Work(String job) throws IOException {
            this.job = job;
            outputId = "file-out-" + job.replace('_', '-');
            errorId = "file-err-" + job.replace('_', '-');
            output = stream(hidden(content(outputId)));
            error = stream(hidden(content(errorId)));
            charges = stream(hidden(bill.ofJob(job)));
        }

        private OutputStream stream(Path file) throws IOException {
            return new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        }

        private Path hidden(Path file) {
            return file.resolveSibling("." + file.getFileName() + ".tmp");
        }

        void row(int number, String line) throws IOException {
            total++;
            JsonNode row = Json.parse(line);
            String key = row.path("custom_id").asText();
            JsonNode body = row.path("body");
            String text = Json.text(body);
            var transport = new Dice(settings.seed(), text, key, "transport");
            double fate = transport.share();
            Faults faults = settings.faults();
            double edge = faults.share(Kind.MISSING_ROW);
            if (fate < edge) {
                return;
            }
            if (fate < edge + faults.share(Kind.ERROR_ROW)) {
                failed++;
                error.write(Json.line(
                        result(key, 500, Wire.error("The server had an error.", "server_error", null, null))));
                return;
            }
            Answers.Made made = answers.answer(body, text, key, faults);
            charges.write(
                    Json.line(bill.line(key, body.path("model").asText(), Lane.BATCH, made.input(), 0, made.output())));
            byte[] answer = Json.line(result(key, 200, Wire.completion(job + "-" + total, body, made, now())));
            output.write(answer);
            completed++;
            if (transport.share() < faults.share(Kind.DUPLICATE_ROW)) {
                output.write(answer);
            }
        }

        private ObjectNode result(String key, int status, ObjectNode body) {
            ObjectNode line = Json.object().put("id", "batch_req_" + total).put("custom_id", key);
            line.putObject("response")
                    .put("status_code", status)
                    .put("request_id", "req_" + total)
                    .set("body", body);
            return line.putNull("error");
        }

        void finish(ObjectNode next) throws IOException {
            close();
            move(bill.ofJob(job));
            if (completed > 0) {
                move(content(outputId));
                next.put("output_file_id", outputId);
                describe(outputId, job + "_output.jsonl", "batch_output");
            }
            if (completed == 0) {
                Files.delete(hidden(content(outputId)));
            }
            if (failed == 0) {
                Files.delete(hidden(content(errorId)));
            }
            if (failed > 0) {
                move(content(errorId));
                next.put("error_file_id", errorId);
                describe(errorId, job + "_error.jsonl", "batch_output");
            }
            next.set("request_counts", Wire.counts(total, completed, failed));
        }

        private void move(Path file) throws IOException {
            Files.move(hidden(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void close() throws IOException {
            output.close();
            error.close();
            charges.close();
        }
    }

    /** How far jobs have come, seen by a poll at this moment. */
    ObjectNode shown(ObjectNode job) {
        ObjectNode shown = job.deepCopy();
        long due = shown.path("_due").longValue();
        shown.remove("_due");
        if (!isFinal(job) && settings.clock().millis() > due - settings.jobMillis() / 2) {
            shown.put("status", "in_progress");
        }
        return shown;
    }

    Map<String, String> states() {
        var states = new TreeMap<String, String>();
        known.forEach((id, job) -> states.put(id, job.get("status").textValue()));
        return states;
    }
}
