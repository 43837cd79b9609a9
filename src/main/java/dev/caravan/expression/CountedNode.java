package dev.caravan.expression;

/** A node that counts itself as a step before it does anything. */
abstract class CountedNode extends ExpressionNode {
    private int steps = 1;

    static CountedNode of(Body body) {
        return new CountedNode() {
            @Override
            Object eval(CallFrame frame) {
                count(frame);
                return body.eval(frame);
            }
        };
    }

    /** Counts for so many nodes more: for those around it, or in it, that do nothing beside it. Only while compiling. */
    CountedNode with(int more) {
        steps += more;
        return this;
    }

    int steps() {
        return steps;
    }

    void count(CallFrame frame) {
        frame.meter.steps(steps);
    }
}
