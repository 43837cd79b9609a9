package dev.caravan.prompt;

import java.io.Writer;
import java.util.Iterator;

/** Limits and rule of one rendering: reaching a limit is an error of the unit, never a silent cut. */
final class RenderBudget {
    static final int MOST_LOOPS = 10_000;
    static final int MOST_CHARACTERS = 4_000_000;
    private static final ThreadLocal<int[]> LOOPS = ThreadLocal.withInitial(() -> new int[1]);
    private static final ThreadLocal<RenderingRule> RULE = ThreadLocal.withInitial(() -> RenderingRule.NEWEST);

    private RenderBudget() {}

    static void start(RenderingRule rendering) {
        LOOPS.get()[0] = 0;
        RULE.set(rendering);
    }

    /** What the rule of this rendering says for a null. */
    static String nothing() {
        return RULE.get() == RenderingRule.FIRST ? "null" : "";
    }

    static <T> Iterator<T> counted(Iterator<T> iterator) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return iterator.hasNext();
            }

            @Override
            public T next() {
                if (++LOOPS.get()[0] > MOST_LOOPS) {
                    throw new UnrenderableException("the loops of the template run more than " + MOST_LOOPS + " times");
                }
                return iterator.next();
            }
        };
    }

    /** Collects the prompt up to the limit. */
    static final class Output extends Writer {
        private final StringBuilder text;

        /** @param expected characters, about */
        Output(int expected) {
            text = new StringBuilder(expected);
        }

        @Override
        public void write(char[] characters, int from, int length) {
            count(length);
            text.append(characters, from, length);
        }

        /** A writer would copy it into characters first. */
        @Override
        public void write(String words) {
            count(words.length());
            text.append(words);
        }

        @Override
        public void write(String words, int from, int length) {
            count(length);
            text.append(words, from, from + length);
        }

        private void count(int more) {
            if (text.length() + more > MOST_CHARACTERS) {
                throw new UnrenderableException("the prompt is longer than " + MOST_CHARACTERS + " characters");
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
