package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenFilesTest {

    @Test
    void a_limit_of_1024_narrows_nothing_that_is_usual() {
        var files = new OpenFiles(1_024 - 145);

        assertThat(files.calls()).isGreaterThanOrEqualTo(100);
        assertThat(files.runs()).isGreaterThanOrEqualTo(8);
        assertThat(files.connections()).isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(longs = {130, 155, 400, 900, 5_000, 20_000, 1_000_000, Integer.MAX_VALUE})
    void the_shares_together_are_no_more_than_there_is(long free) {
        var files = new OpenFiles(free);

        assertThat(files.connections() + files.calls() * 4L + files.runs() * (20L + files.results()))
                .isLessThan(free);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 10, 24, 30})
    void who_has_almost_none_works_on_one_thing_at_a_time(long free) {
        var files = new OpenFiles(free);

        assertThat(files.connections()).isEqualTo(8);
        assertThat(files.calls()).isEqualTo(1);
        assertThat(files.runs()).isEqualTo(1);
        assertThat(files.results()).isEqualTo(4);
    }
}
