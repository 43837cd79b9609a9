package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.ModelDefaults;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Makes our config of the original's, and collects the files that go with it. */
final class ConfigConversion {
    /** What the original's providers are when nobody says one. */
    private static final String USUAL_PROVIDER = "gemini";

    private static final Set<String> TOP = Set.of(
            "pipeline",
            "api",
            "processing",
            "prompts",
            "schemas",
            "validation",
            "post_process",
            "max_retries",
            "description",
            "schedule",
            "schedule_zone",
            "name",
            "items_source",
            "chunk_size");

    private static final Map<String, String> NEEDLESS = Map.of(
            "subprocess_timeout_seconds", "nothing runs in a child process here",
            "poll_interval_seconds", "it had no effect; --interval of a call is one",
            "retry", "requests are sent again by the engine until processing.give_up_after",
            "pricing", "prices come from the registry of models");

    private final ConversionContext all;

    private ConfigConversion(ConversionContext all) {
        this.all = all;
    }

    /**
     * Converts a whole folder.
     *
     * @param name of the new pipeline, where the original has none
     */
    static ConversionContext run(OctobatchFolder source, ModelDefaults registry, String name) {
        var all = new ConversionContext(source, registry, expanded(source.config()));
        new ConfigConversion(all).run(name);
        return all;
    }

    /** The flat short form in the long one's keys. */
    private static ObjectNode expanded(ObjectNode root) {
        if (!root.path("pipeline").isArray()) {
            return root;
        }
        ObjectNode full = root.deepCopy();
        ObjectNode pipeline = full.putObject("pipeline");
        move(full, "name", pipeline, "name");
        move(full, "description", pipeline, "description");
        ArrayNode steps = pipeline.putArray("steps");
        ObjectNode prompts = child(full, "prompts");
        ObjectNode templates = child(prompts, "templates");
        ObjectNode schemas = child(full, "schemas");
        ObjectNode files = child(schemas, "files");
        for (JsonNode each : root.get("pipeline")) {
            ObjectNode step = each instanceof ObjectNode own
                    ? own.deepCopy()
                    : Json.object().put("name", each.asText());
            String name = step.path("name").asText();
            move(step, "template", templates, name);
            move(step, "output_schema", files, name);
            move(step, "schema", files, name);
            steps.add(step);
        }
        ObjectNode processing = child(full, "processing");
        move(full, "chunk_size", processing, "chunk_size");
        if (full.has("items_source")) {
            ObjectNode items = child(processing, "items");
            move(full, "items_source", items, "source");
            if (!processing.has("strategy")) {
                processing.put("strategy", "direct");
            }
        }
        return full;
    }

    /** The map under a key, made where there is none. */
    private static ObjectNode child(ObjectNode parent, String key) {
        return parent.path(key) instanceof ObjectNode own ? own : parent.putObject(key);
    }

    private static void move(ObjectNode from, String key, ObjectNode to, String as) {
        JsonNode value = from.remove(key);
        if (value != null) {
            to.set(as, value);
        }
    }

    private void run(String name) {
        if (!all.original.path("pipeline").path("steps").isArray()) {
            throw new UserMistakeException(
                    all.source.folder().toString(), "config.yaml: pipeline.steps", "must be a list of steps");
        }
        ObjectNode pipeline = all.config.putObject("pipeline");
        pipeline.put("name", all.original.path("pipeline").path("name").asText(name));
        ConfigNodes.copy(ConfigNodes.map(all.original, "pipeline"), "description", pipeline);
        ConfigNodes.copy(all.original, "description", pipeline);
        ObjectNode api = all.config.putObject("api");
        api(api);
        ObjectNode processing = Json.object();
        var making = new UnitConversion(all);
        making.processing(ConfigNodes.map(all.original, "processing"), processing);
        var after = new TaskConversion(all);
        steps(pipeline.putArray("steps"), new StepConversion(all, api), after);
        if (api.isEmpty()) {
            all.config.remove("api");
        }
        all.helpers.expressions().forEach((key, value) -> {
            child(processing, "expressions").put(key, value);
        });
        all.config.set("processing", processing);
        if (!all.original.path("prompts").path("global_context").isEmpty()) {
            globalContext();
        }
        ConfigNodes.copy(all.original, "max_retries", all.config);
        ConfigNodes.copy(all.original, "schedule", all.config);
        ConfigNodes.copy(all.original, "schedule_zone", all.config);
        ArrayNode tasks = after.all(all.original.path("post_process"));
        if (!tasks.isEmpty()) {
            all.config.set("post_process", tasks);
        }
        others();
        all.texts.put("config.yaml", YamlText.of(all.config));
    }

