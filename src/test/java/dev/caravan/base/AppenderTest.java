package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is appended by blocks is what was written, and where it was said to be. */
class AppenderTest {
    @TempDir
    Path folder;

    @Test
    void pieces_of_all_sizes_lie_one_behind_the_other_at_their_positions() throws Exception {
        Path file = folder.resolve("file");
        var all = new ByteArrayOutputStream();
        var random = new Random(Long.getLong("caravan.seed", 9));
        try (Disk.Appender appender = new RealDisk().append(file, 0)) {
            for (int i = 0; i < 300; i++) {
                byte[] piece = new byte[random.nextInt(random.nextInt(10) == 0 ? 200_000 : 2_000)];
                random.nextBytes(piece);
                assertThat(appender.position()).isEqualTo(all.size());
                appender.write(piece);
                all.writeBytes(piece);
                if (random.nextInt(20) == 0) {
                    appender.force();
                    assertThat(Files.size(file)).isEqualTo(all.size());
                }
            }
        }

        assertThat(Files.readAllBytes(file)).isEqualTo(all.toByteArray());
    }

    @Test
    void what_was_not_forced_reaches_the_file_when_it_is_closed() throws Exception {
        Path file = folder.resolve("file");
        try (Disk.Appender appender = new RealDisk().append(file, 0)) {
            appender.write(new byte[] {1, 2, 3});
            assertThat(Files.size(file)).isZero();
        }

        assertThat(Files.readAllBytes(file)).containsExactly(1, 2, 3);
    }

    @Test
    void a_file_that_another_wrote_to_is_not_written_on() throws Exception {
        Path file = folder.resolve("file");
        Disk.Appender appender = new RealDisk().append(file, 0);
        appender.write(new byte[] {1});
        Files.write(file, new byte[] {9, 9}, StandardOpenOption.APPEND);

        assertThatThrownBy(appender::force).isInstanceOf(TakenAwayException.class);
        appender.close();
        assertThat(Files.readAllBytes(file)).containsExactly(9, 9);
    }
}
