package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.SimulatorFaults.Kind;
import dev.caravan.simulator.SimulatorFaults.Setting;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the wires share when they speak of files and jobs: faults, uploads, models, lists in pages. */
final class JobRoom {
    /** For so long lists may lack a job, and a job may be unknown. */
    private static final long LATE_MILLIS = 1_500;

    private static final long YOUNG_MILLIS = 400;
    private static final Map<Kind, Problem> TROUBLE = Map.of(
            Kind.THROTTLE, Problem.THROTTLED,
            Kind.ERROR500, Problem.SERVER,
            Kind.ERROR503, Problem.UNAVAILABLE,
            Kind.OVERLOADED, Problem.OVERLOADED,
            Kind.FORBIDDEN, Problem.FORBIDDEN,
            Kind.QUOTA, Problem.QUOTA,
            Kind.BILLING, Problem.BILLING,
            Kind.CONFLICT, Problem.CONFLICT,
            Kind.INVALID, Problem.INVALID);

    final SimulatedJobs jobs;
    final SimulatorSettings settings;
    private final Vertx vertx;
    private final Consumer<SimulatedJob> schedule;
    private final Map<String, Integer> seen = new ConcurrentHashMap<>();

    JobRoom(SimulatedJobs jobs, SimulatorSettings settings, Vertx vertx, Consumer<SimulatedJob> schedule) {
        this.jobs = jobs;
        this.settings = settings;
        this.vertx = vertx;
        this.schedule = schedule;
    }

    long now() {
        return jobs.clock.millis();
    }

    /** The fault of calls for files and jobs; true when the call is over with it. */
    boolean spoiled(SimulatedCall talk) {
        FaultMarkers markers = talk.markers();
        String call = talk.request.method() + " " + talk.path;
        for (Map.Entry<Kind, Problem> each : TROUBLE.entrySet()) {
            if (markers.has(each.getKey()) && markers.has(each.getKey(), sight("marked " + call))) {
                Long wait = markers.retryAfter();
                if (each.getKey() == Kind.THROTTLE) {
                    wait = wait == null ? settings.faults().number(Setting.RETRY_AFTER) : wait;
                    talk.retryAfter(wait);
                }
                RefusedCall failure = RefusedCall.of(each.getValue(), "Something failed.");
                talk.fail(failure, talk.wire.status(failure), wait);
                return true;
            }
        }
        double share = settings.faults().share(Kind.CONTROL);
        if (share == 0) {
            return false;
        }
        var fate = new SeededStream(settings.seed(), call, sight(call), "control");
        if (fate.share() >= share) {
            return false;
        }
        int how = fate.below(5);
        if (how < 3) {
            talk.fail(RefusedCall.of(
                    List.of(Problem.SERVER, Problem.UNAVAILABLE, Problem.CONFLICT)
                            .get(how),
                    "Something failed."));
        } else if (how == 3) {
            talk.drop();
        } else {
            talk.muffle();
            return false;
        }
        return true;
    }

    private int sight(String what) {
        return seen.merge(what, 1, Integer::sum);
    }

    /** Whether a model is served. */
    boolean serves(String provider, String model) {
        return settings.faults().is(Setting.ANY_MODEL)
                || model.endsWith("-test")
                || models(provider).stream()
                        .anyMatch(each -> model.equals(each.id()) || model.startsWith(each.id() + "-20"));
    }

    List<SimulatorSettings.Model> models(String provider) {
        return settings.catalogue().models(provider);
    }

    /** Most tokens that one answer of a model may have, without bound when nothing is known. */
    long longest(String provider, String model) {
        return models(provider).stream()
                .filter(each -> model.equals(each.id()) || model.startsWith(each.id() + "-20"))
                .mapToLong(SimulatorSettings.Model::maxOutput)
                .filter(each -> each > 0)
                .findFirst()
                .orElse(Integer.MAX_VALUE);
    }

    /** The rule of a model's temperature, {@code true} when nothing is known. */
    String temperature(String provider, String model) {
        return models(provider).stream()
                .filter(each -> model.equals(each.id()) || model.startsWith(each.id() + "-20"))
                .map(SimulatorSettings.Model::temperature)
                .findFirst()
                .orElse("true");
    }

