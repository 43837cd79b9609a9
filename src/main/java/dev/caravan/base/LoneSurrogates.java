package dev.caravan.base;

/**
 * Halves of surrogate pairs: what is left of an emoji when a text is cut in its middle. JSON can say them by an escape,
 * UTF-8 cannot: Java would write a question mark in their place.
 */
public final class LoneSurrogates {
    private static final char UNKNOWN = '\uFFFD';

    private LoneSurrogates() {}

    /** JSON text in which every half is written as its escape: the same value, in characters that UTF-8 has. */
    static String escaped(String json) {
        int at = half(json, 0);
        if (at < 0) {
            return json;
        }
        var out = new StringBuilder(json.length() + 16);
        int from = 0;
        while (at >= 0) {
            out.append(json, from, at).append("\\u").append(Integer.toHexString(json.charAt(at)));
            from = at + 1;
            at = half(json, from);
        }
        return out.append(json, from, json.length()).toString();
    }

    /** The text with U+FFFD for every half, for where there are no escapes: a prompt, a cell of a table. */
    public static String replaced(String text) {
        return replaced(text, UNKNOWN);
    }

    /** The text with another character for every half. */
    public static String replaced(String text, char by) {
        int at = half(text, 0);
        if (at < 0) {
            return text;
        }
        var out = new StringBuilder(text);
        while (at >= 0) {
            out.setCharAt(at, by);
            at = half(text, at + 1);
        }
        return out.toString();
    }

    /** Whether a text holds a half. */
    public static boolean in(String text) {
        return half(text, 0) >= 0;
    }

    /** Place of the first half at or behind a place; -1 when there is none. */
    private static int half(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else {
                return i;
            }
        }
        return -1;
    }
}
