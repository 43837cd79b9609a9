package dev.caravan.octobatch;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Filters and tests of Jinja's, said in expressions of ours. */
final class FilterWriter {
    private final ExprWriter words;

    FilterWriter(ExprWriter words) {
        this.words = words;
    }

    OurExpr filter(PythonExpr.Filter f) {
        List<PythonExpr> given = f.arguments();
        PythonExpr first = given.isEmpty() ? null : given.get(0);
        switch (f.name()) {
            case "upper", "lower", "trim", "title", "capitalize" -> {
                String method = f.name().equals("trim") ? "strip" : f.name();
                return method(f.of(), method, List.of());
            }
            case "replace" -> {
                return method(f.of(), "replace", given);
            }
            case "default", "d" -> {
                return otherwise(f, first);
            }
            case "map" -> {
                return map(f, first);
            }
            case "select", "reject", "selectattr", "rejectattr" -> {
                return select(f, given);
            }
            default -> {
                return plain(f, words.value(f.of()), first);
            }
        }
    }

    private OurExpr method(PythonExpr on, String name, List<PythonExpr> arguments) {
        return words.value(new PythonExpr.Call(new PythonExpr.Attribute(on, name), arguments, Map.of()));
    }

    private OurExpr plain(PythonExpr.Filter f, OurExpr of, @Nullable PythonExpr first) {
        PythonExpr attribute = f.named().get("attribute");
        return switch (f.name()) {
            case "length", "count" -> OurExpr.whole("len(" + of.text() + ")", ValueType.NUMBER);
            case "wordcount" -> OurExpr.whole("len(" + of.part() + ".split())", ValueType.NUMBER);
            case "join" ->
                OurExpr.whole(
                        picked(
                                        of,
                                        attribute == null && f.arguments().size() > 1
                                                ? f.arguments().get(1)
                                                : attribute) + ".join("
                                + (first == null ? "" : words.value(first).text()) + ")",
                        ValueType.TEXT);
            case "first" -> OurExpr.whole(of.part() + "[0]", ValueType.UNKNOWN);
            case "last" -> OurExpr.whole(of.part() + "[-1]", ValueType.UNKNOWN);
            case "list" -> OurExpr.whole("list(" + of.text() + ")", ValueType.LIST);
            case "string", "safe" ->
                of.type() == ValueType.TEXT
                        ? of
                        : new OurExpr(of.within(OurExpr.SHIFT) + " as String", OurExpr.RELATION, ValueType.TEXT);
            case "int" -> new OurExpr(of.within(OurExpr.SHIFT) + " as int", OurExpr.RELATION, ValueType.NUMBER);
            case "float" ->
                new OurExpr(of.within(OurExpr.SHIFT) + " as BigDecimal", OurExpr.RELATION, ValueType.NUMBER);
            case "abs" -> OurExpr.whole("abs(" + of.text() + ")", ValueType.NUMBER);
            case "round" -> {
                if (f.named().containsKey("method") || f.arguments().size() > 1) {
                    throw new UntranslatableException("|round with a method has no equal");
                }
                yield OurExpr.whole(
                        "round(" + of.text()
                                + (first == null
                                        ? ""
                                        : ", " + words.value(first).text()) + ")",
                        ValueType.NUMBER);
            }
            case "sum" -> OurExpr.whole("sum(" + picked(of, first == null ? attribute : first) + ")", ValueType.NUMBER);
            case "min", "max" ->
                attribute == null
                        ? OurExpr.whole(f.name() + "(" + of.text() + ")", ValueType.UNKNOWN)
                        : OurExpr.whole(of.part() + "." + f.name() + " " + by(attribute), ValueType.UNKNOWN);
            case "sort" -> sort(f, of, attribute);
            case "unique" -> OurExpr.whole(of.part() + ".unique()", ValueType.LIST);
            case "reverse" -> OurExpr.whole(of.part() + ".reverse()", of.type());
            case "dictsort" -> OurExpr.whole(of.part() + ".sort().collect { k, v -> [k, v] }", ValueType.LIST);
            case "items" -> OurExpr.whole(of.part() + ".collect { k, v -> [k, v] }", ValueType.LIST);
            case "batch" ->
                OurExpr.whole(
                        of.part() + ".collate(" + words.value(needed(first, f)).text() + ")", ValueType.LIST);
            case "truncate" ->
                OurExpr.whole(
                        of.part() + ".take("
                                + (first == null ? "255" : words.value(first).text()) + ")",
                        ValueType.TEXT);
            case "format" -> {
                if (!(f.of() instanceof PythonExpr.Text)) {
                    throw new UntranslatableException("|format of a computed text has no equal");
                }
                yield new TextWriter(words)
                        .percent(f.of(), new PythonExpr.Listed(PythonExpr.Shape.TUPLE, f.arguments()));
            }
            default -> throw new UntranslatableException("the filter |" + f.name() + " has no equal");
        };
    }

