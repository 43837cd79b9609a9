package dev.caravan.validation;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Mends small slips of JSON whose meaning is plain. Outside of strings: comments, commas before a closing bracket, plus
 * signs of numbers. Inside: line breaks and other control characters that were not escaped, and backslashes that escape
 * nothing, which are kept ({@code \alpha}), but for {@code \'}, which says an apostrophe.
 */
final class TokenRepair {
    private final String text;
    private final StringBuilder out;
    private final Set<String> repairs = new LinkedHashSet<>();

    TokenRepair(String text) {
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
                at = string(at);
            } else if (opensComment(at)) {
                at = endOfComment(at);
                repairs.add("comment");
            } else if ((c == '}' || c == ']') && lastToken() == ',') {
                out.setLength(lastTokenAt());
                out.append(c);
                repairs.add("trailing_comma");
                at++;
            } else if (isPlusSign(at) && startsValue()) {
                repairs.add("plus_sign");
                at++;
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    private boolean opensComment(int at) {
        return text.startsWith("//", at) || text.startsWith("/*", at);
    }

    private boolean isPlusSign(int at) {
        return text.charAt(at) == '+' && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
    }

    /** Takes a string over, and returns the place behind it. */
    private int string(int open) {
        out.append('"');
        int i = open + 1;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c == '"') {
                out.append(c);
                return i + 1;
            }
            if (c == '\\' && i + 1 < text.length()) {
                i += escape(i);
            } else if (c < ' ') {
                repairs.add("control_character");
                out.append(escaped(c));
                i++;
            } else {
                out.append(c);
                i++;
            }
        }
        return i;
    }

    /** Takes over what a backslash stands before, and returns how many characters of the reply that were. */
    private int escape(int at) {
        char c = text.charAt(at + 1);
        if ("\"\\/bfnrt".indexOf(c) >= 0) {
            out.append('\\').append(c);
            return 2;
        }
        if (c == 'u' && isHex(at + 2)) {
            out.append(text, at, at + 6);
            return 6;
        }
        repairs.add("escape");
        if (c == '\'') {
            out.append(c);
            return 2;
        }
        out.append("\\\\");
        return 1;
    }

    private boolean isHex(int from) {
        if (from + 4 > text.length()) {
            return false;
        }
        for (int i = from; i < from + 4; i++) {
            if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
                return false;
            }
        }
        return true;
    }

    private static String escaped(char control) {
        return switch (control) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format("\\u%04x", (int) control);
        };
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
