package dev.caravan.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRuleTest {
    private static final String TEXT = "Straße, 日本語, 🐫 and a word";

    @Test
    void a_byte_is_a_token_where_that_is_asked_for() {
        assertThat(SimulatorFaults.parse("tokens=bytes").tokens()).isEqualTo(TokenRule.BYTES);
        assertThat(SimulatorFaults.parse("tokens=characters").tokens()).isEqualTo(TokenRule.CHARACTERS);
        assertThat(SimulatorFaults.NONE.tokens()).isEqualTo(TokenRule.CHARACTERS);
        assertThatThrownBy(() -> SimulatorFaults.parse("tokens=3"))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("must be characters or bytes, not '3'");
    }

    @Test
    void a_prompt_of_bytes_counts_all_that_is_told_and_more() {
        var told = new PromptText();
        told.add("system", Json.mapper().valueToTree("über"));
        told.add("user", Json.mapper().valueToTree("日本"));
        told.more(Json.parse("{\"type\":\"object\"}"));
        CompletionRequest asked = told.asked(Json.object(), "m", Json.object(), 0, List.of());

        assertThat(TokenRule.BYTES.prompt(asked)).isEqualTo(100 + 5 + 6 + 17);
        assertThat(TokenRule.CHARACTERS.prompt(asked)).isEqualTo(3 + (4 + 2 + 17) / 4);
    }

    @ParameterizedTest
    @EnumSource(TokenRule.class)
    void a_text_that_is_cut_has_no_more_tokens_than_allowed(TokenRule rule) {
        for (long most = 1; most < 60; most++) {
            String cut = rule.cut(TEXT, most);

            assertThat(TEXT).startsWith(cut);
            assertThat(rule.answer(cut)).isLessThanOrEqualTo(most);
            assertThat(new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .as("half a character at " + most)
                    .isEqualTo(cut);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 1_000})
    void what_is_short_enough_stays_whole(long most) {
        assertThat(TokenRule.BYTES.cut(TEXT, most)).isEqualTo(TEXT);
    }
}
