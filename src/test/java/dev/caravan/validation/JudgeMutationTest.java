package dev.caravan.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Replies of the corpus, changed at random: whatever they have become, the judge says something of them. */
class JudgeMutationTest {
    private static final long SEED = 17;
    private static final int EACH = 6;
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            "\\",
            "</think>",
            "<think>",
            "[/THINK]",
            "```json\n",
            "```",
            ",",
            ":",
            "\n",
            "\uD83D",
            "\uDE00",
            "\u0000",
            "//",
            "/*",
            "*/",
            "{\"a\":1}",
            "{\"team\":\"x\"}",
            "1e999999",
            "9".repeat(1_200),
            "null",
            "<|channel|>final<|message|>",
            "assistantfinal",
            "\\ud83d",
            "\uFEFF",
            "[{",
            "}]",
            "true",
            "-",
            "+1");

    @Test
    void I16_no_reply_makes_a_judge_throw_and_what_passes_is_what_is_stored() throws IOException {
        var random = new Random(SEED);
        int passed = 0;
        for (JsonNode row : rows()) {
            var schema = SchemaJudge.compile(row.path("schema").isObject() ? row.get("schema") : Json.object());
            String reply = row.get("reply").textValue();
            if (row.path("fails").asText().equals("schema_pattern_limit")) {
                continue;
            }
            for (int i = 0; i < EACH; i++) {
                String changed = changed(reply, random);
                for (ReadingRule reading : ReadingRule.values()) {
                    // The first rule is frozen with work that doubles at each level.
                    if (reading == ReadingRule.FIRST
                            && row.path("fails").asText().equals("schema_limit")) {
                        continue;
                    }
                    passed += judged(schema, reading, changed) ? 1 : 0;
                }
            }
        }
        assertThat(passed).as("some still hold").isGreaterThan(100);
    }

    private static boolean judged(SchemaJudge schema, ReadingRule reading, String reply) {
        var judge = new Judge(schema, Json.object(), reading);
        Verdict verdict = judge.judge(reply, Json.object());
        assertThat(judge.judge(reply, Json.object())).as(reply).isEqualTo(verdict);
        ObjectNode output = verdict.output();
        if (output == null) {
            return false;
        }
        String stored = new String(Json.line(output), StandardCharsets.UTF_8).strip();
        assertThat(Json.text(Json.parse(stored))).as(reply).isEqualTo(Json.text(output));
        if (reading == ReadingRule.FIRST) {
            // Frozen with a fault: behind twenty mended values it no longer saw what the schema said.
            return true;
        }
        ObjectNode again = judge.judge(stored, Json.object()).output();
        assertThat(again == null ? "" : Json.text(again))
                .as("it holds by itself: %s", reply)
                .isEqualTo(stored);
        return true;
    }

    private static String changed(String reply, Random random) {
        var text = new StringBuilder(reply);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(5)));
                case 2 -> text.setLength(at);
                default -> text.append(text, 0, at);
            }
        }
        return text.toString();
    }

    private static List<JsonNode> rows() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(JudgeMutationTest.class.getResourceAsStream("/validation/replies.jsonl"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Json::parse)
                    .toList();
        }
    }
}
