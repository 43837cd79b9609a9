package dev.caravan.pipeline;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes ids of names: safe as file names and in requests, and never the same twice.
 *
 * <p>Every character outside {@code [A-Za-z0-9._-]} becomes {@code _}, and an id is at most 80 long. Where two would be
 * alike, ignoring case, the later one gets {@code ~2}, {@code ~3}, … in input order: the same for any chunk size, on any
 * machine. Keeps eight bytes an id, so that a million fit easily: two ids with the same 64-bit hash are taken for alike,
 * which costs nothing but a needless {@code ~2}.
 */
final class UnitIds {
    private static final int LONGEST_ID = 80;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._~-]{0," + (LONGEST_ID - 1) + "}");

    private final LongSet taken = new LongSet();
    private final Map<String, Integer> alike = new HashMap<>();

    /** Whether a text can be an id as it is. */
    static boolean isId(String text) {
        return PLAIN.matcher(text).matches();
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
        var id = new StringBuilder();
        name.strip().codePoints().limit(LONGEST_ID).forEach(c -> {
            boolean plain = c < 128 && (Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-');
            id.append(plain ? String.valueOf((char) c) : "_");
        });
        if (id.charAt(0) == '.' || id.charAt(0) == '-') {
            id.setCharAt(0, '_');
        }
        return id.toString();
    }

    /** FNV-1a over the lower-case characters, mixed as SplitMix64 does; never zero, which marks a free place. */
    private static long hash(String id) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ Character.toLowerCase(id.charAt(i))) * 0x100000001b3L;
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
