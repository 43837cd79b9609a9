package dev.caravan.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.validation.SchemaFit;
import dev.caravan.validation.SchemaJudge;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code simulator/schemas.jsonl} holds schemas as models' libraries, OpenAPI documents and people write them. */
class SchemaAnswersTest {
    private static final int SEEDS = 5;

    private static List<JsonNode> corpus() throws IOException {
        var all = new ArrayList<JsonNode>();
        try (InputStream file = Objects.requireNonNull(
                        SchemaAnswersTest.class.getResourceAsStream("/simulator/schemas.jsonl"));
                var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            lines.lines().forEach(line -> all.add(Json.parse(line)));
        }
        return all;
    }

    @Test
    void schemas_as_people_write_them_are_answered_with_what_fits() throws IOException {
        var wrong = new ArrayList<String>();
        for (JsonNode each : corpus()) {
            JsonNode schema = each.get("schema");
            String name = each.get("name").asText();
            SchemaJudge.compile(schema);
            SchemaFit check = Objects.requireNonNull(SchemaFit.of(schema), name);
            for (int seed = 0; seed < SEEDS; seed++) {
                JsonNode answer = new SchemaAnswers().answer(schema, "", new SeededStream("corpus", seed));
                if (!check.fitsFormats(answer)) {
                    wrong.add(name + ": " + answer);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void the_same_seed_and_key_bring_the_same_answer_whatever_was_answered_before() throws IOException {
        var used = new SchemaAnswers();
        for (JsonNode each : corpus()) {
            JsonNode schema = each.get("schema");
            JsonNode first = used.answer(schema, "", new SeededStream("same", 1));
            assertThat(new SchemaAnswers().answer(schema, "", new SeededStream("same", 1)))
                    .as(each.get("name").asText())
                    .isEqualTo(first);
        }
    }

    /** Answers of the version before the schema was followed further; stored runs hold such. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GeoJSON point|{\"type\":\"Point\",\"coordinates\":[97.90,76.00,20.10]}",
                "oneOf by a kind|{\"p\":{\"pet\":\"cat\",\"lives\":4}}",
                "unique objects|{\"x\":[{\"k\":4},{\"k\":1},{\"k\":3}]}",
                "several types|{\"x\":null,\"y\":18}",
                "list without a kind of items|{\"x\":[{}],\"y\":[{},{},{}]}",
                "linked list|{\"v\":15,\"next\":{\"v\":89,\"next\":{\"v\":73,\"next\":{\"v\":76,\"next\":{\"v\":75,\"next\":null}}}}}",
            })
    void answers_that_fitted_before_are_the_same_to_the_byte(String name, String answer) throws IOException {
        JsonNode schema = corpus().stream()
                .filter(each -> each.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow()
                .get("schema");
        assertThat(new Rehearsal(7).answer("label-1-1", "Say it.", schema)).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"enum\":[]}",
                "{\"type\":\"object\",\"properties\":{\"a\":false},\"required\":[\"a\"]}",
                "{\"allOf\":[{\"type\":\"string\"},{\"type\":\"object\"}]}",
                "{\"anyOf\":[]}",
                "{\"type\":[]}",
                "{\"type\":\"nothing\"}",
                "{\"$ref\":\"#\"}",
                "{\"$ref\":\"#t\"}",
                "{\"$ref\":\"elsewhere.json\"}",
                "{\"$ref\":\"#/%zz\"}",
                "{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}",
                "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"$ref\":\"#\"},\"b\":{\"$ref\":\"#\"},\"c\":{\"$ref\":\"#\"},\"d\":{\"$ref\":\"#\"}},\"required\":[\"a\",\"b\",\"c\",\"d\"]}",
                "{\"properties\":{\"a\":{\"type\":\"array\",\"minItems\":2000000000}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"minLength\":2000000000}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"array\",\"maxItems\":-1}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"number\",\"minimum\":1e1000000000}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"number\",\"multipleOf\":1e-1000000000}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":-9223372036854775808,\"maximum\":9223372036854775807}},\"required\":[\"a\"],\"minProperties\":9}",
                "{\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":5,\"maximum\":4}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"^(([a-z])+.)+[A-Z]([a-z])+$\",\"not\":{\"pattern\":\"^(a+)+$\"}}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"^(?:(?:(?:x{1000}){1000}){1000}){1000}$\"}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"(\"}},\"required\":[\"a\"]}",
                "{\"properties\":[1],\"required\":7,\"enum\":3,\"items\":\"x\",\"allOf\":{},\"$ref\":5,\"minItems\":\"2\"}",
                "{\"description\":\"Constraints: [[[\",\"type\":\"object\",\"required\":[\"a\"],\"maxProperties\":0}",
            })
    void a_schema_that_nothing_fits_or_that_asks_for_too_much_is_answered_all_the_same(String schema) {
        assertThat(new SchemaAnswers().answer(Json.parse(schema), "label", new SeededStream(schema)))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 30, 100})
    void references_that_double_at_each_step_end(int steps) {
        var schema = Json.object();
        var definitions = schema.putObject("$defs");
        for (int i = 0; i < steps; i++) {
            var both = definitions.putObject("d" + i).putArray("allOf");
            both.addObject().put("$ref", "#/$defs/d" + (i + 1));
            both.addObject().put("$ref", "#/$defs/d" + (i + 1));
        }
        definitions.putObject("d" + steps).put("type", "object");
        schema.put("$ref", "#/$defs/d0");
        assertThat(new SchemaAnswers().answer(schema, "", new SeededStream(steps)))
                .isNotNull();
    }

    @Test
    void what_cannot_be_rehearsed_is_known_beforehand() {
        assertThat(Rehearsal.fits(Json.parse("{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"^a$\"}}}")))
                .isTrue();
        assertThat(Rehearsal.fits(
                        Json.parse("{\"type\":\"object\",\"properties\":{\"a\":false},\"required\":[\"a\"]}")))
                .isFalse();
    }
}
