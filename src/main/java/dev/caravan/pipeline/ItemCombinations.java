package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UserMistakeException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The choices of items that permutation and cross_product make. The items are held, for there are few of them; the
 * choices, of which there may be millions, are made one by one.
 */
final class ItemCombinations {
    private static final BigInteger MOST = BigInteger.valueOf(100_000_000);

    /** An item and its name. */
    record Choice(String name, ObjectNode item) {}

    private final List<List<Choice>> groups;
    private final boolean distinct;

    private ItemCombinations(List<List<Choice>> groups, boolean distinct) {
        this.groups = groups;
        this.distinct = distinct;
    }

    /** @param most units that are wanted of them at most */
    static ItemCombinations read(Pipeline pipeline, int most) {
        UnitGeneration generation = pipeline.generation();
        int positions = generation.positions().size();
        var groups = new ArrayList<List<Choice>>();
        boolean distinct = generation.strategy() == UnitGeneration.Strategy.PERMUTATION;
        BigInteger count = BigInteger.valueOf(generation.repeat());
        if (distinct) {
            var items = new ArrayList<Choice>();
            ItemReader.read(pipeline, (item, place) -> items.add(choice(pipeline, item, place)));
            if (items.size() < positions) {
                throw new UserMistakeException(
                        pipeline.items().file(),
                        "",
                        "holds " + items.size() + " items, and " + positions + " positions need at least as many");
            }
            for (int i = 0; i < positions; i++) {
                groups.add(items);
                count = count.multiply(BigInteger.valueOf(items.size() - i));
            }
        } else {
            JsonNode root = ItemReader.document(pipeline);
            for (UnitGeneration.Position each : generation.positions()) {
                List<Choice> group = group(pipeline, root, each);
                groups.add(group);
                count = count.multiply(BigInteger.valueOf(group.size()));
            }
        }
        if (count.compareTo(MOST) > 0 && most > MOST.intValue()) {
            throw new UserMistakeException(
                    pipeline.items().file(),
                    "",
                    "would give " + count + " units; at most " + MOST + " are possible. Give --max-units for a sample");
        }
        return new ItemCombinations(groups, distinct);
    }

    private static List<Choice> group(Pipeline pipeline, JsonNode root, UnitGeneration.Position position) {
        JsonNode list = root.path(position.group());
        if (!list.isArray() || list.isEmpty()) {
            throw new UserMistakeException(
                    pipeline.items().file(),
                    position.group(),
                    "must be a list of items for the position '" + position.name() + "'");
        }
        var group = new ArrayList<Choice>();
        for (int i = 0; i < list.size(); i++) {
            String place = position.group() + "[" + i + "]";
            if (!(list.get(i) instanceof ObjectNode item)) {
                throw new UserMistakeException(pipeline.items().file(), place, "must be a map");
            }
            group.add(choice(pipeline, item, place));
        }
        return group;
    }

    private static Choice choice(Pipeline pipeline, ObjectNode item, String place) {
        String field = pipeline.items().nameField();
        String name = ItemNames.of(item, field);
        name = name == null && !field.isEmpty() ? ItemNames.of(item, "") : name;
        name = name == null ? ItemNames.of(item, "unit_id") : name;
        if (name == null) {
            throw new UserMistakeException(
                    pipeline.items().file(),
                    place,
                    "has no name: give it one in '" + (field.isEmpty() ? "id" : field) + "'");
        }
        return new Choice(name, item);
    }

    /** Every choice in order, the last position changing first. */
    void each(Consumer<List<Choice>> taker) {
        choose(new ArrayList<>(), new boolean[groups.get(0).size()], taker);
    }

    private void choose(List<Choice> chosen, boolean[] used, Consumer<List<Choice>> taker) {
        if (chosen.size() == groups.size()) {
            taker.accept(chosen);
            return;
        }
        List<Choice> group = groups.get(chosen.size());
        for (int i = 0; i < group.size(); i++) {
            if (distinct && used[i]) {
                continue;
            }
            if (distinct) {
                used[i] = true;
            }
            chosen.add(group.get(i));
            choose(chosen, used, taker);
            chosen.remove(chosen.size() - 1);
            if (distinct) {
                used[i] = false;
            }
        }
    }
}
