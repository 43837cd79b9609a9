package dev.caravan.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCheckTest {

    private static List<String> told(String schema) {
        return SchemaCheck.of(Json.parse(schema)).stream()
                .map(each -> each.weight() + " " + each.place() + " " + each.message())
                .toList();
    }

    private static String only(String schema) {
        List<String> told = told(schema);
        assertThat(told).as(schema).hasSize(1);
        return told.get(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"array\",\"items\":{\"type\":\"object\"}}",
                "{\"type\":\"string\"}",
                "{\"type\":[\"array\",\"null\"]}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"integer\"}}}",
                "{\"$ref\":\"a.json\",\"$defs\":{\"x\":{\"$id\":\"a.json\",\"type\":\"integer\"}}}",
                "{\"anyOf\":[{\"type\":\"array\"},{\"type\":\"null\"}]}",
                "{\"oneOf\":[{\"const\":1},{\"enum\":[\"a\"]}]}",
                "{\"allOf\":[{\"type\":\"object\"},{\"type\":\"array\"}]}",
                "{\"allOf\":[true,false]}",
                "{\"const\":\"yes\"}",
                "{\"enum\":[\"a\",\"b\"]}",
                "{\"not\":{}}",
                "{\"not\":{\"type\":\"object\"}}",
            })
    void a_root_that_admits_no_object_is_refused_for_no_answer_could_ever_hold(String schema) {
        assertThat(only(schema)).startsWith("WRONG $ admits no object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"name\":\"label\",\"strict\":true,\"schema\":{\"type\":\"object\"}}|response_format",
                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"l\",\"schema\":{\"type\":\"object\"}}}|response_format",
                "{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}|response_format",
                "{\"openapi\":\"3.1.0\",\"info\":{},\"components\":{\"schemas\":{\"A\":{\"type\":\"object\"}}}}|OpenAPI",
                "{\"swagger\":\"2.0\",\"definitions\":{}}|",
                "{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}|input_schema",
                "{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"type\":\"object\"}}}|parameters",
            })
    void what_is_wrapped_around_a_schema_is_refused_with_the_part_to_keep(String schema, String word) {
        assertThat(told(schema)).first().asString().contains(word == null ? "" : word);
    }

    @Test
    void misspelt_words_are_refused_wherever_schemas_lie() {
        assertThat(told("""
                {"type": "object", "propertys": {"team": {"type": "string"}}, "require": ["team"],
                 "properties": {"list": {"type": "array", "item": {"type": "string"}, "minItem": 1},
                                "x": {"anyOf": [{"typ": "string"}, {"type": "null"}]}},
                 "$defs": {"a": {"additionalproperties": false, "patern": "a"}}}"""))
                .containsExactly(
                        "WRONG $.propertys is no keyword of JSON Schema, and holds nothing; did you mean 'properties'?",
                        "WRONG $.require is no keyword of JSON Schema, and holds nothing; did you mean 'required'?",
                        "WRONG $.properties.list.item is no keyword of JSON Schema, and holds nothing; did you mean"
                                + " 'items'?",
                        "WRONG $.properties.list.minItem is no keyword of JSON Schema, and holds nothing; did you mean"
                                + " 'minItems'?",
                        "WRONG $.properties.x.anyOf[0].typ is no keyword of JSON Schema, and holds nothing; did you mean"
                                + " 'type'?",
                        "WRONG $.$defs.a.additionalproperties is no keyword of JSON Schema, and holds nothing; did you"
                                + " mean 'additionalProperties'?",
                        "WRONG $.$defs.a.patern is no keyword of JSON Schema, and holds nothing; did you mean"
                                + " 'pattern'?");
    }

    @Test
    void names_of_properties_and_values_are_no_words_of_the_schema() {
        assertThat(told("""
                {"type": "object",
                 "properties": {"propertys": {"type": "string"}, "require": {"enum": ["typ", {"itms": {}}]},
                                "nullable": {"const": {"nullable": true, "requird": ["a"]}},
                                "d": {"default": {"propertys": {}}, "examples": [{"require": []}]}},
                 "required": ["require"]}""")).isEmpty();
    }

    @Test
    void nullable_is_a_hint_and_an_empty_enum_is_refused() {
        assertThat(only("{\"properties\":{\"a\":{\"type\":\"string\",\"nullable\":true}}}"))
                .startsWith("HINT $.properties.a.nullable is no word of JSON Schema")
                .contains("[\"string\", \"null\"]");
        assertThat(only("{\"properties\":{\"a\":{\"enum\":[]}}}")).startsWith("WRONG $.properties.a.enum is empty");
        assertThat(only("{\"$defs\":{\"A\":{\"type\":\"object\"}}}")).startsWith("HINT $ only defines schemas");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"$ref\":\"#\"}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/properties/a\"}}}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}",
                "{\"properties\":{\"a\":{\"$ref\":\"#x\"}},\"$defs\":{\"a\":{\"$anchor\":\"x\",\"anyOf\":[{\"$ref\":\"#x\"},{\"type\":\"null\"}]}}}",
                "{\"type\":\"object\",\"if\":{\"$ref\":\"#\"}}",
            })
    void references_in_a_circle_are_refused(String schema) {
        assertThat(told(schema))
                .isNotEmpty()
                .allMatch(each -> each.startsWith("NO_SCHEMA ") && each.contains("refers to itself in a circle"));
    }

    @ParameterizedTest
    @CsvSource({
        "objekt,object",
        "String,string",
        "int,integer",
        "str,string",
        "bool,boolean",
        "float,number",
        "dict,object",
        "list,array",
        "None,null",
        "nul,null",
        "OBJECT,object"
    })
    void a_misspelt_type_names_the_right_word(String wrong, String right) {
        String schema = "{\"properties\":{\"a\":{\"type\":\"" + wrong + "\"}}}";
        String message = "unknown type '" + wrong + "'; did you mean '" + right + "'?";

        assertThat(only(schema)).isEqualTo("NO_SCHEMA $.properties.a.type is no valid JSON Schema: " + message);
        assertThatThrownBy(() -> SchemaJudge.compile(Json.parse(schema)))
                .isInstanceOf(SchemaException.class)
                .hasMessage(message);
        assertThat(only("{\"type\":[\"object\",\"" + wrong + "\"]}"))
                .isEqualTo("NO_SCHEMA $.type[1] is no valid JSON Schema: " + message);
    }

    @Test
    void a_relative_id_is_resolved_inside_of_the_file_and_nothing_is_fetched() {
        var inside = SchemaJudge.compile(Json.parse("""
                {"$id": "team.json", "type": "object", "properties": {"a": {"$ref": "item.json"}},
                 "$defs": {"x": {"$id": "item.json", "anyOf": [{"type": "integer"}, {"type": "null"}]}}}"""));
        var object = (ObjectNode) Json.parse("{\"a\":\"7\"}");

        assertThat(inside.judge(object, ReadingRule.NEWEST)).noneMatch(Finding::fails);
        assertThat(Json.text(object)).isEqualTo("{\"a\":7}");
        for (String outside : List.of("other.json", "file:///etc/hosts", "https://127.0.0.1:1/x.json")) {
            assertThatThrownBy(() -> SchemaJudge.compile(Json.parse(
                            "{\"$id\":\"team.json\",\"properties\":{\"a\":{\"$ref\":\"" + outside + "\"}}}")))
                    .isInstanceOf(SchemaException.class)
                    .hasMessage("a schema may not load another file or address: " + outside);
        }
    }

    @Test
    void schemas_that_are_meant_so_are_left_alone() throws IOException {
        try (var files = Files.walk(Path.of("pipelines"))) {
            for (Path each : files.filter(file -> file.toString().contains("schemas/"))
                    .filter(file -> file.toString().endsWith(".json"))
                    .toList()) {
                assertThat(told(Files.readString(each))).as(each.toString()).isEmpty();
            }
        }
        for (String each : List.of(PYDANTIC, ZOD, UNION, TREE, "{}", "{\"type\":\"object\"}")) {
            assertThat(told(each)).as(each).isEmpty();
            SchemaJudge.compile(Json.parse(each));
        }
    }

    /** In the manner of Pydantic: optional fields, definitions, a discriminator. */
    private static final String PYDANTIC = """
            {"$defs": {"Severity": {"enum": ["low", "high"], "title": "Severity", "type": "string"},
                       "Tag": {"properties": {"label": {"title": "Label", "type": "string"}}, "required": ["label"],
                               "title": "Tag", "type": "object"}},
             "additionalProperties": false, "title": "Ticket", "type": "object",
             "properties": {
               "severity": {"$ref": "#/$defs/Severity"},
               "owner": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": null, "title": "Owner"},
               "tags": {"items": {"$ref": "#/$defs/Tag"}, "title": "Tags", "type": "array", "uniqueItems": true},
               "scores": {"additionalProperties": {"type": "number"}, "title": "Scores", "type": "object"},
               "pair": {"maxItems": 2, "minItems": 2, "prefixItems": [{"type": "string"}, {"type": "integer"}],
                        "type": "array"},
               "when": {"format": "date-time", "type": "string", "examples": ["now"], "deprecated": true}},
             "required": ["severity", "tags"]}""";

    /** In the manner of zod's converters: a named root behind a reference, draft 7. */
    private static final String ZOD = """
            {"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/Label",
             "definitions": {"Label": {"type": "object", "additionalProperties": false, "required": ["team"],
               "properties": {"team": {"type": "string", "enum": ["a", "b"]}, "n": {"type": "integer",
                 "exclusiveMinimum": 0}, "more": {"type": ["string", "null"], "markdownDescription": "x"}}}}}""";

    private static final String UNION = """
            {"type": "object", "discriminator": {"propertyName": "kind"}, "oneOf": [
               {"type": "object", "properties": {"kind": {"const": "a"}}, "required": ["kind"]},
               {"type": "object", "properties": {"kind": {"const": "b"}, "x-order": {"type": "integer"}}}],
             "x-order": ["kind"], "propertyOrdering": ["kind"]}""";

    private static final String TREE = """
            {"type": "object", "properties": {"name": {"type": "string"},
               "children": {"type": "array", "items": {"$ref": "#"}},
               "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}, "required": ["name"]}""";
}
