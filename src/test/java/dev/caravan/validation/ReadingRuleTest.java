package dev.caravan.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What stored runs settled by the first rule comes to the same for ever, right or wrong. */
class ReadingRuleTest {
    private static final SchemaJudge SCHEMA = SchemaJudge.compile(Json.parse("""
            {"type": "object", "properties": {"team": {"type": "string"}, "n": {"type": ["integer", "null"]}},
             "required": ["team"]}"""));

    private static Verdict judge(ReadingRule reading, String reply) {
        return new Judge(SCHEMA, Json.object(), reading).judge(reply, Json.object());
    }

    private static String team(ReadingRule reading, String reply) {
        ObjectNode output = judge(reading, reply).output();
        return output == null ? "" : output.get("team").textValue();
    }

    @Test
    void the_first_rule_takes_the_first_object_as_it_always_did() {
        for (String reply : new String[] {
            "{\"team\":\"draft\"}\nNo: {\"team\":\"final\"}",
            "```json\n[{\"team\":\"draft\"},{\"team\":\"final\"}]\n```",
            "[{\"team\":\"draft\"},{\"te",
            "[THINK]{\"team\":\"draft\"}[/THINK]{\"team\":\"final\"}",
            "<think>{\"team\":\"draft\"}, hm",
        }) {
            assertThat(team(ReadingRule.FIRST, reply)).as(reply).isEqualTo("draft");
            assertThat(team(ReadingRule.NEWEST, reply)).as(reply).isNotEqualTo("draft");
        }
        assertThat(team(ReadingRule.FIRST, "```\n{\"team\":\"a <think>b</think>\"}\n```"))
                .isEqualTo("a ");
    }

    @Test
    void the_first_rule_mends_no_more_than_it_did() {
        assertThat(judge(ReadingRule.FIRST, "{\"team\":\"a\",\"n\":\"7\"}").passed())
                .isFalse();
        assertThat(judge(ReadingRule.FIRST, "{\"team\":\"a\nb\"}").passed()).isFalse();
        assertThat(judge(ReadingRule.NEWEST, "{\"team\":\"a\nb\",\"n\":\"7\"}").passed())
                .isTrue();
    }

    @Test
    void half_an_emoji_stays_the_question_mark_that_it_was_on_disk() {
        String reply = "{\"team\":\"ok \\ud83d\"}";

        assertThat(Json.text(
                        Objects.requireNonNull(judge(ReadingRule.FIRST, reply).output())))
                .isEqualTo("{\"team\":\"ok ?\"}");
        assertThat(Json.text(
                        Objects.requireNonNull(judge(ReadingRule.NEWEST, reply).output())))
                .isEqualTo(reply);
    }

    @Test
    void a_rule_of_a_later_version_is_told_and_not_guessed() {
        assertThat(ReadingRule.of(ReadingRule.NEWEST.number())).isEqualTo(ReadingRule.NEWEST);
        assertThatThrownBy(() -> ReadingRule.of(99))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("later version");
    }
}
