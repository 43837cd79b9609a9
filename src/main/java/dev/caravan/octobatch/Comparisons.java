package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.Map;
import java.util.Set;

/** Comparisons, of which Python chains several, and looks into texts, lists and maps by one word. */
final class Comparisons {
    static final Map<String, String> OPPOSITES =
            Map.of("in", "not in", "is", "is not", "==", "!=", "not in", "in", "is not", "is", "!=", "==");

    private static final Set<String> NAMES_OF_ALL = Set.of("dir", "locals", "globals", "vars");

    private final Words words;

    Comparisons(Words words) {
        this.words = words;
    }

    Said all(Expr.Comparison comparison) {
        var parts = new ArrayList<Said>();
        Expr left = comparison.first();
        for (Expr.Link link : comparison.links()) {
            if (parts.size() > 0) {
                Words.twice(left);
            }
            parts.add(one(left, link.operator(), link.right()));
            left = link.right();
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        return new Said(
                String.join(
                        " && ",
                        parts.stream().map(each -> each.within(Said.AND)).toList()),
                Said.AND,
                Type.TRUTH);
    }

    private Said one(Expr left, String operator, Expr right) {
        if (operator.endsWith("in")) {
            return within(left, right, operator.startsWith("not"));
        }
        if (operator.startsWith("is") || operator.equals("==") || operator.equals("!=")) {
            return equal(left, operator.equals("is") || operator.equals("=="), right);
        }
        Said a = words.value(left);
        Said b = words.value(right);
        if (a.type() == Type.SET && b.type() == Type.SET) {
            return switch (operator) {
                case "<=" -> Said.whole(b.part() + ".containsAll(" + a.text() + ")", Type.TRUTH);
                case ">=" -> Said.whole(a.part() + ".containsAll(" + b.text() + ")", Type.TRUTH);
                default -> throw new Untranslatable("whether one set is really larger has no equal");
            };
        }
        return relation(a, operator, b);
    }

    private static Said relation(Said a, String operator, Said b) {
        return new Said(a.within(Said.SHIFT) + " " + operator + " " + b.within(Said.SHIFT), Said.RELATION, Type.TRUTH);
    }

    private Said equal(Expr left, boolean same, Expr right) {
        Said type = typed(left, same, right);
        if (type != null) {
            return type;
        }
        String sign = same ? " == " : " != ";
        if (isRest(left) && number(right, 0)) {
            Expr.Binary rest = (Expr.Binary) left;
            Said a = words.value(rest.left());
            if (a.type() != Type.TEXT) {
                return new Said(
                        a.within(Said.PRODUCT) + " % "
                                + words.value(rest.right()).within(Said.SIGN) + sign + "0",
                        Said.EQUAL,
                        Type.TRUTH);
            }
        }
        Said a = words.value(left);
        Said b = words.value(right);
        boolean sets = a.type() == Type.SET && b.type() == Type.SET;
        String x = sets ? a.part() + ".toSorted()" : a.within(Said.RELATION);
        String y = sets ? b.part() + ".toSorted()" : b.within(Said.RELATION);
        return new Said(x + sign + y, Said.EQUAL, Type.TRUTH);
    }

    private static boolean isRest(Expr e) {
        return e instanceof Expr.Binary binary && binary.operator().equals("%");
    }

    private static boolean number(Expr e, int wanted) {
        Integer found = Words.number(e);
        return found != null && found == wanted;
    }

    /** {@code type(x) == str}. */
    private @org.jspecify.annotations.Nullable Said typed(Expr left, boolean same, Expr right) {
        if (left instanceof Expr.Call call
                && call.on() instanceof Expr.Name name
                && name.id().equals("type")
                && call.arguments().size() == 1) {
            Said is = new Calls(words).instance(call.arguments().get(0), right);
            return same ? is : new Said("!" + is.within(Said.WHOLE), Said.SIGN, Type.TRUTH);
        }
        return null;
    }

    private Said within(Expr left, Expr right, boolean not) {
        if (right instanceof Expr.Call call
                && call.on() instanceof Expr.Name name
                && NAMES_OF_ALL.contains(name.id())
                && call.arguments().isEmpty()) {
            return negated(Said.whole("has(" + words.value(left).text() + ")", Type.TRUTH), not);
        }
        if (right instanceof Expr.Call call
                && call.on() instanceof Expr.Attribute method
                && method.name().equals("keys")
                && call.arguments().isEmpty()) {
            return in(words.value(left), words.value(method.of()), not);
        }
        Said a = words.value(left);
        Said b = words.value(right);
        if (b.type() == Type.TEXT) {
            return negated(Said.whole(b.part() + ".contains(" + a.text() + ")", Type.TRUTH), not);
        }
        if (b.type() != Type.UNKNOWN || (a.type() != Type.TEXT && a.type() != Type.UNKNOWN)) {
            return in(a, b, not);
        }
        // Nobody knows yet whether it is a text or a list.
        Words.twice(right);
        Words.twice(left);
        Said either = new Said(
                b.within(Said.SHIFT) + " instanceof String ? " + b.part() + ".contains(" + a.text() + ") : "
                        + in(a, b, false).text(),
                Said.CHOICE,
                Type.TRUTH);
        return not ? negated(either, true) : Said.whole("(" + either.text() + ")", Type.TRUTH);
    }

    private static Said in(Said a, Said b, boolean not) {
        return relation(a, not ? "!in" : "in", b);
    }

    private static Said negated(Said said, boolean not) {
        return not ? new Said("!" + said.within(Said.WHOLE), Said.SIGN, Type.TRUTH) : said;
    }
}
