package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts, over all items, those that have nothing where a template shows something of them. */
final class ItemGaps {

    /** What the items have at one place of theirs. */
    private static final class Count {
        private final List<String> keys;
        private final List<ItemUse> uses = new ArrayList<>();
        private final List<ItemUse> needing = new ArrayList<>();
        private long missing;
        private String firstMissing = "";
        private long nulls;
        private String firstNull = "";

        Count(List<String> keys) {
            this.keys = keys;
        }

        void take(ObjectNode item, String place) {
            JsonNode at = item;
            for (String each : keys) {
                if (!at.isObject() && !at.isNull()) {
                    return;
                }
                at = at.path(each);
                if (at.isMissingNode()) {
                    firstMissing = missing++ == 0 ? place : firstMissing;
                    return;
                }
            }
            if (at.isNull()) {
                firstNull = nulls++ == 0 ? place : firstNull;
            }
        }
    }

    private final Pipeline pipeline;
    private final Map<String, Map<List<String>, Count>> groups = new LinkedHashMap<>();
    private final Map<String, Long> items = new LinkedHashMap<>();

    private ItemGaps(Pipeline pipeline) {
        this.pipeline = pipeline;
        for (ItemUse each : pipeline.itemUses()) {
            boolean inLists = pipeline.generation().strategy() != UnitGeneration.Strategy.DIRECT;
            var keys = new ArrayList<>(each.keys());
            if (!inLists) {
                keys.add(0, each.field());
            }
            String group =
                    pipeline.generation().strategy() == UnitGeneration.Strategy.CROSS_PRODUCT ? each.field() : "";
            if (keys.isEmpty()) {
                continue;
            }
            Count count =
                    groups.computeIfAbsent(group, name -> new LinkedHashMap<>()).computeIfAbsent(keys, Count::new);
            if (pipeline.itemUses().stream().noneMatch(other -> other.allowsFor(each, false))) {
                count.uses.add(each);
            }
            if (pipeline.itemUses().stream().noneMatch(other -> other.allowsFor(each, true))) {
                count.needing.add(each);
            }
        }
    }

    /** What there is to be told of the items of a pipeline; reads all of them. */
    static void tell(Pipeline pipeline, Problems hints) {
        var gaps = new ItemGaps(pipeline);
        if (pipeline.generation().strategy() == UnitGeneration.Strategy.CROSS_PRODUCT) {
            JsonNode root = ItemReader.document(pipeline, hints);
            for (UnitGeneration.Position each : pipeline.generation().positions()) {
                for (int i = 0; i < root.path(each.group()).size(); i++) {
                    if (root.path(each.group()).get(i) instanceof ObjectNode item) {
                        gaps.take(each.name(), item, each.group() + "[" + i + "]");
                    }
                }
            }
        } else if (!gaps.groups.isEmpty() || !ItemReader.isJson(pipeline)) {
            ItemReader.read(pipeline, (item, place) -> gaps.take("", item, place), hints);
        }
        gaps.groups.forEach((group, counts) -> counts.values().forEach(each -> gaps.tell(group, each, hints)));
    }

    private void take(String group, ObjectNode item, String place) {
        items.merge(group, 1L, Long::sum);
        groups.getOrDefault(group, Map.of()).values().forEach(each -> each.take(item, place));
    }

    private void tell(String group, Count count, Problems hints) {
        String file = pipeline.items().file();
        String field = "'" + String.join(".", count.keys) + "'";
        long all = items.getOrDefault(group, 0L);
        if (count.missing > 0 && !count.needing.isEmpty()) {
            ItemUse use = count.needing.get(0);
            hints.hint(
                    file,
                    count.firstMissing,
                    share(count.missing, all, "has no ", "have no ") + field + ", this one first; "
                            + where(use) + " needs it, so their prompts cannot be made: write $!" + use.path()
                            + " where it may be missing");
        }
        if (count.nulls > 0 && !count.uses.isEmpty()) {
            ItemUse use = count.uses.get(0);
            hints.hint(
                    file,
                    count.firstNull,
                    share(count.nulls, all, "holds null in ", "hold null in ") + field + ", this one first; "
                            + where(use) + " shows nothing there: write $!" + use.path() + " if that is meant");
        }
    }

    private static String share(long some, long all, String one, String many) {
        return some + " of " + all + (all == 1 ? " item " : " items ") + (some == 1 ? one : many);
    }

    private static String where(ItemUse use) {
        return use.file() + " (line " + use.line() + ")";
    }
}
