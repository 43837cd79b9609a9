package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Comparisons, of which Python chains several, and looks into texts, lists and maps by one word. */
final class ComparisonWriter {
    static final Map<String, String> OPPOSITES =
            Map.of("in", "not in", "is", "is not", "==", "!=", "not in", "in", "is not", "is", "!=", "==");

    private static final Set<String> NAMES_OF_ALL = Set.of("dir", "locals", "globals", "vars");

    private final ExprWords words;

    ComparisonWriter(ExprWords words) {
        this.words = words;
    }

    OurExpr all(PythonExpr.Comparison comparison) {
        var parts = new ArrayList<OurExpr>();
        PythonExpr left = comparison.first();
        for (PythonExpr.Link link : comparison.links()) {
            if (parts.size() > 0) {
                RandomCalls.refuseTwice(left);
            }
            parts.add(one(left, link.operator(), link.right()));
            left = link.right();
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        return new OurExpr(
                String.join(
                        " && ",
                        parts.stream().map(each -> each.within(OurExpr.AND)).toList()),
                OurExpr.AND,
                ValueType.TRUTH);
    }

    private OurExpr one(PythonExpr left, String operator, PythonExpr right) {
        if (operator.endsWith("in")) {
            return within(left, right, operator.startsWith("not"));
        }
        if (operator.startsWith("is") || operator.equals("==") || operator.equals("!=")) {
            return equal(left, operator.equals("is") || operator.equals("=="), right);
        }
        OurExpr a = words.value(left);
        OurExpr b = words.value(right);
        if (a.type() == ValueType.SET && b.type() == ValueType.SET) {
            return switch (operator) {
                case "<=" -> OurExpr.whole(b.part() + ".containsAll(" + a.text() + ")", ValueType.TRUTH);
                case ">=" -> OurExpr.whole(a.part() + ".containsAll(" + b.text() + ")", ValueType.TRUTH);
                default -> throw new UntranslatableException("whether one set is really larger has no equal");
            };
        }
        return relation(a, operator, b);
    }

    private static OurExpr relation(OurExpr a, String operator, OurExpr b) {
        return new OurExpr(
                a.within(OurExpr.SHIFT) + " " + operator + " " + b.within(OurExpr.SHIFT),
                OurExpr.RELATION,
                ValueType.TRUTH);
    }

    private OurExpr equal(PythonExpr left, boolean same, PythonExpr right) {
        OurExpr type = typed(left, same, right);
        if (type != null) {
            return type;
        }
        String sign = same ? " == " : " != ";
        if (isRest(left) && number(right, 0)) {
            PythonExpr.Binary rest = (PythonExpr.Binary) left;
            OurExpr a = words.value(rest.left());
            if (a.type() != ValueType.TEXT) {
                return new OurExpr(
                        a.within(OurExpr.PRODUCT) + " % "
                                + words.value(rest.right()).within(OurExpr.SIGN) + sign + "0",
                        OurExpr.EQUAL,
                        ValueType.TRUTH);
            }
        }
        OurExpr a = words.value(left);
        OurExpr b = words.value(right);
        boolean sets = a.type() == ValueType.SET && b.type() == ValueType.SET;
        String x = sets ? a.part() + ".toSorted()" : a.within(OurExpr.RELATION);
        String y = sets ? b.part() + ".toSorted()" : b.within(OurExpr.RELATION);
        return new OurExpr(x + sign + y, OurExpr.EQUAL, ValueType.TRUTH);
    }

    private static boolean isRest(PythonExpr e) {
        return e instanceof PythonExpr.Binary binary && binary.operator().equals("%");
    }

    private static boolean number(PythonExpr e, int wanted) {
        Integer found = PythonExpr.number(e);
        return found != null && found == wanted;
    }

    /** {@code type(x) == str}. */
    private @Nullable OurExpr typed(PythonExpr left, boolean same, PythonExpr right) {
        if (left instanceof PythonExpr.Call call
                && call.on() instanceof PythonExpr.Name name
                && name.id().equals("type")
                && call.arguments().size() == 1) {
            OurExpr is = new InstanceWriter(words).instance(call.arguments().get(0), right);
            return same ? is : new OurExpr("!" + is.within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.TRUTH);
        }
        return null;
    }

    private OurExpr within(PythonExpr left, PythonExpr right, boolean not) {
        if (isNamesOfAll(right)) {
            return negated(OurExpr.whole("has(" + words.value(left).text() + ")", ValueType.TRUTH), not);
        }
        PythonExpr map = PythonExpr.calledOn(right, "keys");
        if (map != null) {
            return in(words.value(left), words.value(map), not);
        }
        OurExpr a = words.value(left);
        OurExpr b = words.value(right);
        if (b.type() == ValueType.TEXT) {
            return negated(OurExpr.whole(b.part() + ".contains(" + a.text() + ")", ValueType.TRUTH), not);
        }
        if (b.type() != ValueType.UNKNOWN || (a.type() != ValueType.TEXT && a.type() != ValueType.UNKNOWN)) {
            return in(a, b, not);
        }
        // Nobody knows yet whether it is a text or a list.
        RandomCalls.refuseTwice(right);
        RandomCalls.refuseTwice(left);
        OurExpr either = new OurExpr(
                b.within(OurExpr.SHIFT) + " instanceof String ? " + b.part() + ".contains(" + a.text() + ") : "
                        + in(a, b, false).text(),
                OurExpr.CHOICE,
                ValueType.TRUTH);
        return not ? negated(either, true) : OurExpr.whole("(" + either.text() + ")", ValueType.TRUTH);
    }

    private static boolean isNamesOfAll(PythonExpr e) {
        return e instanceof PythonExpr.Call call
                && call.on() instanceof PythonExpr.Name name
                && NAMES_OF_ALL.contains(name.id())
                && call.arguments().isEmpty();
    }

    private static OurExpr in(OurExpr a, OurExpr b, boolean not) {
        return relation(a, not ? "!in" : "in", b);
    }

    private static OurExpr negated(OurExpr said, boolean not) {
        return not ? new OurExpr("!" + said.within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.TRUTH) : said;
    }
}
