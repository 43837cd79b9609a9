package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.run.RunSummary.StepLine;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressLineTest {
    private static final List<StepLine> STEPS = List.of(
            new StepLine("generate-the-first-draft", 50, 40, 0, 0, 0, 0, 0, 0, 10),
            new StepLine("verify-what-was-written", 40, 25, 2, 0, 0, 0, 0, 0, 5));

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1000; [############............] 25/50 | $0.0100 | generate-the-first-draft 40 (+10 in flight)"
                        + " | verify-what-was-written 25 (+5 in flight)",
                "60; [#######........] 25/50 | $0.0100 | generate-the-first-dra…",
                "20; 25/50 | $0.0100 | …"
            })
    void what_matters_most_stands_first_and_the_rest_is_cut(int columns, String line) {
        assertThat(ProgressLine.of(25, 50, "$0.0100", STEPS, columns)).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 23, 24, 25, 80, 200})
    void it_never_fills_the_last_column(int columns) {
        assertThat(ProgressLine.of(25, 50, "$0.0100", STEPS, columns).length()).isLessThan(Math.max(2, columns));
    }

    @Test
    void a_run_without_units_has_an_empty_bar() {
        assertThat(ProgressLine.of(0, 0, "$0", List.of(), 40)).isEqualTo("[..........] 0/0 | $0");
    }
}
