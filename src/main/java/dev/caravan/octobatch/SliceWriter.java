package dev.caravan.octobatch;

import org.jspecify.annotations.Nullable;

/** Parts of lists and texts. Python's slices never fail: what lies outside is not there, so ours are made of take and drop. */
final class SliceWriter {
    private final ExprWords words;

    SliceWriter(ExprWords words) {
        this.words = words;
    }

    OurExpr slice(PythonExpr.Slice slice) {
        OurExpr of = words.value(slice.of());
        ValueType type =
                of.type() == ValueType.TEXT ? ValueType.TEXT : of.type().listed() ? ValueType.LIST : ValueType.UNKNOWN;
        Integer step = slice.step() == null ? Integer.valueOf(1) : PythonExpr.number(slice.step());
        if (step == null || step == 0 || step < -1) {
            throw new UntranslatableException("a slice with such a step has no equal");
        }
        if (step == -1) {
            if (slice.from() != null || slice.to() != null) {
                throw new UntranslatableException("a slice that goes backwards between two places has no equal");
            }
            return OurExpr.whole(of.part() + ".reverse()", type);
        }
        if (step > 1 && type == ValueType.TEXT) {
            return OurExpr.whole(range(of.part(), slice) + ".toList().step(" + step + ").join('')", type);
        }
        return OurExpr.whole(range(of.part(), slice) + (step == 1 ? "" : ".step(" + step + ")"), type);
    }

    private String range(String of, PythonExpr.Slice slice) {
        PythonExpr from = slice.from();
        PythonExpr to = slice.to();
        Integer first = PythonExpr.number(from);
        Integer last = PythonExpr.number(to);
        String start = of;
        if (from != null && !(first != null && first == 0)) {
            start = of + (first != null && first < 0 ? ".takeRight(" + -first + ")" : ".drop(" + said(from) + ")");
        }
        if (to == null) {
            return start.equals(of) ? of + ".drop(0)" : start;
        }
        if (last != null && last < 0) {
            return start + ".dropRight(" + -last + ")";
        }
        if (first != null && first < 0) {
            throw new UntranslatableException("a slice from the end to a place from the beginning has no equal");
        }
        return start + ".take(" + length(from, to) + ")";
    }

    private String said(PythonExpr e) {
        if (e instanceof PythonExpr.Unary minus && minus.operator().equals("-")) {
            throw new UntranslatableException("a slice from a computed place before the end has no equal");
        }
        return words.value(e).text();
    }

    /** How many elements lie between two places. */
    private String length(@Nullable PythonExpr from, PythonExpr to) {
        Integer first = from == null ? Integer.valueOf(0) : PythonExpr.number(from);
        Integer last = PythonExpr.number(to);
        if (first != null && last != null) {
            return String.valueOf(Math.max(0, last - first));
        }
        if (from == null || (first != null && first == 0)) {
            return said(to);
        }
        if (to instanceof PythonExpr.Binary sum
                && sum.operator().equals("+")
                && sum.left().equals(from)) {
            return said(sum.right());
        }
        return words.value(new PythonExpr.Binary("-", to, from)).text();
    }
}
