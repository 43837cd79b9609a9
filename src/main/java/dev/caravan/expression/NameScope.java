package dev.caravan.expression;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names that are defined at one place of an expression, while it is compiled: one scope a closure. */
final class NameScope {
    /** Where a variable lies: so many frames up, in this slot. */
    record Place(int up, int slot) {}

    private final @Nullable NameScope outer;
    private final Deque<Map<String, Integer>> blocks = new ArrayDeque<>();
    private int slots;
    private int level;
    private int deepest;

    NameScope(@Nullable NameScope outer) {
        this.outer = outer;
        blocks.push(new HashMap<>());
    }

    int define(String name) {
        blocks.element().put(name, slots);
        return slots++;
    }

    void openBlock() {
        blocks.push(new HashMap<>());
    }

    void closeBlock() {
        blocks.pop();
    }

    @Nullable Place find(String name) {
        int up = 0;
        for (NameScope scope = this; scope != null; scope = scope.outer) {
            for (Map<String, Integer> block : scope.blocks) {
                Integer slot = block.get(name);
                if (slot != null) {
                    return new Place(up, slot);
                }
            }
            up++;
        }
        return null;
    }

    int slots() {
        return slots;
    }

    int enter() {
        level++;
        deepest = Math.max(deepest, level);
        return level;
    }

    void leave() {
        level--;
    }

    /** Deepest nesting of nodes so far. */
    int levels() {
        return deepest;
    }

    boolean outermost() {
        return outer == null;
    }
}
