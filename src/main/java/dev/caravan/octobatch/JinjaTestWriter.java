package dev.caravan.octobatch;

import java.util.List;
import java.util.Map;
import java.util.Set;
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
        String operator = COMPARING.get(t.name());
        if (operator != null && t.arguments().size() == 1) {
            return new PythonExpr.Comparison(
                    t.of(), List.of(new PythonExpr.Link(operator, t.arguments().get(0))));
        }
        PythonExpr two = new PythonExpr.Num("2");
        PythonExpr zero = new PythonExpr.Num("0");
        PythonExpr by = t.name().equals("divisibleby") && t.arguments().size() == 1
                ? t.arguments().get(0)
                : two;
        boolean odd = t.name().equals("odd");
        if (odd || t.name().equals("even") || by != two) {
            return new PythonExpr.Comparison(
                    new PythonExpr.Binary("%", t.of(), by), List.of(new PythonExpr.Link(odd ? "!=" : "==", zero)));
        }
        if (Set.of("true", "false", "none").contains(t.name())) {
            String word = t.name().equals("none") ? "null" : t.name();
            return new PythonExpr.Comparison(t.of(), List.of(new PythonExpr.Link("==", new PythonExpr.Fixed(word))));
        }
        return null;
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
