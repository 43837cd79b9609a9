package dev.caravan.expression;

import dev.caravan.base.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Makes the expressions whose outcome is pinned in {@code corpus.jsonl}: the same ones from the same seed. */
final class ExpressionCases {
    /**
     * What is evaluated on one record.
     *
     * @param record which of {@link #RECORDS}
     * @param set evaluated first, each under its name
     * @param text evaluated last
     */
    record Case(int record, Map<String, String> set, String text) {}

    static final List<String> RECORDS = List.of("""
            {"unit_id": "u1", "_n": 0, "bank": 8, "die": 4, "name": "Ada", "price": 1.10, "big": 12345678901,
             "whole": 300, "missing_value": null, "cards": ["K♠", "A♥", "10♦", "2♣"], "scores": [5, 1, 9],
             "person": {"name": "Bo", "age": 7}, "people": [{"name": "Bo", "age": 7}, {"name": "Cy", "age": 3}]}
            """, """
            {"unit_id": "u2", "bank": -1, "die": 0, "name": "", "price": 0.000, "big": 123456789012345678901234567890,
             "whole": 2147483647, "missing_value": null, "cards": [], "scores": [1.5, 1.50, 2], "person": {},
             "people": [], "sum": 5, "random": 3, "it": 9, "record": "mine", "size": true}
            """, """
            {"unit_id": "u3", "bank": 100, "die": 6, "name": "%s", "price": 19.99, "big": -9223372036854775808,
             "whole": 1000, "missing_value": null, "cards": ["%s", "%s"], "scores": %s, "person": {"age": {"a": [1]}},
             "people": [{"name": "Bo", "age": 7}, 3], "deep": [[[[[[1]]]]]]}
            """.formatted(
                    "long text ".repeat(30),
                    "x".repeat(70),
                    "y".repeat(70),
                    new ArrayList<>(IntStream.range(0, 60).boxed().toList())));

