package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Usage;
import dev.caravan.simulator.CompletionAnswer.Finish;
import dev.caravan.simulator.FileStore.Stored;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Shapes of OpenAI's answers. */
final class OpenAiShapes {
    private static final long DAY = 86_400;
    private static final double FINALIZING = 0.95;
    private static final long BORN = 1_721_172_741;

    private OpenAiShapes() {}

    static ObjectNode error(String message, String type, @Nullable String param, @Nullable String code) {
        ObjectNode node = Json.object();
        node.putObject("error")
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return node;
    }

    static ObjectNode model(SimulatorSettings.Model model) {
        return Json.object()
                .put("id", model.id())
                .put("object", "model")
                .put("created", BORN)
                .put("owned_by", "openai");
    }

    private static boolean refused(CompletionAnswer made) {
        return made.finish() == Finish.REFUSAL;
    }

    static ObjectNode completion(String id, String model, CompletionAnswer made, long created) {
        ObjectNode node = Json.object().put("id", "chatcmpl-" + id).put("object", "chat.completion");
        node.put("created", created).put("model", model);
        ObjectNode choice = node.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        boolean blocked = made.finish() == Finish.BLOCKED;
        message.put("content", refused(made) || blocked ? null : made.content());
        message.put("refusal", made.refusal());
        message.putArray("annotations");
        String finish = blocked ? "content_filter" : made.finish() == Finish.LENGTH ? "length" : "stop";
        choice.putNull("logprobs").put("finish_reason", finish);
        ObjectNode usage =
                node.putObject("usage").put("prompt_tokens", made.input()).put("completion_tokens", made.output());
        usage.put("total_tokens", made.input() + made.output());
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", made.cached())
                .put("audio_tokens", 0)
                .put("cache_write_tokens", made.written());
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", made.reasoning())
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return node.put("service_tier", "default").put("system_fingerprint", "fp_simulator");
    }

    static ObjectNode response(String id, CompletionRequest asked, CompletionAnswer made, long created) {
        JsonNode body = Json.parse(asked.body());
        boolean cut = made.finish() == Finish.LENGTH || made.finish() == Finish.BLOCKED;
        ObjectNode node = Json.object().put("id", "resp_" + id).put("object", "response");
        node.put("created_at", created)
                .put("status", cut ? "incomplete" : "completed")
                .putNull("error");
        if (cut) {
            node.putObject("incomplete_details")
                    .put("reason", made.finish() == Finish.LENGTH ? "max_output_tokens" : "content_filter");
        } else {
            node.putNull("incomplete_details");
        }
        node.set("instructions", body.get("instructions"));
        node.put("model", asked.model());
        var output = node.putArray("output");
        if (made.reasoning() > 0) {
            output.addObject().put("type", "reasoning").put("id", "rs_" + id).putArray("summary");
        }
        if (made.output() > made.reasoning()) {
            message(output.addObject(), id, made, cut);
        }
        node.put("parallel_tool_calls", true);
        node.set("temperature", body.path("temperature").isNumber() ? body.get("temperature") : Json.parse("1.0"));
        node.put("tool_choice", "auto").putArray("tools");
        node.set("top_p", body.path("top_p").isNumber() ? body.get("top_p") : Json.parse("1.0"));
        node.set("metadata", body.path("metadata").isObject() ? body.get("metadata") : Json.object());
        node.set(
                "usage",
                usage(new Usage(made.input(), made.cached(), made.output(), made.reasoning(), made.written())));
        return node;
    }

    /** Of a response, and of a batch. */
    private static ObjectNode usage(Usage usage) {
        ObjectNode node = Json.object().put("input_tokens", usage.input());
        node.putObject("input_tokens_details")
                .put("cached_tokens", usage.cached())
                .put("cache_write_tokens", usage.written());
        node.put("output_tokens", usage.output());
        node.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
        return node.put("total_tokens", usage.input() + usage.output());
    }

    private static void message(ObjectNode message, String id, CompletionAnswer made, boolean cut) {
        message.put("type", "message").put("id", "msg_" + id);
        message.put("status", cut ? "incomplete" : "completed").put("role", "assistant");
        ObjectNode part = message.putArray("content").addObject();
        if (refused(made)) {
            part.put("type", "refusal").put("refusal", made.refusal());
        } else {
            part.put("type", "output_text").put("text", made.content()).putArray("annotations");
            part.putArray("logprobs");
        }
    }

