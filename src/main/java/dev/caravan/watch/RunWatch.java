package dev.caravan.watch;

import dev.caravan.execution.CallListener;
import dev.caravan.execution.LiveRun;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Follows the runs that a process takes up: an MBean for each, meters where somebody may ask for them. */
public final class RunWatch {

    /** What follows one run. */
    public static final class Following {
        private final RunStore store;
        private final LastEvent lastEvent;
        private final @Nullable RunMeter meter;

        private Following(RunStore store, LastEvent lastEvent, @Nullable RunMeter meter) {
            this.store = store;
            this.lastEvent = lastEvent;
            this.meter = meter;
        }

        /** To be told of each call. */
        public CallListener calls() {
            return meter == null ? CallListener.NONE : meter;
        }
    }

    private final @Nullable ProcessMeters meters;
    private final RunBeans beans = new RunBeans();
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final Map<LiveRun, Following> live = new ConcurrentHashMap<>();

    /** @param meters or null, where nobody asks for them */
    public RunWatch(@Nullable ProcessMeters meters) {
        this.meters = meters;
    }

    /** Follows a run from the first event that this process writes, what it books of an earlier one's replies included. */
    public Following follow(RunStore store) {
        String run = store.facts().run();
        broken.remove(run);
        var lastEvent = new LastEvent();
        store.listen(lastEvent);
        store.listen(new Breaks(run));
        RunMeter meter = meters == null ? null : new RunMeter(meters.meters(), store.facts());
        if (meter != null) {
            store.listen(meter);
        }
        return new Following(store, lastEvent, meter);
    }

    /** The run is at work. */
    public void take(LiveRun run, Following following) {
        live.put(run, following);
        RunMeter meter = following.meter;
        if (meter != null && meters != null) {
            Instant now = following.store.clock().instant();
            following.store.later(state -> meter.seed(state, now));
            meters.take(run, meter);
        }
        beans.register(run, following.lastEvent);
    }

    /** The run is given back. */
    public void leave(LiveRun run) {
        if (live.remove(run) != null) {
            beans.unregister(run);
            if (meters != null) {
                meters.leave(run);
            }
        }
    }

    /** These runs were interrupted, as far as anybody looked. */
    void interrupted(Collection<InterruptedRun> runs) {
        beans.interrupted(runs);
        if (meters != null) {
            meters.interrupted(runs);
        }
    }

    /** Nobody looks for interrupted runs any more. */
    public void forgetInterrupted() {
        interrupted(List.of());
    }

    /** Runs whose journal could not be written and that nobody took up since. */
    public Set<String> broken() {
        return new TreeSet<>(broken);
    }

    /** Remembers that a run's journal broke. */
    private final class Breaks implements RunStore.Listener {
        private final String run;

        Breaks(String run) {
            this.run = run;
        }

        @Override
        public void folded(RunEvent event, RunState state, Instant time) {
            // Only breaks are of interest.
        }

        @Override
        public void broken(Throwable cause) {
            broken.add(run);
        }
    }
}
