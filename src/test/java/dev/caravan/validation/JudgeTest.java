package dev.caravan.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {
    private static final ObjectNode RECORD =
            (ObjectNode) Json.parse("{\"unit_id\":\"u1\",\"_n\":0,\"old\":1.10,\"x\":\"before\"}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"a\":1}|{\"a\":1}",
                "  {\"a\":1}  |{\"a\":1}",
                "{\"a\":\"call, +1 555, ]\"}|{\"a\":\"call, +1 555, ]\"}",
                "{\"a\":\"```json {} ```\"}|{\"a\":\"```json {} ```\"}",
                "Sure! {\"a\":\"}\"} Bye|{\"a\":\"}\"}",
                "<think>{\"no\":1}</think>{\"a\":2}|{\"a\":2}",
                "{\"a\":[1,2,],}|{\"a\":[1,2]}",
                "{\"a\":+1}|{\"a\":1}",
                "{\"a\":1 /* one */}|{\"a\":1}",
                "{\"a\":1.10}|{\"a\":1.10}",
                "{\"a\":12345678901234567890123}|{\"a\":12345678901234567890123}",
                "```json {\"a\":1} ```|{\"a\":1}",
                "``` {\"a\":1}|{\"a\":1}",
                "{\"a\":1,\"a\":2}|{\"a\":2}",
            })
    void B28_a_reply_is_read_and_never_altered(String reply, String expected) {
        assertThat(Json.text(Objects.requireNonNull(ReplyParser.parse(reply).object())))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "I think it is one.|parse_error",
                "{\"a\":|parse_truncated",
                "[1]|parse_not_an_object",
                "7|parse_not_an_object",
                "{\"a\":NaN}|parse_error",
            })
    void B13_what_is_no_object_says_why(String reply, String code) {
        assertThat(judge("{\"type\":\"object\"}", "{}", reply).findings())
                .filteredOn(Finding::fails)
                .extracting(Finding::code)
                .containsExactly(code);
    }

    @Test
    void B15_the_object_that_passed_is_the_object_that_is_stored() {
        String schema =
                "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"},\"e\":{\"enum\":[\"High\",\"Low\"]}},"
                        + "\"required\":[\"x\"]}";

        assertThat(output(schema, "{\"types\":{\"x\":\"integer\"}}", "{\"x\":\"7\",\"e\":\"high | sure\"}"))
                .isEqualTo("{\"unit_id\":\"u1\",\"_n\":0,\"old\":1.10,\"x\":7,\"e\":\"High\"}");
        assertThat(output(schema, "{\"required\":[\"x\"]}", "{\"response\":\"```json\\n{\\\"x\\\": 8}\\n```\"}"))
                .isEqualTo("{\"unit_id\":\"u1\",\"_n\":0,\"old\":1.10,\"x\":8}");
    }

    @Test
    void B32_a_reply_cannot_overwrite_what_is_the_systems() {
        assertThat(output("{\"type\":\"object\"}", "{}", "{\"unit_id\":\"evil\",\"_n\":9,\"error\":\"fine\"}"))
                .isEqualTo("{\"unit_id\":\"u1\",\"_n\":0,\"old\":1.10,\"x\":\"before\",\"error\":\"fine\"}");
    }

    @Test
    void C16_a_step_without_rules_is_judged_by_its_schema_alone() {
        assertThat(judge("{\"type\":\"object\",\"required\":[\"a\"]}", "{}", "{\"a\":1}")
                        .passed())
                .isTrue();
        assertThat(judge("{\"type\":\"object\",\"required\":[\"a\"]}", "{}", "{}")
                        .passed())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"a\":1,\"b\":\"Red\"}|",
                "{\"b\":\"red\"}|required_a",
                "{\"a\":null,\"b\":\"red\"}|required_a",
                "{\"a\":\"x\",\"b\":\"red\"}|type_a",
                "{\"a\":true,\"b\":\"red\"}|type_a",
                "{\"a\":6,\"b\":\"red\"}|range_a",
                "{\"a\":1,\"b\":\"blue\"}|enum_b",
            })
    void rules_hold_the_reply_to_required_types_ranges_and_enums(String reply, String code) {
        String rules = "{\"required\":[\"a\"],\"types\":{\"a\":\"integer\"},\"ranges\":{\"a\":[1,5]},"
                + "\"enums\":{\"b\":[\"red\",\"green\"]}}";

        var codes =
                judge(null, rules, reply).findings().stream().map(Finding::code).toList();

        if (code == null) {
            assertThat(codes).isEmpty();
        } else {
            assertThat(codes).containsExactly(code);
        }
    }

    @Test
    void B34_rules_that_mean_nothing_are_refused_with_the_nearest_name() {
        var problems = new Problems("p");

        RuleJudge.check(
                (ObjectNode) Json.parse(
                        "{\"type\":{},\"types\":{\"a\":\"integr\"},\"ranges\":{\"a\":[5,1]},\"enums\":{\"b\":[]}}"),
                "config.yaml",
                "validation",
                problems);

        assertThatThrownBy(problems::throwIfAny)
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("validation.type: unknown kind of rule 'type'; did you mean 'types'?")
                .hasMessageContaining("validation.types.a: unknown type 'integr'; did you mean 'integer'?")
                .hasMessageContaining("validation.ranges.a: must be [lowest, highest]")
                .hasMessageContaining("validation.enums.b: must be a list of values, not empty");
    }

    @Test
    void B34_a_schema_that_is_none_is_refused() {
        assertThatThrownBy(() -> SchemaJudge.compile(Json.parse("{\"type\":\"objekt\"}")))
                .isInstanceOf(SchemaException.class);
        assertThatThrownBy(() -> SchemaJudge.compile(Json.parse("[]"))).isInstanceOf(SchemaException.class);
    }

    private static String output(String schema, String rules, String reply) {
        Verdict verdict = judge(schema, rules, reply);
        assertThat(verdict.findings()).noneMatch(Finding::fails);
        return Json.text(Objects.requireNonNull(verdict.output()));
    }

    private static Verdict judge(@org.jspecify.annotations.Nullable String schema, String rules, String reply) {
        return new Judge(
                        schema == null ? null : SchemaJudge.compile(Json.parse(schema)), (ObjectNode) Json.parse(rules))
                .judge(reply, RECORD);
    }
}
