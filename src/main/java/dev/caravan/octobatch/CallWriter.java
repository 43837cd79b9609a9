package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Calls of functions; those of methods are in {@link MethodWriter}. */
final class CallWriter {
    static final Map<String, String> CONSTANTS = Map.of("pi", "Math.PI", "e", "Math.E");

    private static final Set<String> RANDOM =
            Set.of("random", "randint", "uniform", "choice", "sample", "shuffle", "gauss");
    private static final Set<String> SAME =
            Set.of("abs", "sqrt", "sin", "cos", "tan", "atan", "exp", "log10", "hypot", "floor", "ceil", "pow");
    private static final Map<String, String> TYPES = new TreeMap<>(Map.of(
            "str", "String",
            "int", "Integer",
            "float", "BigDecimal",
            "bool", "Boolean",
            "list", "List",
            "tuple", "List",
            "dict", "Map"));
    private static final Set<String> GOING_OVER = Set.of("sum", "any", "all");

    private final ExprWriter words;

    CallWriter(ExprWriter words) {
        this.words = words;
    }

    OurExpr call(PythonExpr.Call call) {
        if (call.on() instanceof PythonExpr.Attribute method) {
            if (method.of() instanceof PythonExpr.Name on && !words.isBound(on.id())) {
                if (on.id().equals("random")) {
                    return random(method.name(), call);
                }
                if (on.id().equals("math")) {
                    return function(method.name(), call);
                }
            }
            return new MethodWriter(words).call(method.of(), method.name(), call);
        }
        if (call.on() instanceof PythonExpr.Name name) {
            if (words.isBound(name.id())) {
                return OurExpr.whole(
                        words.value(name).text() + "(" + String.join(", ", all(call.arguments())) + ")",
                        ValueType.UNKNOWN);
            }
            return function(name.id(), call);
        }
        throw new UntranslatableException("a function that is computed has no equal");
    }

    private OurExpr random(String name, PythonExpr.Call call) {
        if (!RANDOM.contains(name) || !call.named().isEmpty()) {
            throw new UntranslatableException("random." + name + "() with these arguments has no equal");
        }
        ValueType type = Set.of("choice").contains(name)
                ? ValueType.UNKNOWN
                : name.equals("sample") || name.equals("shuffle") ? ValueType.LIST : ValueType.NUMBER;
        return OurExpr.whole("random." + name + "(" + String.join(", ", all(call.arguments())) + ")", type);
    }

    List<String> all(List<PythonExpr> arguments) {
        var texts = new ArrayList<String>();
        for (PythonExpr each : arguments) {
            if (each instanceof PythonExpr.Spread) {
                throw new UntranslatableException("* before an argument has no equal");
            }
            texts.add(words.value(each).text());
        }
        return texts;
    }

    private OurExpr function(String name, PythonExpr.Call call) {
        List<PythonExpr> given = call.arguments();
        Map<String, PythonExpr> named = call.named();
        PythonExpr first = given.isEmpty() ? null : given.get(0);
        if (name.equals("dict")) {
            return dict(first, named);
        }
        if (Set.of("min", "max", "sorted", "enumerate", "sum", "round").contains(name) && first != null) {
            return withOptions(name, first, given, named);
        }
        if (!named.isEmpty()) {
            throw new UntranslatableException(name + "() with named arguments has no equal");
        }
        if (first == null) {
            return switch (name) {
                case "list", "tuple", "set" -> OurExpr.whole("[]", name.equals("set") ? ValueType.SET : ValueType.LIST);
                case "str" -> OurExpr.whole("''", ValueType.TEXT);
                case "int", "float" -> OurExpr.whole("0", ValueType.NUMBER);
                default -> throw new UntranslatableException(name + "() has no equal");
            };
        }
        if (given.size() == 1) {
            return ofOne(name, first);
        }
        return ofSeveral(name, first, given);
    }

