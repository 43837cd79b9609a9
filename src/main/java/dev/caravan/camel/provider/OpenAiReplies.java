package dev.caravan.camel.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Usage;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Types what OpenAI says, by HTTP status and error code. Never by the words of a message. */
final class OpenAiReplies {
    private static final Set<String> ACCOUNT =
            Set.of("invalid_api_key", "insufficient_quota", "model_not_found", "billing_hard_limit_reached");

    private final Mappings mappings;

    OpenAiReplies(Mappings mappings) {
        this.mappings = mappings;
    }

    static @Nullable JsonNode parse(String body) {
        try {
            JsonNode node = Json.mapper().readTree(body);
            return node != null && node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** @param retryAfter what the headers ask for, or null */
    Answer answer(int status, @Nullable JsonNode body, @Nullable Duration retryAfter) {
        if (status == 200) {
            return body == null
                    ? new Answer.Ambiguous("unreadable", "the provider answered 200 with no JSON")
                    : received(body);
        }
        return trouble(status, body, retryAfter);
    }

    private Answer received(JsonNode body) {
        JsonNode reply = mappings.map("complete-reply.jslt", body);
        if (!reply.path("complete").booleanValue()) {
            return new Answer.Ambiguous("unreadable", "the provider answered 200 without choices");
        }
        var usage = new Usage(
                reply.path("input").longValue(),
                reply.path("cached").longValue(),
                reply.path("output").longValue(),
                reply.path("reasoning").longValue());
        String text = reply.path("text").asText("");
        String model = reply.path("model").textValue();
        String finish = reply.path("finish").asText("");
        if (reply.hasNonNull("refusal")) {
            return new Answer.Refused(text, reply.get("refusal").asText(), model, usage);
        }
        return switch (finish) {
            case "length" -> new Answer.Truncated(text, model, usage);
            case "content_filter" -> new Answer.Refused(text, "content_filter", model, usage);
            default -> new Answer.Completed(text, model, usage);
        };
    }

    /** Any status but 200. */
    static Answer trouble(int status, @Nullable JsonNode body, @Nullable Duration retryAfter) {
        JsonNode error = body == null ? Json.object() : body.path("error");
        String code = error.path("code").isNull() || error.path("code").isMissingNode()
                ? "http_" + status
                : error.path("code").asText();
        String said = error.isTextual() ? error.asText() : error.path("message").asText("");
        String detail = "HTTP " + status + (said.isEmpty() ? "" : ": " + said);
        if (status == 401 || status == 403 || ACCOUNT.contains(code)) {
            return new Answer.Fatal(code, detail);
        }
        if (status == 429) {
            return new Answer.Throttled(code, detail, retryAfter);
        }
        if (status == 408 || status == 409 || status == 425 || status >= 500) {
            return body != null && body.has("error")
                    ? new Answer.Transient(code, detail)
                    : new Answer.Ambiguous(code, detail);
        }
        return new Answer.Rejected(code, detail);
    }

    /** A row of a result file. What was never run, or failed at the provider's side, cost nothing. */
    Answer row(JsonNode row) {
        JsonNode plain = mappings.map("batch-row.jslt", row);
        if (!plain.hasNonNull("status")) {
            return new Answer.Transient(
                    plain.path("code").asText("no_response"),
                    plain.path("message").asText("the request was not run"));
        }
        JsonNode body = plain.path("body").isObject() ? plain.get("body") : null;
        Answer answer = answer(plain.get("status").intValue(), body, null);
        if (answer instanceof Answer.Ambiguous each) {
            return new Answer.Transient(each.code(), each.detail());
        }
        return answer instanceof Answer.Throttled each ? new Answer.Transient(each.code(), each.detail()) : answer;
    }
}
