package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls of functions; those of methods are in {@link MethodWriter}. */
final class CallWriter {
    private static final Set<String> RANDOM =
            Set.of("random", "randint", "uniform", "choice", "sample", "shuffle", "gauss");
    private static final Set<String> SAME =
            Set.of("abs", "sqrt", "sin", "cos", "tan", "atan", "exp", "log10", "hypot", "floor", "ceil", "pow");
    private static final Set<String> GOING_OVER = Set.of("sum", "any", "all");
    private static final Set<String> WITH_OPTIONS = Set.of("min", "max", "sorted", "enumerate", "sum", "round");
    /** Whose arguments are not simply values. */
    private static final Set<String> TAKING_MORE = Set.of("isinstance", "map", "filter");

    private final ExprWords words;

    CallWriter(ExprWords words) {
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
                        words.value(name).text() + "(" + CallArguments.joined(words, call.arguments()) + ")",
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
        return OurExpr.whole("random." + name + "(" + CallArguments.joined(words, call.arguments()) + ")", type);
    }

    private OurExpr function(String name, PythonExpr.Call call) {
        List<PythonExpr> given = call.arguments();
        Map<String, PythonExpr> named = call.named();
        PythonExpr first = given.isEmpty() ? null : given.get(0);
        if (name.equals("dict")) {
            return dict(first, named);
        }
        if (WITH_OPTIONS.contains(name) && first != null) {
            return new AggregateWriter(words).withOptions(name, first, given, named);
        }
        if (!named.isEmpty()) {
            throw new UntranslatableException(name + "() with named arguments has no equal");
        }
        if (first == null) {
            return ofNone(name);
        }
        return given.size() == 1 ? ofOne(name, first) : ofSeveral(name, first, given);
    }

    private static OurExpr ofNone(String name) {
        return switch (name) {
            case "list", "tuple" -> OurExpr.whole("[]", ValueType.LIST);
            case "set" -> OurExpr.whole("[]", ValueType.SET);
            case "str" -> OurExpr.whole("''", ValueType.TEXT);
            case "int", "float" -> OurExpr.whole("0", ValueType.NUMBER);
            default -> throw new UntranslatableException(name + "() has no equal");
        };
    }

    /** A function of one argument. */
    private interface OneArgument {
        OurExpr written(PythonExpr argument, OurExpr said);
    }

    private static final Map<String, OneArgument> OF_ONE = Map.ofEntries(
            Map.entry("len", (e, said) -> OurExpr.whole("len(" + said.text() + ")", ValueType.NUMBER)),
            Map.entry("log", (e, said) -> OurExpr.whole("log(" + said.text() + ")", ValueType.NUMBER)),
            Map.entry("range", (e, said) -> OurExpr.whole("range(" + said.text() + ")", ValueType.LIST)),
            Map.entry("trunc", (e, said) -> OurExpr.whole(said.part() + ".trunc()", ValueType.NUMBER)),
            Map.entry("fabs", (e, said) -> OurExpr.whole(said.part() + ".abs()", ValueType.NUMBER)),
            Map.entry("reversed", (e, said) -> OurExpr.whole(said.part() + ".reverse()", ValueType.LIST)),
            Map.entry("zip", (e, said) -> OurExpr.whole("[" + said.text() + "].transpose()", ValueType.LIST)),
            Map.entry("int", (e, said) -> whole(said)),
            Map.entry("float", CallWriter::real),
            Map.entry("str", (e, said) -> text(said)),
            Map.entry(
                    "bool",
                    (e, said) ->
                            new OurExpr(said.within(OurExpr.OR) + " ? true : false", OurExpr.CHOICE, ValueType.TRUTH)),
            Map.entry("list", CallWriter::list),
            Map.entry("tuple", CallWriter::list),
            Map.entry("set", CallWriter::set),
            Map.entry("frozenset", CallWriter::set),
            Map.entry("isinstance", (e, said) -> none("isinstance() in this way has no equal")),
            Map.entry("type", (e, said) -> none("type() in this way has no equal")),
            Map.entry("open", (e, said) -> none("files cannot be reached from expressions")));

    private static OurExpr none(String why) {
        throw new UntranslatableException(why);
    }

    private static OurExpr whole(OurExpr said) {
        return said.type() == ValueType.TRUTH
                ? OurExpr.whole("(" + said.within(OurExpr.OR) + " ? 1 : 0)", ValueType.NUMBER)
                : new OurExpr(said.within(OurExpr.SHIFT) + " as int", OurExpr.RELATION, ValueType.NUMBER);
    }

    private static OurExpr text(OurExpr said) {
        return said.type() == ValueType.TRUTH
                ? OurExpr.whole("(" + TextWriter.truth(said) + ")", ValueType.TEXT)
                : new OurExpr(said.within(OurExpr.SHIFT) + " as String", OurExpr.RELATION, ValueType.TEXT);
    }

    private static OurExpr set(PythonExpr first, OurExpr said) {
        return OurExpr.whole(list(first, said).part() + ".unique()", ValueType.SET);
    }

    private static OurExpr real(PythonExpr first, OurExpr said) {
        if (first instanceof PythonExpr.Text) {
            throw new UntranslatableException("float() of this text has no equal");
        }
        return new OurExpr(said.within(OurExpr.SHIFT) + " as BigDecimal", OurExpr.RELATION, ValueType.NUMBER);
    }

    private static OurExpr list(PythonExpr first, OurExpr said) {
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

    private OurExpr ofOne(String name, PythonExpr first) {
        if (GOING_OVER.contains(name)) {
            return new AggregateWriter(words).holdsFor(name, first);
        }
        OurExpr said = words.value(first);
        if (SAME.contains(name)) {
            return OurExpr.whole(name + "(" + said.text() + ")", ValueType.NUMBER);
        }
        OneArgument known = OF_ONE.get(name);
        if (known == null) {
            throw new UntranslatableException("the function " + name + "() has no equal");
        }
        return known.written(first, said);
    }

    private OurExpr ofSeveral(String name, PythonExpr first, List<PythonExpr> given) {
        List<String> all = TAKING_MORE.contains(name) ? List.of() : CallArguments.texts(words, given);
        if (SAME.contains(name)) {
            return OurExpr.whole(name + "(" + String.join(", ", all) + ")", ValueType.NUMBER);
        }
        return switch (name) {
            case "isinstance" -> new InstanceWriter(words).instance(first, given.get(1));
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
        Integer step = PythonExpr.number(given.get(2));
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
        Integer number = PythonExpr.number(e);
        return number == null
                ? new PythonExpr.Binary("+", e, one)
                : number + 1 < 0
                        ? new PythonExpr.Unary("-", new PythonExpr.Num(String.valueOf(-number - 1)))
                        : new PythonExpr.Num(String.valueOf(number + 1));
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
}
