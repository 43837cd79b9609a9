package dev.caravan.base;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * Blots keys out of text that comes from outside, before it is kept or shown. What a provider, a library or a tool says
 * may hold the key that it was given: as it is, escaped for JSON or an address, inside of Base64, or as its first and
 * last signs.
 *
 * <p>{@link #known} takes out what is known to be a key, and is for answers of models: it leaves all else as it is.
 * {@link #all} also takes out what stands where keys stand, such as behind {@code Authorization:}, and is for errors,
 * reasons and logs.
 */
public final class SecretBlotter {
    /** What stands in a key's place. */
    public static final String BLOT = SecretForms.BLOT;

    /** A shorter one is a word such as {@code ollama}, which servers that need no key are given. */
    private static final int SHORTEST = 8;

    private static final int SHORTEST_OF_LETTERS = 12;

    private static final List<SecretForms> SECRETS = new CopyOnWriteArrayList<>();

    /** Where a key stands whoever's it is. What is quoted may be quoted again, with backslashes. */
    private static final Pattern HEADER = Pattern.compile(
            "(?i)\\b((?:proxy-)?authorization|(?:x-)?(?:goog-)?api[-_]key)(\\\\{0,8}[\"']?\\s{0,8}[:=]\\s{0,8}\\[?\\\\{0,8}[\"']?)"
                    + "((?:bearer|basic|token)\\s{1,8})?[^\\s\"'\\\\,;&<>\\]})]+");

    private static final Pattern BEARER =
            Pattern.compile("(?i)\\b(bearer)(\\s{1,8}|%20|\\+)(?!auth)[A-Za-z0-9._~+/=-]{8,}");
    private static final Pattern QUERY =
            Pattern.compile("(?i)([?&](?:key|api[-_]?key|access[-_]token|token)(?:=|%3d))[^\\s\"'\\\\&#<>,;)\\]}]+");
    private static final Pattern FORM = Pattern.compile(
            "\\bsk-[A-Za-z0-9_-]{8,}|\\bAIza[A-Za-z0-9_-]{8,}|\\bsk-[A-Za-z0-9_-]{2,}[*•]{3,}[A-Za-z0-9_-]*");

    private SecretBlotter() {}

    /** A value that must never be written. One too short to be a key is none. */
    public static void add(String value) {
        String plain = value.strip();
        if (worthHiding(plain)) {
            hide(plain);
        }
    }

    /** The longest comes first: one may be the beginning of another. */
    private static synchronized void hide(String value) {
        if (SECRETS.stream().noneMatch(each -> each.value().equals(value))) {
            int place = 0;
            while (place < SECRETS.size() && SECRETS.get(place).value().length() > value.length()) {
                place++;
            }
            SECRETS.add(place, new SecretForms(value));
        }
    }

    private static boolean worthHiding(String value) {
        return value.length() >= SHORTEST_OF_LETTERS
                || (value.length() >= SHORTEST
                        && value.chars().anyMatch(Character::isDigit)
                        && value.chars().anyMatch(Character::isLetter));
    }

    /** How many signs one form of a known key has at most: so far must be seen to find it whole. */
    static int longest() {
        return SECRETS.stream().mapToInt(SecretForms::longest).max().orElse(0);
    }

    /** The text without known keys in any form. */
    public static String known(String text) {
        return known(text, false);
    }

    /** It lies on the way of every answer, so what most text does not need is asked once and not for every key. */
    private static String known(String text, boolean ends) {
        if (text.length() < SHORTEST && !ends) {
            // No form of a key is shorter than the key; of the names in a reply most are.
            return text;
        }
        String blotted = text;
        boolean escaped = SecretForms.mayBeEscaped(text);
        boolean masked = SecretForms.mayBeMasked(text);
        for (SecretForms each : SECRETS) {
            blotted = each.blotSplit(each.blot(blotted));
            blotted = escaped ? each.blotEscaped(blotted) : blotted;
            blotted = masked ? each.blotMasked(blotted, ends) : blotted;
        }
        return blotted;
    }

    /** The text without known keys, the ends of them, and whatever else stands where keys stand. */
    public static String all(String text) {
        String blotted = known(text, true);
        blotted = replace(blotted, HEADER, "$1$2$3" + BLOT, "uthoriz", "UTHORIZ", "key", "Key", "KEY");
        blotted = replace(blotted, BEARER, "$1$2" + BLOT, "earer", "EARER");
        blotted = replace(blotted, QUERY, "$1" + BLOT, "=", "%3");
        return replace(blotted, FORM, BLOT, "sk-", "AIza");
    }

    /** @param hints one of which every text with a match has */
    private static String replace(String text, Pattern pattern, String with, String... hints) {
        for (String each : hints) {
            if (text.contains(each)) {
                return pattern.matcher(text).replaceAll(with);
            }
        }
        return text;
    }

    /** As {@link #known(String)}, of each text and name in a value, which is changed in place. */
    public static JsonNode known(JsonNode value) {
        return SECRETS.isEmpty() ? value : new SecretTree(SECRETS, SecretBlotter::known, false).blotted(value);
    }

    /** As {@link #all(String)}, of each text and name in a value, which is changed in place. */
    public static JsonNode all(JsonNode value) {
        return new SecretTree(SECRETS, SecretBlotter::all, true).blotted(value);
    }
}
