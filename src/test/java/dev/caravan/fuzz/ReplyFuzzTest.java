package dev.caravan.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.JsonMutations;
import dev.caravan.base.JsonMutations.Sparing;
import dev.caravan.base.Mutations;
import dev.caravan.validation.Judge;
import dev.caravan.validation.ReadingRule;
import dev.caravan.validation.SchemaJudge;
import dev.caravan.validation.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Replies of the corpus, changed by seed: judged, never thrown at; what held is stored as it was judged. */
@Tag("fuzz")
class ReplyFuzzTest {
    private static final int REPLIES_EACH = 500;
    private static final ObjectNode RECORD = Json.object().put("unit_id", "u1").put("old", 1);
    private static final List<JsonNode> CORPUS = new ArrayList<>();
    private static final Map<String, SchemaJudge> SCHEMAS = new ConcurrentHashMap<>();

    @BeforeAll
    static void read() throws IOException {
        try (InputStream in = ReplyFuzzTest.class.getResourceAsStream("/validation/replies.jsonl")) {
            new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> CORPUS.add(Json.parse(line)));
        }
        assertThat(CORPUS).hasSizeGreaterThan(50);
    }

    /** A trial is many replies: each takes no more than a fraction of a millisecond. */
    @Test
    void a_reply_gets_one_verdict_whatever_it_is() throws Exception {
        new FuzzSession("ReplyFuzzTest", 100, ReplyFuzzTest::trial).run();
    }

    private static void trial(FuzzTrial trial) {
        Mutations mutations = trial.mutations();
        for (int i = 0; i < REPLIES_EACH && trial.wrongs().isEmpty(); i++) {
            JsonNode line = mutations.one(CORPUS);
            String reply = line.path("reply").asText();
            for (int times = 1 + mutations.random().nextInt(2); times > 0; times--) {
                reply = changed(mutations, reply);
            }
            JsonNode schema = line.path("schema");
            SchemaJudge compiled = schema.isObject()
                    ? SCHEMAS.computeIfAbsent(Json.text(schema), key -> SchemaJudge.compile(schema))
                    : null;
            judge(trial, compiled, reply);
        }
        trial.ends("judged");
    }

    private static String changed(Mutations mutations, String reply) {
        byte[] bytes = reply.getBytes(StandardCharsets.UTF_8);
        byte[] changed = switch (mutations.random().nextInt(6)) {
            case 0 -> mutations.digit(bytes).bytes();
            case 1 -> mutations.lines(bytes).bytes();
            case 2, 3 -> mutations.bytes(bytes).bytes();
            default -> JsonMutations.of(mutations, bytes, Sparing.NOTHING).bytes();
        };
        return new String(changed, StandardCharsets.UTF_8);
    }

    private static void judge(FuzzTrial trial, @Nullable SchemaJudge schema, String reply) {
        try {
            var judge = new Judge(schema, Json.object(), ReadingRule.NEWEST);
            Verdict verdict = judge.judge(reply, RECORD);
            if (!verdict.equals(judge.judge(reply, RECORD))) {
                trial.wrong("two verdicts", FuzzTrial.brief(reply));
            }
            JsonNode output = verdict.output();
            if (output == null && verdict.findings().stream().noneMatch(each -> each.fails())) {
                trial.wrong("failed without a finding", FuzzTrial.brief(reply));
            } else if (output != null && !Json.text(output).equals(Json.text(Json.parse(Json.line(output))))) {
                trial.wrong("stored otherwise than judged", FuzzTrial.brief(reply));
            }
        } catch (RuntimeException e) {
            var trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            trial.wrong("judge throws " + e.getClass().getSimpleName(), FuzzTrial.brief(reply) + "\n" + trace);
        }
    }
}
