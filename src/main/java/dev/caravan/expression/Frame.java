package dev.caravan.expression;

/** The local variables of one call of a closure, or of the expression itself. */
final class Frame {
    /** Why the statements of a block are not gone on with. */
    enum Signal {
        NONE,
        BREAK,
        CONTINUE,
        RETURN
    }

    private final Evaluation evaluation;
    private final Frame home;
    private final Object[] slots;
    Signal signal = Signal.NONE;

    private Frame(Evaluation evaluation, int slots) {
        this.evaluation = evaluation;
        this.home = this;
        this.slots = filled(slots);
    }

    Frame(Evaluation evaluation, Frame home, int slots) {
        this.evaluation = evaluation;
        this.home = home;
        this.slots = filled(slots);
    }

    static Frame outermost(Evaluation evaluation, int slots) {
        return new Frame(evaluation, slots);
    }

    private static Object[] filled(int slots) {
        var values = new Object[slots];
        java.util.Arrays.fill(values, Values.NULL);
        return values;
    }

    Evaluation evaluation() {
        return evaluation;
    }

    Meter meter() {
        return evaluation.meter();
    }

    Frame up(int levels) {
        Frame frame = this;
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
