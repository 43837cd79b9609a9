package dev.caravan.expression;

import dev.caravan.base.Problems;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;

/** What people who know another dialect most likely meant. */
final class DialectHints {
    private static final Map<String, String> NAMES = Map.of(
            "True", "; write true",
            "False", "; write false",
            "None", "; write null",
            "undefined", "; write null",
            "dir", "; write has('name') to ask whether a field is there",
            "System", "; expressions reach the record and nothing else");

    private DialectHints() {}

    static String forName(String name, Supplier<Collection<String>> known) {
        String hint = NAMES.get(name);
        return hint != null
                ? hint
                : Problems.nearest(name, known.get())
                        .map(each -> "; did you mean '" + each + "'?")
                        .orElse("");
    }

    /** Appended to a syntax error when the text looks like Python. */
    static String forText(String text) {
        if (text.matches("(?s).*\\[.+\\sfor\\s+\\w+\\s+in\\s.+\\].*")
                || text.matches("(?s).*\\(.+\\sfor\\s+\\w+\\s+in\\s.+\\).*")) {
            return "; for a comprehension write list.collect { … } or list.findAll { … }";
        }
        if (text.matches("(?s).*\\S\\s+if\\s+.+\\s+else\\s+.*")) {
            return "; for a choice write condition ? value : other";
        }
        if (text.matches("(?s).*\\bnot\\s+in\\b.*")) {
            return "; write value !in list";
        }
        if (text.matches("(?s).*\\b(and|or|not)\\b.*")) {
            return "; write && for and, || for or, ! for not";
        }
        if (text.matches("(?s).*\\bf['\"].*")) {
            return "; for a text with values write \"claimed=${claimed}\"";
        }
        if (text.matches("(?s).*//.*")) {
            return "; for a whole quotient write a.intdiv(b)";
        }
        return text.matches("(?s).*\\blambda\\b.*") ? "; for a function write { x -> … }" : "";
    }
}
