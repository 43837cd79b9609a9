package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.Map;
import java.util.TreeMap;

/** Where the units stand, as the manifest has it: which came of which, what they were before, and what they are. */
final class UnitsJson {
    private UnitsJson() {}

    static void write(UnitTable units, ObjectNode fold) {
        fold.set("families", families(units.lineage()));
        fold.set("visits", Json.mapper().valueToTree(units.visits()));
        fold.set("units", alike(units));
    }

    /** Families in the order of their numbers: {@code [parent, fan-out step, children]}. */
    private static ArrayNode families(Lineage lineage) {
        ArrayNode node = Json.mapper().createArrayNode();
        for (int i = 0; i < lineage.count(); i++) {
            Lineage.Family each = lineage.family(i);
            node.addArray().add(each.parent()).add(each.birth()).add(each.count());
        }
        return node;
    }

    /** Units that are alike stand together: {@code step/outcome/attempts/forgiven/tries/trouble-since → ranges}. */
    private static ObjectNode alike(UnitTable units) {
        var alike = new TreeMap<String, UnitSet>();
        int from = 0;
        for (int unit = 1; unit <= units.count(); unit++) {
            if (unit == units.count() || !units.alike(from, unit)) {
                alike.computeIfAbsent(key(units, from), each -> new UnitSet()).add(from, unit);
                from = unit;
            }
        }
        ObjectNode node = Json.object();
        alike.forEach((key, set) -> node.put(key, set.text()));
        return node;
    }

    private static String key(UnitTable units, int unit) {
        return units.step(unit) + "/" + units.outcome(unit).name() + "/" + units.attempts(unit) + "/"
                + units.forgiven(unit) + "/"
                + units.tries(unit) + "/" + units.troubleSince(unit);
    }

    /** Into a table that holds the units of the input. */
    static void restore(UnitTable units, JsonNode fold) {
        fold.get("families")
                .forEach(each -> units.restoreFamily(
                        each.get(0).intValue(),
                        each.get(1).intValue(),
                        each.get(2).intValue()));
        fold.get("units").properties().forEach(each -> restoreAlike(units, each));
        fold.get("visits").properties().forEach(each -> {
            String[] place = each.getKey().split("/", -1);
            units.visit(
                    Integer.parseInt(place[0]),
                    Integer.parseInt(place[1]),
                    each.getValue().get(0).intValue(),
                    each.getValue().get(1).intValue());
        });
    }

    private static void restoreAlike(UnitTable units, Map.Entry<String, JsonNode> alike) {
        String[] key = alike.getKey().split("/", -1);
        int step = Integer.parseInt(key[0]);
        UnitOutcome outcome = UnitOutcome.valueOf(key[1]);
        int attempts = Integer.parseInt(key[2]);
        int forgiven = Integer.parseInt(key[3]);
        int tries = Integer.parseInt(key[4]);
        long since = Long.parseLong(key[5]);
        UnitSet.parse(alike.getValue().textValue()).stream()
                .forEach(unit -> units.restore(unit, step, outcome, attempts, forgiven, tries, since));
    }
}
