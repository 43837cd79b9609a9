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
        Integer step = slice.step() == null ? Integer.valueOf(1) : PythonExpr.number(slice.step());
        if (step == null || step == 0 || step < -1) {
            throw new UntranslatableException("a slice with such a step has no equal");
        }
        if (step == -1) {
            return OurExpr.whole(reversed(of, slice), type(of));
        }
        String stepped = step == 1 ? "" : ".step(" + step + ")";
        if (step > 1 && of.type() == ValueType.TEXT) {
            stepped = ".toList()" + stepped + ".join('')";
        }
        return OurExpr.whole(range(of.part(), slice) + stepped, type(of));
    }

    /** Of a part of a set a list comes. */
    private static ValueType type(OurExpr of) {
        return switch (of.type()) {
            case TEXT -> ValueType.TEXT;
            case LIST, SET -> ValueType.LIST;
            default -> ValueType.UNKNOWN;
        };
    }

    private static String reversed(OurExpr of, PythonExpr.Slice slice) {
        if (slice.from() != null || slice.to() != null) {
            throw new UntranslatableException("a slice that goes backwards between two places has no equal");
        }
        return of.part() + ".reverse()";
    }

    private String range(String of, PythonExpr.Slice slice) {
        PythonExpr to = slice.to();
        int first = place(slice.from());
        int last = place(to);
        String start = of + start(slice.from());
        if (to == null) {
            return start.equals(of) ? of + ".drop(0)" : start;
        }
        if (last < 0) {
            return start + ".dropRight(" + -last + ")";
        }
        if (first < 0) {
            throw new UntranslatableException("a slice from the end to a place from the beginning has no equal");
        }
        return start + ".take(" + length(slice.from(), to) + ")";
    }

    private String start(@Nullable PythonExpr from) {
        if (from == null || Integer.valueOf(0).equals(PythonExpr.number(from))) {
            return "";
        }
        int place = place(from);
        return place < 0 ? ".takeRight(" + -place + ")" : ".drop(" + said(from) + ")";
    }

    /** Below 0 from the end; 0 where it is not written as a number. */
    private static int place(@Nullable PythonExpr e) {
        Integer number = PythonExpr.number(e);
        return number == null ? 0 : number;
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
