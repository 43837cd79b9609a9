package dev.caravan.octobatch;

import dev.caravan.octobatch.Expr.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Calls of functions; those of methods are in {@link Parts}. */
final class Calls {
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

    private final Words words;

    Calls(Words words) {
        this.words = words;
    }

    Said call(Expr.Call call) {
        if (call.on() instanceof Expr.Attribute method) {
            if (method.of() instanceof Expr.Name on && !words.isBound(on.id())) {
                if (on.id().equals("random")) {
                    return random(method.name(), call);
                }
                if (on.id().equals("math")) {
                    return function(method.name(), call);
                }
            }
            return new Parts(words).call(method.of(), method.name(), call);
        }
        if (call.on() instanceof Expr.Name name) {
            if (words.isBound(name.id())) {
                return Said.whole(
                        words.value(name).text() + "(" + String.join(", ", all(call.arguments())) + ")", Type.UNKNOWN);
            }
            return function(name.id(), call);
        }
        throw new Untranslatable("a function that is computed has no equal");
    }

    private Said random(String name, Expr.Call call) {
        if (!RANDOM.contains(name) || !call.named().isEmpty()) {
            throw new Untranslatable("random." + name + "() with these arguments has no equal");
        }
        Type type = Set.of("choice").contains(name)
                ? Type.UNKNOWN
                : name.equals("sample") || name.equals("shuffle") ? Type.LIST : Type.NUMBER;
        return Said.whole("random." + name + "(" + String.join(", ", all(call.arguments())) + ")", type);
    }

    List<String> all(List<Expr> arguments) {
        var texts = new ArrayList<String>();
        for (Expr each : arguments) {
            if (each instanceof Expr.Spread) {
                throw new Untranslatable("* before an argument has no equal");
            }
            texts.add(words.value(each).text());
        }
        return texts;
    }

    private Said function(String name, Expr.Call call) {
        List<Expr> given = call.arguments();
        Map<String, Expr> named = call.named();
        Expr first = given.isEmpty() ? null : given.get(0);
        if (name.equals("dict")) {
            return dict(first, named);
        }
        if (Set.of("min", "max", "sorted", "enumerate", "sum", "round").contains(name) && first != null) {
            return withOptions(name, first, given, named);
        }
        if (!named.isEmpty()) {
            throw new Untranslatable(name + "() with named arguments has no equal");
        }
        if (first == null) {
            return switch (name) {
                case "list", "tuple", "set" -> Said.whole("[]", name.equals("set") ? Type.SET : Type.LIST);
                case "str" -> Said.whole("''", Type.TEXT);
                case "int", "float" -> Said.whole("0", Type.NUMBER);
                default -> throw new Untranslatable(name + "() has no equal");
            };
        }
        if (given.size() == 1) {
            return ofOne(name, first);
        }
        return ofSeveral(name, first, given);
    }

    private Said ofOne(String name, Expr first) {
        if (GOING_OVER.contains(name)) {
            return holdsFor(name, first);
        }
        Said said = words.value(first);
        if (SAME.contains(name)) {
            return Said.whole(name + "(" + said.text() + ")", Type.NUMBER);
        }
        return switch (name) {
            case "len" -> Said.whole("len(" + said.text() + ")", Type.NUMBER);
            case "log" -> Said.whole("log(" + said.text() + ")", Type.NUMBER);
            case "trunc", "fabs" ->
                Said.whole(said.part() + (name.equals("trunc") ? ".trunc()" : ".abs()"), Type.NUMBER);
            case "int" ->
                said.type() == Type.TRUTH
                        ? Said.whole("(" + said.within(Said.OR) + " ? 1 : 0)", Type.NUMBER)
                        : new Said(said.within(Said.SHIFT) + " as int", Said.RELATION, Type.NUMBER);
            case "float" -> real(first, said);
            case "str" ->
                said.type() == Type.TRUTH
                        ? Said.whole("(" + Texts.truth(said) + ")", Type.TEXT)
                        : new Said(said.within(Said.SHIFT) + " as String", Said.RELATION, Type.TEXT);
            case "bool" -> new Said(said.within(Said.OR) + " ? true : false", Said.CHOICE, Type.TRUTH);
            case "list", "tuple" -> list(first, said);
            case "set", "frozenset" -> Said.whole(list(first, said).part() + ".unique()", Type.SET);
            case "reversed" -> Said.whole(said.part() + ".reverse()", Type.LIST);
            case "range" -> Said.whole("range(" + said.text() + ")", Type.LIST);
            case "isinstance", "type" -> throw new Untranslatable(name + "() in this way has no equal");
            case "open" -> throw new Untranslatable("files cannot be reached from expressions");
            case "zip" -> Said.whole("[" + said.text() + "].transpose()", Type.LIST);
            default -> throw new Untranslatable("the function " + name + "() has no equal");
        };
    }

