package dev.caravan.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The meters that count per step of a pipeline: one of each name and tags, whichever run asks for it. */
final class StepMeters {
    static final double PICOS = 1e12;

    private static final Duration[] LATENCIES = {
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(120)
    };

    private final MeterRegistry registry;
    private final MeterLabels labels = new MeterLabels();
    /** Money is summed in pico-dollars. The registry itself holds these weakly. */
    private final Map<Meter.Id, LongAdder> sums = new ConcurrentHashMap<>();

    StepMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    Tags tags(String pipeline, String step) {
        return labels.of(pipeline, step);
    }

    Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    Timer latency(Tags tags) {
        return Timer.builder("caravan.call.latency")
                .description("realtime calls, from sending to the end of the answer")
                .tags(tags)
                .serviceLevelObjectives(LATENCIES)
                .register(registry);
    }

    /** Dollars, as a sum of pico-dollars. */
    LongAdder picos(String name, String description, Tags tags) {
        return sums.computeIfAbsent(new Meter.Id(name, tags, null, null, Meter.Type.COUNTER), id -> {
            var sum = new LongAdder();
            FunctionCounter.builder(name, sum, each -> each.sum() / PICOS)
                    .description(description)
                    .tags(tags)
                    .register(registry);
            return sum;
        });
    }

    static double seconds(Instant since, Instant now) {
        return Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
    }
}
