package dev.caravan.expression;

import java.util.List;

/** A closure as a value: something that can be called, and nothing else. */
final class ClosureValue {
    /**
     * What all closures of one place in the text have in common.
     *
     * @param arity how many parameters it names
     * @param implicit whether it names none and so takes one as {@code it}
     * @param slots variables of a call, parameters first
     * @param levels how deep its body is nested
     */
    record Code(int arity, boolean implicit, int slots, int levels, ExpressionNode body) {
        /** How many arguments it wants: 1 for one with {@code it}. */
        int wanted() {
            return implicit ? 1 : arity;
        }
    }

    private final Code code;
    private final CallFrame home;

    ClosureValue(Code code, CallFrame home) {
        this.code = code;
        this.home = home;
    }

    /** How many arguments it wants: 1 for one with {@code it}. */
    int arity() {
        return code.wanted();
    }

    private CallFrame begun() {
        home.meter.step();
        return new CallFrame(home, code.slots());
    }

    private void fits(int arguments) {
        if (arguments > code.wanted()) {
            throw EvaluationException.type(
                    "a closure of " + code.wanted() + " parameters was called with " + arguments);
        }
    }

    private Object run(CallFrame frame) {
        frame.meter.enter(code.levels());
        Object value = code.body().eval(frame);
        frame.meter.leave(code.levels());
        return value;
    }

    Object callWith(Object[] arguments) {
        if (arguments.length == 1) {
            return call(arguments[0]);
        }
        CallFrame frame = begun();
        fill(frame, arguments);
        return run(frame);
    }

    private void fill(CallFrame frame, Object[] arguments) {
        fits(arguments.length);
        for (int i = 0; i < arguments.length; i++) {
            frame.set(i, arguments[i]);
        }
    }

    /** With one argument; one of several parameters takes a list apart. */
    Object call(Object argument) {
        CallFrame frame = begun();
        if (code.arity() > 1 && argument instanceof List<?> list) {
            fill(frame, list.toArray());
        } else {
            fits(1);
            frame.set(0, argument);
        }
        return run(frame);
    }

    Object call(Object first, Object second) {
        CallFrame frame = begun();
        fits(2);
        frame.set(0, first);
        frame.set(1, second);
        return run(frame);
    }

    /** Calls it with an entry of a map: as key and value if it wants two, else as a map with both. */
    Object callEntry(String key, Object value) {
        return arity() == 2 ? call(key, value) : call(MethodTables.entry(key, value));
    }

    boolean test(Object argument) {
        return ExpressionValues.truth(call(argument));
    }

    boolean testEntry(String key, Object value) {
        return ExpressionValues.truth(callEntry(key, value));
    }
}
