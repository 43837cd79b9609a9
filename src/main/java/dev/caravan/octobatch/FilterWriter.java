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

    OurExpr filter(Expr.Filter f) {
        List<Expr> given = f.arguments();
        Expr first = given.isEmpty() ? null : given.get(0);
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

    private OurExpr method(Expr on, String name, List<Expr> arguments) {
        return words.value(new Expr.Call(new Expr.Attribute(on, name), arguments, Map.of()));
    }

    private OurExpr plain(Expr.Filter f, OurExpr of, @Nullable Expr first) {
        Expr attribute = f.named().get("attribute");
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
                    throw new Untranslatable("|round with a method has no equal");
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
                if (!(f.of() instanceof Expr.Text)) {
                    throw new Untranslatable("|format of a computed text has no equal");
                }
                yield new TextWriter(words).percent(f.of(), new Expr.Listed(Expr.Shape.TUPLE, f.arguments()));
            }
            default -> throw new Untranslatable("the filter |" + f.name() + " has no equal");
        };
    }

    private static Expr needed(@Nullable Expr e, Expr.Filter f) {
        if (e == null) {
            throw new Untranslatable("|" + f.name() + " without an argument has no equal");
        }
        return e;
    }

    private OurExpr sort(Expr.Filter f, OurExpr of, @Nullable Expr attribute) {
        Expr reverse = f.named()
                .getOrDefault(
                        "reverse",
                        f.arguments().isEmpty()
                                ? new Expr.Fixed("false")
                                : f.arguments().get(0));
        String sorted = attribute == null ? "sorted(" + of.text() + ")" : of.part() + ".toSorted " + by(attribute);
        return OurExpr.whole(sorted + (reverse.equals(new Expr.Fixed("true")) ? ".reverse()" : ""), ValueType.LIST);
    }

    /** The values of an attribute, if one is asked for. */
    private String picked(OurExpr of, @Nullable Expr attribute) {
        return attribute == null ? of.part() : of.part() + ".collect " + by(attribute);
    }

    private String by(Expr attribute) {
        return words.closure(List.of("x"), () -> path("x", attribute));
    }

    private String path(String of, Expr attribute) {
        if (attribute instanceof Expr.Num index) {
            return of + "[" + index.digits() + "]";
        }
        if (!(attribute instanceof Expr.Text text) || !text.value().matches("[A-Za-z_][\\w.]*")) {
            throw new Untranslatable("an attribute that is computed has no equal");
        }
        return of + "." + text.value();
    }

    private OurExpr otherwise(Expr.Filter f, @Nullable Expr first) {
        OurExpr other = first == null ? OurExpr.whole("''", ValueType.TEXT) : words.value(first);
        if (f.of() instanceof Expr.Name name && !words.isBound(name.id())) {
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

    private OurExpr map(Expr.Filter f, @Nullable Expr first) {
        String of = words.value(f.of()).part();
        Expr attribute = f.named().get("attribute");
        if (attribute != null) {
            return OurExpr.whole(of + ".collect " + by(attribute), ValueType.LIST);
        }
        if (!(first instanceof Expr.Text name)) {
            throw new Untranslatable("|map in this way has no equal");
        }
        List<Expr> rest = f.arguments().subList(1, f.arguments().size());
        return OurExpr.whole(
                of + ".collect "
                        + words.closure(
                                List.of("x"),
                                () -> filter(new Expr.Filter(new Expr.Name("x"), name.value(), rest, Map.of()))
                                        .text()),
                ValueType.LIST);
    }

    private OurExpr select(Expr.Filter f, List<Expr> given) {
        boolean attribute = f.name().endsWith("attr");
        boolean not = f.name().startsWith("reject");
        int at = attribute ? 1 : 0;
        UnaryOperator<String> closed = test -> words.value(f.of()).part() + ".findAll { x -> " + test + " }";
        Expr x = new Expr.Name("x");
        return words.inside(List.of("x"), () -> {
            Expr element = attribute ? attribute(x, given) : x;
            OurExpr holds = given.size() > at && given.get(at) instanceof Expr.Text test
                    ? test(new Expr.Test(element, test.value(), given.subList(at + 1, given.size()), false))
                    : words.value(element);
            return OurExpr.whole(closed.apply(not ? "!" + holds.within(OurExpr.WHOLE) : holds.text()), ValueType.LIST);
        });
    }

    private static Expr attribute(Expr x, List<Expr> given) {
        if (given.isEmpty() || !(given.get(0) instanceof Expr.Text path)) {
            throw new Untranslatable("|selectattr in this way has no equal");
        }
        Expr of = x;
        for (String each : path.value().split("\\.", -1)) {
            of = new Expr.Attribute(of, each);
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

    OurExpr test(Expr.Test t) {
        OurExpr said = plain(t);
        if (!t.not()) {
            return said;
        }
        return new OurExpr("!" + said.within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.TRUTH);
    }

    /** A test that only compares, as Jinja's own operators would. */
    static @Nullable Expr compared(Expr.Test t) {
        String operator = COMPARING.get(t.name());
        if (operator != null && t.arguments().size() == 1) {
            return new Expr.Comparison(
                    t.of(), List.of(new Expr.Link(operator, t.arguments().get(0))));
        }
        Expr two = new Expr.Num("2");
        Expr zero = new Expr.Num("0");
        Expr by = t.name().equals("divisibleby") && t.arguments().size() == 1
                ? t.arguments().get(0)
                : two;
        boolean odd = t.name().equals("odd");
        if (odd || t.name().equals("even") || by != two) {
            return new Expr.Comparison(
                    new Expr.Binary("%", t.of(), by), List.of(new Expr.Link(odd ? "!=" : "==", zero)));
        }
        if (Set.of("true", "false", "none").contains(t.name())) {
            String word = t.name().equals("none") ? "null" : t.name();
            return new Expr.Comparison(t.of(), List.of(new Expr.Link("==", new Expr.Fixed(word))));
        }
        return null;
    }

    private OurExpr plain(Expr.Test t) {
        Expr comparison = compared(t);
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
            OurExpr defined = t.of() instanceof Expr.Name name && !words.isBound(name.id())
                    ? OurExpr.whole("has('" + TextEscapes.written(name.id(), '\'') + "')", ValueType.TRUTH)
                    : new OurExpr(
                            words.value(t.of()).within(OurExpr.RELATION) + " != null", OurExpr.EQUAL, ValueType.TRUTH);
            return t.name().equals("defined")
                    ? defined
                    : new OurExpr("!" + defined.within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.TRUTH);
        }
        throw new Untranslatable("the test 'is " + t.name() + "' has no equal");
    }
}
