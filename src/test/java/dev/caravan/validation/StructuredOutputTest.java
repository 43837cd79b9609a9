package dev.caravan.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StructuredOutputTest {
    private static final JsonNode SCHEMA = Json.parse("""
                    {"type": "object", "required": ["team", "note"],
                     "properties": {
                       "team": {"enum": ["a", "b"], "type": "string"},
                       "note": {"type": ["string", "null"], "maxLength": 80, "description": "Short."},
                       "urgency": {"type": "integer", "minimum": 1, "maximum": 5},
                       "kind": {"type": "string", "enum": ["x", "y"]},
                       "parts": {"type": "array", "items": {"$ref": "#/$defs/part"}}},
                     "$defs": {"part": {"type": "object", "properties": {"name": {"type": "string"}}}}}
                    """);

    private static JsonNode adapted(String kind) {
        return Objects.requireNonNull(StructuredOutput.of(SCHEMA, kind).schema());
    }

    @Test
    void openai_gets_every_property_required_and_every_object_closed() {
        JsonNode schema = adapted("openai");

        assertThat(schema.path("required").size()).isEqualTo(5);
        assertThat(schema.path("additionalProperties").booleanValue()).isFalse();
        assertThat(schema.at("/$defs/part/additionalProperties").isBoolean()).isTrue();
        assertThat(schema.at("/$defs/part/required/0").asText()).isEqualTo("name");
        assertThat(schema.at("/properties/urgency/type").toString()).isEqualTo("[\"integer\",\"null\"]");
        assertThat(schema.at("/properties/kind/enum").toString()).isEqualTo("[\"x\",\"y\",null]");
        assertThat(schema.at("/properties/team/type").asText()).isEqualTo("string");
        assertThat(StructuredOutput.of(SCHEMA, "openai").strict()).isTrue();
    }

    @Test
    void what_a_subset_lacks_stands_in_the_description() {
        assertThat(adapted("openai").at("/properties/note/description").asText())
                .isEqualTo("Short. Constraints: {\"maxLength\":80}");
        assertThat(adapted("anthropic").at("/properties/urgency/description").asText())
                .isEqualTo("Constraints: {\"minimum\":1,\"maximum\":5}");
        assertThat(adapted("anthropic").at("/properties/urgency").has("minimum"))
                .isFalse();
        assertThat(adapted("gemini").at("/properties/urgency/minimum").intValue())
                .isEqualTo(1);
    }

    @Test
    void nulls_that_only_the_adapted_schema_allowed_are_taken_out_again() {
        ObjectNode answer = (ObjectNode) Json.parse(
                "{\"team\":\"a\",\"note\":null,\"urgency\":null,\"kind\":\"x\",\"parts\":[{\"name\":null}]}");

        StructuredOutput.of(SCHEMA, "openai").undo(answer);

        assertThat(Json.text(answer)).isEqualTo("{\"team\":\"a\",\"note\":null,\"kind\":\"x\",\"parts\":[{}]}");
    }

    @Test
    void a_judge_that_knows_of_the_change_takes_such_an_answer_and_another_does_not() {
        SchemaJudge schema = SchemaJudge.compile(SCHEMA);
        String reply = "{\"team\":\"a\",\"note\":\"n\",\"urgency\":null,\"kind\":null,\"parts\":null}";

        var knowing = new Judge(schema, Json.object(), StructuredOutput.of(SCHEMA, "openai"), ReadingRule.NEWEST);
        var other = new Judge(schema, Json.object(), ReadingRule.NEWEST);

        assertThat(knowing.judge(reply, Json.object()).passed()).isTrue();
        assertThat(other.judge(reply, Json.object()).passed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"object\"}",
                "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":{\"type\":\"string\"}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"allOf\":[{\"type\":\"string\"}]}}}",
                "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
            })
    void a_schema_that_cannot_be_closed_is_not_claimed_to_be_strict(String text) {
        JsonNode schema = Json.parse(text);

        assertThat(StructuredOutput.of(schema, "openai").strict()).isFalse();
        assertThat(StructuredOutput.of(schema, "openai").schema()).isEqualTo(schema);
        assertThat(StructuredOutput.of(schema, "anthropic").schema()).isNull();
    }

    @Test
    void none_sends_none_and_plain_sends_it_as_it_is() {
        assertThat(StructuredOutput.of(SCHEMA, "none").schema()).isNull();
        assertThat(StructuredOutput.of(SCHEMA, "plain").schema()).isEqualTo(SCHEMA);
    }
}
