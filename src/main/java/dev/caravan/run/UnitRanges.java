package dev.caravan.run;

import java.util.BitSet;

/**
 * A set of unit numbers as short text: {@code 0-4,7,9-12}. The form in journal, manifest and tickets, where whole
 * chunks are the rule and gaps the exception.
 */
public final class UnitRanges {
    private UnitRanges() {}

    public static String text(BitSet set) {
        return text(set, 0);
    }

    /** @param base the unit of the first bit */
    static String text(BitSet set, int base) {
        var text = new StringBuilder();
        for (int from = set.nextSetBit(0); from >= 0; ) {
            int to = set.nextClearBit(from) - 1;
            if (!text.isEmpty()) {
                text.append(',');
            }
            text.append(from + base);
            if (to > from) {
                text.append('-').append(to + base);
            }
            from = set.nextSetBit(to + 1);
        }
        return text.toString();
    }

    public static BitSet parse(String text) {
        var set = new BitSet();
        if (text.isEmpty()) {
            return set;
        }
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf(',', at);
            end = end < 0 ? text.length() : end;
            int dash = text.indexOf('-', at);
            if (dash > 0 && dash < end) {
                set.set(Integer.parseInt(text, at, dash, 10), Integer.parseInt(text, dash + 1, end, 10) + 1);
            } else {
                set.set(Integer.parseInt(text, at, end, 10));
            }
            at = end + 1;
        }
        return set;
    }

    /** The lowest {@code limit} members of a set, as a set of their own. */
    static BitSet lowest(BitSet set, int limit) {
        var chosen = new BitSet();
        int taken = 0;
        for (int n = set.nextSetBit(0); n >= 0 && taken < limit; n = set.nextSetBit(n + 1)) {
            chosen.set(n);
            taken++;
        }
        return chosen;
    }
}
