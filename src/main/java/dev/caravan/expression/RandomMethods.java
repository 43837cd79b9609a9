package dev.caravan.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What can be asked of {@code random}. */
final class RandomMethods {
    static final Set<String> NAMES =
            new TreeSet<>(Set.of("random", "randint", "uniform", "choice", "sample", "shuffle", "gauss"));

    private RandomMethods() {}

    static boolean known(String name) {
        return NAMES.contains(name);
    }

    static Object call(SeededRandom random, String name, Object[] a, EvaluationMeter meter) {
        int wanted = switch (name) {
            case "random" -> 0;
            case "choice", "shuffle" -> 1;
            default -> 2;
        };
        if (a.length != wanted) {
            throw EvaluationException.type("random." + name + "() takes " + wanted + " arguments, not " + a.length);
        }
        return switch (name) {
            case "random" -> random.decimal();
            case "randint" -> randint(random, a);
            case "uniform" -> {
                Number from = OperatorMeanings.number(a[0], "uniform");
                Number to = OperatorMeanings.number(a[1], "uniform");
                yield ExactNumbers.plus(from, ExactNumbers.times(ExactNumbers.minus(to, from), random.decimal()));
            }
            case "choice" -> {
                List<Object> all = MethodTables.elements(a[0], meter);
                yield all.get((int) random.below(all.size()));
            }
            case "sample" -> sample(random, MethodTables.elements(a[0], meter), ExactNumbers.index(a[1]), meter);
            case "shuffle" -> {
                List<Object> all = MethodTables.elements(a[0], meter);
                yield sample(random, all, all.size(), meter);
            }
            default ->
                ExactNumbers.of(OperatorMeanings.number(a[0], "gauss").doubleValue()
                        + random.gauss()
                                * OperatorMeanings.number(a[1], "gauss").doubleValue());
        };
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
