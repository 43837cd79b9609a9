package dev.caravan.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problem;
import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
        assertThat(Json.text(Objects.requireNonNull(ObjectChoice.of(ReplyParser.parse(reply), each -> List.of())
                        .object())))
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
    void A34_B15_the_object_that_passed_is_the_object_that_is_stored() {
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
                .isInstanceOf(UserMistakeException.class)
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

    private static Verdict judge(@Nullable String schema, String rules, String reply) {
        return new Judge(
                        schema == null ? null : SchemaJudge.compile(Json.parse(schema)),
                        (ObjectNode) Json.parse(rules),
                        ReadingRule.NEWEST)
                .judge(reply, RECORD);
    }

    static Stream<Named<JsonNode>> corpus() throws IOException {
        try (InputStream in = JudgeTest.class.getResourceAsStream("/validation/replies.jsonl")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(Json::parse)
                            .map(each -> Named.of(each.get("name").textValue(), each))
                            .toList()
                            .stream();
        }
    }

    /** Quirks of replies: what each is read as, exactly, and which repairs are counted; or why it is refused. */
    @ParameterizedTest
    @MethodSource("corpus")
    void A08_A44_quirks_of_replies_are_mended_or_refused_with_a_reason(JsonNode given) {
        String schema = given.has("schema") ? Json.text(given.get("schema")) : "{\"type\":\"object\"}";
        Verdict verdict = new Judge(SchemaJudge.compile(Json.parse(schema)), Json.object(), ReadingRule.NEWEST)
                .judge(given.get("reply").textValue(), Json.object());

        if (given.has("fails")) {
            assertThat(verdict.findings())
                    .filteredOn(Finding::fails)
                    .extracting(Finding::code)
                    .containsExactly(given.get("fails").textValue());
            return;
        }
        assertThat(verdict.findings()).filteredOn(Finding::fails).isEmpty();
        assertThat(Json.text(Objects.requireNonNull(verdict.output()))).isEqualTo(Json.text(given.get("object")));
        if (given.has("codes")) {
            assertThat(verdict.findings())
                    .extracting(Finding::code)
                    .containsExactlyElementsOf(
                            Json.mapper().convertValue(given.get("codes"), new TypeReference<List<String>>() {}));
        }
    }

    private static Verdict ruled(String rules, String reply) {
        var validation = Json.object();
        validation.set("rules", Json.parse(rules));
        return new Judge(null, validation, ReadingRule.NEWEST).judge(reply, RECORD);
    }

    @Test
    void A32_rules_see_the_accumulated_record_and_say_what_is_wrong() {
        String rules =
                "[{\"name\": \"few\", \"expr\": \"len(items) >= 3\", \"error\": \"only {_computed} of {unit_id}, {nothing}\"},"
                        + "{\"name\": \"dear\", \"expr\": \"price <= old\", \"error\": \"{price} is more than {old}\"}]";

        assertThat(ruled(rules, "{\"items\": [1, 2], \"price\": 1.5}").findings())
                .extracting(Finding::code, Finding::message)
                .containsExactly(tuple("few", "only 2 of u1, {nothing}"), tuple("dear", "1.5 is more than 1.10"));
        assertThat(ruled(rules, "{\"items\": [1, 2, 3], \"price\": 1}").passed())
                .isTrue();
    }

    @Test
    void I15_a_rule_that_cannot_be_evaluated_is_a_finding_and_never_a_pass() {
        String rules = "[{\"name\": \"r\", \"expr\": \"%s\", \"when\": \"%s\", \"level\": \"%s\"}]";

        assertThat(ruled(rules.formatted("missing > 1", "true", "error"), "{}").findings())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.fails()).isTrue();
                    assertThat(each.message()).contains("(expression error: there is no 'missing' here");
                });
        assertThat(ruled(rules.formatted("true", "missing > 1", "error"), "{}").passed())
                .as("an unevaluable when")
                .isFalse();
        assertThat(ruled(rules.formatted("missing > 1", "true", "warning"), "{}")
                        .findings())
                .singleElement()
                .satisfies(each -> assertThat(each.fails()).isFalse());
        assertThat(ruled(rules.formatted("1 > 2", "has('missing')", "error"), "{}")
                        .passed())
                .as("a rule that does not apply")
                .isTrue();
    }

    @Test
    void falsy_values_fail_a_rule_and_warnings_travel_with_the_record() {
        for (String falsy : List.of("0", "0.0", "''", "null", "[]", "[:]", "false")) {
            assertThat(ruled("[{\"name\": \"r\", \"expr\": \"" + falsy + "\"}]", "{}")
                            .passed())
                    .as(falsy)
                    .isFalse();
        }
        var passed = ruled(
                "[{\"name\": \"weak\", \"expr\": \"score >= 4\", \"error\": \"weak {score}\", \"level\": \"warning\"}]",
                "{\"score\": 3}");
        assertThat(Objects.requireNonNull(passed.output())
                        .at("/_warnings/0/message")
                        .textValue())
                .isEqualTo("weak 3");
    }

    @Test
    void B27_each_rule_has_a_fresh_scope() {
        String rules =
                "[{\"name\": \"first\", \"expr\": \"list << 9; true\"}, {\"name\": \"second\", \"expr\": \"list.size() == 2\"}]";

        assertThat(ruled(rules, "{\"list\": [1, 2], \"sum\": 3, \"range\": 1}").passed())
                .isTrue();
    }

    @Test
    void B34_rules_that_are_none_are_refused_with_their_place() {
        var problems = new Problems("p");
        RuleJudge.check((ObjectNode) Json.parse("""
                        {"rules": [
                          {"name": "a", "expr": "x >"},
                          {"name": "a", "expr": "x > 1", "level": "fatal"},
                          {"name": "b", "exp": "x"},
                          {"name": "c", "expr": "random.random() > 0.5"},
                          "x > 1"
                        ]}"""), "config.yaml", "validation.s", problems);

        assertThat(problems.all())
                .extracting(Problem::path)
                .containsExactly(
                        "validation.s.rules[0].expr",
                        "validation.s.rules[1].name",
                        "validation.s.rules[1].level",
                        "validation.s.rules[2].exp",
                        "validation.s.rules[2].expr",
                        "validation.s.rules[3].expr",
                        "validation.s.rules[4]");
    }
}
