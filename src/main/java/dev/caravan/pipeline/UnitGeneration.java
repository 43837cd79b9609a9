package dev.caravan.pipeline;

import java.util.List;

/**
 * How units are made of items.
 *
 * @param positions fields that hold the chosen items; empty for {@code direct}
 * @param repeat copies of each unit, at least 1
 * @param seed of the run: random numbers of its units follow from it
 */
public record UnitGeneration(Strategy strategy, List<Position> positions, int repeat, long seed) {

    /** Which units the items give. */
    public enum Strategy {
        /** One of each item. */
        DIRECT,
        /** Each ordered choice of different items, as many as there are positions. */
        PERMUTATION,
        /** Each combination of one item of each group; the last position changes first. */
        CROSS_PRODUCT
    }

    /**
     * A field that holds one of the items.
     *
     * @param group key of its items in the file, for cross_product
     */
    public record Position(String name, String group) {}

    public UnitGeneration {
        positions = List.copyOf(positions);
    }
}