    /** What keeps a schema from being strict; empty when nothing does. */
    static String notStrict(JsonNode schema) {
        String loose = isObject(schema) ? looseObject(schema) : "";
        if (!loose.isEmpty()) {
            return loose;
        }
        for (JsonNode each : schema) {
            String wrong = each.isContainerNode() ? notStrict(each) : "";
            if (!wrong.isEmpty()) {
                return wrong;
            }
        }
        return "";
    }

    private static boolean isObject(JsonNode schema) {
        return schema.isObject()
                && (schema.has("properties") || schema.path("type").asText().equals("object"));
    }

    private static String looseObject(JsonNode schema) {
        if (!schema.path("additionalProperties").isBoolean()
                || schema.path("additionalProperties").booleanValue()) {
            return "'additionalProperties' is required to be supplied and to be false.";
        }
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(each -> required.add(each.asText()));
        var names = schema.path("properties").fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!required.contains(name)) {
                return "'required' is required to be supplied and to be an array including every key in properties."
                        + " Missing '" + name + "'.";
            }
        }
        return "";
    }

    static ObjectNode file(Stored file) {
        long created = file.created() / 1000;
        return Json.object()
                .put("id", file.id())
                .put("object", "file")
                .put("bytes", file.bytes())
                .put("created_at", created)
                .put("expires_at", file.expires() == 0 ? null : (Long) (file.expires() / 1000))
                .put("filename", file.name())
                .put("purpose", file.purpose())
                .put("status", "processed")
                .putNull("status_details");
    }

    static String status(SimulatedJob job, long now) {
        return switch (job.state()) {
            case OPEN ->
                job.total() == 0 ? "validating" : job.progress(now) < FINALIZING ? "in_progress" : "finalizing";
            case CANCELLING -> "cancelling";
            case COMPLETED -> "completed";
            case FAILED -> "failed";
            case EXPIRED -> "expired";
            case CANCELLED -> "cancelled";
        };
    }

    private static @Nullable Long seconds(boolean happened, long millis) {
        return happened ? millis / 1000 : null;
    }

    static ObjectNode batch(SimulatedJob job, long now) {
        String status = status(job, now);
        ObjectNode node = Json.object().put("id", job.id()).put("object", "batch");
        node.put("endpoint", job.endpoint());
        node.put("model", job.model().isEmpty() ? null : job.model());
        if (job.errors().isEmpty()) {
            node.putNull("errors");
        } else {
            node.putObject("errors").put("object", "list").set("data", job.errors());
        }
        node.put("input_file_id", job.input()).put("completion_window", "24h").put("status", status);
        node.put("output_file_id", job.output()).put("error_file_id", job.error());
        long created = job.created() / 1000;
        node.put("created_at", created);
        boolean begun = job.total() > 0;
        node.put("in_progress_at", begun ? created : null);
        node.put("expires_at", created + DAY);
        boolean completed = status.equals("completed");
        boolean finalizing = completed || status.equals("finalizing");
        long finalized = job.created() + (long) (FINALIZING * (job.due() - job.created()));
        node.put("finalizing_at", seconds(finalizing, finalized));
        node.put("completed_at", seconds(completed, job.ended()));
        node.put("failed_at", seconds(status.equals("failed"), job.ended()));
        node.put("expired_at", seconds(status.equals("expired"), job.ended()));
        node.put("cancelling_at", seconds(job.cancelling() > 0, job.cancelling()));
        node.put("cancelled_at", seconds(status.equals("cancelled"), job.ended()));
        node.putObject("request_counts")
                .put("total", job.total())
                .put("completed", job.answered())
                .put("failed", job.over() ? job.total() - job.answered() : 0);
        if (job.over()) {
            ObjectNode usage = usage(job.usage());
            ((ObjectNode) usage.get("input_tokens_details")).remove("cache_write_tokens");
            node.set("usage", usage);
        }
        node.set("metadata", job.metadata());
        return node;
    }

    static ObjectNode list(Iterable<? extends JsonNode> data, boolean more) {
        ObjectNode node = Json.object().put("object", "list");
        var array = node.putArray("data");
        data.forEach(array::add);
        // Both are texts even where there is nothing to name: the SDK refuses a null.
        node.put("first_id", array.path(0).path("id").asText(""));
        node.put("last_id", array.path(array.size() - 1).path("id").asText(""));
        return node.put("has_more", more);
    }
}