    private OurExpr ofOne(String name, PythonExpr first) {
        if (GOING_OVER.contains(name)) {
            return holdsFor(name, first);
        }
        OurExpr said = words.value(first);
        if (SAME.contains(name)) {
            return OurExpr.whole(name + "(" + said.text() + ")", ValueType.NUMBER);
        }
        return switch (name) {
            case "len" -> OurExpr.whole("len(" + said.text() + ")", ValueType.NUMBER);
            case "log" -> OurExpr.whole("log(" + said.text() + ")", ValueType.NUMBER);
            case "trunc", "fabs" ->
                OurExpr.whole(said.part() + (name.equals("trunc") ? ".trunc()" : ".abs()"), ValueType.NUMBER);
            case "int" ->
                said.type() == ValueType.TRUTH
                        ? OurExpr.whole("(" + said.within(OurExpr.OR) + " ? 1 : 0)", ValueType.NUMBER)
                        : new OurExpr(said.within(OurExpr.SHIFT) + " as int", OurExpr.RELATION, ValueType.NUMBER);
            case "float" -> real(first, said);
            case "str" ->
                said.type() == ValueType.TRUTH
                        ? OurExpr.whole("(" + TextWriter.truth(said) + ")", ValueType.TEXT)
                        : new OurExpr(said.within(OurExpr.SHIFT) + " as String", OurExpr.RELATION, ValueType.TEXT);
            case "bool" -> new OurExpr(said.within(OurExpr.OR) + " ? true : false", OurExpr.CHOICE, ValueType.TRUTH);
            case "list", "tuple" -> list(first, said);
            case "set", "frozenset" -> OurExpr.whole(list(first, said).part() + ".unique()", ValueType.SET);
            case "reversed" -> OurExpr.whole(said.part() + ".reverse()", ValueType.LIST);
            case "range" -> OurExpr.whole("range(" + said.text() + ")", ValueType.LIST);
            case "isinstance", "type" -> throw new UntranslatableException(name + "() in this way has no equal");
            case "open" -> throw new UntranslatableException("files cannot be reached from expressions");
            case "zip" -> OurExpr.whole("[" + said.text() + "].transpose()", ValueType.LIST);
            default -> throw new UntranslatableException("the function " + name + "() has no equal");
        };
    }

    private static OurExpr real(PythonExpr first, OurExpr said) {
        if (first instanceof PythonExpr.Text) {
            throw new UntranslatableException("float() of this text has no equal");
        }
        return new OurExpr(said.within(OurExpr.SHIFT) + " as BigDecimal", OurExpr.RELATION, ValueType.NUMBER);
    }

    private OurExpr list(PythonExpr first, OurExpr said) {
        if (ComprehensionWriter.isEntries(first)) {
            return said;
        }
        if (said.type() == ValueType.MAP) {
            return OurExpr.whole(said.part() + ".keySet()", ValueType.LIST);
        }
        return said.type() == ValueType.LIST && !(first instanceof PythonExpr.Name)
                ? said
                : OurExpr.whole("list(" + said.text() + ")", ValueType.LIST);
    }

    private OurExpr ofSeveral(String name, PythonExpr first, List<PythonExpr> given) {
        List<String> all =
                name.equals("isinstance") || name.equals("map") || name.equals("filter") ? List.of() : all(given);
        if (SAME.contains(name)) {
            return OurExpr.whole(name + "(" + String.join(", ", all) + ")", ValueType.NUMBER);
        }
        return switch (name) {
            case "isinstance" -> instance(first, given.get(1));
            case "range" -> range(given, all);
            case "zip" -> OurExpr.whole("[" + String.join(", ", all) + "].transpose()", ValueType.LIST);
            case "map" -> over(given, "collect");
            case "filter" -> over(given, "findAll");
            case "log" ->
                new OurExpr("log(" + all.get(0) + ") / log(" + all.get(1) + ")", OurExpr.PRODUCT, ValueType.NUMBER);
            default -> throw new UntranslatableException("the function " + name + "() has no equal");
        };
    }

    private OurExpr over(List<PythonExpr> given, String method) {
        if (given.size() != 2) {
            throw new UntranslatableException("map() over several lists has no equal");
        }
        boolean truth = given.get(0) instanceof PythonExpr.Fixed;
        return OurExpr.whole(
                words.value(given.get(1)).part() + "." + method + (truth ? "()" : " " + words.closure(given.get(0))),
                ValueType.LIST);
    }

