package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitSpanTest {
    @Test
    void is_the_set_of_what_was_added_in_any_order() {
        var random = new Random(Long.getLong("caravan.seed", 7));
        for (int i = 0; i < 2_000; i++) {
            int from = random.nextInt(3) * 1_000_000;
            var span = new UnitSpan();
            var set = new BitSet();
            for (int n = random.nextInt(200); n > 0; n--) {
                int unit = from + random.nextInt(300);
                span.set(unit);
                set.set(unit);
            }
            var told = new ArrayList<Integer>();
            span.forEach(told::add);

            assertThat(span.toString()).isEqualTo(UnitRanges.text(set));
            assertThat(told).isEqualTo(set.stream().boxed().toList());
            assertThat(span.count()).isEqualTo(set.cardinality());
            assertThat(span.isEmpty()).isEqualTo(set.isEmpty());
            for (int unit = Math.max(0, from - 70); unit < from + 400; unit++) {
                assertThat(span.get(unit)).isEqualTo(set.get(unit));
            }
        }
    }
}
