package dev.caravan.expression;

/** Nodes that decide: not, and, or, a choice between two values. */
final class ChoiceNodes {
    private ChoiceNodes() {}

    /** A truth value; the others ask it for no object. */
    private abstract static class Truth extends CountedNode {
        @Override
        Object eval(CallFrame frame) {
            return test(frame);
        }
    }

    static CountedNode not(ExpressionNode value) {
        return new Truth() {
            @Override
            boolean test(CallFrame frame) {
                count(frame);
                return !value.test(frame);
            }
        };
    }

    static CountedNode and(ExpressionNode left, ExpressionNode right) {
        return new Truth() {
            @Override
            boolean test(CallFrame frame) {
                count(frame);
                return left.test(frame) && right.test(frame);
            }
        };
    }

    static CountedNode or(ExpressionNode left, ExpressionNode right) {
        return new Truth() {
            @Override
            boolean test(CallFrame frame) {
                count(frame);
                return left.test(frame) || right.test(frame);
            }
        };
    }

    /** {@code condition ? then : otherwise}. */
    static CountedNode between(ExpressionNode condition, ExpressionNode then, ExpressionNode otherwise) {
        return new CountedNode() {
            private ExpressionNode chosen(CallFrame frame) {
                count(frame);
                return condition.test(frame) ? then : otherwise;
            }

            @Override
            Object eval(CallFrame frame) {
                return chosen(frame).eval(frame);
            }

            @Override
            boolean test(CallFrame frame) {
                return chosen(frame).test(frame);
            }

            @Override
            long small(CallFrame frame) {
                return chosen(frame).small(frame);
            }
        };
    }
}
