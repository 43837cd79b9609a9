package dev.caravan.expression;

/** Nodes that give a value that is there: a constant, a local variable, a field of the record. */
final class ValueNodes {
    private ValueNodes() {}

    /** A value that stands in the text. */
    static final class Constant extends CountedNode {
        private final Object value;
        private final long small;

        Constant(Object value) {
            this.value = value;
            small = value instanceof Integer number ? number : OTHER;
        }

        Object value() {
            return value;
        }

        @Override
        Object eval(CallFrame frame) {
            count(frame);
            return value;
        }

        @Override
        long small(CallFrame frame) {
            count(frame);
            if (small == OTHER) {
                frame.other = value;
            }
            return small;
        }
    }

    /** A variable of this closure or expression. */
    static final class Local extends CountedNode {
        private final int slot;

        Local(int slot) {
            this.slot = slot;
        }

        @Override
        Object eval(CallFrame frame) {
            count(frame);
            return frame.get(slot);
        }
    }

    /** A variable of a closure around this one, or of the expression. */
    static final class Outer extends CountedNode {
        private final int up;
        private final int slot;

        Outer(int up, int slot) {
            this.up = up;
            this.slot = slot;
        }

        @Override
        Object eval(CallFrame frame) {
            count(frame);
            return frame.up(up).get(slot);
        }
    }

    static CountedNode variable(NameScope.Place place) {
        return place.up() == 0 ? new Local(place.slot()) : new Outer(place.up(), place.slot());
    }

    /** A field of the record, or what was set under its name. */
    static final class Field extends CountedNode {
        private final int index;

        /** @param index among the fields that the expression names */
        Field(int index) {
            this.index = index;
        }

        @Override
        Object eval(CallFrame frame) {
            count(frame);
            return frame.field(index);
        }
    }
}
