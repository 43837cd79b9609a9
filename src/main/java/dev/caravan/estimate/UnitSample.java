package dev.caravan.estimate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.UnitWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Some units, spread evenly over the input: one of every stretch of it. Which one is drawn, for input repeats itself
 * (copies, combinations), and equal distances could meet the same item each time. Always the same units of the same
 * input; of the others none is held.
 *
 * @param total units of the whole input
 */
record UnitSample(List<ObjectNode> units, int total) {

    /** @param most units of the input that count, the first ones */
    static UnitSample of(Pipeline pipeline, int most, int wanted) {
        var drawing = new Drawing(wanted);
        int total = UnitWriter.make(pipeline, most, drawing::take);
        return new UnitSample(drawing.drawn(), total);
    }

    /** Draws in one pass: stretches become twice as long whenever twice as many were drawn as are wanted. */
    private static final class Drawing {
        private final SplittableRandom random = new SplittableRandom(1);
        private final int wanted;
        private List<ObjectNode> kept = new ArrayList<>();
        private int stretch = 1;
        private int left = 0;
        private int until = 0;

        Drawing(int wanted) {
            this.wanted = wanted;
        }

        void take(ObjectNode unit) {
            if (left == 0) {
                halve();
                left = stretch;
                until = random.nextInt(stretch);
            }
            if (until == 0) {
                kept.add(unit);
            }
            until--;
            left--;
        }

        private void halve() {
            if (kept.size() < 2 * wanted) {
                return;
            }
            var half = new ArrayList<ObjectNode>();
            for (int i = 0; i + 1 < kept.size(); i += 2) {
                half.add(kept.get(i + random.nextInt(2)));
            }
            kept = half;
            stretch *= 2;
        }

        List<ObjectNode> drawn() {
            if (kept.size() <= wanted) {
                return kept;
            }
            var drawn = new ArrayList<ObjectNode>();
            for (int i = 0; i < wanted; i++) {
                int from = (int) ((long) i * kept.size() / wanted);
                int to = (int) ((i + 1L) * kept.size() / wanted);
                drawn.add(kept.get(from + random.nextInt(to - from)));
            }
            return drawn;
        }
    }
}
