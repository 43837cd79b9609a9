package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.RealDisk;
import dev.caravan.provider.Lane;
import dev.caravan.run.PlainFacts;
import dev.caravan.run.Planner;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConductorTest {
    @TempDir
    Path folder;

    /** The clock ticks as soon as a run is known; work that was formed before the conductor heard of it stalled runs. */
    @Test
    void a_tick_before_the_start_forms_no_work_unheard() throws Exception {
        try (RunStore store = RunStore.open(new RunFolder(folder), new RealDisk(), Clock.systemUTC(), "test")) {
            store.recordAndWait(PlainFacts.made("r", 40, 10));
            store.recordAndWait(new RunEvent.RunStarted(Lane.BATCH, "test"));
            var conductor = new Conductor(
                    store, new Planner(Duration.ZERO, PlainFacts.NO_CAP), () -> {}, () -> {}, step -> {}, step -> {});
            conductor.tick();
            store.onState(RunState::formedWorks);

            var formed = new CountDownLatch(4);
            store.listen(new RunStore.Listener() {
                @Override
                public void folded(RunEvent event, RunState state, Instant time) {
                    if (event instanceof RunEvent.WorkFormed each) {
                        formed.countDown();
                        settle(store, each);
                    }
                }

                @Override
                public void broken(Throwable cause) {
                    throw new IllegalStateException(cause);
                }
            });
            conductor.start();

            assertThat(formed.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Makes room for the next work: no more than two may be open. */
    private static void settle(RunStore store, RunEvent.WorkFormed work) {
        var nothing = new RunEvent.Part(0, 0, 0);
        int chunk = Integer.parseInt(work.units().split("-", 2)[0]) / 10;
        store.record(
                new RunEvent.ChunkSettled(
                        work.work(),
                        0,
                        chunk,
                        nothing,
                        nothing,
                        nothing,
                        work.units(),
                        "",
                        "",
                        "",
                        "",
                        "",
                        List.of(),
                        "",
                        -1,
                        Map.of(),
                        0),
                failure -> {});
        store.record(new RunEvent.WorkDone(work.work()), failure -> {});
    }
}
