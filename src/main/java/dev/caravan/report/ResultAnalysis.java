package dev.caravan.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Csv;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Groups the results of a run by the values of fields, and tells of each group how often each value of another field
 * occurs, or how the numbers of another field lie: count, mean, standard deviation (of a sample), least, quantiles,
 * greatest. Quantiles are interpolated between the two nearest values.
 */
public final class ResultAnalysis {

    /**
     * What is asked.
     *
     * @param groupBy fields whose values make a group; empty for one group of all
     * @param count field whose values are counted, or null
     * @param numeric field whose numbers are summed up, or null
     * @param positive values of {@code count} that count for the net, in percent of the group
     * @param negative values that count against it
     */
    public record Question(
            List<String> groupBy,
            @Nullable String count,
            @Nullable String numeric,
            Set<String> positive,
            Set<String> negative) {

        /** All that records are asked for. */
        private List<String> fields() {
            var fields = new ArrayList<>(groupBy);
            Stream.of(count, numeric).filter(Objects::nonNull).forEach(fields::add);
            return fields;
        }
    }

    private static final int DIGITS = 4;
    private static final double[] QUANTILES = {0.05, 0.25, 0.5, 0.75, 0.95};

    private final Question question;
    private final Map<String, Group> groups = new TreeMap<>();
    private final Set<String> values = new TreeSet<>();
    private int lacking;
    private int records;

    /** Numbers as doubles: they are measured, not money. */
    private static final class Group {
        final List<String> names;
        final Map<String, Integer> counts = new TreeMap<>();
        double[] numbers = new double[16];
        int size;

        Group(List<String> names) {
            this.names = names;
        }

        void add(double number) {
            if (size == numbers.length) {
                numbers = Arrays.copyOf(numbers, size * 2);
            }
            numbers[size++] = number;
        }
    }

    private ResultAnalysis(Question question) {
        this.question = question;
    }

    /** @throws UserMistakeException when no record has one of the fields */
    public static ResultAnalysis of(RunResults results, Question question) {
        var analysis = new ResultAnalysis(question);
        var known = new TreeSet<String>();
        var seen = new TreeSet<String>();
        List<String> asked = question.fields();
        results.each(record -> {
            record.fieldNames().forEachRemaining(known::add);
            asked.stream()
                    .filter(each -> !RunResults.at(record, each).isMissingNode())
                    .forEach(seen::add);
            analysis.add(record);
        });
        for (String each : asked) {
            if (!seen.contains(each) && !known.isEmpty()) {
                throw RunResults.unknown(results.folder(), "analyze", each, known);
            }
        }
        analysis.checkPositive();
        return analysis;
    }

    /** A value that is to count as positive and never came is a slip of the pen. */
    private void checkPositive() {
        if (question.count() == null || values.isEmpty()) {
            return;
        }
        for (String each : new TreeSet<>(question.positive())) {
            if (!values.contains(each)) {
                throw new UserMistakeException(
                        "--net-positive",
                        "",
                        "'" + each + "' is no value of " + question.count() + "; " + Problems.suggestion(each, values));
            }
        }
    }

    private void add(ObjectNode record) {
        records++;
        var names = new ArrayList<String>();
        for (String each : question.groupBy()) {
            JsonNode value = RunResults.at(record, each);
            if (value.isMissingNode()) {
                lacking++;
                return;
            }
            names.add(Csv.cell(value));
        }
        Group group = groups.computeIfAbsent(String.join("\0", names), key -> new Group(names));
        if (!count(record, group) || !sumUp(record, group)) {
            lacking++;
        }
    }

    /** @return false when the record lacks the value */
    private boolean count(ObjectNode record, Group group) {
        if (question.count() == null) {
            return true;
        }
        JsonNode value = RunResults.at(record, question.count());
        if (value.isMissingNode()) {
            return false;
        }
        group.counts.merge(Csv.cell(value), 1, Integer::sum);
        values.add(Csv.cell(value));
        return true;
    }

    /** @return false when the record has no number there */
    private boolean sumUp(ObjectNode record, Group group) {
        if (question.numeric() == null) {
            group.size++;
            return true;
        }
        JsonNode value = RunResults.at(record, question.numeric());
        if (value.isNumber()) {
            group.add(value.doubleValue());
        }
        return value.isNumber();
    }

