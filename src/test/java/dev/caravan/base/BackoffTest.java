package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void a_pause_doubles_and_stays_where_it_may_grow_no_more() {
        var backoff = new Backoff(3);
        assertThat(new long[] {
                    backoff.pause(5, 0),
                    backoff.pause(5, 1),
                    backoff.pause(5, 3),
                    backoff.pause(5, 4),
                    backoff.pause(5, 99)
                })
                .containsExactly(5, 10, 40, 40, 40);
    }
}
