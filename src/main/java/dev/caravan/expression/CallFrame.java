package dev.caravan.expression;

import java.util.Arrays;

/** The local variables of one call of a closure, or of the expression itself. */
final class CallFrame {
    /** Why the statements of a block are not gone on with. */
    enum Signal {
        NONE,
        BREAK,
        CONTINUE,
        RETURN
    }

    private final Evaluation evaluation;
    private final CallFrame home;
    private final Object[] slots;
    Signal signal = Signal.NONE;

    private CallFrame(Evaluation evaluation, int slots) {
        this.evaluation = evaluation;
        this.home = this;
        this.slots = filled(slots);
    }

    CallFrame(Evaluation evaluation, CallFrame home, int slots) {
        this.evaluation = evaluation;
        this.home = home;
        this.slots = filled(slots);
    }

    static CallFrame outermost(Evaluation evaluation, int slots) {
        return new CallFrame(evaluation, slots);
    }

    private static Object[] filled(int slots) {
        var values = new Object[slots];
        Arrays.fill(values, ExpressionValues.NULL);
        return values;
    }

    Evaluation evaluation() {
        return evaluation;
    }

    EvaluationMeter meter() {
        return evaluation.meter();
    }

    CallFrame up(int levels) {
        CallFrame frame = this;
        for (int i = 0; i < levels; i++) {
            frame = frame.home;
        }
        return frame;
    }

    Object get(int slot) {
        return slots[slot];
    }

    void set(int slot, Object value) {
        slots[slot] = value;
    }

    /** The value of a finished call. */
    Object returned(Object value) {
        signal = Signal.NONE;
        return value;
    }
}
