package dev.caravan.octobatch;

import java.util.Map;

/** What reckons with two values. */
final class ArithmeticWriter {
    private static final Map<String, Integer> STRENGTH = Map.of(
            "+", OurExpr.SUM,
            "-", OurExpr.SUM,
            "*", OurExpr.PRODUCT,
            "/", OurExpr.PRODUCT,
            "<<", OurExpr.SHIFT,
            ">>", OurExpr.SHIFT,
            "&", OurExpr.BIT_AND,
            "|", OurExpr.BIT_OR,
            "^", OurExpr.BIT_XOR);

    private final ExprWords words;

    ArithmeticWriter(ExprWords words) {
        this.words = words;
    }

    OurExpr binary(PythonExpr.Binary e) {
        OurExpr a = words.value(e.left());
        String operator = e.operator();
        if (operator.equals("%") && a.type() == ValueType.TEXT) {
            return new TextWriter(words).percent(e.left(), e.right());
        }
        OurExpr b = words.value(e.right());
        return switch (operator) {
            case "//" -> floor(a, b);
            case "%" -> OurExpr.whole(a.part() + ".mod(" + b.text() + ")", ValueType.NUMBER);
            case "**" ->
                new OurExpr(
                        a.within(OurExpr.WHOLE) + " ** " + b.within(OurExpr.WHOLE), OurExpr.POWER, ValueType.NUMBER);
            case "*" -> isCount(a, b) ? joined(b, "*", a) : joined(a, "*", b);
            case "+" -> a.type() == ValueType.MAP ? fail("+ of maps") : joined(a, "+", b);
            case "&", "|", "^", "-" ->
                a.type() == ValueType.SET || b.type() == ValueType.SET ? sets(a, operator, b) : maps(a, operator, b);
            default -> joined(a, operator, b);
        };
    }

    /** Whether it says how often the other is repeated, which comes behind it here. */
    private static boolean isCount(OurExpr a, OurExpr repeated) {
        return repeated.type().listed()
                || (repeated.type() == ValueType.TEXT && !a.type().listed());
    }

    private static OurExpr fail(String what) {
        throw new UntranslatableException(what + " has no equal");
    }

    private static OurExpr joined(OurExpr a, String operator, OurExpr b) {
        int own = STRENGTH.getOrDefault(operator, OurExpr.SUM);
        ValueType type = a.type() == ValueType.TEXT || (operator.equals("+") && b.type() == ValueType.TEXT)
                ? ValueType.TEXT
                : a.type().listed() || (operator.equals("+") && b.type().listed())
                        ? ValueType.LIST
                        : (a.type() == ValueType.NUMBER && b.type() == ValueType.NUMBER) || !operator.matches("[+*]")
                                ? ValueType.NUMBER
                                : ValueType.UNKNOWN;
        return new OurExpr(a.within(own) + " " + operator + " " + b.within(own + 1), own, type);
    }

    /** Towards the smaller number, as Python does; for counts that is the whole quotient. */
    private static OurExpr floor(OurExpr a, OurExpr b) {
        if (a.text().startsWith("len(")
                && a.strength() == OurExpr.WHOLE
                && b.text().matches("[0-9]+")) {
            return OurExpr.whole(a.text() + ".intdiv(" + b.text() + ")", ValueType.NUMBER);
        }
        return OurExpr.whole("floor(" + joined(a, "/", b).text() + ")", ValueType.NUMBER);
    }

    private static OurExpr sets(OurExpr a, String operator, OurExpr b) {
        return switch (operator) {
            case "&" -> OurExpr.whole(a.part() + ".intersect(" + b.text() + ")", ValueType.SET);
            case "|" -> OurExpr.whole("(" + joined(a, "+", b).text() + ").unique()", ValueType.SET);
            case "-" -> new OurExpr(joined(a, "-", b).text(), OurExpr.SUM, ValueType.SET);
            default ->
                OurExpr.whole(
                        "((" + a.part() + " - " + b.part() + ") + (" + b.part() + " - " + a.part() + "))",
                        ValueType.SET);
        };
    }

    private static OurExpr maps(OurExpr a, String operator, OurExpr b) {
        if (operator.equals("|") && (a.type() == ValueType.MAP || b.type() == ValueType.MAP)) {
            return new OurExpr(joined(a, "+", b).text(), OurExpr.SUM, ValueType.MAP);
        }
        return joined(a, operator, b);
    }
}
