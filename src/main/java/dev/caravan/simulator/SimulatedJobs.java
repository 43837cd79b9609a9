package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.SimulatorFaults.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Batch jobs, on disk. A job is worked off row by row once its time has come; its bill, its result files and its new
 * state appear in that order, each renamed into place, so that a kill between them is mended by doing it again.
 */
final class SimulatedJobs {
    private static final double DONE_WHEN_EXPIRED = 0.5;
    private static final long LONGEST_CANCEL_MILLIS = 500;
    private static final double CHECKED = 0.3;

    final FileStore files;
    final SimulatedClock clock;
    private final SimulatorSettings settings;
    private final JobTools tools;
    private final Path folder;
    private final Map<String, SimulatedJob> known = new ConcurrentHashMap<>();
    private final Set<String> worked = ConcurrentHashMap.newKeySet();

    SimulatedJobs(JobTools tools) throws IOException {
        this.tools = tools;
        settings = tools.settings();
        clock = tools.clock();
        files = tools.files();
        folder = Files.createDirectories(settings.stateDir().resolve("batches"));
        for (Path each : StateFiles.records(folder)) {
            SimulatedJob job = Json.mapper().readValue(Files.readAllBytes(each), SimulatedJob.class);
            known.put(job.id(), job);
        }
    }

    /** When a job created now would be done. */
    long due() {
        return clock.millis() + settings.jobMillis() * settings.speed();
    }

    SimulatedJob create(SimulatedJob job) throws IOException {
        save(job);
        return job;
    }

    /** Real milliseconds since a job was created. */
    long age(SimulatedJob job) {
        return (clock.millis() - job.created()) / settings.speed();
    }

    @Nullable SimulatedJob job(String id, String provider) {
        SimulatedJob job = known.get(id);
        return job != null && job.provider().equals(provider) ? job : null;
    }

    /** Newest first. */
    List<SimulatedJob> all(String provider) {
        return known.values().stream()
                .filter(each -> each.provider().equals(provider))
                .sorted(Comparator.comparingLong(SimulatedJob::created)
                        .thenComparing(SimulatedJob::id)
                        .reversed())
                .toList();
    }

    List<SimulatedJob> open() {
        return known.values().stream().filter(each -> !each.over()).toList();
    }

    /** Requests, or tokens of them, that wait in open jobs of a provider. */
    long enqueued(WireShapes wire, boolean tokens) throws IOException {
        long sum = 0;
        for (SimulatedJob each : open()) {
            if (each.provider().equals(wire.provider())) {
                sum += tokens ? tokens(wire, each) : each.total();
            }
        }
        return sum;
    }

    /** Tokens of a job's prompts, as far as they can be read. */
    long tokens(WireShapes wire, SimulatedJob job) throws IOException {
        long[] sum = {0};
        Path input = files.content(job.input());
        if (Files.exists(input)) {
            RequestLines.each(input, (number, line) -> {
                JsonNode node = RequestLines.parse(line);
                WireShapes.Item item = node == null ? null : wire.item(node, job.model());
                if (item != null && item.body() != null) {
                    try {
                        sum[0] +=
                                settings.faults().tokens().prompt(wire.read(item.body(), item.model(), job.version()));
                    } catch (RefusedCall.Refused e) {
                        sum[0]++;
                    }
                }
            });
        }
        return sum[0];
    }

    /** A cancel was asked for; the job ends a little later. */
    synchronized SimulatedJob cancel(SimulatedJob job) throws IOException {
        SimulatedJob now = known.getOrDefault(job.id(), job);
        if (now.state() != SimulatedJob.State.OPEN) {
            return now;
        }
        SimulatedJob next = now.cancelling(clock.millis());
        save(next);
        return next;
    }

    void delete(SimulatedJob job) throws IOException {
        known.remove(job.id());
        Files.deleteIfExists(folder.resolve(job.id() + ".json"));
        for (String each : new @Nullable String[] {job.own() ? job.input() : null, job.output(), job.error()}) {
            if (each != null) {
                files.delete(each);
            }
        }
    }

    private void save(SimulatedJob job) throws IOException {
        StateFiles.put(folder.resolve(job.id() + ".json"), Json.mapper().valueToTree(job));
        known.put(job.id(), job);
    }

    /** When the next thing happens to a job, by the simulated clock. */
    long next(SimulatedJob job, WireShapes wire) {
        if (job.state() == SimulatedJob.State.CANCELLING) {
            return job.cancelling() + Math.min(settings.jobMillis() / 4, LONGEST_CANCEL_MILLIS) * settings.speed();
        }
        long due = unchecked(job, wire) ? job.created() + (long) (CHECKED * (job.due() - job.created())) : job.due();
        return Math.min(due, job.created() + wire.lifetime());
    }

    private static boolean unchecked(SimulatedJob job, WireShapes wire) {
        return wire instanceof Validation && job.total() == 0;
    }

