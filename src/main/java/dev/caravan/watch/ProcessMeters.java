package dev.caravan.watch;

import dev.caravan.execution.LiveRun;
import dev.caravan.run.RunSummary;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The meters of a process. Counters begin at zero with it and follow events as they are journalled, so what a restart
 * reads again is not counted again. Gauges are what live runs say of themselves when somebody asks.
 */
public final class ProcessMeters implements AutoCloseable {
    /** What Prometheus reads. */
    public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double PICOS = 1e12;
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

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final MeterLabels labels = new MeterLabels();
    private final Clock clock;
    /** Money is summed in pico-dollars. The registry itself holds these weakly. */
    private final Map<Meter.Id, LongAdder> sums = new ConcurrentHashMap<>();

    private final Map<LiveRun, RunMeter> live = new ConcurrentHashMap<>();
    private volatile List<InterruptedRuns.Left> interrupted = List.of();
    private final RunGauges gauges = new RunGauges(registry);

    public ProcessMeters(Clock clock) {
        this.clock = clock;
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
    }

    synchronized void take(LiveRun run, RunMeter meter) {
        live.put(run, meter);
        String name = run.facts().run();
        interrupted = interrupted.stream()
                .filter(each -> !each.summary().run().equals(name))
                .toList();
    }

    void leave(LiveRun run) {
        live.remove(run);
    }

    synchronized void interrupted(Collection<InterruptedRuns.Left> runs) {
        interrupted = List.copyOf(runs);
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

    /** All meters at this moment, as text. */
    public synchronized String scrape() {
        gauges.begin();
        live.forEach(this::look);
        interrupted.forEach(each -> {
            Tags whole = tags(each.summary().pipeline(), "");
            gauges.sum(RunGauges.Name.INTERRUPTED, whole, 1);
            gauges.sum(
                    RunGauges.Name.INTERRUPTED_JOBS,
                    whole,
                    each.summary().jobs().out().size());
        });
        gauges.end();
        return registry.scrape();
    }

    private void look(LiveRun run, RunMeter meter) {
        RunSummary summary = run.summary();
        Instant now = clock.instant();
        Tags whole = tags(summary.pipeline(), "");
        Tags money = whole.and("simulated", Boolean.toString(summary.simulated()));
        gauges.sum(RunGauges.Name.RUNS, whole, 1);
        gauges.sum(RunGauges.Name.RESERVED, money, run.reservedPicos() / PICOS);
        gauges.sum(RunGauges.Name.AT_RISK, money, dollars(summary.cost().atRiskPicos()));
        gauges.sum(
                RunGauges.Name.UNTOLD, money, dollars(summary.cost().unknown().picos()));
        for (int i = 0; i < summary.steps().size(); i++) {
            RunSummary.StepLine line = summary.steps().get(i);
            Tags step = tags(summary.pipeline(), line.name());
            gauges.sum(RunGauges.Name.WAITING, step, line.waiting());
            gauges.sum(RunGauges.Name.IN_FLIGHT, step, line.inFlight());
            gauges.most(RunGauges.Name.QUEUE_AGE, step, meter.oldestWaiting(i, now));
            int at = i;
            Collection<RunSummary.JobLine> jobs = summary.jobs().out().stream()
                    .filter(each -> each.step() == at)
                    .toList();
            gauges.sum(RunGauges.Name.JOBS, step, jobs.size());
            gauges.most(
                    RunGauges.Name.JOB_AGE,
                    step,
                    jobs.stream()
                            .mapToDouble(each -> seconds(each.since(), now))
                            .max()
                            .orElse(0));
        }
    }

    private static double dollars(long picos) {
        return picos < 0 ? Double.NaN : picos / PICOS;
    }

    static double seconds(Instant since, Instant now) {
        return Math.max(0, Duration.between(since, now).toMillis() / 1000.0);
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
