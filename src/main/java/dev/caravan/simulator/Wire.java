package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import org.jspecify.annotations.Nullable;

/** Shapes of OpenAI's answers. */
final class Wire {
    private Wire() {}

    static ObjectNode error(String message, String type, @Nullable String param, @Nullable String code) {
        ObjectNode node = Json.object();
        node.putObject("error")
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return node;
    }

    static ObjectNode completion(String id, JsonNode body, Answers.Made made, long created) {
        String model = body.path("model").asText();
        ObjectNode node = Json.object().put("id", "chatcmpl-" + id).put("object", "chat.completion");
        node.put("created", created).put("model", model);
        ObjectNode choice = node.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        message.put("content", made.refusal() == null ? made.content() : null).put("refusal", made.refusal());
        message.putArray("annotations");
        choice.putNull("logprobs").put("finish_reason", made.finish());
        node.set("usage", usage(made.input(), made.output()));
        return node.put("service_tier", "default").put("system_fingerprint", "fp_simulator");
    }

    private static ObjectNode usage(long input, long output) {
        ObjectNode usage = Json.object().put("prompt_tokens", input).put("completion_tokens", output);
        usage.put("total_tokens", input + output);
        usage.putObject("prompt_tokens_details").put("cached_tokens", 0).put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", 0)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }

    static ObjectNode file(String id, String name, String purpose, long bytes, long created) {
        return Json.object()
                .put("id", id)
                .put("object", "file")
                .put("bytes", bytes)
                .put("created_at", created)
                .put("expires_at", created + 2_592_000)
                .put("filename", name)
                .put("purpose", purpose)
                .put("status", "processed")
                .putNull("status_details");
    }

    static ObjectNode batch(String id, JsonNode request, long created) {
        ObjectNode node = Json.object().put("id", id).put("object", "batch");
        node.set("endpoint", request.get("endpoint"));
        node.putNull("errors").set("input_file_id", request.get("input_file_id"));
        node.put("completion_window", "24h").put("status", "validating");
        node.putNull("output_file_id").putNull("error_file_id");
        node.put("created_at", created).putNull("in_progress_at").put("expires_at", created + 86_400);
        for (String each : new String[] {
            "finalizing_at", "completed_at", "failed_at", "expired_at", "cancelling_at", "cancelled_at"
        }) {
            node.putNull(each);
        }
        node.set("request_counts", counts(0, 0, 0));
        node.set("metadata", request.path("metadata").isObject() ? request.get("metadata") : null);
        return node;
    }

    static ObjectNode counts(int total, int completed, int failed) {
        return Json.object().put("total", total).put("completed", completed).put("failed", failed);
    }

    static ObjectNode list(Iterable<? extends JsonNode> data, boolean more) {
        ObjectNode node = Json.object().put("object", "list");
        var array = node.putArray("data");
        data.forEach(array::add);
        node.put("first_id", array.isEmpty() ? null : array.get(0).path("id").asText());
        node.put(
                "last_id",
                array.isEmpty() ? null : array.get(array.size() - 1).path("id").asText());
        return node.put("has_more", more);
    }
}
