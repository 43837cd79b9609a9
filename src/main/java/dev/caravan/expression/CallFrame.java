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

    private static final Object[] NO_SLOTS = {};

    final EvaluationMeter meter;
    private final Evaluation evaluation;
    private int[] places;
    private final CallFrame home;
    private final Object[] slots;
    Signal signal = Signal.NONE;
    /** The last value that {@link ExpressionNode#small} could not give; to be read at once. */
    Object other = ExpressionValues.NULL;

    /** @param places where the expression's fields lie in the evaluation */
    private CallFrame(Evaluation evaluation, int[] places, int slots) {
        this.meter = evaluation.meter();
        this.evaluation = evaluation;
        this.places = places;
        this.home = this;
        this.slots = filled(slots);
    }

    /** A frame of a closure that was made in another one. */
    CallFrame(CallFrame home, int slots) {
        this.meter = home.meter;
        this.evaluation = home.evaluation;
        this.places = home.places;
        this.home = home;
        this.slots = filled(slots);
    }

    static CallFrame outermost(Evaluation evaluation, int[] places, int slots) {
        return new CallFrame(evaluation, places, slots);
    }

    /** Begins anew for another expression. Only where nothing kept the frame: no closure, no variable. */
    CallFrame again(int[] others) {
        places = others;
        signal = Signal.NONE;
        return this;
    }

    private static Object[] filled(int slots) {
        if (slots == 0) {
            return NO_SLOTS;
        }
        var values = new Object[slots];
        Arrays.fill(values, ExpressionValues.NULL);
        return values;
    }

    Evaluation evaluation() {
        return evaluation;
    }

    /** The value of a field that the expression names. */
    Object field(int index) {
        return evaluation.field(places[index]);
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
}
