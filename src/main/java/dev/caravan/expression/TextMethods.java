package dev.caravan.expression;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import java.util.regex.Pattern;

/** Methods of texts, as Java and Groovy name them. No locale, and every regular expression counts its steps. */
final class TextMethods {
    private TextMethods() {}

    static MethodTables.Table<String> table() {
        var t = new MethodTables.Table<String>();
        questions(t);
        shapes(t);
        parts(t);
        numbers(t);
        return t;
    }

    private static String s(Object[] arguments, int at) {
        if (arguments[at] instanceof String text) {
            return text;
        }
        throw EvaluationException.type("a text is needed, not " + ExpressionValues.kind(arguments[at]));
    }

    private static void questions(MethodTables.Table<String> t) {
        t.add("size", 0, 0, (s, a, m) -> s.length());
        t.alias("length", "size");
        t.add("isEmpty", 0, 0, (s, a, m) -> s.isEmpty());
        t.add("isBlank", 0, 0, (s, a, m) -> s.isBlank());
        t.add("contains", 1, 1, (s, a, m) -> counted(s, m).contains(s(a, 0)));
        t.add("startsWith", 1, 1, (s, a, m) -> s.startsWith(s(a, 0)));
        t.add("endsWith", 1, 1, (s, a, m) -> s.endsWith(s(a, 0)));
        t.add("equalsIgnoreCase", 1, 1, (s, a, m) -> counted(s, m).equalsIgnoreCase(s(a, 0)));
        t.add(
                "indexOf",
                1,
                2,
                (s, a, m) -> counted(s, m).indexOf(s(a, 0), a.length == 1 ? 0 : ExactNumbers.index(a[1])));
        t.add("lastIndexOf", 1, 1, (s, a, m) -> counted(s, m).lastIndexOf(s(a, 0)));
        t.add("matches", 1, 1, (s, a, m) -> CountedRegex.of(a[0]).matches(s, m));
        t.add("count", 1, 1, TextMethods::count);
        t.add("any", 1, 1, (s, a, m) -> MethodTables.call(MethodTables.elements(s, m), "any", a, m));
        t.add("every", 1, 1, (s, a, m) -> MethodTables.call(MethodTables.elements(s, m), "every", a, m));
    }

    private static String counted(String text, EvaluationMeter meter) {
        meter.steps(text.length() / 16);
        return text;
    }

    private static String made(String text, EvaluationMeter meter) {
        meter.make(text.length());
        return text;
    }

    private static void shapes(MethodTables.Table<String> t) {
        t.add("toUpperCase", 0, 0, (s, a, m) -> made(s.toUpperCase(Locale.ROOT), m));
        t.add("toLowerCase", 0, 0, (s, a, m) -> made(s.toLowerCase(Locale.ROOT), m));
        t.add("trim", 0, 0, (s, a, m) -> made(s.strip(), m));
        t.alias("strip", "trim");
        t.add("reverse", 0, 0, (s, a, m) -> made(new StringBuilder(s).reverse().toString(), m));
        t.add(
                "capitalize",
                0,
                0,
                (s, a, m) -> s.isEmpty() ? s : made(s.substring(0, 1).toUpperCase(Locale.ROOT) + s.substring(1), m));
        t.add(
                "uncapitalize",
                0,
                0,
                (s, a, m) -> s.isEmpty() ? s : made(s.substring(0, 1).toLowerCase(Locale.ROOT) + s.substring(1), m));
        t.add("replace", 2, 2, TextMethods::replace);
        t.add("replaceAll", 2, 2, (s, a, m) -> made(CountedRegex.of(a[0]).replace(s, s(a, 1), true, m), m));
        t.add("replaceFirst", 2, 2, (s, a, m) -> made(CountedRegex.of(a[0]).replace(s, s(a, 1), false, m), m));
        t.add("padLeft", 1, 2, (s, a, m) -> padding(s, a, m) + s);
        t.add("padRight", 1, 2, (s, a, m) -> s + padding(s, a, m));
        t.add("center", 1, 2, TextMethods::center);
        t.add("repeat", 1, 1, (s, a, m) -> OperatorMeanings.apply("*", s, a[0], m));
        t.alias("multiply", "repeat");
        t.add("concat", 1, 1, (s, a, m) -> OperatorMeanings.apply("+", s, s(a, 0), m));
        t.add("plus", 1, 1, (s, a, m) -> OperatorMeanings.apply("+", s, a[0], m));
        t.add("minus", 1, 1, (s, a, m) -> OperatorMeanings.apply("-", s, a[0], m));
    }

    private static String padding(String text, Object[] arguments, EvaluationMeter meter) {
        String by = arguments.length == 1 ? " " : s(arguments, 1);
        int missing = ExactNumbers.index(arguments[0]) - text.length();
        if (missing <= 0 || by.isEmpty()) {
            return "";
        }
        meter.make(missing + (long) text.length());
        return by.repeat(missing / by.length() + 1).substring(0, missing);
    }

