package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.ExpressionSyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rules that are expressions over the accumulated record: {@code rules: [{name, expr, error, when, level}]}. A rule that
 * cannot be evaluated is a finding at its own level, never a pass. Each is evaluated in a scope of its own, without
 * chance.
 */
public final class ExpressionRules {
    private static final Set<String> KEYS = new TreeSet<>(Set.of("name", "expr", "error", "when", "level"));
    private static final Set<String> LEVELS = new TreeSet<>(Set.of("error", "warning"));
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_.]*)}");
    private static final int LONGEST_VALUE = 200;

    /**
     * A rule, compiled.
     *
     * @param when rules only where this holds; null for always
     * @param error message with {@code {field}} and {@code {_computed}}, the value left of the first comparison
     */
    public record Rule(
            String name, Expression expr, @Nullable Expression when, String error, boolean warning, String place) {}

    private final List<Rule> rules;

    private ExpressionRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** The rules of a block that was checked. */
    static ExpressionRules of(ObjectNode validation) {
        return read(validation, "", "", new Problems(""));
    }

    /** Compiles a step's rules, and adds all that is wrong with them. */
    public static ExpressionRules read(ObjectNode validation, String file, String place, Problems problems) {
        var rules = new ArrayList<Rule>();
        JsonNode listed = validation.path("rules");
        if (!listed.isMissingNode() && !listed.isArray()) {
            problems.at(file, place + ".rules", "must be a list of rules, each with name, expr and error");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < listed.size(); i++) {
            String at = place + ".rules[" + i + "]";
            JsonNode each = listed.get(i);
            if (!each.isObject()) {
                problems.at(file, at, "must be a map with name, expr and error");
                continue;
            }
            String name = name(each, i);
            checkKeys(each, file, at, problems);
            if (!names.add(name)) {
                problems.at(file, at + ".name", "'" + name + "' is already the name of another rule");
            }
            rule(each, name, file, at, problems).ifPresent(rules::add);
        }
        return new ExpressionRules(rules);
    }

    private static void checkKeys(JsonNode rule, String file, String at, Problems problems) {
        rule.fieldNames().forEachRemaining(key -> {
            if (!KEYS.contains(key)) {
                problems.at(file, at + "." + key, "unknown key; " + Problems.suggestion(key, KEYS));
            }
        });
    }

    /** Empty where it cannot be read. */
    private static Optional<Rule> rule(JsonNode written, String name, String file, String at, Problems problems) {
        String level = written.path("level").asText("error").toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            problems.at(
                    file,
                    at + ".level",
                    "unknown level '" + written.path("level").asText() + "'; " + Problems.suggestion(level, LEVELS));
        }
        Expression expr = compiled(written, "expr", file, at, problems);
        Expression when = written.has("when") ? compiled(written, "when", file, at, problems) : null;
        if (expr == null || (when == null && written.has("when"))) {
            return Optional.empty();
        }
        String error = written.path("error").asText("the rule '" + name + "' does not hold");
        return Optional.of(new Rule(name, expr, when, error, level.equals("warning"), at));
    }

    private static String name(JsonNode rule, int place) {
        return rule.path("name").asText("rule_" + (place + 1));
    }

    /** Whether a finding of this code is of a rule, not of form, range or type. */
    public static boolean hold(ObjectNode validation, String code) {
        JsonNode listed = validation.path("rules");
        for (int i = 0; i < listed.size(); i++) {
            if (name(listed.get(i), i).equals(code)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Expression compiled(JsonNode rule, String key, String file, String at, Problems problems) {
        String text = rule.path(key).asText("");
        if (text.isBlank()) {
            problems.at(file, at + "." + key, "is missing; it is an expression such as \"score >= 4\"");
            return null;
        }
        try {
            Expression expression = Expression.compile(text);
            if (expression.usesRandom()) {
                problems.at(file, at + "." + key, "uses random, but a rule must not depend on chance");
            }
            return expression;
        } catch (ExpressionSyntaxException e) {
            problems.at(file, at + "." + key, e.told() + ": " + text.strip());
            return null;
        }
    }

    public List<Rule> rules() {
        return rules;
    }

    List<Finding> judge(ObjectNode record) {
        var findings = new ArrayList<Finding>();
        for (Rule rule : rules) {
            String broken = broken(rule, record);
            if (broken != null) {
                findings.add(
                        rule.warning()
                                ? Finding.warning(rule.name(), "$", broken)
                                : Finding.error(rule.name(), "$", broken));
            }
        }
        return findings;
    }

    /** Why the rule does not hold; null when it does, or does not apply. */
    private static @Nullable String broken(Rule rule, ObjectNode record) {
        Expression when = rule.when();
        try {
            if (when != null && !when.test(new Evaluation(record, null))) {
                return null;
            }
            if (rule.expr().test(new Evaluation(record, null))) {
                return null;
            }
            return message(rule, record);
        } catch (EvaluationException e) {
            return rule.error() + " (expression error: " + e.getMessage() + ")";
        }
    }

    private static String message(Rule rule, ObjectNode record) {
        Matcher matcher = PLACEHOLDER.matcher(rule.error());
        var text = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(text, Matcher.quoteReplacement(value(matcher.group(1), rule, record, matcher)));
        }
        return matcher.appendTail(text).toString();
    }

    private static String value(String name, Rule rule, ObjectNode record, Matcher matcher) {
        if (name.equals("_computed")) {
            try {
                return shortened(rule.expr().compared(new Evaluation(record, null)));
            } catch (EvaluationException e) {
                return matcher.group();
            }
        }
        JsonNode found = record;
        for (String each : name.split("\\.", -1)) {
            found = found.path(each);
        }
        if (found.isMissingNode()) {
            return matcher.group();
        }
        return shortened(found.isValueNode() ? found.asText() : Json.text(found));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "…";
    }
}
