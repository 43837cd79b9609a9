package dev.caravan.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LineEndsTest {

    @Test
    void the_first_line_feed_is_found_whatever_stands_around_it() {
        var random = new Random(5);
        byte[] near = {'\n', 0x0B, 0x09, (byte) 0x8A, (byte) 0xFF, 0, 'a', (byte) 0x80, 0x01};
        for (int i = 0; i < 200_000; i++) {
            var bytes = new byte[random.nextInt(40)];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = near[random.nextInt(near.length) * random.nextInt(2) % near.length];
                bytes[j] = random.nextInt(3) > 0 && bytes[j] == '\n' ? (byte) 0x0B : bytes[j];
            }
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            assertThat(LineEnds.next(bytes, from, to)).isEqualTo(first(bytes, from, to));
        }
    }

    private static int first(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
