package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When class data are made. */
class ClassDataTest {
    private static final Clock NOW = Clock.systemUTC();
    private static final Clock IN_TWO_DAYS = Clock.offset(NOW, Duration.ofDays(2));

    @TempDir
    Path folder;

    private ClassData data;

    @BeforeEach
    void look_into_an_empty_folder() {
        data = new ClassData(folder.resolve("classes/a-17.jsa"));
    }

    private void made(int length) throws IOException {
        Files.createDirectories(data.file().getParent());
        Files.write(data.file(), new byte[length]);
        data.label(length);
    }

    @Test
    void they_are_made_once() throws IOException {
        assertThat(data.isDue(NOW)).isTrue();

        made(10);

        assertThat(data.isDue(NOW)).isFalse();
        assertThat(data.isDue(IN_TWO_DAYS)).isFalse();
    }

    @Test
    void they_are_made_anew_for_other_jars_or_another_java() throws IOException {
        made(10);
        Files.writeString(data.label(), "10\n" + "0".repeat(64) + "\n");

        assertThat(data.isDue(NOW)).isTrue();
    }

    @Test
    void what_could_not_be_made_is_tried_again_a_day_later() throws IOException {
        Files.createDirectories(data.file().getParent());
        data.label(0);

        assertThat(data.isDue(NOW)).isFalse();
        assertThat(data.isDue(IN_TWO_DAYS)).isTrue();
    }

    @Test
    void what_was_cut_off_is_too_and_what_an_upgrade_left_behind() throws IOException {
        made(10);
        Files.write(data.file(), new byte[4]);

        assertThat(data.isDue(NOW)).isFalse();
        assertThat(data.isDue(IN_TWO_DAYS)).isTrue();
    }

    @Test
    void nobody_tries_where_no_folder_can_be() throws IOException {
        Files.writeString(folder.resolve("classes"), "a file");

        assertThat(data.isDue(NOW)).isFalse();
    }
}
