package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Functions that go over a list: sums, questions about its elements, the least and the most, and its order. */
final class AggregateWriter {
    private static final Set<String> OPTIONS = Set.of("key", "reverse", "default", "start", "ndigits");

    private final ExprWords words;

    AggregateWriter(ExprWords words) {
        this.words = words;
    }

    /** Sums of and questions about a comprehension, which need no list in between. */
    OurExpr holdsFor(String name, PythonExpr over) {
        if (over instanceof PythonExpr.Comprehension c
                && c.shape() == Shape.LIST
                && c.clauses().size() == 1) {
            PythonExpr.Clause clause = c.clauses().get(0);
            var comprehensions = new ComprehensionWriter(words);
            ValueType element = words.inside(
                    clause.targets(), () -> words.value(c.element()).type());
            if (name.equals("sum")
                    && PythonExpr.number(c.element()) != null
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

    OurExpr withOptions(String name, PythonExpr first, List<PythonExpr> given, Map<String, PythonExpr> named) {
        for (String each : named.keySet()) {
            if (!OPTIONS.contains(each)) {
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
            return OurExpr.whole(name + "(" + CallArguments.joined(words, given) + ")", ValueType.NUMBER);
        }
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
