package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc32cTest {
    @Test
    void stretches_combine_to_the_checksum_of_the_whole() {
        var random = new Random(5);
        for (int i = 0; i < 500; i++) {
            var bytes = new byte[random.nextInt(3000)];
            random.nextBytes(bytes);
            int cut = bytes.length == 0 ? 0 : random.nextInt(bytes.length + 1);
            long first = Crc32c.of(Arrays.copyOf(bytes, cut));
            long second = Crc32c.of(Arrays.copyOfRange(bytes, cut, bytes.length));

            assertThat(Crc32c.combine(first, second, bytes.length - cut)).isEqualTo(Crc32c.of(bytes));
        }
    }
}
