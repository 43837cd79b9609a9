package dev.caravan.octobatch;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Filters of Jinja's, said in expressions of ours. */
final class FilterWriter {
    private final ExprWords words;
    private final JinjaTestWriter tests;

    FilterWriter(ExprWords words, JinjaTestWriter tests) {
        this.words = words;
        this.tests = tests;
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
        Filtering known = FILTERS.get(f.name());
        if (known == null) {
            throw new UntranslatableException("the filter |" + f.name() + " has no equal");
        }
        return known.written(this, new Given(f, of, first, f.named().get("attribute")));
    }

    /** What a filter is given: what it is applied to, its first argument and its attribute, if it has them. */
    private record Given(
            PythonExpr.Filter filter,
            OurExpr of,
            @Nullable PythonExpr first,
            @Nullable PythonExpr attribute) {}

    private interface Filtering {
        OurExpr written(FilterWriter writer, Given given);
    }

    private static final Map<String, Filtering> FILTERS = Map.ofEntries(
            Map.entry("length", (w, g) -> OurExpr.whole("len(" + g.of().text() + ")", ValueType.NUMBER)),
            Map.entry("count", (w, g) -> OurExpr.whole("len(" + g.of().text() + ")", ValueType.NUMBER)),
            Map.entry("wordcount", (w, g) -> OurExpr.whole("len(" + g.of().part() + ".split())", ValueType.NUMBER)),
            Map.entry("abs", (w, g) -> OurExpr.whole("abs(" + g.of().text() + ")", ValueType.NUMBER)),
            Map.entry("list", (w, g) -> OurExpr.whole("list(" + g.of().text() + ")", ValueType.LIST)),
            Map.entry("first", behind("[0]", ValueType.UNKNOWN)),
            Map.entry("last", behind("[-1]", ValueType.UNKNOWN)),
            Map.entry("unique", behind(".unique()", ValueType.LIST)),
            Map.entry("dictsort", behind(".sort().collect { k, v -> [k, v] }", ValueType.LIST)),
            Map.entry("items", behind(".collect { k, v -> [k, v] }", ValueType.LIST)),
            Map.entry("reverse", (w, g) -> OurExpr.whole(g.of().part() + ".reverse()", g.of().type())),
            Map.entry("string", (w, g) -> text(g.of())),
            Map.entry("safe", (w, g) -> text(g.of())),
            Map.entry("int", (w, g) -> as(g.of(), "int", ValueType.NUMBER)),
            Map.entry("float", (w, g) -> as(g.of(), "BigDecimal", ValueType.NUMBER)),
            Map.entry("join", FilterWriter::join),
            Map.entry("round", FilterWriter::round),
            Map.entry(
                    "sum",
                    (w, g) -> OurExpr.whole(
                            "sum(" + w.picked(g.of(), g.first() == null ? g.attribute() : g.first()) + ")",
                            ValueType.NUMBER)),
            Map.entry("min", FilterWriter::extreme),
            Map.entry("max", FilterWriter::extreme),
            Map.entry("sort", (w, g) -> w.sort(g.filter(), g.of(), g.attribute())),
            Map.entry(
                    "batch",
                    (w, g) -> OurExpr.whole(
                            g.of().part() + ".collate("
                                    + w.words
                                            .value(needed(g.first(), g.filter()))
                                            .text() + ")",
                            ValueType.LIST)),
            Map.entry(
                    "truncate",
                    (w, g) -> OurExpr.whole(
                            g.of().part() + ".take("
                                    + (g.first() == null
                                            ? "255"
                                            : w.words.value(g.first()).text()) + ")",
                            ValueType.TEXT)),
            Map.entry("format", FilterWriter::format));

    private static Filtering behind(String what, ValueType type) {
        return (writer, given) -> OurExpr.whole(given.of().part() + what, type);
    }

    private static OurExpr as(OurExpr of, String type, ValueType known) {
        return new OurExpr(of.within(OurExpr.SHIFT) + " as " + type, OurExpr.RELATION, known);
    }

    private static OurExpr text(OurExpr of) {
        return of.type() == ValueType.TEXT ? of : as(of, "String", ValueType.TEXT);
    }

    private OurExpr join(Given given) {
        List<PythonExpr> arguments = given.filter().arguments();
        boolean second = given.attribute() == null && arguments.size() > 1;
        PythonExpr between = given.first();
        return OurExpr.whole(
                picked(given.of(), second ? arguments.get(1) : given.attribute()) + ".join("
                        + (between == null ? "" : words.value(between).text()) + ")",
                ValueType.TEXT);
    }

    private OurExpr round(Given given) {
        if (given.filter().named().containsKey("method")
                || given.filter().arguments().size() > 1) {
            throw new UntranslatableException("|round with a method has no equal");
        }
        PythonExpr digits = given.first();
        return OurExpr.whole(
                "round(" + given.of().text()
                        + (digits == null ? "" : ", " + words.value(digits).text()) + ")",
                ValueType.NUMBER);
    }

    /** The least or the most, by an attribute if one is named. */
    private OurExpr extreme(Given given) {
        String name = given.filter().name();
        PythonExpr attribute = given.attribute();
        return attribute == null
                ? OurExpr.whole(name + "(" + given.of().text() + ")", ValueType.UNKNOWN)
                : OurExpr.whole(given.of().part() + "." + name + " " + by(attribute), ValueType.UNKNOWN);
    }

    private OurExpr format(Given given) {
        PythonExpr.Filter f = given.filter();
        if (!(f.of() instanceof PythonExpr.Text)) {
            throw new UntranslatableException("|format of a computed text has no equal");
        }
        return new TextWriter(words).percent(f.of(), new PythonExpr.Listed(PythonExpr.Shape.TUPLE, f.arguments()));
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
                    ? tests.test(new PythonExpr.Test(element, test.value(), given.subList(at + 1, given.size()), false))
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
}
