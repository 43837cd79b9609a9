package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.ModelDefaults;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
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

    final OctobatchFolder source;
    final ModelDefaults registry;
    final ImportFindings findings = new ImportFindings();
    final Map<String, ValueType> types = new LinkedHashMap<>();
    final Map<String, String> texts = new LinkedHashMap<>();
    final Map<String, Path> copies = new LinkedHashMap<>();
    final ObjectNode original;
    final HelperExpressions helpers;
    final ObjectNode config = Json.object();

    ConfigConversion(OctobatchFolder source, ModelDefaults registry) {
        this.source = source;
        this.registry = registry;
        original = expanded(source.config());
        var taken = new java.util.HashSet<String>();
        original.findValues("expressions").forEach(each -> each.fieldNames().forEachRemaining(taken::add));
        helpers = new HelperExpressions(taken);
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
        ObjectNode prompts = full.path("prompts") instanceof ObjectNode own ? own : full.putObject("prompts");
        ObjectNode templates =
                prompts.path("templates") instanceof ObjectNode own ? own : prompts.putObject("templates");
        ObjectNode schemas = full.path("schemas") instanceof ObjectNode own ? own : full.putObject("schemas");
        ObjectNode files = schemas.path("files") instanceof ObjectNode own ? own : schemas.putObject("files");
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
        ObjectNode processing = full.path("processing") instanceof ObjectNode own ? own : full.putObject("processing");
        move(full, "chunk_size", processing, "chunk_size");
        if (full.has("items_source")) {
            ObjectNode items = processing.path("items") instanceof ObjectNode own ? own : processing.putObject("items");
            move(full, "items_source", items, "source");
            if (!processing.has("strategy")) {
                processing.put("strategy", "direct");
            }
        }
        return full;
    }

    private static void move(ObjectNode from, String key, ObjectNode to, String as) {
        JsonNode value = from.remove(key);
        if (value != null) {
            to.set(as, value);
        }
    }

    static ObjectNode map(JsonNode parent, String key) {
        return parent.path(key) instanceof ObjectNode map ? map : Json.object();
    }

    void run(String name) {
        if (!original.path("pipeline").path("steps").isArray()) {
            throw new InvalidFileException(
                    source.folder().toString(), "config.yaml: pipeline.steps", "must be a list of steps");
        }
        ObjectNode pipeline = config.putObject("pipeline");
        pipeline.put("name", original.path("pipeline").path("name").asText(name));
        copy(map(original, "pipeline"), "description", pipeline);
        copy(original, "description", pipeline);
        ObjectNode api = config.putObject("api");
        api(api);
        ObjectNode processing = Json.object();
        var making = new UnitConversion(this);
        making.processing(map(original, "processing"), processing);
        var steps = new StepConversion(this, api);
        var after = new TaskConversion(this);
        ArrayNode units = pipeline.putArray("steps");
        var runs = Json.mapper().createArrayNode();
        for (JsonNode each : original.path("pipeline").path("steps")) {
            if (!(each instanceof ObjectNode step)) {
                throw new InvalidFileException(
                        source.folder().toString(), "config.yaml: pipeline.steps", "must hold maps with a name");
            }
            if (step.path("scope").asText().equals("run")) {
                after.step(step, runs);
            } else {
                units.add(steps.step(step));
            }
        }
        units.addAll(runs);
        if (api.isEmpty()) {
            config.remove("api");
        }
        helpers.expressions().forEach((key, value) -> {
            ObjectNode own = processing.path("expressions") instanceof ObjectNode known
                    ? known
                    : processing.putObject("expressions");
            own.put(key, value);
        });
        config.set("processing", processing);
        if (!original.path("prompts").path("global_context").isEmpty()) {
            globalContext();
        }
        copy(original, "max_retries", config);
        copy(original, "schedule", config);
        copy(original, "schedule_zone", config);
        ArrayNode tasks = after.all(original.path("post_process"));
        if (!tasks.isEmpty()) {
            config.set("post_process", tasks);
        }
        others();
        texts.put("config.yaml", YamlText.of(config));
    }

    static void copy(ObjectNode from, String key, ObjectNode to) {
        JsonNode value = from.get(key);
        if (value != null && !value.isNull()) {
            to.set(key, value);
        }
    }

    private void globalContext() {
        ObjectNode context = config.putObject("prompts").putObject("global_context");
        map(original.path("prompts"), "global_context").properties().forEach(each -> {
            String place = "prompts.global_context." + each.getKey();
            if (Set.of("errors", "config", "unit_id").contains(each.getKey())) {
                left(context, place, "is a name of the system's here; choose another", each.getValue());
                return;
            }
            if (types.containsKey(each.getKey())) {
                findings.changed("config.yaml", place, "here a record's field of the same name wins");
            }
            context.set(each.getKey(), each.getValue());
        });
    }

    /** Something that has to be finished by hand: a comment at its place, and in the list. */
    void left(ObjectNode at, String place, String why, JsonNode was) {
        findings.left("config.yaml", place, why);
        String text = was.isTextual() ? was.textValue() : Json.text(was);
        YamlText.comment(
                at, "not carried over, " + why + ":\n" + place.substring(place.lastIndexOf('.') + 1) + ": " + text);
    }

    private void others() {
        for (Map.Entry<String, JsonNode> each : original.properties()) {
            if (each.getKey().equals("monitoring")) {
                left(config, "monitoring", "there are no such warnings here; see docs/watching.md", each.getValue());
            } else if (!TOP.contains(each.getKey())
                    && !each.getKey().equals("post_processing")
                    && !each.getKey().equals("output_file")) {
                left(config, each.getKey(), "it is not known", each.getValue());
            }
        }
    }

    private void api(ObjectNode api) {
        ObjectNode was = map(original, "api");
        boolean asks = false;
        for (JsonNode each : original.path("pipeline").path("steps")) {
            boolean one = Set.of("chunk", "llm").contains(each.path("scope").asText("chunk"));
            asks |= one && !(each.has("provider") && each.has("model"));
        }
        if (asks || was.has("provider")) {
            api.put("provider", was.path("provider").asText(USUAL_PROVIDER).toLowerCase(Locale.ROOT));
            if (!was.has("provider")) {
                findings.changed("config.yaml", "api.provider", USUAL_PROVIDER + ", as the original's usual one");
            }
        }
        for (Map.Entry<String, JsonNode> each : was.properties()) {
            String place = "api." + each.getKey();
            switch (each.getKey()) {
                case "provider" -> {}
                case "model", "max_tokens", "max_inflight_batches", "temperature", "system", "stop", "seed" ->
                    api.set(each.getKey(), each.getValue());
                case "realtime" -> realtime(map(was, "realtime"), api);
                default -> {
                    String needless = NEEDLESS.get(each.getKey());
                    if (needless == null) {
                        left(api, place, "it is not known", each.getValue());
                    } else {
                        findings.changed("config.yaml", place, "left out: " + needless);
                    }
                }
            }
        }
    }

    private void realtime(ObjectNode realtime, ObjectNode api) {
        JsonNode cap = realtime.path("cost_cap_usd");
        if (!cap.isMissingNode()) {
            left(
                    api,
                    "api.realtime.cost_cap_usd",
                    "a cap is said with the call here: caravan run … --cap " + cap.asText(),
                    cap);
        }
        realtime.fieldNames().forEachRemaining(each -> {
            if (!Set.of("cost_cap_usd", "auto_retry").contains(each)) {
                left(api, "api.realtime." + each, "it is not known", Objects.requireNonNull(realtime.get(each)));
            }
        });
    }

    /** A map of expressions, each of which becomes one of ours or a comment. */
    ObjectNode expressions(JsonNode map, String place) {
        ObjectNode made = Json.object();
        for (Map.Entry<String, JsonNode> each : map.properties()) {
            String at = place + "." + each.getKey();
            if (KnownFields.isSystemField(each.getKey())) {
                left(made, at, "is a name of the system's here; choose another", each.getValue());
                continue;
            }
            expression(each.getValue(), at, each.getKey(), made);
        }
        return made;
    }

    private void expression(JsonNode value, String place, String name, ObjectNode made) {
        String python = value.isTextual() ? value.textValue() : python(value);
        try {
            String ours = ShuffleInPlace.shuffled(python);
            PythonExpr parsed = ours.isEmpty() ? ExprParser.python(python.strip()) : new PythonExpr.Fixed("null");
            var words = new ExprWriter(types);
            ValueType[] type = {ValueType.UNKNOWN};
            String text = ours.isEmpty()
                    ? words.checked(each -> {
                        OurExpr said = each.value(parsed);
                        type[0] = said.type();
                        return said.text();
                    })
                    : ours;
            types.put(name, type[0]);
            made.put(name, text);
        } catch (UntranslatableException e) {
            types.put(name, ValueType.UNKNOWN);
            left(made, place, e.why(), value);
        }
    }

    /** A value that YAML read as more than a text. */
    static String python(JsonNode value) {
        return value.isBoolean()
                ? (value.booleanValue() ? "True" : "False")
                : value.isNull() ? "None" : Json.text(value);
    }

    /** An expression of which counts whether it holds. */
    void condition(JsonNode value, String place, String key, ObjectNode made) {
        try {
            made.put(key, ExprWriter.condition(value.isTextual() ? value.textValue() : python(value), types));
        } catch (UntranslatableException e) {
            left(made, place, e.why(), value);
        }
    }

    static List<String> names(JsonNode list) {
        var names = new java.util.ArrayList<String>();
        list.forEach(each -> names.add(each.asText()));
        return names;
    }
}
