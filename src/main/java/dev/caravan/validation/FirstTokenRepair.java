package dev.caravan.validation;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Frozen, as it was in the first rule ({@link ReadingRule#FIRST}), by which stored runs are judged: never mend it.
 *
 * <p>Mends small slips of JSON outside of strings: comments, commas before a closing bracket, plus signs of numbers.
 */
final class FirstTokenRepair {
    private final String text;
    private final StringBuilder out;
    private final Set<String> repairs = new LinkedHashSet<>();

    FirstTokenRepair(String text) {
        this.text = text;
        out = new StringBuilder(text.length());
    }

    Set<String> repairs() {
        return repairs;
    }

    String repaired() {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                int end = endOfString(at);
                out.append(text, at, end);
                at = end;
            } else if (c == '/' && at + 1 < text.length() && "/*".indexOf(text.charAt(at + 1)) >= 0) {
                at = endOfComment(at);
                repairs.add("comment");
            } else if ((c == '}' || c == ']') && lastToken() == ',') {
                out.setLength(lastTokenAt());
                out.append(c);
                repairs.add("trailing_comma");
                at++;
            } else if (c == '+' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1)) && startsValue()) {
                repairs.add("plus_sign");
                at++;
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    private int endOfString(int open) {
        for (int i = open + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                return i + 1;
            }
        }
        return text.length();
    }

    private int endOfComment(int open) {
        boolean line = text.charAt(open + 1) == '/';
        int end = line ? text.indexOf('\n', open) : text.indexOf("*/", open + 2);
        if (end < 0) {
            return text.length();
        }
        return line ? end : end + 2;
    }

    private int lastTokenAt() {
        int at = out.length() - 1;
        while (at >= 0 && Character.isWhitespace(out.charAt(at))) {
            at--;
        }
        return at;
    }

    private char lastToken() {
        int at = lastTokenAt();
        return at < 0 ? '\0' : out.charAt(at);
    }

    private boolean startsValue() {
        return ":[,".indexOf(lastToken()) >= 0;
    }
}
