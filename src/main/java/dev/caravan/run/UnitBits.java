package dev.caravan.run;

import java.util.BitSet;

/**
 * A set that may hold any of a run's units, a bit each: those that wait at a step. What is put in and taken out costs as
 * much as that is, and how many there are is always known.
 */
final class UnitBits {
    private final BitSet bits = new BitSet();
    private int count;
    /** Nothing lies below it. */
    private int low;

    void set(int unit) {
        or(UnitSet.range(unit, unit + 1));
    }

    void clear(int unit) {
        andNot(UnitSet.range(unit, unit + 1));
    }

    void or(UnitSet units) {
        for (int i = 0; i < units.ranges(); i++) {
            int from = units.from(i);
            int to = units.to(i);
            count += to - from - within(from, to);
            bits.set(from, to);
            low = Math.min(low, from);
        }
    }

    void andNot(UnitSet units) {
        for (int i = 0; i < units.ranges(); i++) {
            count -= within(units.from(i), units.to(i));
            bits.clear(units.from(i), units.to(i));
        }
    }

    private int within(int from, int to) {
        int found = 0;
        int at = bits.nextSetBit(from);
        while (at >= 0 && at < to) {
            int end = Math.min(to, bits.nextClearBit(at));
            found += end - at;
            at = end < to ? bits.nextSetBit(end) : -1;
        }
        return found;
    }

    void clear() {
        bits.clear();
        count = 0;
        low = 0;
    }

    boolean get(int unit) {
        return bits.get(unit);
    }

    /** The first member from a unit on; -1 where there is none. */
    int next(int unit) {
        int found = count == 0 ? -1 : bits.nextSetBit(Math.max(unit, low));
        if (unit <= low && found >= 0) {
            low = found;
        }
        return found;
    }

    int cardinality() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** A copy. */
    BitSet toBitSet() {
        return (BitSet) bits.clone();
    }

    String text() {
        return UnitRanges.text(bits);
    }
}
