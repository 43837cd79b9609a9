package dev.caravan.run;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The units that an event or a piece of work is about, as ranges: what is done with a set costs as much as it holds, and
 * nothing follows from how large the run is. Its text is {@link UnitRanges}'.
 */
public final class UnitSet {
    /** Of each range: its first unit, and the one behind its last. They are sorted and do not touch. */
    private int[] bounds;

    private int used;
    private int count;

    public UnitSet() {
        this(new int[2], 0, 0);
    }

    private UnitSet(int[] bounds, int used, int count) {
        this.bounds = bounds;
        this.used = used;
        this.count = count;
    }

    /** The units from one on, up to another one that is not of them. */
    static UnitSet range(int from, int to) {
        return from == to ? new UnitSet() : new UnitSet(new int[] {from, to}, 2, to - from);
    }

    public static UnitSet parse(String text) {
        var set = new UnitSet();
        int at = 0;
        while (at < text.length()) {
            int end = text.indexOf(',', at);
            end = end < 0 ? text.length() : end;
            int dash = text.indexOf('-', at);
            if (dash > 0 && dash < end) {
                set.add(Integer.parseInt(text, at, dash, 10), Integer.parseInt(text, dash + 1, end, 10) + 1);
            } else {
                int unit = Integer.parseInt(text, at, end, 10);
                set.add(unit, unit + 1);
            }
            at = end + 1;
        }
        return set;
    }

    void add(int unit) {
        add(unit, unit + 1);
    }

    /** Adds a range; in a moment where it lies behind all others, as it mostly does. */
    void add(int from, int to) {
        if (from >= to) {
            return;
        }
        if (used > 0 && from < bounds[used - 1]) {
            or(range(from, to));
        } else {
            append(from, to);
        }
    }

    private void append(int from, int to) {
        if (used > 0 && from == bounds[used - 1]) {
            bounds[used - 1] = to;
        } else {
            if (used == bounds.length) {
                bounds = Arrays.copyOf(bounds, used * 2);
            }
            bounds[used] = from;
            bounds[used + 1] = to;
            used += 2;
        }
        count += to - from;
    }

    void or(UnitSet other) {
        if (other.count == 0) {
            return;
        }
        if (used == 0 || other.bounds[0] >= bounds[used - 1]) {
            for (int i = 0; i < other.used; i += 2) {
                append(other.bounds[i], other.bounds[i + 1]);
            }
            return;
        }
        var merged = new UnitSet(new int[used + other.used], 0, 0);
        int mine = 0;
        int its = 0;
        while (mine < used || its < other.used) {
            boolean ours = its == other.used || (mine < used && bounds[mine] <= other.bounds[its]);
            int from = ours ? bounds[mine] : other.bounds[its];
            int to = ours ? bounds[mine + 1] : other.bounds[its + 1];
            mine += ours ? 2 : 0;
            its += ours ? 0 : 2;
            int known = merged.used == 0 ? from : Math.max(from, merged.bounds[merged.used - 1]);
            if (known < to) {
                merged.append(known, to);
            }
        }
        become(merged);
    }

    void andNot(UnitSet other) {
        if (count == 0 || other.count == 0) {
            return;
        }
        var rest = new UnitSet(new int[used + other.used], 0, 0);
        int its = 0;
        for (int i = 0; i < used; i += 2) {
            int from = bounds[i];
            int to = bounds[i + 1];
            while (its < other.used && other.bounds[its + 1] <= from) {
                its += 2;
            }
            for (int at = its; at < other.used && other.bounds[at] < to; at += 2) {
                if (from < other.bounds[at]) {
                    rest.append(from, other.bounds[at]);
                }
                from = Math.max(from, other.bounds[at + 1]);
            }
            if (from < to) {
                rest.append(from, to);
            }
        }
        become(rest);
    }

    private void become(UnitSet other) {
        bounds = other.bounds;
        used = other.used;
        count = other.count;
    }

    public boolean get(int unit) {
        return unit < endOfRange(unit);
    }

    /** The first unit from a given one on that is not of the set. */
    int endOfRange(int unit) {
        int low = 0;
        int high = used / 2 - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (bounds[middle * 2 + 1] <= unit) {
                low = middle + 1;
            } else if (bounds[middle * 2] > unit) {
                high = middle - 1;
            } else {
                return bounds[middle * 2 + 1];
            }
        }
        return unit;
    }

    public int cardinality() {
        return count;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** In ascending order. */
    public IntStream stream() {
        return IntStream.range(0, used / 2).flatMap(each -> IntStream.range(bounds[each * 2], bounds[each * 2 + 1]));
    }

    /** Ranges that it has. */
    int ranges() {
        return used / 2;
    }

    int from(int range) {
        return bounds[range * 2];
    }

    /** Behind the last unit of a range. */
    int to(int range) {
        return bounds[range * 2 + 1];
    }

    UnitSet copy() {
        return new UnitSet(Arrays.copyOf(bounds, Math.max(2, used)), used, count);
    }

    /** The lowest members, at most so many, as a set of their own. */
    UnitSet lowest(int limit) {
        var lowest = new UnitSet();
        for (int i = 0; i < used && lowest.count < limit; i += 2) {
            lowest.append(bounds[i], Math.min(bounds[i + 1], bounds[i] + limit - lowest.count));
        }
        return lowest;
    }

    public String text() {
        var text = new StringBuilder();
        for (int i = 0; i < used; i += 2) {
            text.append(text.isEmpty() ? "" : ",").append(bounds[i]);
            if (bounds[i + 1] > bounds[i] + 1) {
                text.append('-').append(bounds[i + 1] - 1);
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
