package dev.caravan.expression;

import java.math.RoundingMode;

/** Methods of numbers. */
final class NumberMethods {
    private NumberMethods() {}

    private static Number n(Object[] arguments) {
        return OperatorMeanings.number(arguments[0], "()");
    }

    static MethodTables.Table<Number> table() {
        var t = new MethodTables.Table<Number>();
        t.add("abs", 0, 0, (n, a, m) -> ExactNumbers.absolute(n));
        t.add("negate", 0, 0, (n, a, m) -> ExactNumbers.negated(n));
        t.add("signum", 0, 0, (n, a, m) -> ExactNumbers.signum(n));
        t.add(
                "round",
                0,
                1,
                (n, a, m) -> a.length == 0
                        ? ExactNumbers.rounded(n, RoundingMode.HALF_UP)
                        : ExactNumbers.rounded(n, ExactNumbers.index(a[0])));
        t.add("setScale", 1, 1, (n, a, m) -> ExactNumbers.rounded(ExactNumbers.exact(n), ExactNumbers.index(a[0])));
        t.add("floor", 0, 0, (n, a, m) -> ExactNumbers.rounded(n, RoundingMode.FLOOR));
        t.add("ceil", 0, 0, (n, a, m) -> ExactNumbers.rounded(n, RoundingMode.CEILING));
        t.add("trunc", 0, 0, (n, a, m) -> ExactNumbers.rounded(n, RoundingMode.DOWN));
        for (String each : new String[] {"toInteger", "intValue", "longValue", "toLong", "toBigInteger"}) {
            t.alias(each, "trunc");
        }
        t.add("toBigDecimal", 0, 0, (n, a, m) -> ExactNumbers.decimal(ExactNumbers.exact(n)));
        for (String each : new String[] {"doubleValue", "toDouble", "floatValue", "toFloat"}) {
            t.alias(each, "toBigDecimal");
        }
        t.add("intdiv", 1, 1, (n, a, m) -> ExactNumbers.quotient(n, n(a)));
        t.add("mod", 1, 1, NumberMethods::mod);
        t.add("remainder", 1, 1, (n, a, m) -> ExactNumbers.remainder(n, n(a)));
        t.add("power", 1, 1, (n, a, m) -> ExactNumbers.power(n, n(a)));
        t.add("plus", 1, 1, (n, a, m) -> OperatorMeanings.apply("+", n, a[0], m));
        t.add("minus", 1, 1, (n, a, m) -> OperatorMeanings.apply("-", n, a[0], m));
        t.add("multiply", 1, 1, (n, a, m) -> OperatorMeanings.apply("*", n, a[0], m));
        t.add("div", 1, 1, (n, a, m) -> OperatorMeanings.apply("/", n, a[0], m));
        t.add("min", 1, 1, (n, a, m) -> ExactNumbers.compare(n, n(a)) <= 0 ? n : n(a));
        t.add("max", 1, 1, (n, a, m) -> ExactNumbers.compare(n, n(a)) >= 0 ? n : n(a));
        t.add("sqrt", 0, 0, (n, a, m) -> ExactNumbers.of(StrictMath.sqrt(n.doubleValue())));
        t.add("times", 1, 1, NumberMethods::times);
        t.add("upto", 2, 2, NumberMethods::upto);
        t.alias("downto", "upto");
        return t;
    }

    private static Object mod(Number number, Object[] arguments, EvaluationMeter meter) {
        Number rest = ExactNumbers.remainder(number, n(arguments));
        boolean other =
                ExactNumbers.signum(rest) != 0 && ExactNumbers.signum(rest) != ExactNumbers.signum(n(arguments));
        return other ? ExactNumbers.plus(rest, n(arguments)) : rest;
    }

    private static Object times(Number number, Object[] arguments, EvaluationMeter meter) {
        int count = ExactNumbers.index(number);
        for (int i = 0; i < count; i++) {
            OperatorMeanings.closure(arguments[0]).call(i);
        }
        return ExpressionValues.NULL;
    }

    private static Object upto(Number number, Object[] arguments, EvaluationMeter meter) {
        for (Object each : OperatorMeanings.range(number, arguments[0], false, false, meter)) {
            OperatorMeanings.closure(arguments[1]).call(each);
        }
        return ExpressionValues.NULL;
    }
}
