package dev.caravan.watch;

import dev.caravan.execution.LiveRun;
import dev.caravan.report.ResumeAdvice;
import dev.caravan.run.RunSummary;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The MBeans of live runs, and of those that were interrupted: {@code dev.caravan:type=Run,name="…"}. */
final class RunBeans {
    static final String DOMAIN = "dev.caravan";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    /** Runs that have the MBean of an interrupted one. */
    private final Set<String> left = new HashSet<>();
    /** Runs that this process is at. */
    private final Set<String> live = new HashSet<>();

    /** A run goes on without its MBean, should there be one of that name. */
    synchronized void register(LiveRun run, LastEvent lastEvent) {
        String name = run.facts().run();
        if (left.remove(name)) {
            remove(name);
        }
        live.add(name);
        add(name, new Bean(run::summary, run::reservedPicos, lastEvent::toString, ""));
    }

    synchronized void unregister(LiveRun run) {
        String name = run.facts().run();
        if (live.remove(name)) {
            remove(name);
        }
    }

    /** These are the interrupted ones; what was before is gone. */
    synchronized void interrupted(Collection<InterruptedRun> runs) {
        left.forEach(this::remove);
        left.clear();
        for (InterruptedRun each : runs) {
            String name = each.summary().run();
            if (!live.contains(name) && left.add(name)) {
                add(name, new Bean(each::summary, () -> 0, () -> "", each.next()));
            }
        }
    }

    private void add(String run, Bean bean) {
        try {
            server.registerMBean(bean, name(run));
        } catch (JMException e) {
            LoggerFactory.getLogger(RunBeans.class).warn("run {} has no MBean", run, e);
        }
    }

    private void remove(String run) {
        try {
            server.unregisterMBean(name(run));
        } catch (InstanceNotFoundException e) {
            LoggerFactory.getLogger(RunBeans.class).debug("run {} had no MBean", run);
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectName name(String run) throws JMException {
        return new ObjectName(DOMAIN + ":type=Run,name=" + ObjectName.quote(run));
    }

    /** Reads nothing but what lies ready. */
    private record Bean(Supplier<RunSummary> look, LongSupplier reserved, Supplier<String> lastEvent, String next)
            implements RunMXBean {
        private RunSummary summary() {
            return look.get();
        }

        @Override
        public String getName() {
            return summary().run();
        }

        @Override
        public String getPipeline() {
            return summary().pipeline();
        }

        @Override
        public String getStatus() {
            return summary().status().word();
        }

        @Override
        public String getReason() {
            return summary().reason();
        }

        @Override
        public String getLane() {
            return summary().mode().word();
        }

        @Override
        public boolean isSimulated() {
            return summary().simulated();
        }

        @Override
        public int getUnits() {
            return summary().progress().total();
        }

        @Override
        public int getDone() {
            return summary().progress().done();
        }

        @Override
        public int getFailed() {
            return summary().progress().failed();
        }

        @Override
        public int getDropped() {
            return summary().progress().dropped();
        }

        @Override
        public int getWaiting() {
            return overSteps(RunSummary.StepLine::waiting);
        }

        @Override
        public int getInFlight() {
            return overSteps(RunSummary.StepLine::inFlight);
        }

        private int overSteps(ToIntFunction<RunSummary.StepLine> figure) {
            return summary().steps().stream().mapToInt(figure).sum();
        }

        @Override
        public long getReplies() {
            return summary().cost().calls();
        }

        @Override
        public @Nullable BigDecimal getSettledUsd() {
            return usd(summary().cost().settledPicos());
        }

        @Override
        public @Nullable BigDecimal getReservedUsd() {
            return usd(reserved.getAsLong());
        }

        @Override
        public @Nullable BigDecimal getAtRiskUsd() {
            return usd(summary().cost().atRiskPicos());
        }

        @Override
        public long getUnknownUsageReplies() {
            return summary().cost().unknown().calls();
        }

        @Override
        public int getJobsOut() {
            return summary().jobs().out().size();
        }

        @Override
        public String getOut() {
            return ResumeAdvice.out(summary());
        }

        @Override
        public String getNext() {
            return next;
        }

        @Override
        public String getLastEvent() {
            return lastEvent.get();
        }

        private static @Nullable BigDecimal usd(long picos) {
            return picos < 0 ? null : BigDecimal.valueOf(picos, 12);
        }
    }
}
