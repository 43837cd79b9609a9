package dev.caravan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds rings in a graph: its strongly connected components of two nodes and more, by Tarjan's algorithm. */
final class Rings {
    private final Map<String, Set<String>> uses;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<Set<String>> found = new ArrayList<>();

    private Rings(Map<String, Set<String>> uses) {
        this.uses = uses;
    }

    /** @param uses of each node those it points at; others are left out */
    static List<Set<String>> of(Map<String, Set<String>> uses) {
        var rings = new Rings(uses);
        for (String each : uses.keySet()) {
            if (!rings.numbers.containsKey(each)) {
                rings.visit(each);
            }
        }
        return rings.found;
    }

    private void visit(String node) {
        int number = numbers.size();
        numbers.put(node, number);
        lowest.put(node, number);
        open.push(node);
        for (String each : uses.getOrDefault(node, Set.of())) {
            if (!uses.containsKey(each)) {
                continue;
            }
            if (!numbers.containsKey(each)) {
                visit(each);
                lowest.merge(node, lowest.getOrDefault(each, number), Math::min);
            } else if (open.contains(each)) {
                lowest.merge(node, numbers.getOrDefault(each, number), Math::min);
            }
        }
        if (lowest.getOrDefault(node, number) == number) {
            close(node);
        }
    }

    private void close(String node) {
        var ring = new TreeSet<String>();
        String last;
        do {
            last = open.pop();
            ring.add(last);
        } while (!last.equals(node));
        if (ring.size() > 1) {
            found.add(ring);
        }
    }
}
