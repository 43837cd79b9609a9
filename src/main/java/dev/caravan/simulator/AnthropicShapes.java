package dev.caravan.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.simulator.CompletionAnswer.Finish;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;

/** Shapes of Anthropic's answers. */
final class AnthropicShapes {
    private AnthropicShapes() {}

    static ObjectNode completion(String id, CompletionRequest asked, CompletionAnswer made) {
        boolean refused = made.finish() == Finish.REFUSAL || made.finish() == Finish.BLOCKED;
        ObjectNode node = Json.object().put("id", "msg_" + id).put("type", "message");
        node.put("role", "assistant").put("model", asked.model());
        ArrayNode content = node.putArray("content");
        if (made.reasoning() > 0) {
            content.addObject().put("type", "thinking").put("thinking", "…").put("signature", "c2lt");
        }
        if (!refused && made.output() > made.reasoning()) {
            content.addObject().put("type", "text").put("text", made.content()).putNull("citations");
        }
        String reason = refused
                ? "refusal"
                : made.stopped() != null ? "stop_sequence" : made.finish() == Finish.LENGTH ? "max_tokens" : "end_turn";
        node.put("stop_reason", reason).put("stop_sequence", made.stopped());
        if (refused) {
            node.putObject("stop_details")
                    .put("type", "refusal")
                    .put("category", "general_harms")
                    .put("explanation", made.refusal());
        } else {
            node.putNull("stop_details");
        }
        node.putNull("container");
        ObjectNode usage = node.putObject("usage");
        usage.put("input_tokens", made.input() - made.cached() - made.written())
                .put("cache_creation_input_tokens", made.written())
                .put("cache_read_input_tokens", made.cached());
        usage.putObject("cache_creation")
                .put("ephemeral_5m_input_tokens", made.written())
                .put("ephemeral_1h_input_tokens", 0);
        usage.put("output_tokens", made.output());
        usage.putObject("output_tokens_details").put("thinking_tokens", made.reasoning());
        usage.put("service_tier", "standard").put("inference_geo", "global").putNull("server_tool_use");
        return node;
    }

    static ObjectNode model(SimulatorSettings.Model model) {
        ObjectNode node = Json.object().put("type", "model").put("id", model.id());
        node.put("display_name", model.id()).put("created_at", "2026-01-01T00:00:00Z");
        node.put("max_input_tokens", model.context()).put("max_tokens", model.maxOutput());
        boolean retired = model.lifecycle().equals("retired");
        boolean old = retired
                || model.lifecycle().equals("legacy")
                || model.lifecycle().equals("deprecated");
        node.put("lifecycle", retired ? "retired" : old ? "deprecated" : "active");
        return node.putNull("capabilities")
                .putNull("line")
                .putNull("deprecated_at")
                .putNull("retires_at");
    }

    static ObjectNode list(List<ObjectNode> data, boolean more) {
        ObjectNode node = Json.object();
        ArrayNode array = node.putArray("data");
        array.addAll(data);
        node.put("has_more", more);
        node.put("first_id", data.isEmpty() ? null : data.get(0).path("id").asText());
        return node.put(
                "last_id",
                data.isEmpty() ? null : data.get(data.size() - 1).path("id").asText());
    }

    /** The stretch of a list that a call asks for, behind one of its members or before it. */
    static <T> JobRoom.Page<T> page(SimulatedCall talk, List<T> all, Function<T, String> id) {
        String before = talk.request.getParam("before_id", "");
        int most = talk.number("limit", 20, 1000);
        return before.isEmpty()
                ? JobRoom.page(all, id, talk.request.getParam("after_id", ""), most)
                : JobRoom.pageBefore(all, id, before, most);
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
