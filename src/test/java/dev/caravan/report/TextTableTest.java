package dev.caravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows of cells in columns. */
class TextTableTest {

    @Test
    void names_begin_at_the_left_and_numbers_end_at_the_right() {
        String table =
                TextTable.of(List.of(List.of("step", "calls"), List.of("classify", "7"), List.of("b", "1200")), 1);

        assertThat(table).isEqualTo("step      calls\nclassify      7\nb          1200\n");
    }

    @Test
    void a_line_has_no_blanks_at_its_end() {
        assertThat(TextTable.of(List.of(List.of("long name", ""), List.of("b", "x")), 2))
                .isEqualTo("long name\nb          x\n");
    }

    @Test
    void what_a_stranger_wrote_stays_in_its_cell() {
        String table = TextTable.of(List.of(List.of("a\nb\u001b[31m", "x"), List.of("y".repeat(100), "z")), 2);

        assertThat(table.lines()).hasSize(2).allSatisfy(line -> assertThat(line).hasSizeLessThan(60));
        assertThat(table).doesNotContain("\u001b");
    }
}
