package dev.caravan.execution;

import dev.caravan.provider.Answer;

/** Hears what comes of questions to providers, on the thread that books them: it must be quick. */
public interface CallListener {
    CallListener NONE = new CallListener() {
        @Override
        public void answered(int step, Answer answer, long nanos) {
            // Nobody listens.
        }

        @Override
        public void turnedAway(int step) {
            // Nobody listens.
        }
    };

    /** A realtime call ended so. */
    void answered(int step, Answer answer, long nanos);

    /** A call, a create or a look was turned away to slow us down. */
    void turnedAway(int step);
}
