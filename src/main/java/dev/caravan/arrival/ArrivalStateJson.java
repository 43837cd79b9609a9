package dev.caravan.arrival;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.time.Instant;

/** The state as it lies on disk. */
final class ArrivalStateJson {
    private static final int VERSION = 1;

    private ArrivalStateJson() {}

    static ObjectNode write(ArrivalState state) {
        ObjectNode root = Json.object().put("version", VERSION);
        ObjectNode pipelines = root.putObject("pipelines");
        state.pipelines()
                .forEach((name, each) -> pipelines
                        .putObject(name)
                        .put("digest", each.digest())
                        .put("phase", each.phase().word())
                        .put("run", each.run())
                        .put("reason", each.reason())
                        .put("fresh", each.fresh())
                        .put("present", each.present())
                        .put("at", each.at().toString()));
        ObjectNode items = root.putObject("items");
        state.items()
                .forEach((id, each) -> items.putObject(id)
                        .put("pipeline", each.pipeline())
                        .put("file", each.file())
                        .put("at", each.at().toString()));
        state.early().forEach(root.putArray("early")::add);
        ObjectNode unpacking = root.putObject("unpacking");
        state.unpacking()
                .forEach((zip, each) -> unpacking
                        .putObject(zip)
                        .put("folder", each.folder())
                        .put("temporary", each.temporary())
                        .put("stamp", each.stamp()));
        return root;
    }

    /** @throws IllegalArgumentException when it is not what {@link #write} makes */
    static ArrivalState read(JsonNode root) {
        if (root.path("version").asInt() != VERSION) {
            throw new IllegalArgumentException("version " + root.path("version"));
        }
        ArrivalState state = ArrivalState.empty();
        root.required("pipelines").properties().forEach(each -> state.put(standing(each.getKey(), each.getValue())));
        root.required("items").properties().forEach(each -> {
            JsonNode item = each.getValue();
            state.items()
                    .put(
                            each.getKey(),
                            new TakenItems(each.getKey(), text(item, "pipeline"), text(item, "file"), time(item)));
        });
        root.required("early").forEach(each -> state.early().add(each.asText()));
        root.required("unpacking").properties().forEach(each -> {
            JsonNode one = each.getValue();
            state.unpacking()
                    .put(
                            each.getKey(),
                            new ArrivalState.Unpacking(
                                    text(one, "folder"), text(one, "temporary"), text(one, "stamp")));
        });
        return state;
    }

    private static FolderRecord standing(String name, JsonNode each) {
        return new FolderRecord(
                name,
                text(each, "digest"),
                ArrivalPhase.of(text(each, "phase")),
                text(each, "run"),
                text(each, "reason"),
                each.required("fresh").asBoolean(),
                each.required("present").asBoolean(),
                time(each));
    }

    private static String text(JsonNode node, String key) {
        return node.required(key).asText();
    }

    private static Instant time(JsonNode node) {
        return Instant.parse(text(node, "at"));
    }
}
