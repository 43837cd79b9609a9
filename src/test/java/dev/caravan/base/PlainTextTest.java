package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 7, 8, 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0xad, 0x61c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029,
                0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xfeff, 0xd83d, 0xde00, 0xe0041, 0xe0001
            })
    void what_steers_hides_or_turns_around_is_written_out(int c) {
        String text = "a" + new String(Character.toChars(c)) + "b";
        assertThat(PlainText.line(text)).matches("a(\\\\u[0-9a-f]{4}){1,2}b").isEqualTo(PlainText.lines(text));
        assertThat(Json.parse('"' + PlainText.line(text) + '"').textValue())
                .as("as JSON the same value")
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "Größe 5 €",
                "漢字",
                "שלום",
                "नमस्ते",
                "😀 👩‍💻 🇩🇪",
                "می‌خواهم",
                "a\u0301",
                "\u0600"
            })
    void what_people_write_stays(String text) {
        assertThat(PlainText.line(text)).isSameAs(text);
        assertThat(PlainText.lines(text)).isSameAs(text);
    }

    @Test
    void a_joiner_stays_where_it_joins_and_not_where_it_hides() {
        assertThat(PlainText.line("pay\u200dpal")).isEqualTo("pay\\u200dpal");
        assertThat(PlainText.line("\u200cx")).isEqualTo("\\u200cx");
    }

    @Test
    void line_ends_stay_where_there_may_be_lines() {
        assertThat(PlainText.lines("a\n\tb\rc")).isEqualTo("a\n\tb\\rc");
        assertThat(PlainText.line("a\n\tb\rc")).isEqualTo("a\\n\\tb\\rc");
    }

    @ParameterizedTest
    @CsvSource({"abcdef, 6, abcdef", "abcdefg, 6, abcde…", "ab😀cd, 4, ab…", "ab😀cd, 5, ab😀…"})
    void a_long_line_is_cut_between_characters(String text, int most, String line) {
        assertThat(PlainText.line(text, most)).isEqualTo(line);
    }

    @Test
    void a_line_of_megabytes_is_cut_before_it_is_looked_at() {
        assertThat(PlainText.line("\u001b".repeat(50_000_000), 100)).hasSize(100);
    }
}
