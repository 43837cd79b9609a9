package dev.caravan.watch;

import dev.caravan.execution.LiveRun;
import dev.caravan.run.RunSummary;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.function.ToIntFunction;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The MBeans of live runs: {@code dev.caravan:type=Run,name="…"}. */
final class RunBeans {
    static final String DOMAIN = "dev.caravan";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    /** A run goes on without its MBean, should there be one of that name. */
    void register(LiveRun run, LastEvent lastEvent) {
        try {
            server.registerMBean(new Bean(run, lastEvent), name(run));
        } catch (JMException e) {
            LoggerFactory.getLogger(RunBeans.class)
                    .warn("run {} has no MBean", run.folder().name(), e);
        }
    }

    void unregister(LiveRun run) {
        try {
            server.unregisterMBean(name(run));
        } catch (InstanceNotFoundException e) {
            LoggerFactory.getLogger(RunBeans.class)
                    .debug("run {} had no MBean", run.folder().name());
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectName name(LiveRun run) throws JMException {
        return new ObjectName(
                DOMAIN + ":type=Run,name=" + ObjectName.quote(run.facts().run()));
    }

    /** Reads nothing but what lies ready. */
    private record Bean(LiveRun run, LastEvent lastEvent) implements RunMXBean {
        private RunSummary summary() {
            return run.summary();
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
            return summary().status().name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String getReason() {
            return summary().reason();
        }

        @Override
        public String getLane() {
            return summary().mode().name().toLowerCase(Locale.ROOT);
        }

        @Override
        public boolean isSimulated() {
            return summary().simulated();
        }

        @Override
        public int getUnits() {
            return summary().total();
        }

        @Override
        public int getDone() {
            return summary().done();
        }

        @Override
        public int getFailed() {
            return summary().failed();
        }

        @Override
        public int getDropped() {
            return summary().dropped();
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
            return summary().calls();
        }

        @Override
        public @Nullable BigDecimal getSettledUsd() {
            return usd(summary().settledPicos());
        }

        @Override
        public @Nullable BigDecimal getReservedUsd() {
            return usd(run.reservedPicos());
        }

        @Override
        public @Nullable BigDecimal getAtRiskUsd() {
            return usd(summary().atRiskPicos());
        }

        @Override
        public long getUnknownUsageReplies() {
            return summary().unknown().calls();
        }

        @Override
        public int getJobsOut() {
            return summary().jobsOut().size();
        }

        @Override
        public String getLastEvent() {
            return lastEvent.toString();
        }

        private static @Nullable BigDecimal usd(long picos) {
            return picos < 0 ? null : BigDecimal.valueOf(picos, 12);
        }
    }
}
