package dev.caravan.expression;

import java.math.RoundingMode;

/** Methods of numbers. */
final class NumberMethods {
    private NumberMethods() {}

    private static Number n(Object[] arguments) {
        return Operators.number(arguments[0], "()");
    }

    static Methods.Table<Number> table() {
        var t = new Methods.Table<Number>();
        t.add("abs", 0, 0, (n, a, m) -> Numbers.absolute(n));
        t.add("negate", 0, 0, (n, a, m) -> Numbers.negated(n));
        t.add("signum", 0, 0, (n, a, m) -> Numbers.signum(n));
        t.add(
                "round",
                0,
                1,
                (n, a, m) -> a.length == 0
                        ? Numbers.rounded(n, RoundingMode.HALF_UP)
                        : Numbers.rounded(n, Numbers.index(a[0])));
        t.add("setScale", 1, 1, (n, a, m) -> Numbers.rounded(Numbers.exact(n), Numbers.index(a[0])));
        t.add("floor", 0, 0, (n, a, m) -> Numbers.rounded(n, RoundingMode.FLOOR));
        t.add("ceil", 0, 0, (n, a, m) -> Numbers.rounded(n, RoundingMode.CEILING));
        t.add("trunc", 0, 0, (n, a, m) -> Numbers.rounded(n, RoundingMode.DOWN));
        for (String each : new String[] {"toInteger", "intValue", "longValue", "toLong", "toBigInteger"}) {
            t.alias(each, "trunc");
        }
        t.add("toBigDecimal", 0, 0, (n, a, m) -> Numbers.decimal(Numbers.exact(n)));
        for (String each : new String[] {"doubleValue", "toDouble", "floatValue", "toFloat"}) {
            t.alias(each, "toBigDecimal");
        }
        t.add("intdiv", 1, 1, (n, a, m) -> Numbers.quotient(n, n(a)));
        t.add("mod", 1, 1, (n, a, m) -> {
            Number rest = Numbers.remainder(n, n(a));
            boolean other = Numbers.signum(rest) != 0 && Numbers.signum(rest) != Numbers.signum(n(a));
            return other ? Numbers.plus(rest, n(a)) : rest;
        });
        t.add("remainder", 1, 1, (n, a, m) -> Numbers.remainder(n, n(a)));
        t.add("power", 1, 1, (n, a, m) -> Numbers.power(n, n(a)));
        t.add("plus", 1, 1, (n, a, m) -> Operators.apply("+", n, a[0], m));
        t.add("minus", 1, 1, (n, a, m) -> Operators.apply("-", n, a[0], m));
        t.add("multiply", 1, 1, (n, a, m) -> Operators.apply("*", n, a[0], m));
        t.add("div", 1, 1, (n, a, m) -> Operators.apply("/", n, a[0], m));
        t.add("min", 1, 1, (n, a, m) -> Numbers.compare(n, n(a)) <= 0 ? n : n(a));
        t.add("max", 1, 1, (n, a, m) -> Numbers.compare(n, n(a)) >= 0 ? n : n(a));
        t.add("sqrt", 0, 0, (n, a, m) -> Numbers.of(StrictMath.sqrt(n.doubleValue())));
        t.add("times", 1, 1, (n, a, m) -> {
            int count = Numbers.index(n);
            for (int i = 0; i < count; i++) {
                Operators.closure(a[0]).call(i);
            }
            return Values.NULL;
        });
        t.add("upto", 2, 2, (n, a, m) -> {
            for (Object each : Operators.range(n, a[0], false, false, m)) {
                Operators.closure(a[1]).call(each);
            }
            return Values.NULL;
        });
        t.alias("downto", "upto");
        return t;
    }
}
