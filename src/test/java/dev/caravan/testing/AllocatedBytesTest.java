package dev.caravan.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class AllocatedBytesTest {
    private static final int PIECE = 1_000;
    private static final int PIECES = 200_000;

    /** Kept where all can see it, or no compiler would make the others. */
    private static volatile byte[] last = new byte[0];

    @Test
    void what_a_thread_that_is_over_has_allocated_is_counted_over_many_collections() throws Exception {
        try (var allocated = new AllocatedBytes()) {
            long before = allocated.soFar();
            var thread = new Thread(AllocatedBytesTest::allocate);
            thread.start();
            thread.join();

            assertThat(last).hasSize(PIECE);
            assertThat(allocated.soFar() - before).isCloseTo((long) PIECE * PIECES, Percentage.withPercentage(10));
        }
    }

    private static void allocate() {
        for (int i = 0; i < PIECES; i++) {
            last = new byte[PIECE];
        }
    }
}
