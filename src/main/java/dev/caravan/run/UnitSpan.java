package dev.caravan.run;

import java.util.BitSet;
import java.util.function.IntConsumer;

/**
 * Units that lie close together, such as those of a chunk, added one by one in any order. It takes memory for the
 * stretch between the lowest and the highest of them, wherever that lies in the run. Its text is {@link UnitRanges}'.
 */
public final class UnitSpan {
    private BitSet bits = new BitSet();
    /** The unit of the first bit, a multiple of the bits of a word. */
    private int base;

    public void set(int unit) {
        if (bits.isEmpty()) {
            base = word(unit);
        } else if (unit < base) {
            rebase(word(unit));
        }
        bits.set(unit - base);
    }

    private static int word(int unit) {
        return unit / Long.SIZE * Long.SIZE;
    }

    private void rebase(int lower) {
        long[] words = bits.toLongArray();
        int shift = (base - lower) / Long.SIZE;
        long[] moved = new long[words.length + shift];
        System.arraycopy(words, 0, moved, shift, words.length);
        bits = BitSet.valueOf(moved);
        base = lower;
    }

    public boolean get(int unit) {
        return unit >= base && bits.get(unit - base);
    }

    public boolean isEmpty() {
        return bits.isEmpty();
    }

    public int count() {
        return bits.cardinality();
    }

    /** Tells of each, from the lowest on. */
    public void forEach(IntConsumer unit) {
        bits.stream().forEach(bit -> unit.accept(bit + base));
    }

    @Override
    public String toString() {
        return UnitRanges.text(bits, base);
    }
}