    /** Steps of units, and behind them those that are done once for the whole run. */
    private void steps(ArrayNode units, StepConversion steps, TaskConversion after) {
        ArrayNode runs = Json.mapper().createArrayNode();
        for (JsonNode each : all.original.path("pipeline").path("steps")) {
            if (!(each instanceof ObjectNode step)) {
                throw new UserMistakeException(
                        all.source.folder().toString(), "config.yaml: pipeline.steps", "must hold maps with a name");
            }
            if (step.path("scope").asText().equals("run")) {
                after.step(step, runs);
            } else {
                units.add(steps.step(step));
            }
        }
        units.addAll(runs);
    }

    private void globalContext() {
        ObjectNode context = all.config.putObject("prompts").putObject("global_context");
        ConfigNodes.map(all.original.path("prompts"), "global_context")
                .properties()
                .forEach(each -> {
                    String place = "prompts.global_context." + each.getKey();
                    if (Set.of("errors", "config", "unit_id").contains(each.getKey())) {
                        all.left(context, place, "is a name of the system's here; choose another", each.getValue());
                        return;
                    }
                    if (all.types.containsKey(each.getKey())) {
                        all.findings.changed("config.yaml", place, "here a record's field of the same name wins");
                    }
                    context.set(each.getKey(), each.getValue());
                });
    }

    private void others() {
        for (Map.Entry<String, JsonNode> each : all.original.properties()) {
            if (each.getKey().equals("monitoring")) {
                all.left(
                        all.config,
                        "monitoring",
                        "there are no such warnings here; see docs/watching.md",
                        each.getValue());
            } else if (!TOP.contains(each.getKey())
                    && !each.getKey().equals("post_processing")
                    && !each.getKey().equals("output_file")) {
                all.left(all.config, each.getKey(), "it is not known", each.getValue());
            }
        }
    }

    private void api(ObjectNode api) {
        ObjectNode was = ConfigNodes.map(all.original, "api");
        if (was.has("provider") || asksWithoutModel()) {
            api.put("provider", was.path("provider").asText(USUAL_PROVIDER).toLowerCase(Locale.ROOT));
            if (!was.has("provider")) {
                all.findings.changed("config.yaml", "api.provider", USUAL_PROVIDER + ", as the original's usual one");
            }
        }
        for (Map.Entry<String, JsonNode> each : was.properties()) {
            switch (each.getKey()) {
                case "provider" -> {}
                case "model", "max_tokens", "max_inflight_batches", "temperature", "system", "stop", "seed" ->
                    api.set(each.getKey(), each.getValue());
                case "realtime" -> realtime(ConfigNodes.map(was, "realtime"), api);
                default -> unknown(each.getKey(), each.getValue(), api);
            }
        }
    }

    private void unknown(String key, JsonNode value, ObjectNode api) {
        String needless = NEEDLESS.get(key);
        if (needless == null) {
            all.left(api, "api." + key, "it is not known", value);
        } else {
            all.findings.changed("config.yaml", "api." + key, "left out: " + needless);
        }
    }

    /** Whether a step asks a model that it does not name whole. */
    private boolean asksWithoutModel() {
        for (JsonNode each : all.original.path("pipeline").path("steps")) {
            boolean asks = Set.of("chunk", "llm").contains(each.path("scope").asText("chunk"));
            if (asks && !(each.has("provider") && each.has("model"))) {
                return true;
            }
        }
        return false;
    }

    private void realtime(ObjectNode realtime, ObjectNode api) {
        JsonNode cap = realtime.path("cost_cap_usd");
        if (!cap.isMissingNode()) {
            all.left(
                    api,
                    "api.realtime.cost_cap_usd",
                    "a cap is said with the call here: caravan run … --cap " + cap.asText(),
                    cap);
        }
        realtime.fieldNames().forEachRemaining(each -> {
            if (!Set.of("cost_cap_usd", "auto_retry").contains(each)) {
                all.left(api, "api.realtime." + each, "it is not known", Objects.requireNonNull(realtime.get(each)));
            }
        });
    }
}
