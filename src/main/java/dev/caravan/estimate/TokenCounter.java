package dev.caravan.estimate;

import com.fasterxml.jackson.databind.JsonNode;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.caravan.base.Json;
import dev.caravan.provider.Prompt;
import dev.caravan.simulator.Rehearsal;

/** Counts tokens in process. */
interface TokenCounter {
    /** The tokenizer, as {@code models.yaml} names it. */
    String NAME = "o200k_base";

    long prompt(Prompt prompt);

    long answer(String text);

    /** The tokenizer of OpenAI's present models. */
    static TokenCounter o200k() {
        Encoding encoding = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
        return new TokenCounter() {
            /** Around a prompt's messages and its schema. */
            private static final long WRAPPING = 8;

            @Override
            public long prompt(Prompt prompt) {
                String system = prompt.system();
                return WRAPPING
                        + encoding.countTokensOrdinary(prompt.text())
                        + (system == null ? 0 : encoding.countTokensOrdinary(system))
                        + encoding.countTokensOrdinary(schema(prompt));
            }

            @Override
            public long answer(String text) {
                return encoding.countTokensOrdinary(text);
            }
        };
    }

    /** As the simulator counts. */
    static TokenCounter simulated() {
        return new TokenCounter() {
            @Override
            public long prompt(Prompt prompt) {
                String system = prompt.system();
                return Rehearsal.promptTokens((long) prompt.text().length()
                        + (system == null ? 0 : system.length())
                        + schema(prompt).length());
            }

            @Override
            public long answer(String text) {
                return Rehearsal.answerTokens(text);
            }
        };
    }

    private static String schema(Prompt prompt) {
        JsonNode schema = prompt.schema();
        return schema == null ? "" : Json.text(schema);
    }
}
