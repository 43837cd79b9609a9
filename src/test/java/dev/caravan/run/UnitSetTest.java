package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitSetTest {
    private static final int MOST = 200;

    private final Random random = new Random(4);

    private BitSet some() {
        var bits = new BitSet();
        for (int i = random.nextInt(8); i > 0; i--) {
            int from = random.nextInt(MOST);
            bits.set(from, from + random.nextInt(random.nextBoolean() ? 3 : 60));
        }
        return bits;
    }

    private static void same(UnitSet set, BitSet bits) {
        assertThat(set.text()).isEqualTo(UnitRanges.text(bits));
        assertThat(set.cardinality()).isEqualTo(bits.cardinality());
        assertThat(set.isEmpty()).isEqualTo(bits.isEmpty());
        assertThat(set.stream().toArray()).isEqualTo(bits.stream().toArray());
    }

    @Test
    void a_set_of_ranges_is_the_set_of_bits() {
        for (int i = 0; i < 20_000; i++) {
            BitSet bits = some();
            BitSet others = some();
            UnitSet set = UnitSet.parse(UnitRanges.text(bits));
            UnitSet other = UnitSet.parse(UnitRanges.text(others));
            same(set, bits);
            int limit = random.nextInt(40);
            same(set.lowest(limit), UnitRanges.lowest(bits, limit));
            int unit = random.nextInt(MOST + 60);
            assertThat(set.get(unit)).isEqualTo(bits.get(unit));
            assertThat(set.endOfRange(unit)).isEqualTo(bits.nextClearBit(unit));
            UnitSet rest = set.copy();
            rest.andNot(other);
            var restBits = (BitSet) bits.clone();
            restBits.andNot(others);
            same(rest, restBits);
            same(set, bits);
            set.or(other);
            bits.or(others);
            same(set, bits);
            set.add(unit);
            bits.set(unit);
            same(set, bits);
        }
    }

    @Test
    void a_set_of_all_units_counts_what_comes_and_goes() {
        var all = new UnitBits();
        var bits = new BitSet();
        for (int i = 0; i < 20_000; i++) {
            BitSet others = some();
            UnitSet other = UnitSet.parse(UnitRanges.text(others));
            if (random.nextBoolean()) {
                all.or(other);
                bits.or(others);
            } else {
                all.andNot(other);
                bits.andNot(others);
            }
            assertThat(all.text()).isEqualTo(UnitRanges.text(bits));
            assertThat(all.cardinality()).isEqualTo(bits.cardinality());
            int unit = random.nextBoolean() ? 0 : random.nextInt(MOST);
            assertThat(all.next(unit)).isEqualTo(bits.nextSetBit(unit));
            assertThat(all.get(unit)).isEqualTo(bits.get(unit));
        }
    }
}
