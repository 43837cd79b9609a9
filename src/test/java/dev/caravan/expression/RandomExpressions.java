package dev.caravan.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Expressions by chance, most of which can be evaluated: each kind of value is made of others, now and then of one that
 * does not fit.
 */
final class RandomExpressions {
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "2",
            "-3",
            "7",
            "100",
            "2147483647",
            "9223372036854775807",
            "1.10",
            "-0.5",
            "3.00",
            "bank",
            "die",
            "price",
            "big",
            "whole");
    private static final List<String> TEXTS =
            List.of("''", "'a'", "'Hello World'", "'12'", "name", "unit_id", "'a,b,,c'", "cards[0]", "\"${die}x\"");
    private static final List<String> LISTS = List.of(
            "[]", "[1, 2, 3]", "[-1, 1]", "['b', 'a', 'b']", "cards", "scores", "[[1, 2], [3]]", "(1..4)", "[null, 0]");
    private static final List<String> MAPS = List.of("[:]", "[a: 1, b: 2]", "person", "[(name): 1]", "people[1]");
    private static final List<String> TRUTHS = List.of("true", "false", "has('bank')", "has('nothing')");

    private final Random random;
    private final List<String> locals = new ArrayList<>();

    RandomExpressions(Random random) {
        this.random = random;
    }

    String any(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** A value of any kind. */
    String value(int depth) {
        return switch (random.nextInt(5)) {
            case 0 -> number(depth);
            case 1 -> text(depth);
            case 2 -> list(depth);
            case 3 -> map(depth);
            default -> truth(depth);
        };
    }

    private boolean misfits() {
        return random.nextInt(40) == 0;
    }

    String number(int depth) {
        if (misfits()) {
            return any(List.of("null", "'x'", "[1]", "nowhere", "missing_value", "true"));
        }
        if (depth <= 0) {
            return !locals.isEmpty() && random.nextInt(3) == 0 ? any(locals) : any(NUMBERS);
        }
        int d = depth - 1;
        return switch (random.nextInt(14)) {
            case 0, 1 -> "(" + number(d) + " " + any(List.of("+", "-", "*")) + " " + number(d) + ")";
            case 2 -> "(" + number(d) + " " + any(List.of("/", "%", "&", "|", "^")) + " " + number(d) + ")";
            case 3 ->
                "(" + number(d) + any(List.of(" ** 2", " << 3", " >> 1", ".abs()", ".round()", ".intdiv(7)")) + ")";
            case 4 -> list(d) + any(List.of(".size()", ".sum()", ".max()", "[0]", ".count { it }", ".indexOf(1)"));
            case 5 -> "(" + truth(d) + " ? " + number(d) + " : " + number(d) + ")";
            case 6 -> text(d) + any(List.of(".size()", ".count('a')", ".indexOf('o')"));
            case 7 -> "-" + any(NUMBERS.subList(0, 3));
            case 8 -> "max(" + number(d) + ", " + number(d) + ")";
            case 9 -> "random.randint(1, " + any(List.of("1", "6", "die", "1000")) + ")";
            case 10 -> "random.choice(" + list(d) + ")";
            case 11 -> list(d) + ".inject(0) { s, e -> s + " + within(List.of("s"), d) + " }";
            case 12 -> map(d) + any(List.of("['a']", ".a", "?.age", ".size()"));
            default -> "(" + number(d) + " ?: " + number(d) + ")";
        };
    }

    String text(int depth) {
        if (misfits()) {
            return any(List.of("null", "12", "[1]", "nowhere", "missing_value"));
        }
        if (depth <= 0) {
            return any(TEXTS);
        }
        int d = depth - 1;
        return switch (random.nextInt(8)) {
            case 0 -> "(" + text(d) + " + " + value(d) + ")";
            case 1 -> "\"<${" + value(d) + "}>\"";
            case 2 -> text(d) + any(List.of(".toUpperCase()", ".trim()", ".reverse()", ".take(2)", ".padLeft(4, '0')"));
            case 3 -> text(d) + any(List.of("[0]", "[-1]", ".replaceAll(/[aeiou]/, '$0.')", ".replace('a', 'bb')"));
            case 4 -> list(d) + ".join(', ')";
            case 5 -> "(" + truth(d) + " ? " + text(d) + " : " + text(d) + ")";
            case 6 -> value(d) + ".toString()";
            default -> "(" + number(d) + " as String)";
        };
    }

    String list(int depth) {
        if (misfits()) {
            return any(List.of("null", "12", "'text'", "nowhere", "[a: 1]"));
        }
        if (depth <= 0) {
            return any(LISTS);
        }
        int d = depth - 1;
        return switch (random.nextInt(9)) {
            case 0 -> "[" + value(d) + ", " + value(d) + "]";
            case 1 -> "(" + list(d) + any(List.of(" + ", " - ")) + value(d) + ")";
            case 2 -> list(d) + ".collect { " + within(List.of("it"), d) + " }";
            case 3 -> list(d) + ".findAll { " + truth(d) + " }";
            case 4 -> list(d) + any(List.of(".reverse()", ".unique()", ".flatten()", ".sort()", ".tail()", "[0..<1]"));
            case 5 -> text(d) + any(List.of(".split(/,/)", ".tokenize()", ".toList()", ".findAll(/./)"));
            case 6 -> "[*" + list(d) + ", " + number(d) + "]";
            case 7 -> map(d) + any(List.of(".keySet()", ".values()", ".collect { k, v -> [k, v] }"));
            default -> "random.shuffle(" + list(d) + ")";
        };
    }

    String map(int depth) {
        if (misfits()) {
            return any(List.of("null", "12", "[1]", "nowhere"));
        }
        if (depth <= 0) {
            return any(MAPS);
        }
        int d = depth - 1;
        return switch (random.nextInt(6)) {
            case 0 -> "[a: " + value(d) + ", (" + text(d) + "): " + value(d) + "]";
            case 1 -> "(" + map(d) + " + " + map(d) + ")";
            case 2 -> list(d) + ".groupBy { it }";
            case 3 -> list(d) + ".countBy { " + within(List.of("it"), d) + " }";
            case 4 -> map(d) + ".findAll { k, v -> v }";
            default -> "[*: " + map(d) + ", z: " + value(d) + "]";
        };
    }

    String truth(int depth) {
        if (misfits()) {
            return any(List.of("null", "nowhere", "''", "0"));
        }
        if (depth <= 0) {
            return any(TRUTHS);
        }
        int d = depth - 1;
        return switch (random.nextInt(9)) {
            case 0, 1 ->
                "(" + number(d) + " " + any(List.of("==", "!=", "<", ">", "<=", ">=", "<=>")) + " " + number(d) + ")";
            case 2 -> "(" + value(d) + any(List.of(" == ", " != ")) + value(d) + ")";
            case 3 -> "(" + truth(d) + any(List.of(" && ", " || ")) + truth(d) + ")";
            case 4 -> "!" + truth(d);
            case 5 -> "(" + value(d) + any(List.of(" in ", " !in ")) + list(d) + ")";
            case 6 -> "(" + text(d) + any(List.of(" ==~ /[A-Za-z ]+/", " instanceof String", " > 'M'")) + ")";
            case 7 -> list(d) + ".any { " + truth(d) + " }";
            default -> "(" + number(d) + any(List.of(" in 1..10)", " in 0..<5)"));
        };
    }

    /** A number in which these names are known. */
    private String within(List<String> names, int depth) {
        locals.addAll(names);
        String made = number(depth);
        for (int i = 0; i < names.size(); i++) {
            locals.remove(locals.size() - 1);
        }
        return made;
    }

    /** Statements over two variables. */
    String program(int depth) {
        locals.addAll(List.of("a", "b"));
        var text = new StringBuilder("def a = " + number(1) + "; def b = " + any(NUMBERS.subList(0, 6)) + "; ");
        for (int i = 0; i < 3; i++) {
            text.append(statement(depth)).append("; ");
        }
        String made = text + any(List.of("a", "b", "[a, b]", "a == b", "return b", "\"${a}/${b}\""));
        locals.clear();
        return made;
    }

    private String statement(int depth) {
        String target = any(List.of("a", "b"));
        if (depth <= 0) {
            return target
                    + any(List.of("++", "--", " += 1", " -= 2", " = " + number(1), " *= 2", " = " + target + " - 1"));
        }
        int d = depth - 1;
        return switch (random.nextInt(7)) {
            case 0 -> "if (" + truth(2) + ") { " + statement(d) + " } else { " + statement(d) + " }";
            case 1 -> "for (x in " + list(1) + ") { " + statement(d) + leave() + " }";
            case 2 ->
                "for (int i = 0; i < " + any(List.of("3", "die", "10")) + "; i++) { " + statement(d) + leave() + " }";
            case 3 -> "def n" + depth + " = 5; while (n" + depth + "-- > 0) { " + statement(d) + leave() + " }";
            case 4 ->
                "switch (" + number(1) + ") { case 1: " + statement(d) + "; break; case [2, 7]: " + statement(d)
                        + "; case { it > 50 }: " + statement(d) + "; break; default: " + statement(d) + " }";
            case 5 -> any(List.of("3", "die")) + ".times { " + statement(d) + " }";
            default -> target + " = " + number(2);
        };
    }

    private String leave() {
        return any(List.of(
                "", "", "", "; if (a > 20) break", "; if (b % 2 == 1) continue; b += 1", "; if (b > 9) return a"));
    }
}