    private static void parts(MethodTables.Table<String> t) {
        t.add("substring", 1, 2, TextMethods::substring);
        t.add("charAt", 1, 1, (s, a, m) -> OperatorMeanings.at(s, a[0], m));
        t.alias("getAt", "charAt");
        t.add("take", 1, 1, (s, a, m) -> s.substring(0, within(ExactNumbers.index(a[0]), s)));
        t.add("drop", 1, 1, (s, a, m) -> s.substring(within(ExactNumbers.index(a[0]), s)));
        t.add("takeRight", 1, 1, (s, a, m) -> s.substring(s.length() - within(ExactNumbers.index(a[0]), s)));
        t.add("dropRight", 1, 1, (s, a, m) -> s.substring(0, s.length() - within(ExactNumbers.index(a[0]), s)));
        t.add(
                "split",
                0,
                1,
                (s, a, m) -> a.length == 0
                        ? tokens(s, " \t\n\r\f", m)
                        : CountedRegex.of(a[0]).split(s, m));
        t.add("tokenize", 0, 1, (s, a, m) -> tokens(s, a.length == 0 ? " \t\n\r\f" : s(a, 0), m));
        t.add("readLines", 0, 0, TextMethods::readLines);
        t.alias("lines", "readLines");
        t.add("toList", 0, 0, (s, a, m) -> MethodTables.elements(s, m));
        t.alias("chars", "toList");
        t.add("each", 1, 1, TextMethods::each);
        t.add("collect", 1, 1, (s, a, m) -> MethodTables.call(MethodTables.elements(s, m), "collect", a, m));
        t.add(
                "find",
                1,
                1,
                (s, a, m) -> a[0] instanceof ClosureValue
                        ? MethodTables.call(MethodTables.elements(s, m), "find", a, m)
                        : CountedRegex.of(a[0]).find(s, false, m));
        t.add("findGroups", 1, 1, (s, a, m) -> CountedRegex.of(a[0]).find(s, true, m));
        t.add(
                "findAll",
                1,
                1,
                (s, a, m) -> a[0] instanceof ClosureValue
                        ? MethodTables.call(MethodTables.elements(s, m), "findAll", a, m)
                        : CountedRegex.of(a[0]).findAll(s, m));
    }

    private static int within(int count, String text) {
        return Math.max(0, Math.min(count, text.length()));
    }

    private static List<Object> tokens(String text, String separators, EvaluationMeter meter) {
        meter.make(text.length());
        var all = new ArrayList<Object>();
        var tokens = new StringTokenizer(text, separators);
        while (tokens.hasMoreTokens()) {
            all.add(tokens.nextToken());
        }
        return all;
    }

    private static void numbers(MethodTables.Table<String> t) {
        t.add("toInteger", 0, 0, TextMethods::toInteger);
        for (String each : List.of("toLong", "toBigInteger")) {
            t.alias(each, "toInteger");
        }
        t.add("toBigDecimal", 0, 0, (s, a, m) -> ExactNumbers.decimal(ExactNumbers.exact(ExactNumbers.parse(s))));
        for (String each : Arrays.asList("toDouble", "toFloat")) {
            t.alias(each, "toBigDecimal");
        }
        t.add("isNumber", 0, 0, (s, a, m) -> isNumber(s));
        for (String each : List.of("isBigDecimal", "isDouble", "isFloat")) {
            t.alias(each, "isNumber");
        }
        t.add("isInteger", 0, 0, (s, a, m) -> s.strip().matches("[+-]?[0-9]{1,1000}"));
        for (String each : List.of("isLong", "isBigInteger")) {
            t.alias(each, "isInteger");
        }
        t.add(
                "toBoolean",
                0,
                0,
                (s, a, m) -> List.of("true", "y", "1").contains(s.strip().toLowerCase(Locale.ROOT)));
    }

    private static boolean isNumber(String text) {
        try {
            ExactNumbers.parse(text);
            return true;
        } catch (EvaluationException e) {
            return false;
        }
    }

    private static Object count(String text, Object[] arguments, EvaluationMeter meter) {
        String part = s(arguments, 0);
        int count = 0;
        for (int at = part.isEmpty() ? -1 : text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        meter.steps(text.length());
        return count;
    }

    private static Object replace(String text, Object[] arguments, EvaluationMeter meter) {
        long longest = (long) text.length()
                + (long) (text.length() + 1) * s(arguments, 1).length();
        if (longest > 1_000_000) {
            meter.make(text.split(Pattern.quote(s(arguments, 0)), -1).length
                    * (long) s(arguments, 1).length());
        }
        return made(text.replace(s(arguments, 0), s(arguments, 1)), meter);
    }

    private static Object center(String text, Object[] arguments, EvaluationMeter meter) {
        String padding = padding(text, arguments, meter);
        int left = padding.length() / 2;
        return padding.substring(0, left) + text + padding.substring(left);
    }

    private static Object substring(String text, Object[] arguments, EvaluationMeter meter) {
        int from = ExactNumbers.index(arguments[0]);
        int to = arguments.length == 1 ? text.length() : ExactNumbers.index(arguments[1]);
        if (from < 0 || to > text.length() || from > to) {
            throw EvaluationException.value(
                    "substring(" + from + ", " + to + ") of arguments text of " + text.length() + " characters");
        }
        return made(text.substring(from, to), meter);
    }

    private static Object readLines(String text, Object[] arguments, EvaluationMeter meter) {
        List<Object> lines = new ArrayList<>(text.lines().toList());
        meter.make(text.length());
        return lines;
    }

    private static Object each(String text, Object[] arguments, EvaluationMeter meter) {
        MethodTables.call(MethodTables.elements(text, meter), "each", arguments, meter);
        return text;
    }

    private static Object toInteger(String text, Object[] arguments, EvaluationMeter meter) {
        Number number = ExactNumbers.parse(text);
        if (!ExactNumbers.isWhole(number)) {
            throw EvaluationException.value("'" + text + "' is no whole number");
        }
        return number;
    }
}
