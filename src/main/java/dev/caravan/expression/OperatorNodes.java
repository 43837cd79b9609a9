package dev.caravan.expression;

/**
 * Nodes of operators between two values. Small whole numbers, which nearly all are, are reckoned with as they are; for all
 * else the meaning of the operator is asked.
 */
final class OperatorNodes {
    /** The orders that two values can be in. */
    private static final int BELOW = 1;

    private static final int EQUAL = 2;
    private static final int ABOVE = 4;

    private OperatorNodes() {}

    /** Of a word for an operator that {@link OperatorMeanings} knows. */
    static CountedNode of(String operator, ExpressionNode left, ExpressionNode right) {
        OperatorMeanings.Meaning meaning = OperatorMeanings.of(operator);
        return switch (operator) {
            case "+" -> new Plus(meaning, left, right);
            case "-" -> new Minus(meaning, left, right);
            case "*" -> new Times(meaning, left, right);
            case "<" -> new Comparison(meaning, BELOW, left, right);
            case "<=" -> new Comparison(meaning, BELOW | EQUAL, left, right);
            case ">" -> new Comparison(meaning, ABOVE, left, right);
            case ">=" -> new Comparison(meaning, ABOVE | EQUAL, left, right);
            case "==", "===" -> new Comparison(meaning, EQUAL, left, right);
            case "!=", "!==" -> new Comparison(meaning, BELOW | ABOVE, left, right);
            case "in", "!in" -> new Other(meaning, left, right, true);
            default -> new Other(meaning, left, right, false);
        };
    }

    /** What has a shorter way for two small whole numbers. */
    private abstract static class Arithmetic extends CountedNode {
        private final OperatorMeanings.Meaning meaning;
        private final ExpressionNode left;
        private final ExpressionNode right;

        Arithmetic(OperatorMeanings.Meaning meaning, ExpressionNode left, ExpressionNode right) {
            this.meaning = meaning;
            this.left = left;
            this.right = right;
        }

        /** Of two numbers that ints hold. */
        abstract long of(long a, long b);

        @Override
        long small(CallFrame frame) {
            count(frame);
            long a = left.small(frame);
            Object x = frame.other;
            long b = right.small(frame);
            if (a != OTHER && b != OTHER) {
                long result = of(a, b);
                return (int) result == result ? result : unboxed(result, frame);
            }
            Object first = a == OTHER ? x : (Object) (int) a;
            return unboxed(OperatorMeanings.apply(meaning, first, boxed(b, frame), frame.meter), frame);
        }

        @Override
        Object eval(CallFrame frame) {
            return boxed(small(frame), frame);
        }
    }

    private static final class Plus extends Arithmetic {
        Plus(OperatorMeanings.Meaning meaning, ExpressionNode left, ExpressionNode right) {
            super(meaning, left, right);
        }

        @Override
        long of(long a, long b) {
            return a + b;
        }
    }

    private static final class Minus extends Arithmetic {
        Minus(OperatorMeanings.Meaning meaning, ExpressionNode left, ExpressionNode right) {
            super(meaning, left, right);
        }

        @Override
        long of(long a, long b) {
            return a - b;
        }
    }

    private static final class Times extends Arithmetic {
        Times(OperatorMeanings.Meaning meaning, ExpressionNode left, ExpressionNode right) {
            super(meaning, left, right);
        }

        @Override
        long of(long a, long b) {
            return a * b;
        }
    }

    /** Says yes to some of the orders that two values can be in. */
    private static final class Comparison extends CountedNode {
        private final OperatorMeanings.Meaning meaning;
        private final int holds;
        private final ExpressionNode left;
        private final ExpressionNode right;

        Comparison(OperatorMeanings.Meaning meaning, int holds, ExpressionNode left, ExpressionNode right) {
            this.meaning = meaning;
            this.holds = holds;
            this.left = left;
            this.right = right;
        }

        @Override
        boolean test(CallFrame frame) {
            count(frame);
            long a = left.small(frame);
            Object x = frame.other;
            long b = right.small(frame);
            if (a != OTHER && b != OTHER) {
                frame.meter.step();
                return (holds & (a < b ? BELOW : a == b ? EQUAL : ABOVE)) != 0;
            }
            Object first = a == OTHER ? x : (Object) (int) a;
            return (Boolean) OperatorMeanings.apply(meaning, first, boxed(b, frame), frame.meter);
        }

        @Override
        Object eval(CallFrame frame) {
            return test(frame);
        }
    }

    private static final class Other extends CountedNode {
        private final OperatorMeanings.Meaning meaning;
        private final ExpressionNode left;
        private final ExpressionNode right;
        private final boolean looks;

        /** @param looks whether it only looks into what stands at the right */
        Other(OperatorMeanings.Meaning meaning, ExpressionNode left, ExpressionNode right, boolean looks) {
            this.meaning = meaning;
            this.left = left;
            this.right = right;
            this.looks = looks;
        }

        @Override
        Object eval(CallFrame frame) {
            count(frame);
            Object a = left.eval(frame);
            Object b = looks ? right.look(frame) : right.eval(frame);
            return OperatorMeanings.apply(meaning, a, b, frame.meter);
        }
    }
}
