package dev.caravan.expression;

/**
 * One node of a compiled expression. Besides its value it gives that of a truth and of a small number without an object
 * around it, for whoever asks for no more.
 */
abstract class ExpressionNode {
    /** What {@link #small} gives where the value is no whole number of an int's size; it lies in {@link CallFrame#other}. */
    static final long OTHER = Long.MIN_VALUE;

    /** What a node does, where that is no class of its own. */
    interface Body {
        Object eval(CallFrame frame);
    }

    static ExpressionNode of(Body body) {
        return new ExpressionNode() {
            @Override
            Object eval(CallFrame frame) {
                return body.eval(frame);
            }
        };
    }

    abstract Object eval(CallFrame frame);

    /** Groovy's truth of its value. */
    boolean test(CallFrame frame) {
        return ExpressionValues.truth(eval(frame));
    }

    /** Its value where it is a whole number that an int holds, else {@link #OTHER}. */
    long small(CallFrame frame) {
        return unboxed(eval(frame), frame);
    }

    static long unboxed(Object value, CallFrame frame) {
        if (value instanceof Integer number) {
            return number;
        }
        frame.other = value;
        return OTHER;
    }

    /** What {@link #small} gave, as a value. */
    static Object boxed(long small, CallFrame frame) {
        return small == OTHER ? frame.other : (Object) (int) small;
    }

    /** Its value for one who looks into it and neither changes nor keeps it: what is always the same is not made anew. */
    Object look(CallFrame frame) {
        return eval(frame);
    }
}
