package dev.caravan.testing.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.util.Set;

/** Answers chat completions, as strict about a request's members as the API is, and puts each on the bill. */
final class MistralChat {
    private static final Set<String> MEMBERS = Set.of(
            "model",
            "messages",
            "max_tokens",
            "temperature",
            "top_p",
            "stop",
            "random_seed",
            "metadata",
            "response_format",
            "reasoning_effort",
            "prompt_cache_key",
            "stream",
            "n");
    private static final int CACHED_EVERY = 3;
    private static final int CHUNKED_EVERY = 4;

    private final MistralBill bill;

    MistralChat(MistralBill bill) {
        this.bill = bill;
    }

    /** Refuses what the API would refuse before anything is generated. */
    static void check(JsonNode body) {
        body.fieldNames().forEachRemaining(each -> {
            if (!MEMBERS.contains(each)) {
                throw Refusal.unprocessable(each, "extra_forbidden");
            }
        });
        for (String each : new String[] {"model", "messages"}) {
            if (!body.hasNonNull(each)) {
                throw Refusal.unprocessable(each, "missing");
            }
        }
        if (!MistralModels.chats(body.path("model").asText())) {
            throw Refusal.of(
                    400, "invalid_model", "Invalid model: " + body.path("model").asText());
        }
    }

    ObjectNode complete(JsonNode body, Lane lane) {
        check(body);
        String text = Json.text(
                SchemaAnswer.of(body.path("response_format").path("json_schema").path("schema")));
        long asked = 8;
        for (JsonNode each : body.path("messages")) {
            asked += each.path("content").asText().length() / 4;
        }
        int number = bill.calls();
        long cached = number % CACHED_EVERY == 1 ? asked / 64 * 64 : 0;
        var usage = new Usage(asked, cached, text.length() / 4 + 1, 0, 0);
        String model = body.path("model").asText();
        bill.add(lane, model, usage);

        ObjectNode reply = Json.object()
                .put("id", "cmpl-" + number)
                .put("object", "chat.completion")
                .put("model", model);
        ObjectNode choice =
                reply.putArray("choices").addObject().put("index", 0).put("finish_reason", "stop");
        content(choice.putObject("message").put("role", "assistant"), text, number % CHUNKED_EVERY == 2);
        ObjectNode counts = reply.putObject("usage")
                .put("prompt_tokens", usage.input())
                .put("completion_tokens", usage.output())
                .put("total_tokens", usage.input() + usage.output());
        if (cached > 0) {
            counts.putObject("prompt_tokens_details").put("cached_tokens", cached);
        }
        return reply;
    }

    /** A model that reasons answers in chunks. */
    private static void content(ObjectNode message, String text, boolean chunked) {
        if (!chunked) {
            message.put("content", text);
            return;
        }
        var chunks = message.putArray("content");
        chunks.addObject()
                .put("type", "thinking")
                .putArray("thinking")
                .addObject()
                .put("type", "text")
                .put("text", "thoughts that are no part of the answer");
        chunks.addObject().put("type", "text").put("text", text);
    }
}
