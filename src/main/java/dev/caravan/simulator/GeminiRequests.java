package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Failure.Problem;
import dev.caravan.simulator.Failure.Refused;
import java.util.ArrayList;

/** Reads Gemini's requests for content, as strictly as Gemini does. */
final class GeminiRequests {
    private final JobRoom room;

    GeminiRequests(JobRoom room) {
        this.room = room;
    }

    Asked read(JsonNode body, String model) throws Refused {
        if (!room.serves("gemini", model)) {
            throw Failure.of(
                            Problem.NOT_FOUND,
                            "models/" + model
                                    + " is not found for API version v1beta, or is not supported for generateContent.")
                    .thrown();
        }
        JsonNode contents = GeminiShapes.get(body, "contents");
        if (!contents.isArray() || contents.isEmpty()) {
            throw invalid("* GenerateContentRequest.contents: contents is not specified");
        }
        var told = new Told();
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
                GeminiShapes.get(config, "maxOutputTokens").asLong(0),
                stops);
    }

    private static Refused invalid(String message) {
        return Failure.of(Problem.INVALID, message).thrown();
    }
}
