package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.money.Money;

/** A step's state as the manifest has it. */
final class StepJson {
    private StepJson() {}

    static ObjectNode of(StepState step) {
        ObjectNode node = Json.object();
        node.set("notes", Json.mapper().valueToTree(step.notes));
        return node.put("answered", step.answered)
                .put("rejected", step.rejected)
                .put("braked", step.braked)
                .put("revised", step.revised)
                .put("fresh", step.fresh.text())
                .put("pool", step.pool.text())
                .put("cleared", step.cleared.text())
                .put("pooled_since", step.pooledSince.toString())
                .put("not_before", step.notBefore.toString())
                .put("troubles", step.troubles)
                .put("arrived", step.arrived)
                .put("done", step.done)
                .put("failed", step.failed)
                .put("dropped", step.dropped)
                .put("skipped", step.skipped.text())
                .put("sent_back", step.sentBack)
                .put("born", step.born)
                .put("held", step.held)
                .put("open_works", step.openWorks)
                .put("readied", step.readied)
                .put("readied_picos", step.readiedWorst.picos());
    }

    /** Into a step that nothing happened to but that units came in. */
    static void restore(StepState step, JsonNode node) {
        step.fresh.clear();
        step.fresh.or(UnitSet.parse(node.get("fresh").textValue()));
        step.pool.or(UnitSet.parse(node.get("pool").textValue()));
        step.cleared.or(UnitSet.parse(node.get("cleared").textValue()));
        step.pooledSince = ManifestTimes.time(node.get("pooled_since"));
        step.notBefore = ManifestTimes.time(node.get("not_before"));
        step.troubles = node.get("troubles").intValue();
        step.arrived = node.get("arrived").intValue();
        step.done = node.get("done").intValue();
        step.failed = node.get("failed").intValue();
        step.dropped = node.get("dropped").intValue();
        step.skipped.or(UnitSet.parse(node.get("skipped").textValue()));
        step.sentBack = node.get("sent_back").intValue();
        step.born = node.get("born").intValue();
        step.held = node.get("held").intValue();
        step.openWorks = node.get("open_works").intValue();
        step.readied = node.get("readied").longValue();
        step.readiedWorst = new Money(node.get("readied_picos").longValue());
        step.answered = node.get("answered").intValue();
        step.rejected = node.get("rejected").intValue();
        step.braked = node.get("braked").booleanValue();
        step.revised = node.get("revised").booleanValue();
        node.get("notes")
                .properties()
                .forEach(each -> step.notes.put(each.getKey(), each.getValue().intValue()));
    }
}
