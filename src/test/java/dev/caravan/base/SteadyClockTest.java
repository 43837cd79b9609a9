package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {
    @Test
    void a_clock_that_is_set_back_goes_on_at_the_pace_of_time() {
        var machine = new MovableClock();
        var steady = new SteadyClock(machine, Instant.EPOCH);
        Instant before = steady.instant();

        machine.jump(Duration.ofHours(-3));

        Instant after = steady.instant();
        assertThat(after).isAfterOrEqualTo(before).isBefore(before.plusSeconds(60));
        await().untilAsserted(() -> assertThat(steady.instant()).isAfter(after));
    }

    @Test
    void a_clock_that_is_set_forward_is_followed_and_no_time_before_the_earliest_is_told() {
        var machine = new MovableClock();
        Instant earliest = machine.instant().plus(Duration.ofDays(2));
        var steady = new SteadyClock(machine, earliest);

        assertThat(steady.instant()).isAfterOrEqualTo(earliest);
        machine.jump(Duration.ofDays(9));
        assertThat(steady.instant()).isAfter(earliest.plus(Duration.ofDays(6)));
    }
}
