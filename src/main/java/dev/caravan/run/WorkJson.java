package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Open work as the manifest has it. */
final class WorkJson {
    private WorkJson() {}

    static ObjectNode of(OpenWork work) {
        ObjectNode node = Json.object();
        node.put("id", work.id())
                .put("step", work.step())
                .put("lane", work.lane().name());
        node.put("units", work.units().text());
        node.put("phase", work.phase.name());
        node.put("not_before", work.notBefore.toString());
        node.put("doubted", work.doubted).put("failed_creates", work.failedCreates);
        node.put("throttled_creates", work.throttledCreates);
        node.put("trouble_since", ManifestTimes.text(work.troubleSince));
        node.put("provider_job", work.providerJob).put("adopted", work.adopted);
        node.put("doubted_at", ManifestTimes.text(work.doubtedAt));
        node.put("intended_at", ManifestTimes.text(work.intendedAt));
        node.put("answered", work.answered.text()).put("settled", work.settled.text());
        node.set("open", Json.mapper().valueToTree(new TreeMap<>(work.open)));
        node.set("results_from", Json.mapper().valueToTree(new TreeMap<>(work.resultsFrom)));
        node.set("intent", work.intent == null ? null : EventJson.body(work.intent));
        node.put("revision", work.revision);
        node.set("job_ended", work.ended == null ? null : EventJson.body(work.ended));
        return node;
    }

    static OpenWork read(JsonNode node, StageChanges changes) {
        var work = new OpenWork(
                changes,
                node.get("id").textValue(),
                node.get("step").intValue(),
                Lane.valueOf(node.get("lane").textValue()),
                UnitSet.parse(node.get("units").textValue()));
        work.phase = OpenWork.Phase.valueOf(node.get("phase").textValue());
        work.notBefore = ManifestTimes.time(node.get("not_before"));
        work.doubted = node.get("doubted").booleanValue();
        work.failedCreates = node.get("failed_creates").intValue();
        work.throttledCreates = node.get("throttled_creates").intValue();
        work.troubleSince = ManifestTimes.optionalTime(node.get("trouble_since"));
        work.providerJob = node.get("provider_job").textValue();
        work.revision = node.get("revision").intValue();
        work.adopted = node.get("adopted").booleanValue();
        work.doubtedAt = ManifestTimes.optionalTime(node.get("doubted_at"));
        work.intendedAt = ManifestTimes.optionalTime(node.get("intended_at"));
        work.answered.or(UnitSet.parse(node.get("answered").textValue()));
        work.settled.or(UnitSet.parse(node.get("settled").textValue()));
        node.get("open")
                .properties()
                .forEach(each -> work.open.put(
                        Integer.valueOf(each.getKey()),
                        new Money(each.getValue().longValue())));
        numbers(work.resultsFrom, node.get("results_from"));
        work.intent = event(RunEvent.JobIntended.class, node.get("intent"));
        work.ended = event(RunEvent.JobEnded.class, node.get("job_ended"));
        return work;
    }

    private static <E extends RunEvent> @Nullable E event(Class<E> event, JsonNode body) {
        return body.isNull() ? null : Json.mapper().convertValue(body, event);
    }

    private static void numbers(Map<Integer, Long> numbers, JsonNode node) {
        node.properties()
                .forEach(each -> numbers.put(
                        Integer.valueOf(each.getKey()), each.getValue().longValue()));
    }
}