    private static final List<String> OPERATORS = List.of(
            "+", "-", "*", "/", "%", "**", "<<", ">>", "&", "|", "^", "==", "!=", "===", "!==", "<", ">", "<=", ">=",
            "<=>", "in", "!in", "==~", "=~", "&&", "||", "?:", "..", "..<", "<..", "<..<");
    private static final List<String> CORE =
            List.of("7", "9223372036854775807", "1.10", "'ab'", "[1, 2]", "[a: 1]", "null", "true", "{ it }");
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "-1",
            "3",
            "-7",
            "10",
            "2147483647",
            "-2147483648",
            "4294967296",
            "9223372036854775807",
            "-9223372036854775808",
            "123456789012345678901234567890",
            "0.0",
            "1.10",
            "-0.5",
            "2.50",
            "1E+3",
            "1E-7",
            "big",
            "whole",
            "price",
            "'2'");
    private static final List<String> ARITHMETIC = OPERATORS.subList(0, 20);
    private static final List<String> ARGUMENTS = List.of(
            "0",
            "1",
            "2",
            "-1",
            "1.5",
            "'a'",
            "'b'",
            "''",
            "/[a-c]/",
            "'.'",
            "null",
            "true",
            "[1, 2]",
            "['a', 'b']",
            "[a: 1]",
            "{ it }",
            "{ it == 1 }",
            "{ a, b -> a <=> b }",
            "{ k, v -> v }",
            "{ -> 1 }",
            "{ [it, it] }",
            "{ s, e -> s }",
            "{ a, b, c -> a }",
            "name",
            "die",
            "'x'.repeat(20)");
    private static final Map<String, List<String>> RECEIVERS = new LinkedHashMap<>();

    static {
        RECEIVERS.put("list", List.of("[3, 1, 2, 1]", "['b', 'a', 'c']", "[[1, 2], [3, 4]]", "[]", "scores", "cards"));
        RECEIVERS.put("map", List.of("[b: 2, a: 1]", "person", "[:]", "[a: { 1 }]"));
        RECEIVERS.put("text", List.of("'abcab'", "name", "' 12 '", "''", "'a1b22\\nc'", "'1.50'"));
        RECEIVERS.put("number", List.of("7", "-7", "2.5", "big", "0", "3000000000"));
        RECEIVERS.put("other", List.of("null", "true", "{ it }"));
    }

    private final Random random = new Random(20);
    private final RandomExpressions chance = new RandomExpressions(random);
    private final List<Case> all = new ArrayList<>();

    private ExpressionCases() {}

    static List<Case> all() {
        var cases = new ExpressionCases();
        cases.operators();
        cases.methods();
        cases.functions();
        cases.written(CorpusPrograms.ALONE);
        cases.byChance();
        cases.sequences();
        return cases.all;
    }

    private void add(String text) {
        all.add(new Case(random.nextInt(RECORDS.size()), Map.of(), text));
    }

    private void operators() {
        for (String operator : OPERATORS) {
            for (String left : CORE) {
                for (String right : CORE) {
                    if (random.nextInt(2) == 0) {
                        add(left + " " + operator + " " + right);
                    }
                }
            }
        }
        for (String operator : ARITHMETIC) {
            for (int i = 0; i < 16; i++) {
                add(chance.any(NUMBERS) + " " + operator + " " + chance.any(NUMBERS));
            }
        }
        for (String each : NUMBERS) {
            for (String change : List.of(
                    "-x",
                    "+x",
                    "!x",
                    "x++",
                    "++x; x",
                    "x--; x",
                    "x += 1; x",
                    "x *= x; x",
                    "x as int",
                    "x as BigDecimal",
                    "x as String",
                    "x as boolean",
                    "x instanceof Integer",
                    "x in 1..5")) {
                if (random.nextInt(3) > 0) {
                    add("def x = " + each + "; " + change);
                }
            }
        }
    }

    private void methods() {
        Map<String, Set<String>> tables = new LinkedHashMap<>();
        tables.put("list", ListMethods.table().names());
        tables.put("map", MapMethods.table().names());
        tables.put("text", TextMethods.table().names());
        tables.put("number", NumberMethods.table().names());
        tables.put("other", Set.of("toString", "equals", "compareTo", "call", "is"));
        tables.forEach((kind, names) -> {
            for (String name : new TreeSet<>(names)) {
                for (int i = 0; i < 7; i++) {
                    String owner = random.nextInt(12) == 0 ? chance.any(List.copyOf(RECEIVERS.keySet())) : kind;
                    String dot = chance.any(List.of(".", ".", ".", "?.", "*."));
                    add(chance.any(RECEIVERS.getOrDefault(owner, List.of())) + dot + name + "(" + arguments(i % 3)
                            + ")");
                }
            }
        });
    }

    private String arguments(int count) {
        var given = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            given.add(chance.any(ARGUMENTS));
        }
        return String.join(", ", given);
    }

    private void functions() {
        for (String name : GlobalFunctions.NAMES) {
            for (String each : List.of(
                    "scores",
                    "name",
                    "-2.5",
                    "die",
                    "person",
                    "null",
                    "'[1, {\"a\": 2.50}]'",
                    "1, 2",
                    "2.345, 2",
                    "0, 5",
                    "")) {
                add((random.nextInt(4) == 0 ? "Math." : "") + name + "(" + each + ")");
            }
        }
        for (String name : RandomMethods.NAMES) {
            for (String each : List.of(
                    "",
                    "[1, 2, 3]",
                    "[]",
                    "'abc'",
                    "person",
                    "1, 6",
                    "6, 1",
                    "1.5, 2",
                    "scores, 2",
                    "scores, 99",
                    "0, 9007199254740992",
                    "null",
                    "-5, 4294967296")) {
                add("random." + name + "(" + each + ")");
            }
        }
    }

    private void written(List<String> texts) {
        for (String each : texts) {
            for (int i = 0; i < RECORDS.size(); i++) {
                all.add(new Case(i, Map.of(), each));
                if (CorpusPrograms.LONG.contains(each)) {
                    break;
                }
            }
        }
    }

    private void byChance() {
        for (int i = 0; i < 700; i++) {
            add(chance.value(1 + i % 4));
        }
        for (int i = 0; i < 250; i++) {
            add(chance.program(1 + i % 3));
        }
    }

    /** As a step does: the same names are set and read again and again. */
    private void sequences() {
        for (int i = 0; i < 250; i++) {
            Map<String, String> set = new LinkedHashMap<>();
            for (int j = 0; j <= i % 4; j++) {
                String name = chance.any(List.of("bank", "die", "fresh", "scores", "record", "it"));
                set.put(
                        name,
                        chance.any(List.of(
                                "die + 1",
                                "bank * 2",
                                "scores << die; scores",
                                "scores + [bank]",
                                "record.size()",
                                "has('fresh')",
                                "fresh",
                                "scores",
                                chance.value(2),
                                chance.number(2))));
            }
            all.add(new Case(
                    random.nextInt(RECORDS.size()),
                    set,
                    chance.any(List.of(
                            "[bank, die]",
                            "scores",
                            "record",
                            "fresh",
                            "[has('fresh'), has('it')]",
                            "scores.size()"))));
        }
    }

    /** A case as it stands in the file. */
    static String shown(Case each) {
        return each.record()
                + (each.set().isEmpty() ? "" : Json.text(Json.mapper().valueToTree(each.set()))) + " " + each.text();
    }
}
