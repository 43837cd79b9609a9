package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes answers up in process, as the simulator would over its wires: for what has to be known before anybody is asked. */
public final class Rehearsal {
    private final AnswerMaker answers;

    public Rehearsal(long seed) {
        answers = new AnswerMaker(seed);
    }

    /** How a step is answered, see {@code simulate:} in a pipeline. */
    public void answers(String step, JsonNode block) {
        answers.block(step, block);
    }

    /** The schema of a step, for prompts that carry none because their provider does not take it. */
    public void schema(String step, JsonNode schema) {
        answers.schema(step, schema);
    }

    /** Whether answers that fit a schema are found; where not, only a {@code simulate:} block helps. */
    public static boolean fits(JsonNode schema) {
        return new AnswerMaker(1).rehearses(schema);
    }

    /**
     * A whole answer, however long it may be.
     *
     * @param key names the call: step, unit, attempt
     */
    public String answer(String key, String prompt, @Nullable JsonNode schema) {
        var asked = new CompletionRequest(
                "", Json.text(Json.object().put("prompt", prompt)), "", prompt, 0, 0, schema, 0, List.of());
        return answers.answer(asked, key, SimulatorFaults.NONE, FaultMarkers.NONE)
                .content();
    }

    /** Tokens of a prompt, as the simulator counts all its texts together. */
    public static long promptTokens(long characters) {
        return TokenRule.CHARACTERS.prompt(new CompletionRequest("", "", "", "", characters, 0, null, 0, List.of()));
    }

    /** Tokens of an answer, as the simulator counts them. */
    public static long answerTokens(String answer) {
        return TokenRule.CHARACTERS.answer(answer);
    }
}