    private OurExpr range(List<PythonExpr> given, List<String> all) {
        if (given.size() == 2) {
            return OurExpr.whole("range(" + all.get(0) + ", " + all.get(1) + ")", ValueType.LIST);
        }
        Integer step = ExprWriter.number(given.get(2));
        if (step == null || step == 0) {
            throw new UntranslatableException("range() with a step that is computed has no equal");
        }
        if (step > 0) {
            return OurExpr.whole(
                    "range(" + all.get(0) + ", " + all.get(1) + ")" + (step == 1 ? "" : ".step(" + step + ")"),
                    ValueType.LIST);
        }
        PythonExpr one = new PythonExpr.Num("1");
        String from = words.value(plus(given.get(1), one)).text();
        String to = words.value(plus(given.get(0), one)).text();
        return OurExpr.whole(
                "range(" + from + ", " + to + ").reverse()" + (step == -1 ? "" : ".step(" + -step + ")"),
                ValueType.LIST);
    }

    private static PythonExpr plus(PythonExpr e, PythonExpr one) {
        Integer number = ExprWriter.number(e);
        return number == null
                ? new PythonExpr.Binary("+", e, one)
                : number + 1 < 0
                        ? new PythonExpr.Unary("-", new PythonExpr.Num(String.valueOf(-number - 1)))
                        : new PythonExpr.Num(String.valueOf(number + 1));
    }

    /** Sums of and questions about a comprehension, which need no list in between. */
    private OurExpr holdsFor(String name, PythonExpr over) {
        if (over instanceof PythonExpr.Comprehension c
                && c.shape() == Shape.LIST
                && c.clauses().size() == 1) {
            PythonExpr.Clause clause = c.clauses().get(0);
            var comprehensions = new ComprehensionWriter(words);
            ValueType element = words.inside(
                    clause.targets(), () -> words.value(c.element()).type());
            if (name.equals("sum")
                    && ExprWriter.number(c.element()) != null
                    && !clause.conditions().isEmpty()) {
                String count = comprehensions.over(clause) + ".count " + comprehensions.closure(clause);
                return c.element().equals(new PythonExpr.Num("1"))
                        ? OurExpr.whole(count, ValueType.NUMBER)
                        : new OurExpr(
                                count + " * " + words.value(c.element()).text(), OurExpr.PRODUCT, ValueType.NUMBER);
            }
            if (!name.equals("sum") || element == ValueType.TRUTH) {
                String method = name.equals("sum") ? "count" : name.equals("any") ? "any" : "every";
                String closure = words.closure(
                        clause.targets(), () -> words.holds(c.element()).text());
                return OurExpr.whole(
                        comprehensions.filtered(clause) + "." + method + " " + closure,
                        name.equals("sum") ? ValueType.NUMBER : ValueType.TRUTH);
            }
        }
        return OurExpr.whole(
                name + "(" + words.value(over).text() + ")", name.equals("sum") ? ValueType.NUMBER : ValueType.TRUTH);
    }

    private OurExpr withOptions(String name, PythonExpr first, List<PythonExpr> given, Map<String, PythonExpr> named) {
        for (String each : named.keySet()) {
            if (!Set.of("key", "reverse", "default", "start", "ndigits").contains(each)) {
                throw new UntranslatableException(name + "(" + each + "=…) has no equal");
            }
        }
        if (name.equals("enumerate") || name.equals("sum")) {
            return from(name, first, given.size() > 1 ? given.get(1) : named.get("start"));
        }
        if (name.equals("round")) {
            PythonExpr digits = given.size() > 1 ? given.get(1) : named.get("ndigits");
            return OurExpr.whole(
                    "round(" + words.value(first).text()
                            + (digits == null ? "" : ", " + words.value(digits).text()) + ")",
                    ValueType.NUMBER);
        }
        if (name.equals("sorted")) {
            return sorted(first, named);
        }
        PythonExpr key = named.get("key");
        PythonExpr otherwise = named.get("default");
        if (given.size() > 1) {
            if (!named.isEmpty()) {
                throw new UntranslatableException(name + "() of several values by a key has no equal");
            }
            return OurExpr.whole(name + "(" + String.join(", ", all(given)) + ")", ValueType.NUMBER);
        }
        OurExpr list = words.value(first);
        String found =
                key == null ? name + "(" + list.text() + ")" : list.part() + "." + name + " " + words.closure(key);
        ValueType type = key == null ? ValueType.NUMBER : ValueType.UNKNOWN;
        if (otherwise == null) {
            return OurExpr.whole(found, type);
        }
        ExprWriter.twice(first);
        return new OurExpr(
                list.within(OurExpr.OR) + " ? " + found + " : "
                        + words.value(otherwise).within(OurExpr.CHOICE),
                OurExpr.CHOICE,
                type);
    }