    private static Said real(Expr first, Said said) {
        if (first instanceof Expr.Text) {
            throw new Untranslatable("float() of this text has no equal");
        }
        return new Said(said.within(Said.SHIFT) + " as BigDecimal", Said.RELATION, Type.NUMBER);
    }

    private Said list(Expr first, Said said) {
        if (Comprehensions.isEntries(first)) {
            return said;
        }
        if (said.type() == Type.MAP) {
            return Said.whole(said.part() + ".keySet()", Type.LIST);
        }
        return said.type() == Type.LIST && !(first instanceof Expr.Name)
                ? said
                : Said.whole("list(" + said.text() + ")", Type.LIST);
    }

    private Said ofSeveral(String name, Expr first, List<Expr> given) {
        List<String> all =
                name.equals("isinstance") || name.equals("map") || name.equals("filter") ? List.of() : all(given);
        if (SAME.contains(name)) {
            return Said.whole(name + "(" + String.join(", ", all) + ")", Type.NUMBER);
        }
        return switch (name) {
            case "isinstance" -> instance(first, given.get(1));
            case "range" -> range(given, all);
            case "zip" -> Said.whole("[" + String.join(", ", all) + "].transpose()", Type.LIST);
            case "map" -> over(given, "collect");
            case "filter" -> over(given, "findAll");
            case "log" -> new Said("log(" + all.get(0) + ") / log(" + all.get(1) + ")", Said.PRODUCT, Type.NUMBER);
            default -> throw new Untranslatable("the function " + name + "() has no equal");
        };
    }

    private Said over(List<Expr> given, String method) {
        if (given.size() != 2) {
            throw new Untranslatable("map() over several lists has no equal");
        }
        boolean truth = given.get(0) instanceof Expr.Fixed;
        return Said.whole(
                words.value(given.get(1)).part() + "." + method + (truth ? "()" : " " + words.closure(given.get(0))),
                Type.LIST);
    }

    private Said range(List<Expr> given, List<String> all) {
        if (given.size() == 2) {
            return Said.whole("range(" + all.get(0) + ", " + all.get(1) + ")", Type.LIST);
        }
        Integer step = Words.number(given.get(2));
        if (step == null || step == 0) {
            throw new Untranslatable("range() with a step that is computed has no equal");
        }
        if (step > 0) {
            return Said.whole(
                    "range(" + all.get(0) + ", " + all.get(1) + ")" + (step == 1 ? "" : ".step(" + step + ")"),
                    Type.LIST);
        }
        Expr one = new Expr.Num("1");
        String from = words.value(plus(given.get(1), one)).text();
        String to = words.value(plus(given.get(0), one)).text();
        return Said.whole(
                "range(" + from + ", " + to + ").reverse()" + (step == -1 ? "" : ".step(" + -step + ")"), Type.LIST);
    }

    private static Expr plus(Expr e, Expr one) {
        Integer number = Words.number(e);
        return number == null
                ? new Expr.Binary("+", e, one)
                : number + 1 < 0
                        ? new Expr.Unary("-", new Expr.Num(String.valueOf(-number - 1)))
                        : new Expr.Num(String.valueOf(number + 1));
    }

    /** Sums of and questions about a comprehension, which need no list in between. */
    private Said holdsFor(String name, Expr over) {
        if (over instanceof Expr.Comprehension c
                && c.shape() == Shape.LIST
                && c.clauses().size() == 1) {
            Expr.Clause clause = c.clauses().get(0);
            var comprehensions = new Comprehensions(words);
            Type element = words.inside(
                    clause.targets(), () -> words.value(c.element()).type());
            if (name.equals("sum")
                    && Words.number(c.element()) != null
                    && !clause.conditions().isEmpty()) {
                String count = comprehensions.over(clause) + ".count " + comprehensions.closure(clause);
                return c.element().equals(new Expr.Num("1"))
                        ? Said.whole(count, Type.NUMBER)
                        : new Said(count + " * " + words.value(c.element()).text(), Said.PRODUCT, Type.NUMBER);
            }
            if (!name.equals("sum") || element == Type.TRUTH) {
                String method = name.equals("sum") ? "count" : name.equals("any") ? "any" : "every";
                String closure = words.closure(
                        clause.targets(), () -> words.holds(c.element()).text());
                return Said.whole(
                        comprehensions.filtered(clause) + "." + method + " " + closure,
                        name.equals("sum") ? Type.NUMBER : Type.TRUTH);
            }
        }
        return Said.whole(name + "(" + words.value(over).text() + ")", name.equals("sum") ? Type.NUMBER : Type.TRUTH);
    }

