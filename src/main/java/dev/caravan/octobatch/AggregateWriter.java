package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Functions that go over a list: sums, questions about its elements, the least and the most, and its order. */
final class AggregateWriter {
    private static final Set<String> OPTIONS = Set.of("key", "reverse", "default", "start", "ndigits");

    /** What is asked of a list by a closure, in our words. */
    private record ListMethod(String name, ValueType type) {}

    private static final Map<String, ListMethod> METHODS = Map.of(
            "sum", new ListMethod("count", ValueType.NUMBER),
            "any", new ListMethod("any", ValueType.TRUTH),
            "all", new ListMethod("every", ValueType.TRUTH));

    private final ExprWords words;

    AggregateWriter(ExprWords words) {
        this.words = words;
    }

    /** Sums of and questions about a comprehension, which need no list in between. */
    OurExpr holdsFor(String name, PythonExpr over) {
        OurExpr counted = over instanceof PythonExpr.Comprehension c
                        && c.shape() == Shape.LIST
                        && c.clauses().size() == 1
                ? ofEach(name, c.element(), c.clauses().get(0))
                : null;
        return counted != null
                ? counted
                : OurExpr.whole(
                        name + "(" + words.value(over).text() + ")",
                        Objects.requireNonNull(METHODS.get(name)).type());
    }

    /** By a closure over the list; null for a sum of other things than ones or truths. */
    private @Nullable OurExpr ofEach(String name, PythonExpr of, PythonExpr.Clause clause) {
        var comprehensions = new ComprehensionWriter(words);
        ValueType element = words.inside(clause.targets(), () -> words.value(of).type());
        boolean sum = name.equals("sum");
        if (sum && PythonExpr.number(of) != null && !clause.conditions().isEmpty()) {
            String count = comprehensions.over(clause) + ".count " + comprehensions.closure(clause);
            return of.equals(new PythonExpr.Num("1"))
                    ? OurExpr.whole(count, ValueType.NUMBER)
                    : new OurExpr(count + " * " + words.value(of).text(), OurExpr.PRODUCT, ValueType.NUMBER);
        }
        if (sum && element != ValueType.TRUTH) {
            return null;
        }
        ListMethod method = Objects.requireNonNull(METHODS.get(name));
        String closure = words.closure(clause.targets(), () -> words.holds(of).text());
        return OurExpr.whole(comprehensions.filtered(clause) + "." + method.name() + " " + closure, method.type());
    }

    OurExpr withOptions(String name, PythonExpr first, List<PythonExpr> given, Map<String, PythonExpr> named) {
        for (String each : named.keySet()) {
            if (!OPTIONS.contains(each)) {
                throw new UntranslatableException(name + "(" + each + "=…) has no equal");
            }
        }
        PythonExpr second = given.size() > 1 ? given.get(1) : null;
        return switch (name) {
            case "enumerate", "sum" -> from(name, first, second == null ? named.get("start") : second);
            case "round" -> round(first, second == null ? named.get("ndigits") : second);
            case "sorted" -> sorted(first, named);
            default -> second == null ? most(name, first, named) : mostOfSeveral(name, given, named);
        };
    }

    private OurExpr round(PythonExpr of, @Nullable PythonExpr digits) {
        String value = words.value(of).text();
        return OurExpr.whole(
                "round(" + value
                        + (digits == null ? "" : ", " + words.value(digits).text()) + ")",
                ValueType.NUMBER);
    }

    private OurExpr mostOfSeveral(String name, List<PythonExpr> given, Map<String, PythonExpr> named) {
        if (!named.isEmpty()) {
            throw new UntranslatableException(name + "() of several values by a key has no equal");
        }
        return OurExpr.whole(name + "(" + CallArguments.joined(words, given) + ")", ValueType.NUMBER);
    }

    private OurExpr most(String name, PythonExpr first, Map<String, PythonExpr> named) {
        PythonExpr key = named.get("key");
        PythonExpr otherwise = named.get("default");
        OurExpr list = words.value(first);
        String found =
                key == null ? name + "(" + list.text() + ")" : list.part() + "." + name + " " + words.closure(key);
        ValueType type = key == null ? ValueType.NUMBER : ValueType.UNKNOWN;
        if (otherwise == null) {
            return OurExpr.whole(found, type);
        }
        RandomCalls.refuseTwice(first);
        return new OurExpr(
                list.within(OurExpr.OR) + " ? " + found + " : "
                        + words.value(otherwise).within(OurExpr.CHOICE),
                OurExpr.CHOICE,
                type);
    }

    private OurExpr from(String name, PythonExpr first, @Nullable PythonExpr start) {
        if (start == null || Integer.valueOf(0).equals(PythonExpr.number(start))) {
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
}
