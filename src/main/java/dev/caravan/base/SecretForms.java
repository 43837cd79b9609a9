package dev.caravan.base;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One key, and the forms in which it may come back. */
final class SecretForms {
    /** What stands in a key's place. */
    static final String BLOT = "[key]";

    private static final int BYTES_OF_BASE64 = 3;
    /** Below this much of a key, its beginning or end is no more than a word. */
    private static final int FEWEST_SIGNS = 2;

    private static final int TELLING_SIGNS = 4;
    private static final int LONG_BEGINNING = 6;
    /** Signs that one sign of a key may be written as: {@code %2525252d}, or a backslash several times over. */
    private static final int LONGEST_ESCAPE = 13;

    /** What stands for the middle of a key that is shown by its ends. */
    private static final Pattern MASK = Pattern.compile("(?:[*•·]{2,}|\\.{3,}|…|x{6,}|X{6,})+");

    private static final List<String> MASKS = List.of("**", "...", "…", "••", "··", "xxxxxx", "XXXXXX");

    /** Where one text of a JSON value ends and the next begins, with the name of a member between at most. */
    private static final Pattern JOINT =
            Pattern.compile("\"[\\s,{\\[\\]}]{1,20}(?:\"[^\"]{0,60}\"\\s{0,4}:[\\s\\[]{0,8})?\"");
    /** So much of a key stands together even where it is split. */
    private static final int BEGINNING = 3;

    private final String value;
    /** As it is, and as it stands in Base64, where what lies before it decides how. */
    private final List<String> plain = new ArrayList<>();

    private final Pattern escaped;
    /** Over several texts of a JSON value that is not parsed yet. */
    private final Pattern split;

    private final String beginning;

    SecretForms(String value) {
        this.value = value;
        plain.add(value);
        plain.addAll(inBase64(value));
        var signs = new StringBuilder();
        value.codePoints().forEach(each -> signs.append(escaped(each)));
        escaped = Pattern.compile(signs.toString());
        split = Pattern.compile(value.codePoints()
                .mapToObj(each -> Pattern.quote(Character.toString(each)))
                .collect(Collectors.joining("(?:" + JOINT + ")?")));
        beginning = value.substring(0, Math.min(value.length(), BEGINNING));
    }

    String value() {
        return value;
    }

    int longest() {
        return value.length() * LONGEST_ESCAPE;
    }

    private static Set<String> inBase64(String value) {
        var forms = new LinkedHashSet<String>();
        for (int before = 0; before < BYTES_OF_BASE64; before++) {
            byte[] bytes = ("\0".repeat(before) + value).getBytes(StandardCharsets.UTF_8);
            int from = before == 0 ? 0 : before + 1;
            int to = bytes.length / BYTES_OF_BASE64 * (BYTES_OF_BASE64 + 1);
            for (var encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                forms.add(encoder.encodeToString(bytes).substring(from, to));
            }
        }
        return forms;
    }

    private static String escaped(int sign) {
        String plain = Pattern.quote(Character.toString(sign));
        String json = "\\\\{1,8}u(?i:%04x)".formatted(sign);
        var url = new StringBuilder();
        for (byte each : Character.toString(sign).getBytes(StandardCharsets.UTF_8)) {
            url.append("%%(?:25){0,4}(?i:%02x)".formatted(each & 0xFF));
        }
        return "(?:\\\\{0,8}" + plain + "|" + json + "|" + url + ")";
    }

    String blot(String text) {
        String blotted = text;
        for (String each : plain) {
            if (blotted.contains(each)) {
                blotted = blotted.replace(each, BLOT);
            }
        }
        return blotted;
    }

    /** What lies between the texts stays: it is the value's form. */
    String blotSplit(String text) {
        if (!text.contains(beginning)) {
            return text;
        }
        return split.matcher(text).replaceAll(found -> {
            var blotted = new StringBuilder(BLOT);
            Matcher joint = JOINT.matcher(found.group());
            while (joint.find()) {
                blotted.append(joint.group()).append(BLOT);
            }
            return Matcher.quoteReplacement(blotted.toString());
        });
    }

    String blotEscaped(String text) {
        Matcher matcher = escaped.matcher(text);
        return matcher.find() ? matcher.replaceAll(BLOT) : text;
    }

    /** Whether the text holds what the escape of a sign begins with: most text does not. */
    static boolean mayBeEscaped(String text) {
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
            if (at + 2 < text.length() && Character.digit(text.charAt(at + 1), 16) >= 0) {
                return true;
            }
        }
        return text.contains("\\u00") || text.contains("\\/");
    }

    /** Whether the text holds what stands in place of the middle of a key. */
    static boolean mayBeMasked(String text) {
        for (String each : MASKS) {
            if (text.contains(each)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Providers show a key as {@code sk-ab***wxyz}.
     *
     * @param ends whether as little as one end of it is taken out
     */
    String blotMasked(String text, boolean ends) {
        Matcher mask = MASK.matcher(text);
        StringBuilder blotted = null;
        int done = 0;
        while (mask.find()) {
            int from = begin(text, done, mask.start());
            int to = end(text, mask.end());
            int before = mask.start() - from;
            int behind = to - mask.end();
            if (ends ? endsTell(before, behind) : before >= TELLING_SIGNS && behind >= TELLING_SIGNS) {
                blotted = blotted == null ? new StringBuilder() : blotted;
                blotted.append(text, done, from).append(BLOT);
                done = ends ? endOfWord(text, to) : to;
            }
        }
        return blotted == null
                ? text
                : blotted.append(text, done, text.length()).toString();
    }

    /** Whether so many signs of a secret, before what is masked and behind it, tell too much of it. */
    private static boolean endsTell(int before, int behind) {
        return (before >= FEWEST_SIGNS && behind >= FEWEST_SIGNS)
                || (before >= LONG_BEGINNING && behind == 0)
                || (before == 0 && behind >= TELLING_SIGNS);
    }

    /** Where the beginning of the key begins that ends before the mask; the mask's own place if there is none. */
    private int begin(String text, int least, int mask) {
        int from = mask;
        while (from > least && mask - from < value.length() && isOfKey(text.charAt(from - 1))) {
            from--;
        }
        while (from < mask && !value.startsWith(text.substring(from, mask))) {
            from++;
        }
        return from;
    }

    /** Where the end of the key ends that follows the mask, without the end of the sentence. */
    private int end(String text, int mask) {
        int to = mask;
        while (to < text.length() && to - mask < value.length() && isOfKey(text.charAt(to))) {
            to++;
        }
        while (to > mask && !value.endsWith(text.substring(mask, to))) {
            to--;
        }
        return to;
    }

    /** Who shows the beginning of one key may show the end of another: of two that begin alike. */
    private static int endOfWord(String text, int from) {
        int to = from;
        while (to < text.length()
                && (Character.isLetterOrDigit(text.charAt(to)) || "_-=+/~".indexOf(text.charAt(to)) >= 0)) {
            to++;
        }
        return to;
    }

    private static boolean isOfKey(char c) {
        return c > ' ' && c <= '~' && c != '*';
    }
}
