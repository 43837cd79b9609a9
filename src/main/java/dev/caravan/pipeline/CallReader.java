package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads whom a step asks and how: provider and model by call, step, pipeline and registry, and what goes with them. */
final class CallReader {
    private static final String FILE = ConfigGrammar.FILE;
    private static final List<String> EFFORTS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");
    private static final List<String> ENDPOINTS = List.of("chat", "responses");
    private static final int MOST_STOPS = 4;

    private final ObjectNode step;
    private final String place;
    private final ObjectNode api;
    private final FieldReader fields;
    private final ModelDefaults registry;
    private final CallOverrides overrides;
    private final Problems problems;
    private final String provider;
    private final String model;

    CallReader(
            ObjectNode step,
            String place,
            ObjectNode api,
            FieldReader fields,
            ModelDefaults registry,
            CallOverrides overrides,
            Problems problems) {
        this.step = step;
        this.place = place;
        this.api = api;
        this.fields = fields;
        this.registry = registry;
        this.overrides = overrides;
        this.problems = problems;
        provider = readProvider();
        model = readModel();
    }

    String provider() {
        return provider;
    }

    String model() {
        return model;
    }

    private JsonNode value(String key) {
        JsonNode value = step.has(key) ? step.get(key) : api.path(key);
        return value.isNull() ? MissingNode.getInstance() : value;
    }

    private String at(String key) {
        return (step.has(key) ? place : "api") + "." + key;
    }

    @Nullable String system() {
        JsonNode value = value("system");
        return value.isMissingNode() ? null : value.asText();
    }

    @Nullable Integer maxTokens() {
        boolean own = step.has("max_tokens");
        if (!own && !api.has("max_tokens")) {
            return null;
        }
        return own
                ? fields.whole(step, place, "max_tokens", 1, 1_000_000, null)
                : fields.whole(api, "api", "max_tokens", 1, 1_000_000, null);
    }

    @Nullable JsonNode temperature() {
        return taken(checked(value("temperature"), at("temperature")), model, at("temperature"));
    }

    private @Nullable JsonNode checked(JsonNode value, String at) {
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > 2) {
            problems.at(FILE, at, "must be a number from 0 to 2, not " + value);
        }
        return value;
    }

    /** A model that takes no temperature: a fault of the pipeline, unless the call chose the model. */
    private @Nullable JsonNode taken(@Nullable JsonNode temperature, String asked, String at) {
        if (temperature == null) {
            return null;
        }
        String refused = registry.refusesTemperature(
                asked, effort(), value("api_version").asText(""));
        if (refused.isEmpty()) {
            return temperature;
        }
        if (overrides.provider() == null && overrides.model() == null) {
            problems.at(FILE, at, "the model '" + asked + "' takes no temperature as it is asked here; " + refused);
        }
        return null;
    }

    private String effort() {
        return value("reasoning_effort").asText("");
    }

    Step.Call call() {
        String schemas = structured() ? registry.schemas(provider) : "none";
        return new Step.Call(
                stop(),
                seed(),
                word("reasoning_effort", EFFORTS),
                word("endpoint", ENDPOINTS),
                value("api_version").asText(""),
                schemas);
    }

    private boolean structured() {
        JsonNode value = value("structured_output");
        if (!value.isMissingNode() && !value.isBoolean()) {
            problems.at(FILE, at("structured_output"), "must be true or false");
        }
        return value.asBoolean(true);
    }

    private String word(String key, List<String> known) {
        String word = value(key).asText("");
        if (!word.isEmpty() && !known.contains(word)) {
            problems.at(FILE, at(key), "'" + word + "' is unknown; " + Problems.suggestion(word, known));
        }
        return word;
    }

    private List<String> stop() {
        JsonNode value = value("stop");
        var stops = new ArrayList<String>();
        if (value.isTextual()) {
            stops.add(value.textValue());
        }
        value.forEach(each -> stops.add(each.asText()));
        if (!value.isMissingNode() && (stops.isEmpty() || stops.size() > MOST_STOPS || stops.contains(""))) {
            problems.at(FILE, at("stop"), "must be a text, or a list of at most " + MOST_STOPS + " texts");
        }
        return stops;
    }

    private @Nullable Long seed() {
        JsonNode value = value("seed");
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            problems.at(FILE, at("seed"), "must be a whole number, not " + value);
        }
        return value.longValue();
    }

    Step.Retry retry() {
        if (!step.has("retry")) {
            return Step.Retry.SAME;
        }
        ObjectNode retry = fields.map(step, place + ".", "retry", false);
        fields.known(retry, place + ".retry", ConfigGrammar.RETRY);
        JsonNode show = retry.path("show_errors");
        if (!show.isMissingNode() && !show.isBoolean()) {
            problems.at(FILE, place + ".retry.show_errors", "must be true or false");
        }
        String other = overrides.model() == null ? retry.path("model").asText("") : "";
        if (!other.isEmpty() && !belongs(other)) {
            if (overrides.provider() == null) {
                problems.at(
                        FILE,
                        place + ".retry.model",
                        "the model '" + other + "' is not one of " + provider + "'s; a unit is asked again where it"
                                + " was asked first");
            }
            other = "";
        }
        String at = place + ".retry.temperature";
        JsonNode temperature = taken(checked(retry.path("temperature"), at), other.isEmpty() ? model : other, at);
        return new Step.Retry(other.isEmpty() ? null : other, temperature, show.asBoolean(true));
    }

    private String readProvider() {
        String called = overrides.provider();
        String wanted = called != null ? called : value("provider").asText(registry.defaultProvider());
        String known = wanted.toLowerCase(Locale.ROOT);
        if (called == null && known.equals(Pipeline.SIMULATOR)) {
            return simulated();
        }
        if (!registry.providers().contains(known)) {
            problems.at(
                    FILE,
                    called != null ? "--provider" : at("provider"),
                    "unknown provider '" + wanted + "'; " + Problems.suggestion(known, registry.providers()));
            return registry.defaultProvider();
        }
        return known;
    }

    /** The provider whose place the simulator takes. */
    private String simulated() {
        if (step.has("provider")) {
            problems.at(
                    FILE,
                    place + ".provider",
                    "the simulator takes the place of all providers or of none; write it under api.provider");
        }
        return registry.providerOf(value("model").asText("")).orElse(registry.defaultProvider());
    }

    private String readModel() {
        String called = overrides.model();
        String written = value("model").asText("");
        if (called == null && overrides.provider() != null && !belongs(written)) {
            return registry.defaultModel(provider);
        }
        String wanted = called != null ? called : written;
        if (wanted.isEmpty()) {
            return registry.defaultModel(provider);
        }
        String place = called != null ? "--model" : at("model");
        if (!wanted.matches("[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}") || wanted.contains("..")) {
            problems.at(
                    FILE, place, "'" + wanted + "' cannot be a model's name: letters, digits and . _ : / @ + - only");
        } else if (!belongs(wanted)) {
            problems.at(
                    FILE,
                    place,
                    "the model '" + wanted + "' is not one of " + provider + "'s but of "
                            + registry.providerOf(wanted).orElse("another provider")
                            + "; give the provider and the model together");
        }
        return wanted;
    }

    private boolean belongs(String name) {
        return registry.providerOf(name).map(provider::equals).orElse(true);
    }
}
