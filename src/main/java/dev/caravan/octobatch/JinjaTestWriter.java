package dev.caravan.octobatch;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tests of Jinja's, {@code x is defined}, said in expressions of ours. */
final class JinjaTestWriter {
    private static final Map<String, String> COMPARING = Map.ofEntries(
            Map.entry("eq", "=="),
            Map.entry("equalto", "=="),
            Map.entry("==", "=="),
            Map.entry("ne", "!="),
            Map.entry("!=", "!="),
            Map.entry("gt", ">"),
            Map.entry("greaterthan", ">"),
            Map.entry(">", ">"),
            Map.entry("ge", ">="),
            Map.entry(">=", ">="),
            Map.entry("lt", "<"),
            Map.entry("lessthan", "<"),
            Map.entry("<", "<"),
            Map.entry("le", "<="),
            Map.entry("<=", "<="),
            Map.entry("in", "in"));

    private static final Map<String, String> TYPES = Map.of(
            "string", "String",
            "number", "Number",
            "integer", "Integer",
            "float", "BigDecimal",
            "boolean", "Boolean",
            "mapping", "Map");

    private final ExprWords words;

    JinjaTestWriter(ExprWords words) {
        this.words = words;
    }

    OurExpr test(PythonExpr.Test t) {
        OurExpr said = plain(t);
        if (!t.not()) {
            return said;
        }
        return new OurExpr("!" + said.within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.TRUTH);
    }

    /** A test that only compares, as Jinja's own operators would. */
    static @Nullable PythonExpr compared(PythonExpr.Test t) {
        PythonExpr given = t.arguments().size() == 1 ? t.arguments().get(0) : null;
        String operator = COMPARING.get(t.name());
        if (operator != null && given != null) {
            return comparison(t.of(), operator, given);
        }
        return switch (t.name()) {
            case "odd" -> divided(t.of(), new PythonExpr.Num("2"), "!=");
            case "even" -> divided(t.of(), new PythonExpr.Num("2"), "==");
            case "divisibleby" -> given == null ? null : divided(t.of(), given, "==");
            case "true", "false" -> comparison(t.of(), "==", new PythonExpr.Fixed(t.name()));
            case "none" -> comparison(t.of(), "==", new PythonExpr.Fixed("null"));
            default -> null;
        };
    }

    private static PythonExpr comparison(PythonExpr left, String operator, PythonExpr right) {
        return new PythonExpr.Comparison(left, List.of(new PythonExpr.Link(operator, right)));
    }

    /** Asks for the rest of a division. */
    private static PythonExpr divided(PythonExpr of, PythonExpr by, String operator) {
        return comparison(new PythonExpr.Binary("%", of, by), operator, new PythonExpr.Num("0"));
    }

    private OurExpr plain(PythonExpr.Test t) {
        PythonExpr comparison = compared(t);
        if (comparison != null) {
            return words.value(comparison);
        }
        String type = TYPES.get(t.name());
        if (type != null) {
            return new OurExpr(
                    words.value(t.of()).within(OurExpr.SHIFT) + " instanceof " + type,
                    OurExpr.RELATION,
                    ValueType.TRUTH);
        }
        if (t.name().equals("defined") || t.name().equals("undefined")) {
            OurExpr defined = t.of() instanceof PythonExpr.Name name && !words.isBound(name.id())
                    ? OurExpr.whole("has('" + TextEscapes.written(name.id(), '\'') + "')", ValueType.TRUTH)
                    : new OurExpr(
                            words.value(t.of()).within(OurExpr.RELATION) + " != null", OurExpr.EQUAL, ValueType.TRUTH);
            return t.name().equals("defined")
                    ? defined
                    : new OurExpr("!" + defined.within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.TRUTH);
        }
        throw new UntranslatableException("the test 'is " + t.name() + "' has no equal");
    }
}
