package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.RefusedCall.Refused;
import java.util.ArrayList;

/** Reads Gemini's requests for content, as strictly as Gemini does. */
final class GeminiRequests {
    private final JobRoom room;

    GeminiRequests(JobRoom room) {
        this.room = room;
    }

    CompletionRequest read(JsonNode body, String model) throws Refused {
        if (!room.serves("gemini", model)) {
            throw RefusedCall.of(
                            Problem.NOT_FOUND,
                            "models/" + model
                                    + " is not found for API version v1beta, or is not supported for generateContent.")
                    .thrown();
        }
        JsonNode contents = GeminiShapes.get(body, "contents");
        if (!contents.isArray() || contents.isEmpty()) {
            throw invalid("* GenerateContentRequest.contents: contents is not specified");
        }
        var told = new PromptText();
        told.add("system", GeminiShapes.get(body, "systemInstruction").path("parts"));
        for (JsonNode each : contents) {
            String role = each.path("role").asText("user");
            if (!role.equals("user") && !role.equals("model")) {
                throw invalid("Please use a valid role: user, model.");
            }
            told.add(role, each.path("parts"));
        }
        JsonNode config = GeminiShapes.get(body, "generationConfig");
        if (GeminiShapes.get(config, "temperature").doubleValue() > 2) {
            throw invalid("temperature is out of range [0, 2]");
        }
        JsonNode schema = GeminiShapes.get(config, "responseJsonSchema");
        JsonNode open = GeminiShapes.get(config, "responseSchema");
        told.more(schema.isMissingNode() ? open : schema);
        var stops = new ArrayList<String>();
        GeminiShapes.get(config, "stopSequences").forEach(each -> stops.add(each.asText()));
        return told.asked(
                body,
                model,
                schema.isMissingNode() ? GeminiShapes.plain(open) : schema,
                longest(GeminiShapes.get(config, "maxOutputTokens")),
                stops);
    }

    /** A limit of tokens, 0 for none. Proto JSON takes numbers as texts too. */
    private static long longest(JsonNode given) throws Refused {
        if (given.isMissingNode() || given.isNull()) {
            return 0;
        }
        boolean whole =
                given.isNumber() ? given.isIntegralNumber() : given.asText().matches("-?[0-9]{1,10}");
        long most = whole && (given.isTextual() || given.canConvertToLong()) ? given.asLong() : Long.MAX_VALUE;
        if (most > Integer.MAX_VALUE || most < Integer.MIN_VALUE) {
            throw invalid("Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), " + given);
        }
        if (most < 1) {
            throw invalid("* GenerateContentRequest.generation_config.max_output_tokens: must be positive.");
        }
        return most;
    }

    private static Refused invalid(String message) {
        return RefusedCall.of(Problem.INVALID, message).thrown();
    }
}