    private OurExpr from(String name, PythonExpr first, @Nullable PythonExpr start) {
        if (start == null || Integer.valueOf(0).equals(ExprWriter.number(start))) {
            return name.equals("sum")
                    ? holdsFor("sum", first)
                    : OurExpr.whole("enumerate(" + words.value(first).text() + ")", ValueType.LIST);
        }
        String from = words.value(start).within(OurExpr.PRODUCT);
        return name.equals("sum")
                ? new OurExpr(holdsFor("sum", first).text() + " + " + from, OurExpr.SUM, ValueType.NUMBER)
                : OurExpr.whole(
                        "enumerate(" + words.value(first).text() + ").collect { i, x -> [i + " + from + ", x] }",
                        ValueType.LIST);
    }

    OurExpr sorted(PythonExpr first, Map<String, PythonExpr> named) {
        PythonExpr key = named.get("key");
        PythonExpr reverse = named.get("reverse");
        String sorted = key == null
                ? "sorted(" + words.value(first).text() + ")"
                : words.value(first).part() + ".toSorted " + words.closure(key);
        if (reverse == null || reverse.equals(new PythonExpr.Fixed("false"))) {
            return OurExpr.whole(sorted, ValueType.LIST);
        }
        if (!reverse.equals(new PythonExpr.Fixed("true"))) {
            throw new UntranslatableException("sorted() with a reverse that is computed has no equal");
        }
        return OurExpr.whole(sorted + ".reverse()", ValueType.LIST);
    }

    private OurExpr dict(@Nullable PythonExpr first, Map<String, PythonExpr> named) {
        var entries = new ArrayList<PythonExpr.Entry>();
        named.forEach((key, value) -> entries.add(new PythonExpr.Entry(new PythonExpr.Text(key), value)));
        if (first == null) {
            return words.value(new PythonExpr.Mapped(entries));
        }
        OurExpr of = words.value(first);
        String map = of.type() == ValueType.LIST
                ? of.part() + ".collectEntries()"
                : of.type() == ValueType.MAP ? "(" + of.text() + " + [:])" : "";
        if (map.isEmpty()) {
            throw new UntranslatableException("dict() of this has no equal");
        }
        return named.isEmpty()
                ? OurExpr.whole(map, ValueType.MAP)
                : new OurExpr(
                        map + " + "
                                + words.value(new PythonExpr.Mapped(entries)).text(),
                        OurExpr.SUM,
                        ValueType.MAP);
    }

    /** {@code isinstance(value, type)}, of one type or of several. */
    OurExpr instance(PythonExpr value, PythonExpr type) {
        List<PythonExpr> types = type instanceof PythonExpr.Listed list ? list.elements() : List.of(type);
        var names = new ArrayList<String>();
        for (PythonExpr each : types) {
            String name = each instanceof PythonExpr.Name known ? TYPES.get(known.id()) : null;
            if (name == null) {
                throw new UntranslatableException("isinstance() of this type has no equal");
            }
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        if (names.contains("Integer") && names.contains("BigDecimal")) {
            names.removeIf(each -> each.equals("Integer") || each.equals("BigDecimal"));
            names.add(0, "Number");
        }
        String said = words.value(value).within(OurExpr.SHIFT);
        if (names.size() > 1) {
            ExprWriter.twice(value);
        }
        var parts = names.stream().map(each -> said + " instanceof " + each).toList();
        return parts.size() == 1
                ? new OurExpr(parts.get(0), OurExpr.RELATION, ValueType.TRUTH)
                : OurExpr.whole("(" + String.join(" || ", parts) + ")", ValueType.TRUTH);
    }
}
