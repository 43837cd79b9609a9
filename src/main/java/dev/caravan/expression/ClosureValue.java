package dev.caravan.expression;

import java.util.List;

/** A closure as a value: something that can be called, and nothing else. */
final class ClosureValue {
    private final int arity;
    private final boolean implicit;
    private final int slots;
    private final int levels;
    private final ExpressionNode body;
    private final CallFrame home;

    /**
     * @param arity how many parameters it names
     * @param implicit whether it names none and so takes one as {@code it}
     * @param slots variables of a call, parameters first
     * @param levels how deep its body is nested
     */
    ClosureValue(int arity, boolean implicit, int slots, int levels, ExpressionNode body, CallFrame home) {
        this.arity = arity;
        this.implicit = implicit;
        this.slots = slots;
        this.levels = levels;
        this.body = body;
        this.home = home;
    }

    /** How many arguments it wants: 1 for one with {@code it}. */
    int arity() {
        return implicit ? 1 : arity;
    }

    Object call(Object... arguments) {
        EvaluationMeter meter = home.evaluation().meter();
        meter.step();
        var frame = new CallFrame(home.evaluation(), home, slots);
        Object[] given = arguments;
        if (given.length == 1 && arity > 1 && given[0] instanceof List<?> list) {
            given = list.toArray();
        }
        if (given.length > arity()) {
            throw EvaluationException.type("a closure of " + arity() + " parameters was called with " + given.length);
        }
        for (int i = 0; i < arity(); i++) {
            frame.set(i, i < given.length ? given[i] : ExpressionValues.NULL);
        }
        meter.enter(levels);
        Object value = body.eval(frame);
        meter.leave(levels);
        return frame.returned(value);
    }

    /** Calls it with an entry of a map: as key and value if it wants two, else as a map with both. */
    Object callEntry(String key, Object value) {
        return arity() == 2 ? call(key, value) : call(MethodTables.entry(key, value));
    }

    boolean test(Object... arguments) {
        return ExpressionValues.truth(call(arguments));
    }

    boolean testEntry(String key, Object value) {
        return ExpressionValues.truth(callEntry(key, value));
    }
}
