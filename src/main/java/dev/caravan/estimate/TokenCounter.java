package dev.caravan.estimate;

import com.fasterxml.jackson.databind.JsonNode;
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
        TokenVocabulary vocabulary = TokenVocabulary.o200k();
        return new TokenCounter() {
            /** Around a prompt's messages and its schema. */
            private static final long WRAPPING = 8;

            @Override
            public long prompt(Prompt prompt) {
                String system = prompt.system();
                return WRAPPING
                        + vocabulary.count(prompt.text())
                        + (system == null ? 0 : vocabulary.count(system))
                        + vocabulary.count(schema(prompt));
            }

            @Override
            public long answer(String text) {
                return vocabulary.count(text);
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