    /** Does what a job's time has come for: its check, or all its work. Doing it again gives the same. */
    void work(String id, WireShapes wire) throws IOException {
        SimulatedJob job = known.get(id);
        if (job == null || job.over() || !worked.add(id)) {
            return;
        }
        try {
            if (wire instanceof Validation validation
                    && unchecked(job, wire)
                    && job.state() == SimulatedJob.State.OPEN) {
                check(job, wire, validation);
            } else {
                run(job, wire);
            }
        } finally {
            worked.remove(id);
        }
    }

    private void check(SimulatedJob job, WireShapes wire, Validation validation) throws IOException {
        Path input = files.content(job.input());
        Checked checked = validation.check(job, input);
        if (checked.errors().isEmpty()) {
            refuse(job, wire, input, checked.errors());
        }
        SimulatedJob next = checked.errors().isEmpty()
                ? job.change(Json.object().put("total", checked.requests()).put("model", checked.model()))
                : failed(job, checked.errors());
        synchronized (this) {
            if (job.equals(known.get(job.id()))) {
                save(next);
            }
        }
    }

    private SimulatedJob failed(SimulatedJob job, ArrayNode errors) {
        ObjectNode failed = Json.object().put("state", SimulatedJob.State.FAILED.name());
        failed.set("errors", errors);
        return job.change(failed.put("ended", clock.millis()));
    }

    private void run(SimulatedJob job, WireShapes wire) throws IOException {
        Path input = files.content(job.input());
        ArrayNode errors = Json.mapper().createArrayNode();
        if (!(wire instanceof Validation)) {
            refuse(job, wire, input, errors);
        }
        if (!errors.isEmpty() && wire.fails()) {
            save(failed(job, errors));
            return;
        }
        SimulatedJob.State end = end(job, wire);
        double done = end == SimulatedJob.State.COMPLETED ? 1 : wire.keeps(end) ? done(job, wire, end) : 0;
        try (var work = new JobWork(tools, wire, job, done, end)) {
            if (!errors.isEmpty()) {
                work.fail(errors.path(0).path("message").asText());
            }
            if (Files.exists(input)) {
                RequestLines.each(input, work::row);
            }
            save(work.finish());
        }
    }

    private static double done(SimulatedJob job, WireShapes wire, SimulatedJob.State end) {
        if (unchecked(job, wire)) {
            return 0;
        }
        return end == SimulatedJob.State.EXPIRED ? DONE_WHEN_EXPIRED : job.progress(job.cancelling());
    }

    private SimulatedJob.State end(SimulatedJob job, WireShapes wire) {
        if (job.state() == SimulatedJob.State.CANCELLING) {
            return SimulatedJob.State.CANCELLED;
        }
        boolean late = job.due() > job.created() + wire.lifetime();
        return late || fated(job, Kind.EXPIRE) ? SimulatedJob.State.EXPIRED : SimulatedJob.State.COMPLETED;
    }

    /** Whether a fault of jobs hits this one. */
    boolean fated(SimulatedJob job, Kind kind) {
        return tools.fated(job, kind);
    }

    /** Checks a job's file as its provider does, before any of it is run. */
    interface Validation {
        Checked check(SimulatedJob job, Path input) throws IOException;
    }

    /**
     * What a check found.
     *
     * @param model of all requests, where nothing is wrong
     */
    record Checked(ArrayNode errors, int requests, String model) {}

    /** Faults that hit a job as a whole. */
    private void refuse(SimulatedJob job, WireShapes wire, Path input, ArrayNode errors) throws IOException {
        SimulatorFaults faults = settings.faults();
        if (wire instanceof Validation && fated(job, Kind.QUEUE_FULL)) {
            errors.add(wrong("token_limit_exceeded", "Enqueued token limit reached for the model.", null));
            return;
        }
        double poison = faults.share(Kind.POISON);
        boolean[] found = {fated(job, Kind.FAIL_JOB)};
        if (poison > 0) {
            RequestLines.each(input, (number, line) -> {
                JsonNode request = RequestLines.parse(line);
                String key = request == null
                        ? ""
                        : AnswerMaker.callOf(wire.item(request, job.model()).key());
                found[0] |= new SeededStream(settings.seed(), key, "poison").share() < poison;
            });
        }
        if (found[0]) {
            errors.add(wrong("invalid_request", "The batch holds a request that cannot be processed.", null));
        }
    }

    static ObjectNode wrong(String code, String message, @Nullable Integer line) {
        return Json.object()
                .put("code", code)
                .put("message", message)
                .putNull("param")
                .put("line", line);
    }

    Iterable<ObjectNode> billLines() {
        return known.values().stream()
                .sorted(Comparator.comparing(SimulatedJob::id))
                .map(each -> {
                    ObjectNode line = Json.object().put("id", each.id()).put("provider", each.provider());
                    line.set("metadata", Objects.requireNonNullElse(each.metadata(), Json.object()));
                    return line.put("status", each.state().word()).put("requests", each.total());
                })
                .toList();
    }
}
