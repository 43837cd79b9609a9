package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.RefusedCall.Problem;
import dev.caravan.simulator.RefusedCall.Refused;
import java.util.ArrayList;
import java.util.List;

/** Reads OpenAI's requests for an answer, as strictly as OpenAI does: chat completions and responses. */
final class OpenAiRequests {
    private static final String OPENAI = "openai";

    private final JobRoom room;

    OpenAiRequests(JobRoom room) {
        this.room = room;
    }

    CompletionRequest chat(JsonNode body) throws Refused {
        String model = model(body);
        JsonNode messages = body.path("messages");
        if (!messages.isArray()) {
            throw RefusedCall.invalid(
                            "Missing required parameter: 'messages'.", "messages", "missing_required_parameter")
                    .thrown();
        }
        if (messages.isEmpty()) {
            throw RefusedCall.invalid("Invalid 'messages': empty array.", "messages", "empty_array")
                    .thrown();
        }
        sampling(body, model, body.path("reasoning_effort").asText(""));
        JsonNode format = body.path("response_format");
        JsonNode schema = format.path("json_schema").path("schema");
        if (format.path("type").asText().equals("json_schema")) {
            named(format.path("json_schema"), "response_format.json_schema.name");
        }
        if (format.path("json_schema").path("strict").booleanValue()) {
            strict(schema, "response_format");
        }
        var told = new PromptText();
        messages.forEach(each -> told.add(each.path("role").asText(), each.path("content")));
        told.more(schema);
        if (format.path("type").asText().equals("json_object") && !told.says("json")) {
            throw RefusedCall.invalid(
                            "'messages' must contain the word 'json' in some form, to use 'response_format' of type"
                                    + " 'json_object'.",
                            "messages",
                            "invalid_value")
                    .thrown();
        }
        long older = longest(body, "max_tokens", 1, model);
        long newer = longest(body, "max_completion_tokens", 1, model);
        long most = newer > 0 ? newer : older;
        return told.asked(body, model, schema, most, stops(body.path("stop")));
    }

    private static List<String> stops(JsonNode stop) {
        var stops = new ArrayList<String>();
        if (stop.isTextual()) {
            stops.add(stop.textValue());
        }
        stop.forEach(each -> stops.add(each.asText()));
        return stops;
    }

    CompletionRequest responses(JsonNode body) throws Refused {
        String model = model(body);
        JsonNode input = body.path("input");
        if (input.isMissingNode()) {
            throw RefusedCall.invalid("Missing required parameter: 'input'.", "input", "missing_required_parameter")
                    .thrown();
        }
        for (String each : new String[] {"seed", "stop", "n", "messages"}) {
            if (body.has(each)) {
                throw RefusedCall.invalid("Unknown parameter: '" + each + "'.", each, "unknown_parameter")
                        .thrown();
            }
        }
        long most = longest(body, "max_output_tokens", 16, model);
        sampling(body, model, body.path("reasoning").path("effort").asText(""));
        JsonNode format = body.path("text").path("format");
        JsonNode schema = format.path("schema");
        if (format.path("type").asText().equals("json_schema")) {
            named(format, "text.format.name");
        }
        if (format.path("strict").booleanValue()) {
            strict(schema, "text.format.schema");
        }
        var told = new PromptText();
        told.add("system", body.path("instructions"));
        if (input.isTextual()) {
            told.add("user", input);
        }
        input.forEach(each -> told.add(each.path("role").asText(), each.path("content")));
        told.more(schema);
        return told.asked(body, model, schema, most, List.of());
    }

    /** A limit of tokens, 0 for none. */
    private long longest(JsonNode body, String name, int least, String model) throws Refused {
        JsonNode given = body.path(name);
        if (given.isMissingNode() || given.isNull()) {
            return 0;
        }
        if (!given.isIntegralNumber()) {
            throw RefusedCall.invalid(
                            "Invalid type for '" + name + "': expected an integer, but got "
                                    + (given.isTextual() ? "a string" : "another type") + " instead.",
                            name,
                            "invalid_type")
                    .thrown();
        }
        if (given.decimalValue().signum() < 0 || (given.canConvertToLong() && given.longValue() < least)) {
            throw RefusedCall.invalid(
                            "Invalid '" + name + "': integer below minimum value. Expected a value >= " + least
                                    + ", but got " + given + " instead.",
                            name,
                            "integer_below_min_value")
                    .thrown();
        }
        long most = room.longest(OPENAI, model);
        if (!given.canConvertToLong() || given.longValue() > most) {
            throw RefusedCall.invalid(
                            name + " is too large: " + given + ". This model supports at most " + most
                                    + " completion tokens, whereas you provided " + given + ".",
                            name,
                            "invalid_value")
                    .thrown();
        }
        return given.longValue();
    }

    private String model(JsonNode body) throws Refused {
        if (body.path("stream").booleanValue()) {
            throw RefusedCall.invalid("The simulator does not stream.", "stream", "unsupported_value")
                    .thrown();
        }
        String model = body.path("model").asText("");
        if (model.isEmpty()) {
            throw RefusedCall.invalid("you must provide a model parameter", "model", "missing_required_parameter")
                    .thrown();
        }
        if (!room.serves(OPENAI, model)) {
            throw new RefusedCall(
                            Problem.NOT_FOUND,
                            "The model `" + model + "` does not exist or you do not have access to it.",
                            null,
                            "model_not_found")
                    .thrown();
        }
        return model;
    }

    /** Since GPT-5, sampling is taken only by what does not reason. */
    private void sampling(JsonNode body, String model, String effort) throws Refused {
        String rule = room.temperature(OPENAI, model);
        boolean taken = rule.equals("true") || (rule.contains("none") && effort.equals("none"));
        for (String each : List.of("temperature", "top_p")) {
            if (!taken && body.has(each) && body.path(each).doubleValue() != 1) {
                throw RefusedCall.invalid(
                                "Unsupported value: '" + each + "' is not supported with this model.",
                                each,
                                "unsupported_value")
                        .thrown();
            }
        }
        if (!rule.equals("true") && body.has("max_tokens")) {
            throw RefusedCall.invalid(
                            "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
                                    + " 'max_completion_tokens' instead.",
                            "max_tokens",
                            "unsupported_parameter")
                    .thrown();
        }
        if (body.path("temperature").doubleValue() > 2) {
            throw RefusedCall.invalid(
                            "Invalid 'temperature': decimal above maximum value.",
                            "temperature",
                            "decimal_above_max_value")
                    .thrown();
        }
    }

    private static void named(JsonNode format, String param) throws Refused {
        String name = format.path("name").asText("");
        if (!name.matches("[a-zA-Z0-9_-]{1,64}")) {
            throw RefusedCall.invalid(
                            "Invalid '" + param + "': it has 1 to 64 of the characters a-z, A-Z, 0-9, _ and -.",
                            param,
                            name.isEmpty() ? "missing_required_parameter" : "invalid_value")
                    .thrown();
        }
    }

    private static void strict(JsonNode schema, String param) throws Refused {
        String wrong = OpenAiShapes.notStrict(schema);
        if (!wrong.isEmpty()) {
            throw new RefusedCall(Problem.INVALID, "Invalid schema for response_format: " + wrong, param, null)
                    .thrown();
        }
    }
}