    /** Records that lack a field, or have no number where one is needed: they are in no group. */
    public int lacking() {
        return lacking;
    }

    public int records() {
        return records;
    }

    /** Names of the columns, the groups' first. */
    public List<String> columns() {
        var columns = new ArrayList<>(question.groupBy());
        columns.add("count");
        if (question.count() != null) {
            values.forEach(each -> columns.add(each + " %"));
            if (!question.positive().isEmpty() || !question.negative().isEmpty()) {
                columns.add("net %");
            }
        }
        if (question.numeric() != null) {
            columns.addAll(List.of("mean", "stdev", "min", "p5", "p25", "median", "p75", "p95", "max"));
        }
        return columns;
    }

    /** Rows in the order of {@link #columns}: by net, else by mean, else by count, the greatest first. */
    public List<List<String>> rows() {
        var all = new ArrayList<>(groups.values());
        all.sort(Comparator.comparingDouble(this::weight)
                .reversed()
                .thenComparing(each -> String.join("\0", each.names)));
        return all.stream().map(this::row).toList();
    }

    private double weight(Group group) {
        if (question.numeric() != null) {
            return mean(group);
        }
        return question.positive().isEmpty() && question.negative().isEmpty() ? group.size : net(group);
    }

    private double net(Group group) {
        double net = 0;
        for (var each : group.counts.entrySet()) {
            net += question.positive().contains(each.getKey()) ? each.getValue() : 0;
            net -= question.negative().contains(each.getKey()) ? each.getValue() : 0;
        }
        return group.size == 0 ? 0 : 100 * net / group.size;
    }

    private List<String> row(Group group) {
        var row = new ArrayList<>(group.names);
        row.add(Integer.toString(group.size));
        if (question.count() != null) {
            values.forEach(each ->
                    row.add(shown(group.size == 0 ? 0 : 100.0 * group.counts.getOrDefault(each, 0) / group.size)));
            if (!question.positive().isEmpty() || !question.negative().isEmpty()) {
                row.add(shown(net(group)));
            }
        }
        if (question.numeric() != null) {
            double[] sorted = Arrays.copyOf(group.numbers, group.size);
            Arrays.sort(sorted);
            row.add(shown(mean(group)));
            row.add(shown(deviation(group)));
            row.add(sorted.length == 0 ? "" : shown(sorted[0]));
            for (double each : QUANTILES) {
                row.add(sorted.length == 0 ? "" : shown(quantile(sorted, each)));
            }
            row.add(sorted.length == 0 ? "" : shown(sorted[sorted.length - 1]));
        }
        return row;
    }

    private static double mean(Group group) {
        return group.size == 0 ? 0 : Arrays.stream(group.numbers, 0, group.size).sum() / group.size;
    }

    /** Of a sample: divided by one less than its size. */
    private static double deviation(Group group) {
        double mean = mean(group);
        double squares = Arrays.stream(group.numbers, 0, group.size)
                .map(each -> (each - mean) * (each - mean))
                .sum();
        return group.size < 2 ? 0 : Math.sqrt(squares / (group.size - 1));
    }

    static double quantile(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (sorted[above] - sorted[below]) * (at - below);
    }

    private static String shown(double number) {
        BigDecimal exact = new BigDecimal(number, MathContext.DECIMAL64).setScale(DIGITS, RoundingMode.HALF_UP);
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
    }

    public ObjectNode json() {
        ObjectNode node = Json.object().put("records", records).put("lacking", lacking);
        ArrayNode array = node.putArray("groups");
        List<String> columns = columns();
        for (List<String> row : rows()) {
            ObjectNode group = array.addObject();
            for (int i = 0; i < columns.size(); i++) {
                if (i < question.groupBy().size()) {
                    group.put(columns.get(i), row.get(i));
                } else {
                    group.put(columns.get(i), row.get(i).isEmpty() ? null : new BigDecimal(row.get(i)));
                }
            }
        }
        return node;
    }

    public String csv() {
        var text = new StringBuilder(Csv.text(columns()));
        rows().forEach(each -> text.append(Csv.text(each)));
        return text.toString();
    }

    public String text() {
        var table = new ArrayList<List<String>>();
        table.add(columns());
        table.addAll(rows());
        return TextTable.of(table, question.groupBy().size());
    }
}
