package dev.caravan.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What can be asked of {@code random}. None of it changes or keeps what it is given. */
final class RandomMethods {

    private interface Body {
        Object call(SeededRandom random, Object[] arguments, EvaluationMeter meter);
    }

    /** A method with how many arguments it takes. */
    record Method(String name, int wanted, Body body) {

        Object call(SeededRandom random, Object[] arguments, EvaluationMeter meter) {
            if (arguments.length != wanted) {
                throw EvaluationException.type(
                        "random." + name + "() takes " + wanted + " arguments, not " + arguments.length);
            }
            return body.call(random, arguments, meter);
        }
    }

    private static final Map<String, Method> ALL = new TreeMap<>();

    static {
        add("random", 0, (r, a, m) -> r.decimal());
        add("randint", 2, (r, a, m) -> randint(r, a));
        add("uniform", 2, (r, a, m) -> uniform(r, a));
        add("choice", 1, (r, a, m) -> choice(r, a[0], m));
        add("sample", 2, (r, a, m) -> sample(r, MethodTables.elements(a[0], m), ExactNumbers.index(a[1]), m));
        add("shuffle", 1, (r, a, m) -> shuffle(r, MethodTables.elements(a[0], m), m));
        add("gauss", 2, (r, a, m) -> gauss(r, a));
    }

    static final Set<String> NAMES = new TreeSet<>(ALL.keySet());

    private RandomMethods() {}

    private static void add(String name, int wanted, Body body) {
        ALL.put(name, new Method(name, wanted, body));
    }

    static @Nullable Method find(String name) {
        return ALL.get(name);
    }

    private static Object uniform(SeededRandom random, Object[] a) {
        Number from = OperatorMeanings.number(a[0], "uniform");
        Number to = OperatorMeanings.number(a[1], "uniform");
        return ExactNumbers.plus(from, ExactNumbers.times(ExactNumbers.minus(to, from), random.decimal()));
    }

    private static Object choice(SeededRandom random, Object of, EvaluationMeter meter) {
        List<?> all = of instanceof List<?> list ? list : MethodTables.elements(of, meter);
        return all.get((int) random.below(all.size()));
    }

    private static Object shuffle(SeededRandom random, List<Object> all, EvaluationMeter meter) {
        return sample(random, all, all.size(), meter);
    }

    private static Object gauss(SeededRandom random, Object[] a) {
        double mean = OperatorMeanings.number(a[0], "gauss").doubleValue();
        double drawn = random.gauss();
        return ExactNumbers.of(
                mean + drawn * OperatorMeanings.number(a[1], "gauss").doubleValue());
    }

    private static Object randint(SeededRandom random, Object[] a) {
        long from = whole(a[0]);
        long to = whole(a[1]);
        if (from > to) {
            throw EvaluationException.value("random.randint(" + from + ", " + to + "): the first must not be larger");
        }
        return ExactNumbers.whole(from + random.below(to - from + 1));
    }

    private static long whole(Object value) {
        Number number = OperatorMeanings.number(value, "randint");
        long limit = 1L << 53;
        try {
            long whole = ExactNumbers.exact(number).longValueExact();
            if (Math.abs(whole) <= limit) {
                return whole;
            }
        } catch (ArithmeticException e) {
            // told below, in the same words
        }
        throw EvaluationException.value("random.randint() needs whole numbers, at most 2**53 away from zero");
    }

    /** So many of them in random order, each at most once. The list that was given stays as it is. */
    private static List<Object> sample(SeededRandom random, List<Object> all, int count, EvaluationMeter meter) {
        if (count < 0 || count > all.size()) {
            throw EvaluationException.value("cannot take " + count + " of " + all.size() + " elements");
        }
        meter.make(all.size());
        var rest = new ArrayList<>(all);
        var taken = new ArrayList<Object>(count);
        for (int i = 0; i < count; i++) {
            int at = i + (int) random.below(rest.size() - i);
            Object chosen = rest.get(at);
            rest.set(at, rest.get(i));
            rest.set(i, chosen);
            taken.add(chosen);
        }
        return taken;
    }
}
