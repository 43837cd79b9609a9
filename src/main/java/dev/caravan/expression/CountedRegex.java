package dev.caravan.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression whose every look at a character counts, so that none can run for ever. */
public final class CountedRegex {
    private static final int LONGEST_PATTERN = 1_000;
    private static final int MOST_KEPT = 500;
    private static final Pattern GROUP_NAME = Pattern.compile("\\(\\?<([A-Za-z][A-Za-z0-9]*)>");
    private static final Map<String, Pattern> KEPT = new ConcurrentHashMap<>();

    private final Pattern pattern;

    private CountedRegex(Pattern pattern) {
        this.pattern = pattern;
    }

    /** @throws EvaluationException when it is none, or too long */
    public static CountedRegex of(Object value) {
        if (!(value instanceof String text)) {
            throw EvaluationException.type("a regular expression is a text, not " + ExpressionValues.kind(value));
        }
        if (text.length() > LONGEST_PATTERN) {
            throw EvaluationException.limit("a regular expression of more than " + LONGEST_PATTERN + " characters");
        }
        Pattern known = KEPT.get(text);
        if (known != null) {
            return new CountedRegex(known);
        }
        try {
            Pattern compiled = Pattern.compile(text);
            if (KEPT.size() < MOST_KEPT) {
                KEPT.put(text, compiled);
            }
            return new CountedRegex(compiled);
        } catch (PatternSyntaxException e) {
            throw EvaluationException.value("'" + text + "' is no regular expression: " + e.getDescription());
        }
    }

    private Matcher matcher(String text, EvaluationMeter meter) {
        return pattern.matcher(new Counted(text, meter));
    }

    boolean matches(String text, EvaluationMeter meter) {
        return matcher(text, meter).matches();
    }

    /** Every match as a text. */
    List<Object> findAll(String text, EvaluationMeter meter) {
        var all = new ArrayList<Object>();
        Matcher matcher = matcher(text, meter);
        while (matcher.find()) {
            meter.make(1 + matcher.end() - matcher.start());
            all.add(text.substring(matcher.start(), matcher.end()));
        }
        return all;
    }

    /** The first match; its groups, the whole first, where the expression has groups and they are asked for. */
    Object find(String text, boolean groups, EvaluationMeter meter) {
        Matcher matcher = matcher(text, meter);
        if (!matcher.find()) {
            return groups ? new ArrayList<>() : ExpressionValues.NULL;
        }
        if (!groups) {
            return text.substring(matcher.start(), matcher.end());
        }
        var all = new ArrayList<Object>();
        for (int i = 0; i <= matcher.groupCount(); i++) {
            all.add(matcher.start(i) < 0 ? ExpressionValues.NULL : text.substring(matcher.start(i), matcher.end(i)));
        }
        return all;
    }

    String replace(String text, String by, boolean all, EvaluationMeter meter) {
        Matcher matcher = matcher(text, meter);
        var out = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            out.append(text, from, matcher.start());
            expand(by, matcher, text, out);
            from = matcher.end();
            meter.make(out.length() / 64 + 1);
            if (out.length() > 1_000_000) {
                throw EvaluationException.limit("a replacement grows too long");
            }
            if (!all) {
                break;
            }
        }
        return out.append(text, from, text.length()).toString();
    }

    /** {@code $1} is the first group, {@code \$} a dollar sign. */
    private static void expand(String by, Matcher matcher, String text, StringBuilder out) {
        for (int i = 0; i < by.length(); i++) {
            char c = by.charAt(i);
            if (c == '\\' && i + 1 < by.length()) {
                out.append(by.charAt(++i));
            } else if (c == '$' && i + 1 < by.length() && Character.isDigit(by.charAt(i + 1))) {
                int group = by.charAt(++i) - '0';
                if (group > matcher.groupCount()) {
                    throw EvaluationException.value("the regular expression has no group " + group);
                }
                if (matcher.start(group) >= 0) {
                    out.append(text, matcher.start(group), matcher.end(group));
                }
            } else {
                out.append(c);
            }
        }
    }

    /** Whether there is a match anywhere. */
    public boolean finds(String text, EvaluationMeter meter) {
        return matcher(text, meter).find();
    }

    /** The named groups that took part in the first match, as texts, in the order of their names in the pattern. */
    public Map<String, String> named(String text, EvaluationMeter meter) {
        var found = new LinkedHashMap<String, String>();
        Matcher matcher = matcher(text, meter);
        if (matcher.find()) {
            Matcher names = GROUP_NAME.matcher(pattern.pattern());
            while (names.find()) {
                String name = names.group(1);
                try {
                    if (matcher.start(name) >= 0) {
                        found.put(name, text.substring(matcher.start(name), matcher.end(name)));
                    }
                } catch (IllegalArgumentException e) {
                    // It looked like the name of a group, and stands in brackets or behind a backslash.
                }
            }
        }
        return found;
    }

    /** As {@link String#split}: the parts between matches, without empty ones at the end. */
    public List<String> splitAll(String text, EvaluationMeter meter) {
        String[] parts = pattern.split(new Counted(text, meter));
        meter.make(parts.length);
        return List.of(parts);
    }

    /** Every match replaced by a text that is taken as it is. */
    public String replaceLiterally(String text, String by, EvaluationMeter meter) {
        return replace(text, by.replace("\\", "\\\\").replace("$", "\\$"), true, meter);
    }

    List<Object> split(String text, EvaluationMeter meter) {
        var parts = new ArrayList<Object>();
        Matcher matcher = matcher(text, meter);
        int from = 0;
        while (matcher.find()) {
            if (matcher.end() > 0 && matcher.end() > matcher.start()) {
                parts.add(text.substring(from, matcher.start()));
                from = matcher.end();
                meter.make(1);
            }
        }
        parts.add(text.substring(from));
        while (!parts.isEmpty() && parts.get(parts.size() - 1).equals("")) {
            parts.remove(parts.size() - 1);
        }
        return parts;
    }

    private record Counted(String text, EvaluationMeter meter) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            meter.step();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
