package dev.caravan.watch;

import dev.caravan.execution.LiveRun;
import dev.caravan.run.RunSummary;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The meters of a process. Counters begin at zero with it and follow events as they are journalled, so what a restart
 * reads again is not counted again. Gauges are what live runs say of themselves when somebody asks.
 */
public final class ProcessMeters implements AutoCloseable {
    /** What Prometheus reads. */
    public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final StepMeters meters = new StepMeters(registry);
    private final Clock clock;
    private final Map<LiveRun, RunMeter> live = new ConcurrentHashMap<>();
    private volatile List<InterruptedRun> interrupted = List.of();
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

    /** What counts per step of a pipeline. */
    StepMeters meters() {
        return meters;
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

    synchronized void interrupted(Collection<InterruptedRun> runs) {
        interrupted = List.copyOf(runs);
    }

    /** All meters at this moment, as text. */
    public synchronized String scrape() {
        gauges.begin();
        live.forEach(this::look);
        interrupted.forEach(each -> {
            Tags whole = meters.tags(each.summary().pipeline(), "");
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
        Tags whole = meters.tags(summary.pipeline(), "");
        Tags money = whole.and("simulated", Boolean.toString(summary.simulated()));
        gauges.sum(RunGauges.Name.RUNS, whole, 1);
        gauges.sum(RunGauges.Name.RESERVED, money, run.reservedPicos() / StepMeters.PICOS);
        gauges.sum(RunGauges.Name.AT_RISK, money, dollars(summary.cost().atRiskPicos()));
        gauges.sum(
                RunGauges.Name.UNTOLD, money, dollars(summary.cost().unknown().picos()));
        for (int i = 0; i < summary.steps().size(); i++) {
            RunSummary.StepLine line = summary.steps().get(i);
            Tags step = meters.tags(summary.pipeline(), line.name());
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
                            .mapToDouble(each -> StepMeters.seconds(each.since(), now))
                            .max()
                            .orElse(0));
        }
    }

    private static double dollars(long picos) {
        return picos < 0 ? Double.NaN : picos / StepMeters.PICOS;
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
