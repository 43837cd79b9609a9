package dev.caravan.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {

    private static ObjectNode record() {
        return (ObjectNode) Json.parse("""
                {"unit_id": "u1", "_n": 0, "bank": 8, "die": 4, "age": 21, "name": "Ada", "price": 1.10,
                 "missing_value": null, "cards": ["K♠", "A♥", "10♦", "2♣"], "scores": [5, 1, 9],
                 "person": {"name": "Bo", "age": 7}, "people": [{"name": "Bo", "age": 7}, {"name": "Cy", "age": 3}]}
                """);
    }

    static JsonNode eval(String text) {
        return eval(text, record());
    }

    private static JsonNode eval(String text, ObjectNode record) {
        return Expression.compile(text).evaluate(new Evaluation(record, SeededRandom.of(0, "u1", "step", 0)));
    }

    private static List<String> lines(String file) throws IOException {
        try (InputStream in = ExpressionTest.class.getResourceAsStream("/expression/" + file)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(each -> !each.isBlank() && !each.startsWith("#"))
                    .toList();
        }
    }

    static Stream<String> harmless() throws IOException {
        return lines("harmless.txt").stream();
    }

    static Stream<String> escapes() throws IOException {
        return lines("escapes.txt").stream();
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void says_what_groovy_says(String line) {
        int arrow = line.lastIndexOf(" => ");
        JsonNode value = eval(line.substring(0, arrow));

        assertThat(Json.text(value)).isEqualTo(Json.text(Json.parse(line.substring(arrow + 4))));
    }

    @ParameterizedTest
    @MethodSource("escapes")
    void B31_nothing_but_json_values_is_reachable(String text) {
        assertThatThrownBy(() -> eval(text))
                .isInstanceOfAny(ExpressionSyntaxException.class, EvaluationException.class)
                .hasMessageNotContaining("Exception");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true) { }",
                "def f = null; f = { f() }; f()",
                "def f = null; f = { n -> f(n + 1) + 1 }; f(0)",
                "9 ** 9 ** 9 ** 9 ** 9",
                "def x = 3; 100.times { x = x * x }; x",
                "def x = 1.5; 100.times { x = x * x }; x",
                "'a' * 2000000000",
                "def s = 'a'; 100.times { s = s + s }; s",
                "def l = [1]; 100.times { l = l + l }; l",
                "(1..2000000000).sum()",
                "def l = []; l << l; l",
                "def l = []; l << l; l == l",
                "def l = []; l << l; \"${l}\"",
                "def l = []; l << l; l.flatten()",
                "def m = [:]; m['m'] = m; m",
                "(1..100).collect { (1..100).collect { (1..100).collect { (1..100).sum() } } }",
                "[1..100, 1..100, 1..100, 1..100].combinations()",
                "('a' * 40 + 'b') ==~ /(.*a){20}/",
                "'x'.padLeft(2000000000)",
                "('x' * 1000).replace('x', 'y' * 100000)",
                "1.0 / 3 ** 5000",
                "'1' * 2000 as BigDecimal",
                "('a' * 100000) ==~ /(.|\\n)*z/",
                "def s = 'x' * 900000; (1..100).collect { s.toUpperCase() }",
                "2000000000.times { }",
                "def s = 'x' * 900000; def l = []; 100000.times { l << s }; l.join('')",
                "def s = 'x' * 900000; \"${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}${s}\"",
                "def a = 'x' * 900000; def b = 'x' * 900000; 10000000.times { a == b }",
                "def a = 'x' * 900000; [(a): 1]",
                "def x = 7 ** 1000; 10000000.times { x * x % x }",
                "def x = 1.1 ** 900; 10000000.times { x / 7 }",
                "(1..50000).toList().sort { a, b -> 1 }.unique { it }",
            })
    void I4_work_that_would_not_end_ends_with_a_reason(String text) {
        assertThatThrownBy(() -> eval(text))
                .isInstanceOf(EvaluationException.class)
                .satisfies(e -> assertThat(((EvaluationException) e).kind())
                        .isIn(EvaluationException.Kind.LIMIT, EvaluationException.Kind.VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[1, 2", "1 +", "x = = 2", "'open", "{", "}", "1 2", ""})
    void text_that_does_not_parse_is_refused_with_a_place(String text) {
        assertThatThrownBy(() -> Expression.compile(text)).isInstanceOf(ExpressionSyntaxException.class);
    }

    @Test
    void deep_and_long_texts_are_refused() {
        for (String each : List.of(
                "(".repeat(5_000) + "1" + ")".repeat(5_000),
                "[".repeat(300) + "]".repeat(300),
                "-".repeat(15_000) + "1",
                "1" + " + 1".repeat(6_000),
                "!".repeat(10_000) + "true",
                "a?".repeat(1_000) + "1")) {
            assertThatThrownBy(() -> Expression.compile(each)).isInstanceOf(ExpressionSyntaxException.class);
        }
        assertThat(eval("(".repeat(30) + "1" + ")".repeat(30)).intValue()).isEqualTo(1);
    }

    @Test
    void a_number_that_no_expression_can_hold_is_refused_where_it_is_written() {
        for (String each : List.of("1E+2000", "1" + "0".repeat(1_100), "0." + "0".repeat(1_100) + "1")) {
            assertThatThrownBy(() -> Expression.compile("bank + " + each))
                    .isInstanceOf(ExpressionSyntaxException.class)
                    .hasMessageContaining("1000 digits");
        }
    }

    @Test
    void A45_words_of_python_are_answered_with_those_of_groovy() {
        assertThat(refused("len(x) > 3 and y")).contains("write &&");
        assertThat(refused("[x for x in xs]")).contains("collect");
        assertThat(refused("sum(x for x in xs)")).contains("collect");
        assertThat(refused("1 if x else 2")).contains("condition ? value : other");
        assertThat(refused("f'claimed={x}'")).contains("${");
        assertThat(refused("isinstance(x, str)")).contains("instanceof");
        assertThat(refused("bank == True")).contains("write true");
        assertThat(refused("dir()")).contains("has('name')");
        assertThat(refused("name.lower()")).contains("toLowerCase()");
        assertThat(refused("banc + 1")).contains("did you mean 'bank'");
    }

    private static String refused(String text) {
        try {
            eval(text);
        } catch (ExpressionSyntaxException | EvaluationException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("not refused: " + text);
    }

    @Test
    void B9_a_closure_is_no_result() {
        assertThat(refused("{ -> 1 }")).contains("no JSON form");
        assertThat(refused("[1, { -> 1 }]")).contains("no JSON form");
    }

    @Test
    void B27_a_field_named_like_a_function_breaks_neither() {
        var record = (ObjectNode) Json.parse("{\"sum\": 5, \"range\": 2, \"random\": 3}");

        assertThat(eval("sum([1, 2]) + sum", record).intValue()).isEqualTo(8);
        assertThat(eval("range(range).size() + random", record).intValue()).isEqualTo(5);
    }

    @Test
    void what_an_expression_does_to_a_field_never_reaches_the_record() {
        ObjectNode record = record();

        assertThat(eval("scores << 7; scores.size()", record).intValue()).isEqualTo(4);
        assertThat(record.get("scores")).hasSize(3);
    }

    @Test
    void knows_which_fields_it_reads() {
        assertThat(Expression.compile("def x = a + 1; list.collect { it + b }.sum() + x + random.randint(1, 2)")
                        .names())
                .containsExactly("a", "b", "list");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "def l = [1, 2]; l.any { l << 1; false }",
                "def l = [1, 2]; l.findAll { l << 1; false }",
                "def l = [1, 2]; l.inject(0) { s, e -> l << 1; 1 }",
                "def l = [1, 2]; l.sort { l << 1; 1 }",
                "def m = [a: 1, c: 2]; m.any { k, v -> m['b'] = 2; false }",
                "def m = [a: 1]; m.collect { k, v -> m['b'] = 2 }",
            })
    void a_closure_that_changes_what_is_gone_over_is_an_error_of_the_expression(String text) {
        assertThat(refused(text)).contains("go over a copy");
    }

    @Test
    void what_a_closure_takes_away_meanwhile_is_not_there_any_more() {
        assertThat(eval("def l = [3, 2]; l.takeWhile { l.clear(); true }")).isEmpty();
        assertThat(eval("def l = [3, 2]; l.dropWhile { l.clear(); true }")).isEmpty();
    }

    @Test
    void a_range_ends_where_an_int_does() {
        assertThat(eval("(2147483646..2147483647)").toString()).isEqualTo("[2147483646,2147483647]");
        assertThat(eval("(-2147483647..-2147483648)").toString()).isEqualTo("[-2147483647,-2147483648]");
        assertThat(eval("(2147483646..<2147483647)").toString()).isEqualTo("[2147483646]");
    }

    @Test
    void a_shift_by_more_bits_than_an_int_can_turn_round_is_refused() {
        assertThat(refused("8 >> -2147483648")).contains("shifts a whole number by at most");
        assertThat(refused("8 << -2147483648")).contains("shifts a whole number by at most");
    }

    @Test
    void a_comparison_with_null_is_no_pass() {
        assertThat(refused("missing_value >= 3")).contains("null");
        assertThat(refused("bank < missing_value")).contains("null");
    }
}
