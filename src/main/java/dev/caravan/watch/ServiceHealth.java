package dev.caravan.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Whether the service does its work, found out by looking: its clocks strike, its folder takes a file, its disk has room,
 * its journals can be written. Names of runs and clocks are told, and what the disk said; nothing else.
 */
public final class ServiceHealth {
    /** The clocks of {@code routes/serve.camel.yaml}. */
    public static final List<String> CLOCKS = List.of("arrivals", "runs", "times");

    /** Taking up a large run keeps a clock for a while. */
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(2);

    private static final long LEAST_ROOM = 64L << 20;

    /** What was found. */
    private record Check(String name, boolean up, String detail) {}

    private final Path runs;
    private final Path memory;
    private final ServicePulse pulse;
    private final RunWatch watch;
    private final BooleanSupplier serving;

    /**
     * @param runs where runs are made
     * @param memory a folder of the service's own in it
     * @param serving whether the service is attached to its clocks
     */
    public ServiceHealth(Path runs, Path memory, ServicePulse pulse, RunWatch watch, BooleanSupplier serving) {
        this.runs = runs;
        this.memory = memory;
        this.pulse = pulse;
        this.watch = watch;
        this.serving = serving;
    }

    /**
     * An answer.
     *
     * @param up whether all is well
     */
    public record Report(boolean up, ObjectNode json) {}

    /** The process answers. */
    public static Report live() {
        return report(List.of(new Check("engine", true, "")));
    }

    /** The service can do its work now. */
    public Report ready() {
        return report(List.of(
                new Check("service", serving.getAsBoolean(), serving.getAsBoolean() ? "" : "is starting or stopping"),
                clocks(),
                folder(),
                room(),
                journals()));
    }

    private static Report report(List<Check> checks) {
        boolean up = checks.stream().allMatch(Check::up);
        ObjectNode json = Json.object().put("status", up ? "UP" : "DOWN");
        ArrayNode all = json.putArray("checks");
        for (Check each : checks) {
            ObjectNode check = all.addObject().put("name", each.name()).put("status", each.up() ? "UP" : "DOWN");
            if (!each.detail().isEmpty()) {
                check.put("detail", each.detail());
            }
        }
        return new Report(up, json);
    }

    private Check clocks() {
        for (String each : CLOCKS) {
            if (!pulse.has(each)) {
                return new Check("clocks", false, each + " has not struck yet");
            }
            Duration silence = pulse.silence(each);
            if (silence.compareTo(LONGEST_SILENCE) > 0) {
                return new Check("clocks", false, each + " has not struck for " + silence.toSeconds() + " s");
            }
        }
        return new Check("clocks", true, "");
    }

    /** A file is really written: rights, mounts that turned read-only and quotas show in no other way. */
    private Check folder() {
        try {
            Path probe = Files.createTempFile(memory, ".health-", "");
            try {
                Files.write(probe, new byte[] {1});
            } finally {
                Files.deleteIfExists(probe);
            }
            return new Check("folder", true, "");
        } catch (IOException e) {
            return new Check("folder", false, "a file cannot be written: " + reason(e));
        }
    }

    private Check room() {
        try {
            long free = Files.getFileStore(runs).getUsableSpace();
            return new Check("disk", free >= LEAST_ROOM, (free >> 20) + " MB free");
        } catch (IOException e) {
            return new Check("disk", false, "cannot be asked: " + reason(e));
        }
    }

    private Check journals() {
        Set<String> broken = watch.broken();
        return new Check("journals", broken.isEmpty(), broken.isEmpty() ? "" : "could not be written: " + broken);
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName();
    }
}