    /** A job as it can be asked for now; null when there is none, or none yet. */
    @Nullable SimulatedJob job(String id, String provider) {
        SimulatedJob job = jobs.job(id, provider);
        boolean young = job != null && jobs.age(job) < YOUNG_MILLIS && jobs.fated(job, Kind.YOUNG404);
        return young ? null : job;
    }

    /** The jobs that a list names now, newest first. */
    List<SimulatedJob> listed(String provider) {
        return jobs.all(provider).stream()
                .filter(each -> jobs.age(each) >= LATE_MILLIS || !jobs.fated(each, Kind.LATE_LIST))
                .toList();
    }

    /** Streams the call's body to a file of the store. */
    Future<Void> store(SimulatedCall talk, String id, boolean append) {
        talk.request.pause();
        var options = new OpenOptions().setCreate(true).setAppend(append).setTruncateExisting(!append);
        String target = jobs.files.content(id).toAbsolutePath().toString();
        return vertx.fileSystem().open(target, options).compose(file -> talk.request.pipeTo(file));
    }

    /** Takes the requests that came inline out of a body, a line each. Returns how many there were. */
    int unpack(String raw, String id, List<String> path, ObjectNode rest) throws IOException, RefusedCall.Refused {
        Path source = jobs.files.content(raw);
        try (InputStream in = Files.newInputStream(source);
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(jobs.files.content(id)), 1 << 16);
                var inline = new InlineRequests(in)) {
            return inline.unpack(path, out, rest);
        } finally {
            Files.deleteIfExists(source);
        }
    }

    /** What makes a job of a body that was stored. */
    interface Making {
        SimulatedJob of(String raw) throws IOException, RefusedCall.Refused;
    }

    /** Stores the call's body, makes a job of it and answers with it. */
    void create(SimulatedCall talk, Making making, Function<SimulatedJob, JsonNode> shown) {
        String raw = jobs.files.nextId("raw-");
        store(talk, raw, false)
                .onFailure(e -> talk.fail(RefusedCall.of(Problem.SERVER, "The batch could not be stored.")))
                .onSuccess(
                        stored -> talk.background(() -> making.of(raw), job -> created(talk, job, shown.apply(job))));
    }

    /** Whether a provider's queue has no room for one more job; it is counted in tokens or in requests. */
    boolean full(WireShapes wire, SimulatedJob job, boolean tokens) throws IOException {
        long limit = settings.faults().number(Setting.ENQUEUED);
        return (limit > 0 && jobs.enqueued(wire, tokens) + (tokens ? jobs.tokens(wire, job) : job.total()) > limit)
                || jobs.fated(job, Kind.QUEUE_FULL);
    }

    void created(SimulatedCall talk, SimulatedJob job, JsonNode shown) {
        schedule.accept(job);
        int nth = sight("create " + talk.path);
        var lost = new SeededStream(
                settings.seed(), Json.text(job.metadata() == null ? shown : job.metadata()), nth, "create");
        if (talk.markers().has(Kind.CREATE_LOST)
                || lost.share() < settings.faults().share(Kind.CREATE_LOST)) {
            talk.drop();
        } else {
            talk.json(shown);
        }
    }

    /** A cancel was asked for: the job as it is from now on. */
    SimulatedJob cancel(SimulatedJob job) throws IOException {
        SimulatedJob next = jobs.cancel(job);
        schedule.accept(next);
        return next;
    }

    /** A stretch of a list. */
    record Page<T>(List<T> items, boolean more) {}

    /** Those before a cursor, the nearest of them. */
    static <T> Page<T> pageBefore(List<T> all, Function<T, String> id, String before, int most) {
        int to = all.stream().map(id).toList().indexOf(before);
        int from = Math.max(0, to - most);
        return new Page<>(all.subList(from, Math.max(from, to)), from > 0);
    }

    /** Those behind a cursor, which an id or a page token names. */
    static <T> Page<T> page(List<T> all, Function<T, String> id, String after, int most) {
        int from = 0;
        for (int i = 0; i < all.size() && !after.isEmpty(); i++) {
            if (id.apply(all.get(i)).equals(after)) {
                from = i + 1;
            }
        }
        int to = Math.min(all.size(), from + most);
        return new Page<>(all.subList(from, to), to < all.size());
    }
}
