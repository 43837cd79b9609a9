package dev.caravan.watch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Gauges over all live runs: what runs of one pipeline say is added up, or the largest of it stands. */
final class RunGauges {

    /** What is told. */
    enum Name {
        RUNS("caravan.runs.live", "runs that this process holds"),
        INTERRUPTED("caravan.runs.interrupted", "runs that no process is at, though their journals say running"),
        INTERRUPTED_JOBS("caravan.interrupted.jobs.out", "jobs at providers of these runs"),
        WAITING("caravan.units.waiting", "units that wait to be bound into work"),
        IN_FLIGHT("caravan.units.in.flight", "units in work that is not settled"),
        QUEUE_AGE("caravan.queue.age.seconds", "how long the oldest piece of work has waited to be begun"),
        JOBS("caravan.jobs.out", "jobs at the provider, or whose results are not settled"),
        JOB_AGE("caravan.job.age.seconds", "age of the oldest of these jobs"),
        RESERVED("caravan.reserved.usd", "worst case of what is admitted and has no outcome"),
        AT_RISK("caravan.at.risk.usd", "what may still have to be paid beyond what is settled; NaN: unknown price"),
        UNTOLD("caravan.at.risk.untold.usd", "the part of it for replies that told no usage; NaN: unknown price");

        private final String meter;
        private final String description;

        Name(String meter, String description) {
            this.meter = meter;
            this.description = description;
        }
    }

    private final Map<Name, MultiGauge> gauges = new EnumMap<>(Name.class);
    private final Map<Name, Map<Tags, Double>> values = new EnumMap<>(Name.class);

    RunGauges(MeterRegistry registry) {
        for (Name each : Name.values()) {
            gauges.put(
                    each,
                    MultiGauge.builder(each.meter).description(each.description).register(registry));
        }
    }

    /** A new look begins. */
    void begin() {
        values.clear();
    }

    void sum(Name name, Tags tags, double value) {
        of(name).merge(tags, value, Double::sum);
    }

    void most(Name name, Tags tags, double value) {
        of(name).merge(tags, value, Math::max);
    }

    private Map<Tags, Double> of(Name name) {
        return values.computeIfAbsent(name, each -> new HashMap<>());
    }

    /** From here on the gauges say what was seen since the beginning of the look, and nothing of what is gone. */
    void end() {
        gauges.forEach((name, gauge) -> gauge.register(
                of(name).entrySet().stream()
                        .map(each -> MultiGauge.Row.of(each.getKey(), each.getValue()))
                        .toList(),
                true));
    }
}
