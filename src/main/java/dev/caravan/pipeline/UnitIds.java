package dev.caravan.pipeline;

import dev.caravan.base.Sha256;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes ids of names: readable, safe as file names and in requests, and never the same twice.
 *
 * <p>Rule 2, the newest: the name in its composed form (NFC) without what cannot be seen; letters, digits and marks of any
 * script and {@code . _ -} stay, every other character becomes {@code _}. At most 80 characters and 200 bytes of UTF-8, so
 * that a file name has room for what is added. A name of other signs than ASCII's of which no letter or digit is left, or
 * that is cut, ends in {@code -} and the first eight hexadecimal digits of its SHA-256. Rule 1 kept ASCII alone; of a name
 * in ASCII both make the same. Runs keep the ids they were made with.
 *
 * <p>Where two would be alike, ignoring case, the later one gets {@code ~2}, {@code ~3}, … in input order: the same for any
 * chunk size, on any machine. Keeps eight bytes an id, so that a million fit easily: two ids with the same 64-bit hash are
 * taken for alike, which costs nothing but a needless {@code ~2}.
 */
public final class UnitIds {
    /** The rule by which ids are made today; a run's facts hold the one it was made by. */
    public static final int RULE = 2;

    private static final int LONGEST_ID = 80;
    private static final int LONGEST_BYTES = 200;
    private static final int HASH_DIGITS = 8;
    /** Letters and marks that no eye sees: fillers, joiners, selectors of variants. */
    private static final Pattern UNSEEN = Pattern.compile(
            "[\\p{Cf}\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u3164\\uffa0\\ufe00-\\ufe0f\\x{e0100}-\\x{e01ef}]");

    private final LongSet taken = new LongSet();
    private final Map<String, Integer> alike = new HashMap<>();

    /** Whether a text can be an id as it is. */
    static boolean isId(String text) {
        return isSimple(text)
                || (!text.isEmpty()
                        && text.codePoints().allMatch(each -> isPlain(each) || each == '~')
                        && isFirst(text.codePointAt(0))
                        && !UNSEEN.matcher(text).find()
                        && fits(text, LONGEST_ID, LONGEST_BYTES));
    }

    /** Whether it is an id in ASCII without {@code ~}, as most are: nothing of it has to be composed, replaced or cut. */
    private static boolean isSimple(String text) {
        int length = text.length();
        if (length == 0 || length > LONGEST_ID || !isAscii(text.charAt(0), true)) {
            return false;
        }
        for (int i = 1; i < length; i++) {
            if (!isAscii(text.charAt(i), false)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscii(char c, boolean first) {
        return (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || (c >= 'A' && c <= 'Z')
                || c == '_'
                || (!first && (c == '.' || c == '-'));
    }

    /** Takes an id as it is; false when it is taken already, ignoring case. */
    boolean take(String id) {
        return taken.add(hash(id));
    }

    String of(String name) {
        String id = safe(name);
        if (taken.add(hash(id))) {
            return id;
        }
        String key = id.toLowerCase(Locale.ROOT);
        int number = alike.getOrDefault(key, 1);
        String candidate;
        do {
            number++;
            candidate = id + "~" + number;
        } while (!taken.add(hash(candidate)));
        alike.put(key, number);
        return candidate;
    }

    static String safe(String name) {
        if (isSimple(name)) {
            return name;
        }
        String seen = UNSEEN.matcher(Normalizer.normalize(name.strip(), Normalizer.Form.NFC))
                .replaceAll("");
        var id = new StringBuilder();
        seen.codePoints().limit(LONGEST_ID + 1L).forEach(each -> id.appendCodePoint(isPlain(each) ? each : '_'));
        if (id.length() == 0) {
            id.append('_');
        } else if (!isFirst(id.codePointAt(0))) {
            id.setCharAt(0, '_');
        }
        boolean foreign = name.chars().anyMatch(each -> each >= 128);
        boolean whole = fits(id, LONGEST_ID, LONGEST_BYTES);
        if (foreign && !(whole && id.codePoints().anyMatch(Character::isLetterOrDigit))) {
            String hash = "-" + Sha256.hex(name.strip()).substring(0, HASH_DIGITS);
            return cut(id, LONGEST_ID - hash.length(), LONGEST_BYTES - hash.length()) + hash;
        }
        return cut(id, LONGEST_ID, LONGEST_BYTES);
    }

    private static boolean isPlain(int each) {
        return Character.isLetterOrDigit(each)
                || each == '.'
                || each == '_'
                || each == '-'
                || Character.getType(each) == Character.NON_SPACING_MARK
                || Character.getType(each) == Character.COMBINING_SPACING_MARK;
    }

    /** A point would hide a file, a dash would be an option, a mark would stand on what is before it. */
    private static boolean isFirst(int each) {
        return Character.isLetterOrDigit(each) || each == '_';
    }

    private static String cut(StringBuilder id, int characters, int bytes) {
        while (!fits(id, characters, bytes)) {
            id.setLength(id.offsetByCodePoints(id.length(), -1));
        }
        return id.toString();
    }

    private static boolean fits(CharSequence id, int characters, int bytes) {
        return id.codePoints().count() <= characters && id.toString().getBytes(StandardCharsets.UTF_8).length <= bytes;
    }

    /**
     * FNV-1a over the characters without their case, in composed form as many file systems see them, mixed as SplitMix64
     * does; never zero, which marks a free place.
     */
    private static long hash(String id) {
        String composed = isSimple(id) ? id : Normalizer.normalize(id, Normalizer.Form.NFC);
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < composed.length(); i++) {
            hash = (hash ^ Character.toLowerCase(Character.toUpperCase(composed.charAt(i)))) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        hash ^= hash >>> 31;
        return hash == 0 ? 1 : hash;
    }

    /** A set of numbers other than zero, by open addressing. */
    private static final class LongSet {
        private long[] places = new long[1 << 12];
        private int size;

        boolean add(long value) {
            if (size * 2 > places.length) {
                grow();
            }
            int at = find(places, value);
            if (places[at] == value) {
                return false;
            }
            places[at] = value;
            size++;
            return true;
        }

        private static int find(long[] places, long value) {
            int at = (int) value & (places.length - 1);
            while (places[at] != 0 && places[at] != value) {
                at = (at + 1) & (places.length - 1);
            }
            return at;
        }

        private void grow() {
            var larger = new long[places.length * 2];
            for (long each : places) {
                if (each != 0) {
                    larger[find(larger, each)] = each;
                }
            }
            places = larger;
        }
    }
}
