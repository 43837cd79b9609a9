package dev.caravan.testing.mistral;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.cost.ModelRegistry;

/** The models the server lists: those of the registry, one that is new and one that cannot chat. */
final class MistralModels {
    static final String NEW = "mistral-brand-new";
    private static final String EMBEDS = "mistral-embed";

    private MistralModels() {}

    static boolean chats(String model) {
        return ModelRegistry.shipped().model(model).isPresent();
    }

    static ObjectNode list() {
        ObjectNode list = Json.object().put("object", "list");
        var data = list.putArray("data");
        ModelRegistry.shipped().models().stream()
                .filter(each -> each.provider().equals("mistral"))
                .forEach(each -> data.add(model(each.id(), true)));
        data.add(model(NEW, true));
        data.add(model(EMBEDS, false));
        return list;
    }

    private static ObjectNode model(String id, boolean chats) {
        ObjectNode model = Json.object().put("id", id).put("object", "model").put("type", "base");
        model.putObject("capabilities").put("completion_chat", chats);
        return model;
    }
}
