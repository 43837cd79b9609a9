package dev.caravan.base;

import java.util.function.IntPredicate;

/**
 * Text from outside made fit to be shown: what would steer a terminal, turn the order of characters around or hide
 * between them is written out as JSON would escape it, {@code \u001b}. A JSON text stays the same value by that.
 *
 * <p>Escaped are control characters (C0, C1), marks and overrides of direction, characters without width, the line and
 * paragraph separators, tags, and halves of surrogate pairs. Joiners stay between characters that are not ASCII, for
 * emoji and some scripts are made with them.
 */
public final class PlainText {
    /** Turns the direction of what follows, as U+200E and U+200F do. */
    private static final int ARABIC_MARK = 0x61c;

    private PlainText() {}

    /** On one line, also where it had more. */
    public static String line(String text) {
        return escaped(text, c -> false);
    }

    /** On one line of at most so many characters; a longer one ends in an ellipsis. */
    public static String line(String text, int most) {
        // What is cut off need not be looked at: a stranger's line may be megabytes long.
        String near = text.length() <= most ? text : text.substring(0, most + 1);
        String line = line(near);
        int end = Math.max(0, most - 1);
        boolean half = end > 0 && end < line.length() && Character.isHighSurrogate(line.charAt(end - 1));
        return line.length() <= most ? line : line.substring(0, half ? end - 1 : end) + "…";
    }

    /** With its line ends and tabs. */
    public static String lines(String text) {
        return escaped(text, c -> c == '\n' || c == '\t');
    }

    private static String escaped(String text, IntPredicate kept) {
        int at = 0;
        int before = 0;
        while (at < text.length() && (kept.test(text.codePointAt(at)) || !unfit(text.codePointAt(at), before))) {
            before = text.codePointAt(at);
            at += Character.charCount(before);
        }
        if (at == text.length()) {
            return text;
        }
        var plain = new StringBuilder(text.length() + 16).append(text, 0, at);
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (kept.test(c) || !unfit(c, before)) {
                plain.appendCodePoint(c);
            } else {
                escape(c, plain);
            }
            before = c;
            at += Character.charCount(c);
        }
        return plain.toString();
    }

    private static void escape(int c, StringBuilder plain) {
        switch (c) {
            case '\n' -> plain.append("\\n");
            case '\r' -> plain.append("\\r");
            case '\t' -> plain.append("\\t");
            default -> {
                for (char unit : Character.toChars(c)) {
                    plain.append("\\u%04x".formatted((int) unit));
                }
            }
        }
    }

    /** @param before the character before it, 0 at the beginning */
    private static boolean unfit(int c, int before) {
        if (c >= ' ' && c < 0x7f) {
            return false;
        }
        if (c == 0x200c || c == 0x200d) {
            return before < 0x80;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            // Directions, characters without width, soft hyphens, tags; but the number signs of Arabic are seen.
            case Character.FORMAT -> c == ARABIC_MARK || c < 0x600 || c > 0x8ff;
            default -> false;
        };
    }
}
