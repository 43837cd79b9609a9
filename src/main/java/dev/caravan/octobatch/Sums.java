package dev.caravan.octobatch;

import java.util.Map;

/** What reckons with two values. */
final class Sums {
    private static final Map<String, Integer> STRENGTH = Map.of(
            "+", Said.SUM,
            "-", Said.SUM,
            "*", Said.PRODUCT,
            "/", Said.PRODUCT,
            "<<", Said.SHIFT,
            ">>", Said.SHIFT,
            "&", Said.BIT_AND,
            "|", Said.BIT_OR,
            "^", Said.BIT_XOR);

    private final Words words;

    Sums(Words words) {
        this.words = words;
    }

    Said binary(Expr.Binary e) {
        Said a = words.value(e.left());
        String operator = e.operator();
        if (operator.equals("%") && a.type() == Type.TEXT) {
            return new Texts(words).percent(e.left(), e.right());
        }
        Said b = words.value(e.right());
        return switch (operator) {
            case "//" -> floor(a, b);
            case "%" -> Said.whole(a.part() + ".mod(" + b.text() + ")", Type.NUMBER);
            case "**" -> new Said(a.within(Said.WHOLE) + " ** " + b.within(Said.WHOLE), Said.POWER, Type.NUMBER);
            case "*" ->
                b.type().listed() || (b.type() == Type.TEXT && !a.type().listed())
                        ? joined(b, "*", a)
                        : joined(a, "*", b);
            case "+" -> a.type() == Type.MAP ? fail("+ of maps") : joined(a, "+", b);
            case "&", "|", "^", "-" ->
                a.type() == Type.SET || b.type() == Type.SET ? sets(a, operator, b) : maps(a, operator, b);
            default -> joined(a, operator, b);
        };
    }

    private static Said fail(String what) {
        throw new Untranslatable(what + " has no equal");
    }

    private static Said joined(Said a, String operator, Said b) {
        int own = STRENGTH.getOrDefault(operator, Said.SUM);
        Type type = a.type() == Type.TEXT || (operator.equals("+") && b.type() == Type.TEXT)
                ? Type.TEXT
                : a.type().listed() || (operator.equals("+") && b.type().listed())
                        ? Type.LIST
                        : (a.type() == Type.NUMBER && b.type() == Type.NUMBER) || !operator.matches("[+*]")
                                ? Type.NUMBER
                                : Type.UNKNOWN;
        return new Said(a.within(own) + " " + operator + " " + b.within(own + 1), own, type);
    }

    /** Towards the smaller number, as Python does; for counts that is the whole quotient. */
    private static Said floor(Said a, Said b) {
        if (a.text().startsWith("len(")
                && a.strength() == Said.WHOLE
                && b.text().matches("[0-9]+")) {
            return Said.whole(a.text() + ".intdiv(" + b.text() + ")", Type.NUMBER);
        }
        return Said.whole("floor(" + joined(a, "/", b).text() + ")", Type.NUMBER);
    }

    private static Said sets(Said a, String operator, Said b) {
        return switch (operator) {
            case "&" -> Said.whole(a.part() + ".intersect(" + b.text() + ")", Type.SET);
            case "|" -> Said.whole("(" + joined(a, "+", b).text() + ").unique()", Type.SET);
            case "-" -> new Said(joined(a, "-", b).text(), Said.SUM, Type.SET);
            default ->
                Said.whole("((" + a.part() + " - " + b.part() + ") + (" + b.part() + " - " + a.part() + "))", Type.SET);
        };
    }

    private static Said maps(Said a, String operator, Said b) {
        if (operator.equals("|") && (a.type() == Type.MAP || b.type() == Type.MAP)) {
            return new Said(joined(a, "+", b).text(), Said.SUM, Type.MAP);
        }
        return joined(a, operator, b);
    }
}
