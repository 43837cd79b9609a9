package dev.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicBoolean serving = new AtomicBoolean(true);
    private final Pulse pulse = new Pulse(nanos::get);

    @TempDir
    Path runs;

    private Health.Report ready() throws IOException {
        return health(Files.createDirectories(runs.resolve(".service"))).ready();
    }

    private Health health(Path memory) {
        return new Health(runs, memory, pulse, new Watch(null), serving::get);
    }

    @Test
    void it_is_ready_while_every_clock_strikes() throws Exception {
        assertThat(ready().up()).as("before the first stroke").isFalse();

        Health.CLOCKS.forEach(pulse::beat);
        assertThat(ready().up()).isTrue();

        nanos.addAndGet(TimeUnit.MINUTES.toNanos(3));
        pulse.beat("runs");
        pulse.beat("times");
        assertThat(ready().up()).isFalse();
        assertThat(ready().json().toString()).contains("arrivals has not struck for 180 s");
    }

    @Test
    void it_is_not_ready_when_it_stops_or_its_folder_takes_no_file() throws Exception {
        Health.CLOCKS.forEach(pulse::beat);
        Path nowhere = Files.writeString(runs.resolve("file"), "");
        assertThat(health(nowhere).ready().up()).isFalse();
        assertThat(ready().up()).isTrue();
        try (var left = Files.list(runs.resolve(".service"))) {
            assertThat(left).isEmpty();
        }

        serving.set(false);
        assertThat(ready().up()).isFalse();
        assertThat(Health.live().up()).isTrue();
    }
}
