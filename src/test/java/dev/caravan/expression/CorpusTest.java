package dev.caravan.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Whatever carries expressions out comes to what version 1 of the interpreter came to: value or message, what was counted,
 * and where the stream of random numbers stands. Runs on disk were settled by that, to the last step of fuel.
 *
 * <p>{@code corpus.jsonl} was written by {@code -Dcaravan.corpus=FILE}; a row is the record's number, what is set, the
 * expression, names it reads, outcome, steps and elements.
 */
class CorpusTest {
    private static final long MOST_STEPS = 10_000_000;
    private static final int SHOWN = 60;
    /** So many expressions that are refused in the same words are enough. */
    private static final int MOST_ALIKE = 4;

    /** To compile is most of the work, and two tests do it. */
    private static final Map<String, Expression> COMPILED = new HashMap<>();

    private static Expression compiled(String text) {
        Expression known = COMPILED.get(text);
        if (known == null) {
            known = Expression.compile(text);
            COMPILED.put(text, known);
        }
        return known;
    }

    private static ObjectNode record(int number) {
        return (ObjectNode) Json.parse(ExpressionCases.RECORDS.get(number));
    }

    /** A row of the file. */
    private static ArrayNode row(ExpressionCases.Case each) {
        ArrayNode row = Json.mapper().createArrayNode().add(each.record());
        row.add(Json.mapper().valueToTree(each.set())).add(each.text());
        Expression expression;
        Map<String, Expression> set = new LinkedHashMap<>();
        try {
            each.set().forEach((name, text) -> set.put(name, compiled(text)));
            expression = compiled(each.text());
        } catch (ExpressionSyntaxException e) {
            return row.add(shortened("refused " + e.told()));
        }
        var random = SeededRandom.of(each.text().length(), "u" + each.record(), "corpus", 0);
        var names = new FieldNames();
        List<FieldNames.Named> before = names.link(set);
        Expression last = names.link(expression);
        Evaluation evaluation = names.evaluation(record(each.record()), random);
        boolean bounded = false;
        try {
            before.forEach(evaluation::set);
            row.add(shortened(Json.text(last.evaluate(evaluation))));
            if (!set.isEmpty()) {
                row.add(shortened(Json.text(evaluation.results())));
            }
        } catch (EvaluationException e) {
            bounded = e.kind() == EvaluationException.Kind.LIMIT;
            row.add(shortened(e.kind() + " " + e.getMessage()));
        }
        row.add(String.join(",", expression.names()) + (expression.usesRandom() ? "," + (random.next() & 0xFFFF) : ""));
        row.add(compared(expression, each.record()));
        return bounded
                ? row
                : row.add(
                        evaluation.meter().toString().replaceAll("[a-z]+|,", "").strip());
    }

    private static String compared(Expression expression, int record) {
        try {
            var evaluation = new Evaluation(record(record), null);
            return shortened(expression.compared(evaluation));
        } catch (EvaluationException e) {
            return shortened(e.kind() + " " + e.getMessage());
        }
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN
                ? text
                : text.substring(0, 36) + "…" + Sha256.hex(text).substring(0, 16);
    }

    private static List<JsonNode> rows() throws IOException {
        try (InputStream in = CorpusTest.class.getResourceAsStream("/expression/corpus.jsonl")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Json::parse)
                    .toList();
        }
    }

    private static ExpressionCases.Case of(JsonNode row) {
        Map<String, String> set = new LinkedHashMap<>();
        row.get(1)
                .properties()
                .forEach(each -> set.put(each.getKey(), each.getValue().textValue()));
        return new ExpressionCases.Case(row.get(0).intValue(), set, row.get(2).textValue());
    }

    @Test
    void every_expression_comes_to_what_it_always_came_to_and_counts_as_much() throws IOException {
        List<JsonNode> rows = rows();
        var different = new ArrayList<String>();
        for (JsonNode each : rows) {
            JsonNode now = row(of(each));
            if (!now.equals(each)) {
                different.add(each + "\n  now " + now);
            }
        }

        assertThat(rows).hasSizeGreaterThan(4_000);
        assertThat(different).isEmpty();
    }

    @Test
    void the_last_step_is_missed_wherever_it_lies() throws IOException {
        var different = new ArrayList<String>();
        for (JsonNode each : rows()) {
            String[] counted = each.path(6).asText().split(" +", -1);
            if (counted.length == 2 && each.get(1).isEmpty() && Long.parseLong(counted[0]) < MOST_STEPS / 2) {
                Expression expression = compiled(each.get(2).textValue());
                long steps = Long.parseLong(counted[0]);
                if (bounded(each, expression, MOST_STEPS - steps)
                        || !bounded(each, expression, MOST_STEPS - steps + 1)) {
                    different.add(each.toString());
                }
            }
        }

        assertThat(different).isEmpty();
    }

    /** Whether an expression ends at a bound when so many steps are gone before it begins. */
    private static boolean bounded(JsonNode row, Expression expression, long gone) {
        int number = row.get(0).intValue();
        var random = SeededRandom.of(row.get(2).textValue().length(), "u" + number, "corpus", 0);
        var evaluation = new Evaluation(record(number), random);
        evaluation.meter().steps(gone);
        try {
            expression.evaluate(evaluation);
            return false;
        } catch (EvaluationException e) {
            return e.kind() == EvaluationException.Kind.LIMIT;
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "caravan.corpus", matches = ".+")
    void is_written_again() throws IOException {
        var lines = new ArrayList<String>();
        Map<String, Integer> seen = new HashMap<>();
        for (ExpressionCases.Case each : ExpressionCases.all()) {
            ArrayNode row = row(each);
            boolean told = row.get(3).textValue().matches("(?s)(TYPE|VALUE|UNKNOWN|refused) .*");
            if (!told || seen.merge(row.get(3).textValue(), 1, Integer::sum) <= MOST_ALIKE) {
                lines.add(Json.text(row));
            }
        }
        Files.write(Path.of(System.getProperty("caravan.corpus")), lines);
    }
}
