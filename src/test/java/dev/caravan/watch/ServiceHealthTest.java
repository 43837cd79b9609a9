package dev.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.RealDisk;
import dev.caravan.run.PlainFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceHealthTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean serving = new AtomicBoolean(true);
    private final ServicePulse pulse = new ServicePulse(nanos::get);
    private final RunWatch watch = new RunWatch(null);

    @TempDir
    Path runs;

    private ServiceHealth.Report ready() throws IOException {
        return health(Files.createDirectories(runs.resolve(".service"))).ready();
    }

    private ServiceHealth health(Path memory) {
        return new ServiceHealth(runs, memory, pulse, watch, serving::get);
    }

    @Test
    void it_is_ready_while_every_clock_strikes() throws Exception {
        assertThat(ready().up()).as("before the first stroke").isFalse();

        ServiceHealth.CLOCKS.forEach(pulse::beat);
        assertThat(ready().up()).isTrue();

        nanos.addAndGet(TimeUnit.MINUTES.toNanos(3));
        pulse.beat("runs");
        pulse.beat("times");
        assertThat(ready().up()).isFalse();
        assertThat(ready().json().toString()).contains("arrivals has not struck for 180 s");
    }

    @Test
    void it_is_not_ready_when_it_stops_or_its_folder_takes_no_file_or_a_journal_broke() throws Exception {
        ServiceHealth.CLOCKS.forEach(pulse::beat);
        Path nowhere = Files.writeString(runs.resolve("file"), "");
        assertThat(health(nowhere).ready().up()).isFalse();
        assertThat(ready().up()).isTrue();
        try (var left = Files.list(runs.resolve(".service"))) {
            assertThat(left).isEmpty();
        }

        try (RunStore store = made(runs.resolve("one"))) {
            watch.follow(store);
            store.failStop(new UncheckedIOException("no", new IOException("No space left on device")));
        }
        assertThat(ready().up()).isFalse();
        assertThat(ready().json().toString()).contains("journals", "could not be written: [one]");
        try (RunStore store =
                RunStore.open(new RunFolder(runs.resolve("one")), new RealDisk(), Clock.systemUTC(), "test")) {
            watch.follow(store);
            assertThat(ready().up()).as("taken up again").isTrue();
        }

        serving.set(false);
        assertThat(ready().up()).isFalse();
        assertThat(ServiceHealth.live().up()).isTrue();
    }

    private static RunStore made(Path folder) {
        new RealDisk().createDirectories(folder);
        RunStore store = RunStore.open(new RunFolder(folder), new RealDisk(), Clock.systemUTC(), "test");
        store.recordAndWait(PlainFacts.made("one", 1, 1));
        return store;
    }
}
