package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoneSurrogatesTest {
    private static final String WHOLE = "\uD83D\uDE00";

    @Test
    void I12_half_an_emoji_is_written_as_its_escape_and_read_as_what_it_was() {
        for (String text :
                List.of("cut \uD83D", "\uDE00 cut", "\uD83D\uD83D\uDE00", "\uDE00\uD83D", WHOLE, "é\uD83D\n")) {
            var node = Json.object().put("a", text).put(text, 1);

            byte[] line = Json.line(node);

            assertThat(new String(line, StandardCharsets.UTF_8)).as(text).doesNotContain("?");
            assertThat(Json.parse(line)).as(text).isEqualTo(node);
            assertThat(Json.parse(Json.pretty(node).getBytes(StandardCharsets.UTF_8)))
                    .as(text)
                    .isEqualTo(node);
        }
        assertThat(Json.text(Json.object().put("a", "\uD83D" + WHOLE))).isEqualTo("{\"a\":\"\\ud83d" + WHOLE + "\"}");
    }

    @Test
    void where_there_are_no_escapes_the_sign_for_the_unknown_stands() {
        assertThat(Csv.line(List.of("cut \uD83D", WHOLE)))
                .isEqualTo(("cut \uFFFD," + WHOLE + "\r\n").getBytes(StandardCharsets.UTF_8));
        assertThat(LoneSurrogates.replaced("plain")).isEqualTo("plain");
    }
}
