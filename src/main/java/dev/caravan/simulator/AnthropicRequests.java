package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.RefusedCall.Refused;
import java.util.ArrayList;
import java.util.Set;

/** Reads Anthropic's requests for a message, as strictly as Anthropic does in each version of its API. */
final class AnthropicRequests {
    /** Versions of the API. */
    static final String OLD = "2023-06-01";

    static final String NEW = "2026-10-21";
    private static final String ANTHROPIC = "anthropic";
    private static final Set<String> SAMPLING = Set.of("temperature", "top_p", "top_k");
    private static final Set<String> FIELDS = Set.of(
            "model",
            "max_tokens",
            "messages",
            "system",
            "stop_sequences",
            "metadata",
            "thinking",
            "output_config",
            "service_tier",
            "cache_control",
            "inference_geo",
            "tools",
            "tool_choice",
            "stream",
            "container");

    private final JobRoom room;

    AnthropicRequests(JobRoom room) {
        this.room = room;
    }

    private static Refused invalid(String message) {
        return RefusedCall.of(Problem.INVALID, message).thrown();
    }

    CompletionRequest read(JsonNode body, String use, String version) throws Refused {
        checkFields(body, version);
        String model = model(body);
        if (!use.equals("count")) {
            longest(body.path("max_tokens"), model);
        }
        var told = new PromptText();
        messages(body, version, told);
        JsonNode schema = body.path("output_config").path("format").path("schema");
        if (schema.isObject()) {
            closed(schema);
        }
        told.more(schema);
        var stops = new ArrayList<String>();
        body.path("stop_sequences").forEach(each -> stops.add(each.asText()));
        return told.asked(body, model, schema, body.path("max_tokens").asLong(0), stops);
    }

    private static void checkFields(JsonNode body, String version) throws Refused {
        var names = body.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            boolean known = FIELDS.contains(name) || (SAMPLING.contains(name) && version.equals(OLD));
            if (!known) {
                throw invalid(name + ": Extra inputs are not permitted");
            }
        }
        if (body.path("stream").booleanValue()) {
            throw invalid("stream: the simulator does not stream");
        }
    }

    private String model(JsonNode body) throws Refused {
        String model = body.path("model").asText("");
        if (model.isEmpty()) {
            throw invalid("model: Field required");
        }
        if (!room.serves(ANTHROPIC, model)) {
            throw RefusedCall.of(Problem.NOT_FOUND, "model: " + model).thrown();
        }
        if (room.temperature(ANTHROPIC, model).equals("false")
                && SAMPLING.stream().anyMatch(body::has)) {
            throw invalid("`temperature` is not supported by this model");
        }
        return model;
    }

    private static void messages(JsonNode body, String version, PromptText told) throws Refused {
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            throw invalid(
                    messages.isArray() ? "messages: at least one message is required" : "messages: Field required");
        }
        told.add("system", body.path("system"));
        for (int at = 0; at < messages.size(); at++) {
            JsonNode each = messages.get(at);
            String role = each.path("role").asText();
            checkRole(role, at);
            if (version.equals(NEW)) {
                blocks(role, each.path("content"), "messages." + at + ".content.");
            }
            told.add(role, each.path("content"));
        }
        String last = messages.get(messages.size() - 1).path("role").asText();
        if (last.equals("assistant") && version.equals(NEW)) {
            throw invalid("This model does not support assistant message prefill.");
        }
    }

    private static void checkRole(String role, int at) throws Refused {
        boolean later = role.equals("system") && at > 0;
        if (!role.equals("user") && !role.equals("assistant") && !later) {
            throw invalid("messages." + at + ".role: Input should be 'user' or 'assistant'");
        }
    }

    private void longest(JsonNode given, String model) throws Refused {
        if (given.isMissingNode()) {
            throw invalid("max_tokens: Field required");
        }
        if (!given.isIntegralNumber()) {
            throw invalid("max_tokens: Input should be a valid integer");
        }
        long most = room.longest(ANTHROPIC, model);
        if (!given.canConvertToLong() || given.longValue() > most) {
            throw invalid("max_tokens: " + given + " > " + most
                    + ", which is the maximum allowed number of output tokens for " + model);
        }
        if (given.longValue() == 0) {
            throw invalid("max_tokens: the simulator fills no cache without an answer");
        }
        if (given.longValue() < 0) {
            throw invalid("max_tokens: Input should be greater than or equal to 0");
        }
    }

    /** The newer version takes no documents from the assistant, and no citations from the user. */
    private static void blocks(String role, JsonNode content, String place) throws Refused {
        for (int i = 0; content.isArray() && i < content.size(); i++) {
            JsonNode block = content.get(i);
            if (role.equals("assistant") && block.path("type").asText().equals("document")) {
                throw invalid(place + i + ".type: Input tag 'document' is not permitted");
            }
            if (role.equals("user")
                    && block.path("type").asText().equals("text")
                    && !block.path("citations").isEmpty()) {
                throw invalid(place + i + ".citations: Extra inputs are not permitted");
            }
        }
    }

    /** Objects of an output format say what they hold and nothing else. */
    private static void closed(JsonNode schema) throws Refused {
        if (schema.path("type").asText().equals("object")
                && (!schema.path("additionalProperties").isBoolean()
                        || schema.path("additionalProperties").booleanValue())) {
            throw invalid(
                    "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to"
                            + " false");
        }
        for (String each : new String[] {"minimum", "maximum", "minLength", "maxLength", "multipleOf"}) {
            if (schema.path(each).isNumber()) {
                throw invalid("output_config.format.schema: property '" + each + "' is not supported");
            }
        }
        for (JsonNode each : schema) {
            if (each.isContainerNode()) {
                closed(each);
            }
        }
    }
}
