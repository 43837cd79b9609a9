package dev.caravan.simulator;

import java.nio.charset.StandardCharsets;

/** How the simulator counts tokens, and so what it bills. */
enum TokenRule {
    /** Four characters a token, near to what tokenizers of English do. */
    CHARACTERS(3) {
        @Override
        long of(long characters, long bytes) {
            return characters / CHARACTERS_A_TOKEN;
        }

        @Override
        long answer(String text) {
            return 1L + text.length() / CHARACTERS_A_TOKEN;
        }

        @Override
        String cut(String text, long tokens) {
            return text.substring(0, (int) Math.max(0, Math.min(text.length(), (tokens - 1L) * CHARACTERS_A_TOKEN)));
        }
    },
    /** A byte a token: no tokenizer makes more, so this is the worst that a bound on the cost must hold. */
    BYTES(100) {
        @Override
        long of(long characters, long bytes) {
            return bytes;
        }

        @Override
        long answer(String text) {
            return Math.max(1, text.getBytes(StandardCharsets.UTF_8).length);
        }

        @Override
        String cut(String text, long tokens) {
            int end = (int) Math.max(0, Math.min(text.length(), tokens));
            while (end > 0 && text.substring(0, end).getBytes(StandardCharsets.UTF_8).length > tokens) {
                end = text.offsetByCodePoints(end, -1);
            }
            return text.substring(0, end);
        }
    };

    private static final int CHARACTERS_A_TOKEN = 4;

    private final int wrapping;

    /** @param wrapping tokens around a prompt's own */
    TokenRule(int wrapping) {
        this.wrapping = wrapping;
    }

    /** Tokens of a prompt, schema and tools included. */
    long prompt(CompletionRequest asked) {
        return wrapping + of(asked.characters(), asked.bytes());
    }

    abstract long of(long characters, long bytes);

    abstract long answer(String text);

    /** At most so many tokens of a text. */
    abstract String cut(String text, long tokens);
}
