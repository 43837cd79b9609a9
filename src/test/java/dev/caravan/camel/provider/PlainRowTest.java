package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.NotReadyException;
import dev.caravan.base.SecretBlotter;
import dev.caravan.execution.RowMapping;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are read by their form say what the mappings make of them; rows that are not of it are left to those. */
class PlainRowTest {
    private static final String SECRET = "sk-plain-row-4711-abcdef";

    private static final Map<String, String> ROWS =
            Map.of("openai", """
            {"id":"batch_req_1","custom_id":"classify-7-1","response":{"status_code":200,"request_id":"r","body":{\
            "id":"c","object":"chat.completion","created":1,"model":"gpt-x","choices":[{"index":0,"message":{\
            "role":"assistant","content":"{\\"label\\":\\"é 😀\\"}","refusal":null},"logprobs":null,"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13,\
            "prompt_tokens_details":{"cached_tokens":2}},"system_fingerprint":null}},"error":null}""", "mistral", """
            {"id":"r","custom_id":"classify-7-1","response":{"status_code":200,"body":{"id":"c",\
            "object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",\
            "content":"{}","tool_calls":null},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":9,"completion_tokens":4,"total_tokens":13}}},"error":null}""", "anthropic", """
            {"custom_id":"classify-7-1","result":{"type":"succeeded","message":{"id":"m","type":"message",\
            "role":"assistant","model":"claude","content":[{"type":"text","text":"{}"}],"stop_reason":"end_turn",\
            "stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":4,"cache_read_input_tokens":3,\
            "service_tier":"batch"}}}}""", "gemini", """
            {"key":"classify-7-1","response":{"candidates":[{"content":{"parts":[{"text":"{}"}],"role":"model"},\
            "finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":4,\
            "thoughtsTokenCount":2,"totalTokenCount":15},"modelVersion":"g","responseId":"x"}}""");

    private static ProviderWire wire(String provider) {
        return new ProviderWire(Path.of("routes", provider));
    }

    private static String row(String provider) {
        return Objects.requireNonNull(ROWS.get(provider));
    }

    private static RowMapping.@Nullable Row plain(ProviderWire wire, String row) {
        byte[] bytes = row.getBytes(StandardCharsets.UTF_8);
        return wire.plain(bytes, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "mistral", "anthropic", "gemini"})
    void a_plain_row_is_read_by_its_form_and_says_what_the_mappings_say(String provider) {
        String row = row(provider);

        assertThat(plain(wire(provider), row))
                .isNotNull()
                .isEqualTo(wire(provider).read(Json.parse(row)));
    }

    /** Members gone, exchanged, doubled, of other types and values: whatever is read by the form is what the mappings say. */
    @ParameterizedTest
    @ValueSource(strings = {"openai", "mistral", "anthropic", "gemini"})
    void a_changed_row_says_the_same_or_has_another_form(String provider) {
        ProviderWire wire = wire(provider);
        var random = new Random(Long.getLong("caravan.seed", 23));
        int other = 0;
        for (int i = 0; i < 20_000; i++) {
            JsonNode row = Json.parse(row(provider));
            change(row, random);
            RowMapping.Row plain = plain(wire, Json.text(row));
            other += plain == null ? 1 : 0;
            if (plain != null) {
                assertThat(plain).as(Json.text(row)).isEqualTo(wire.read(row));
            }
        }
        assertThat(other).isBetween(1_000, 19_500);
    }

    private static void change(JsonNode row, Random random) {
        var places = new ArrayList<JsonNode>();
        gather(row, places);
        JsonNode place = places.get(random.nextInt(places.size()));
        if (place instanceof ObjectNode object && !object.isEmpty()) {
            var names = new ArrayList<String>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            switch (random.nextInt(4)) {
                case 0 -> object.remove(name);
                case 1 -> object.set(random.nextBoolean() ? "error" : "odd", value(random));
                default -> object.set(name, value(random));
            }
        } else if (place instanceof ArrayNode array) {
            array.insert(random.nextInt(array.size() + 1), value(random));
        }
    }

    private static void gather(JsonNode node, List<JsonNode> places) {
        if (node.isContainerNode()) {
            places.add(node);
            node.forEach(each -> gather(each, places));
        }
    }

    private static JsonNode value(Random random) {
        return Json.parse(List.of(
                        "null",
                        "0",
                        "1",
                        "200",
                        "400",
                        "429",
                        "true",
                        "\"\"",
                        "\" \"",
                        "\"stop\"",
                        "\"length\"",
                        "\"error\"",
                        "{}",
                        "[]",
                        "{\"type\":\"text\",\"text\":\"x\"}",
                        "[{}]",
                        "1.5",
                        "\"200\"")
                .get(random.nextInt(18)));
    }

    @Test
    void what_stands_twice_or_behind_the_row_is_left_to_the_mappings() {
        ProviderWire wire = wire("anthropic");
        String row = row("anthropic");

        assertThat(plain(wire, row.replace("\"role\":", "\"role\":\"x\",\"role\":")))
                .isNull();
        assertThat(plain(wire, row + " {}")).isNull();
        assertThat(plain(wire, row.substring(0, row.length() - 1))).isNull();
        assertThat(plain(wire, "[" + row + "]")).isNull();
    }

    @Test
    void a_row_with_a_key_in_it_also_over_two_texts_is_left_to_the_mappings_which_blot_it_out() {
        SecretBlotter.add(SECRET);
        ProviderWire wire = wire("anthropic");
        String row = row("anthropic");

        assertThat(plain(wire, row.replace("\"text\":\"{}\"", "\"text\":\"it is " + SECRET + "\"")))
                .isNull();
        assertThat(plain(
                        wire,
                        row.replace("\"model\":\"claude\"", "\"model\":\"" + SECRET.substring(0, 9) + "\"")
                                .replace(
                                        "\"type\":\"text\",\"text\":\"{}\"",
                                        "\"text\":\"" + SECRET.substring(9) + "\",\"type\":\"text\"")))
                .isNull();
        assertThat(plain(wire, row)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"row": {"a": "$keyy"}} | '$keyy' is no mark; known: $any, $key, $model, $null, $text, $usage
            {"row": {"a": []}}      | a list must have one value
            {"row": []}             | a list must have one value
            {}                      | must be an object
            {"row": {               | line 1
            """)
    void a_form_that_says_nothing_is_told_with_its_file(String form, String said, @TempDir Path folder)
            throws Exception {
        Files.writeString(folder.resolve("plain-row.json"), form);
        var wire = new ProviderWire(folder);

        assertThatThrownBy(wire::check)
                .isInstanceOfSatisfying(
                        NotReadyException.class,
                        e -> assertThat(e)
                                .hasMessageContaining("plain-row.json")
                                .hasMessageContaining(said));
    }

    @Test
    void bytes_that_are_no_utf_8_are_left_to_the_mappings() {
        byte[] bytes = row("gemini").getBytes(StandardCharsets.UTF_8);
        int at = row("gemini").indexOf("{}");
        bytes[at] = (byte) 0xff;

        assertThat(wire("gemini").plain(bytes, bytes.length)).isNull();
    }
}