    private static PythonExpr needed(@Nullable PythonExpr e, PythonExpr.Filter f) {
        if (e == null) {
            throw new UntranslatableException("|" + f.name() + " without an argument has no equal");
        }
        return e;
    }

    private OurExpr sort(PythonExpr.Filter f, OurExpr of, @Nullable PythonExpr attribute) {
        PythonExpr reverse = f.named()
                .getOrDefault(
                        "reverse",
                        f.arguments().isEmpty()
                                ? new PythonExpr.Fixed("false")
                                : f.arguments().get(0));
        String sorted = attribute == null ? "sorted(" + of.text() + ")" : of.part() + ".toSorted " + by(attribute);
        return OurExpr.whole(
                sorted + (reverse.equals(new PythonExpr.Fixed("true")) ? ".reverse()" : ""), ValueType.LIST);
    }

    /** The values of an attribute, if one is asked for. */
    private String picked(OurExpr of, @Nullable PythonExpr attribute) {
        return attribute == null ? of.part() : of.part() + ".collect " + by(attribute);
    }

    private String by(PythonExpr attribute) {
        return words.closure(List.of("x"), () -> path("x", attribute));
    }

    private String path(String of, PythonExpr attribute) {
        if (attribute instanceof PythonExpr.Num index) {
            return of + "[" + index.digits() + "]";
        }
        if (!(attribute instanceof PythonExpr.Text text) || !text.value().matches("[A-Za-z_][\\w.]*")) {
            throw new UntranslatableException("an attribute that is computed has no equal");
        }
        return of + "." + text.value();
    }

    private OurExpr otherwise(PythonExpr.Filter f, @Nullable PythonExpr first) {
        OurExpr other = first == null ? OurExpr.whole("''", ValueType.TEXT) : words.value(first);
        if (f.of() instanceof PythonExpr.Name name && !words.isBound(name.id())) {
            String field = "record['" + TextEscapes.written(name.id(), '\'') + "']";
            boolean empty = f.arguments().size() > 1 || f.named().containsKey("boolean");
            return empty
                    ? new OurExpr(field + " ?: " + other.within(OurExpr.CHOICE), OurExpr.CHOICE, ValueType.UNKNOWN)
                    : new OurExpr(
                            "has('" + TextEscapes.written(name.id(), '\'') + "') ? " + field + " : "
                                    + other.within(OurExpr.CHOICE),
                            OurExpr.CHOICE,
                            ValueType.UNKNOWN);
        }
        return new OurExpr(
                words.value(f.of()).within(OurExpr.OR) + " ?: " + other.within(OurExpr.CHOICE),
                OurExpr.CHOICE,
                ValueType.UNKNOWN);
    }

    private OurExpr map(PythonExpr.Filter f, @Nullable PythonExpr first) {
        String of = words.value(f.of()).part();
        PythonExpr attribute = f.named().get("attribute");
        if (attribute != null) {
            return OurExpr.whole(of + ".collect " + by(attribute), ValueType.LIST);
        }
        if (!(first instanceof PythonExpr.Text name)) {
            throw new UntranslatableException("|map in this way has no equal");
        }
        List<PythonExpr> rest = f.arguments().subList(1, f.arguments().size());
        return OurExpr.whole(
                of + ".collect "
                        + words.closure(
                                List.of("x"),
                                () -> filter(new PythonExpr.Filter(
                                                new PythonExpr.Name("x"), name.value(), rest, Map.of()))
                                        .text()),
                ValueType.LIST);
    }

    private OurExpr select(PythonExpr.Filter f, List<PythonExpr> given) {
        boolean attribute = f.name().endsWith("attr");
        boolean not = f.name().startsWith("reject");
        int at = attribute ? 1 : 0;
        UnaryOperator<String> closed = test -> words.value(f.of()).part() + ".findAll { x -> " + test + " }";
        PythonExpr x = new PythonExpr.Name("x");
        return words.inside(List.of("x"), () -> {
            PythonExpr element = attribute ? attribute(x, given) : x;
            OurExpr holds = given.size() > at && given.get(at) instanceof PythonExpr.Text test
                    ? test(new PythonExpr.Test(element, test.value(), given.subList(at + 1, given.size()), false))
                    : words.value(element);
            return OurExpr.whole(closed.apply(not ? "!" + holds.within(OurExpr.WHOLE) : holds.text()), ValueType.LIST);
        });
    }

    private static PythonExpr attribute(PythonExpr x, List<PythonExpr> given) {
        if (given.isEmpty() || !(given.get(0) instanceof PythonExpr.Text path)) {
            throw new UntranslatableException("|selectattr in this way has no equal");
        }
        PythonExpr of = x;
        for (String each : path.value().split("\\.", -1)) {
            of = new PythonExpr.Attribute(of, each);
        }
        return of;
    }

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