    private Said withOptions(String name, Expr first, List<Expr> given, Map<String, Expr> named) {
        for (String each : named.keySet()) {
            if (!Set.of("key", "reverse", "default", "start", "ndigits").contains(each)) {
                throw new Untranslatable(name + "(" + each + "=…) has no equal");
            }
        }
        if (name.equals("enumerate") || name.equals("sum")) {
            return from(name, first, given.size() > 1 ? given.get(1) : named.get("start"));
        }
        if (name.equals("round")) {
            Expr digits = given.size() > 1 ? given.get(1) : named.get("ndigits");
            return Said.whole(
                    "round(" + words.value(first).text()
                            + (digits == null ? "" : ", " + words.value(digits).text()) + ")",
                    Type.NUMBER);
        }
        if (name.equals("sorted")) {
            return sorted(first, named);
        }
        Expr key = named.get("key");
        Expr otherwise = named.get("default");
        if (given.size() > 1) {
            if (!named.isEmpty()) {
                throw new Untranslatable(name + "() of several values by a key has no equal");
            }
            return Said.whole(name + "(" + String.join(", ", all(given)) + ")", Type.NUMBER);
        }
        Said list = words.value(first);
        String found =
                key == null ? name + "(" + list.text() + ")" : list.part() + "." + name + " " + words.closure(key);
        Type type = key == null ? Type.NUMBER : Type.UNKNOWN;
        if (otherwise == null) {
            return Said.whole(found, type);
        }
        Words.twice(first);
        return new Said(
                list.within(Said.OR) + " ? " + found + " : "
                        + words.value(otherwise).within(Said.CHOICE),
                Said.CHOICE,
                type);
    }

    private Said from(String name, Expr first, @Nullable Expr start) {
        if (start == null || Integer.valueOf(0).equals(Words.number(start))) {
            return name.equals("sum")
                    ? holdsFor("sum", first)
                    : Said.whole("enumerate(" + words.value(first).text() + ")", Type.LIST);
        }
        String from = words.value(start).within(Said.PRODUCT);
        return name.equals("sum")
                ? new Said(holdsFor("sum", first).text() + " + " + from, Said.SUM, Type.NUMBER)
                : Said.whole(
                        "enumerate(" + words.value(first).text() + ").collect { i, x -> [i + " + from + ", x] }",
                        Type.LIST);
    }

    Said sorted(Expr first, Map<String, Expr> named) {
        Expr key = named.get("key");
        Expr reverse = named.get("reverse");
        String sorted = key == null
                ? "sorted(" + words.value(first).text() + ")"
                : words.value(first).part() + ".toSorted " + words.closure(key);
        if (reverse == null || reverse.equals(new Expr.Fixed("false"))) {
            return Said.whole(sorted, Type.LIST);
        }
        if (!reverse.equals(new Expr.Fixed("true"))) {
            throw new Untranslatable("sorted() with a reverse that is computed has no equal");
        }
        return Said.whole(sorted + ".reverse()", Type.LIST);
    }

    private Said dict(@Nullable Expr first, Map<String, Expr> named) {
        var entries = new ArrayList<Expr.Entry>();
        named.forEach((key, value) -> entries.add(new Expr.Entry(new Expr.Text(key), value)));
        if (first == null) {
            return words.value(new Expr.Mapped(entries));
        }
        Said of = words.value(first);
        String map = of.type() == Type.LIST
                ? of.part() + ".collectEntries()"
                : of.type() == Type.MAP ? "(" + of.text() + " + [:])" : "";
        if (map.isEmpty()) {
            throw new Untranslatable("dict() of this has no equal");
        }
        return named.isEmpty()
                ? Said.whole(map, Type.MAP)
                : new Said(map + " + " + words.value(new Expr.Mapped(entries)).text(), Said.SUM, Type.MAP);
    }

    /** {@code isinstance(value, type)}, of one type or of several. */
    Said instance(Expr value, Expr type) {
        List<Expr> types = type instanceof Expr.Listed list ? list.elements() : List.of(type);
        var names = new ArrayList<String>();
        for (Expr each : types) {
            String name = each instanceof Expr.Name known ? TYPES.get(known.id()) : null;
            if (name == null) {
                throw new Untranslatable("isinstance() of this type has no equal");
            }
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        if (names.contains("Integer") && names.contains("BigDecimal")) {
            names.removeIf(each -> each.equals("Integer") || each.equals("BigDecimal"));
            names.add(0, "Number");
        }
        String said = words.value(value).within(Said.SHIFT);
        if (names.size() > 1) {
            Words.twice(value);
        }
        var parts = names.stream().map(each -> said + " instanceof " + each).toList();
        return parts.size() == 1
                ? new Said(parts.get(0), Said.RELATION, Type.TRUTH)
                : Said.whole("(" + String.join(" || ", parts) + ")", Type.TRUTH);
    }
}
