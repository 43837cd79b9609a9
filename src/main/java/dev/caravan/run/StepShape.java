package dev.caravan.run;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;

/**
 * How units multiply and come together along the steps. A fan-out encloses the steps behind it, up to the gather that
 * goes with it (as brackets do) or to the end; its children visit what it encloses, and nothing else.
 */
public final class StepShape {
    /** No fan-out, no gather: where the run's own units are at home. */
    public static final int NONE = -1;

    private final int[] home;
    private final int[] mate;
    private final boolean[] fan;

    private StepShape(int steps) {
        home = new int[steps + 1];
        mate = new int[steps];
        fan = new boolean[steps];
        Arrays.fill(mate, NONE);
    }

    /**
     * @param fanOuts places of the steps that turn one unit into many
     * @param gathers places of the steps that make one unit of many
     * @throws IllegalArgumentException when a gather has no fan-out before it
     */
    public static StepShape of(int steps, List<Integer> fanOuts, List<Integer> gathers) {
        var shape = new StepShape(steps);
        var open = new ArrayDeque<Integer>();
        for (int i = 0; i < steps; i++) {
            if (gathers.contains(i)) {
                if (open.isEmpty()) {
                    throw new IllegalArgumentException("step " + i + " gathers, and no fan-out is open before it");
                }
                int opened = open.pop();
                shape.mate[opened] = i;
                shape.mate[i] = opened;
            }
            shape.home[i] = open.isEmpty() ? NONE : open.peek();
            if (fanOuts.contains(i)) {
                shape.fan[i] = true;
                open.push(i);
            }
        }
        shape.home[steps] = open.isEmpty() ? NONE : open.peek();
        return shape;
    }

    /** The innermost fan-out whose children visit a step, or {@link #NONE}; also for the place behind the last step. */
    public int home(int step) {
        return home[step];
    }

    /** Whether units that were born at a fan-out (or came with the run: {@link #NONE}) visit a step. */
    public boolean visits(int birth, int step) {
        return home[step] == birth;
    }

    public boolean isFanOut(int step) {
        return fan[step];
    }

    public boolean isGather(int step) {
        return step < fan.length && !fan[step] && mate[step] != NONE;
    }

    /** The gather that ends a fan-out, or {@link #NONE}; also for {@link #NONE} itself. */
    public int gatherOf(int fanOut) {
        return fanOut == NONE ? NONE : mate[fanOut];
    }

    /** The fan-out that a gather ends. */
    public int fanOutOf(int gather) {
        return mate[gather];
    }
}
