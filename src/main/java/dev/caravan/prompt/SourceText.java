package dev.caravan.prompt;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The text of a template as its author wrote it: what stands at a place, and how to name the place. */
final class SourceText {
    private final String file;
    private final String text;
    private final LineCount lines = new LineCount();

    SourceText(String file, String text) {
        this.file = file;
        this.text = text;
    }

    String file() {
        return file;
    }

    String text() {
        return text;
    }

    int length() {
        return text.length();
    }

    /** The sign at a place; none of any meaning behind the end. */
    char at(int place) {
        return place < text.length() ? text.charAt(place) : '\0';
    }

    String between(int from, int to) {
        return text.substring(from, to);
    }

    boolean startsWith(String what, int from) {
        return text.startsWith(what, from);
    }

    /** What a pattern finds at a place, or null. */
    @Nullable Matcher looksAt(Pattern pattern, int from) {
        Matcher matcher = pattern.matcher(text).region(from, text.length());
        return matcher.lookingAt() ? matcher : null;
    }

    /** Where the parenthesis is closed that is opened at a place. */
    int closing(int open) {
        int depth = 0;
        char quote = 0;
        for (int i = open; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return i;
            }
        }
        throw error(open, "the parenthesis ( has no closing )");
    }

    TemplateSyntaxException error(int place, String message) {
        return new TemplateSyntaxException(file, line(place), place - text.lastIndexOf('\n', place - 1), message);
    }

    int line(int place) {
        return lines.at(text, place);
    }
}
