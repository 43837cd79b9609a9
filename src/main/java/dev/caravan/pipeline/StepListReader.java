package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the steps of a pipeline, each by its kind, and how they go together. */
final class StepListReader {
    private static final String FILE = ConfigGrammar.FILE;

    private final PipelineSource reading;
    private final Path folder;
    private final boolean withItems;
    private final ObjectNode config;
    private final ObjectNode api;
    private final ObjectNode prompts;
    private final ObjectNode schemas;
    private final SharedContext shared;
    private final FieldReader fields;
    private final Problems problems;
    private final ModelDefaults registry;
    private final Map<String, StepGrammar> kinds;

    StepListReader(
            PipelineSource reading,
            SharedContext shared,
            FieldReader fields,
            Problems problems,
            ModelDefaults registry,
            Map<String, StepGrammar> kinds) {
        this.reading = reading;
        folder = reading.folder();
        withItems = reading.withItems();
        config = reading.config();
        api = fields.map(config, "api", false);
        prompts = fields.map(config, "prompts", false);
        schemas = fields.map(config, "schemas", false);
        this.shared = shared;
        this.fields = fields;
        this.problems = problems;
        this.registry = registry;
        this.kinds = kinds;
    }

    List<Step> read(JsonNode listed) {
        if (!listed.isArray() || listed.isEmpty()) {
            problems.at(FILE, "pipeline.steps", "must be a list of at least one step");
            return List.of();
        }
        List<Step> steps = each(listed);
        if (steps.isEmpty()) {
            problems.at(FILE, "pipeline.steps", "needs at least one step that is done for each unit");
        }
        brackets(steps);
        List<Step> linked = new RetryLinks(steps, kinds, FILE, problems).all();
        leftovers(prompts.path("templates"), "prompts.templates", steps);
        leftovers(schemas.path("files"), "schemas.files", steps);
        leftovers(config.path("validation"), "validation", steps);
        return linked;
    }

    private List<Step> each(JsonNode listed) {
        var steps = new ArrayList<Step>();
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < listed.size(); i++) {
            String place = "pipeline.steps[" + i + "]";
            if (!(listed.get(i) instanceof ObjectNode source)) {
                problems.at(FILE, place, "must be a map with at least a name, not " + Json.text(listed.get(i)));
            } else if (!TaskReader.isRun(source)) {
                Step step = step(i, source, place);
                steps.add(step);
                if (!taken.add(step.name().toLowerCase(Locale.ROOT))) {
                    problems.at(FILE, place + ".name", "'" + step.name() + "' is already taken by another step");
                }
            }
        }
        return steps;
    }

    /** Fan-outs and gathers go together as brackets do. */
    private void brackets(List<Step> steps) {
        int open = 0;
        for (Step each : steps) {
            StepGrammar grammar = kinds.get(each.kind());
            StepGrammar.Role role = grammar == null ? StepGrammar.Role.ONE_TO_ONE : grammar.role();
            open += role == StepGrammar.Role.FAN_OUT ? 1 : 0;
            if (role == StepGrammar.Role.GATHER && open-- == 0) {
                open = 0;
                problems.at(
                        FILE,
                        "pipeline.steps[" + each.index() + "]",
                        "gathers, but no fan_out before it is still open; each gather ends the fan_out nearest"
                                + " before it");
            }
        }
    }

    private void leftovers(JsonNode map, String place, List<Step> steps) {
        Set<String> names = new TreeSet<>(steps.stream().map(Step::name).toList());
        map.fieldNames().forEachRemaining(each -> {
            if (!names.contains(each)) {
                problems.at(FILE, place + "." + each, "there is no such step; " + Problems.suggestion(each, names));
            }
        });
    }

    private Step step(int index, ObjectNode source, String place) {
        String name = name(source, place);
        String scope = source.path("scope").asText("llm");
        String kind = scope.equals("chunk") ? "llm" : scope;
        StepGrammar grammar = grammar(kind, scope, source, place);
        Step step = shared(index, name, kind, source, place);
        return grammar == null
                ? step
                : step.with(
                        grammar.read(step, new StepSource(folder, FILE, place, config, shared, !withItems), problems));
    }

    private String name(ObjectNode source, String place) {
        String name = source.path("name").asText();
        if (name.isEmpty()) {
            problems.at(FILE, place + ".name", "is missing");
        } else if (!name.matches("[A-Za-z0-9_-]{1,40}")) {
            problems.at(
                    FILE, place + ".name", "'" + name + "' must be 1 to 40 letters, digits, _ or -: it names files");
        }
        return name;
    }

    /** The kind that a step is read by; null when there is none of that name, which is told. */
    private @Nullable StepGrammar grammar(String kind, String scope, ObjectNode source, String place) {
        StepGrammar grammar = kinds.get(kind);
        if (grammar == null) {
            problems.at(
                    FILE,
                    place + ".scope",
                    "'" + scope + "' is not a kind of step in this version; "
                            + Problems.suggestion(kind, kinds.keySet()));
            return null;
        }
        var keys = new TreeSet<>(ConfigGrammar.STEP);
        keys.addAll(grammar.keys());
        fields.known(source, place, keys);
        return grammar;
    }

    /** What steps of all kinds have. */
    private Step shared(int index, String name, String kind, ObjectNode source, String place) {
        CallOverrides before = reading.bySteps().getOrDefault(name, reading.overrides());
        var call = new CallReader(source, place, api, fields, registry, before, problems);
        var inSchemas = FilePlaces.of("schema", schemas, "schema_dir", "files", ".json");
        var inPrompts = FilePlaces.of("template", prompts, "template_dir", "templates", ".vm");
        var inTransforms = FilePlaces.of("transform", Json.object(), "", "", ".jslt");
        String schema = linked(source, name, place, inSchemas);
        ObjectNode validation = validation(source, name, place);
        return new Step(
                index,
                name,
                kind,
                source.path("description").asText(""),
                call.provider(),
                call.model(),
                call.system(),
                call.maxTokens(),
                call.temperature(),
                linked(source, name, place, inPrompts),
                linked(source, name, place, inTransforms),
                schema,
                validation,
                simulate(source, schema, validation, place),
                call.call(),
                Step.NOWHERE,
                call.retry(),
                shared,
                source,
                StepSettings.NONE);
    }

    private @Nullable JsonNode simulate(ObjectNode step, @Nullable String schema, ObjectNode validation, String place) {
        JsonNode block = SimulateBlock.check(step.get("simulate"), FILE, place + ".simulate", problems);
        if (withItems) {
            SimulateBlock.bounds(block, FILE, place + ".simulate", problems);
        }
        return block == null && schema == null && !step.has("simulate") && !problems.any()
                ? SimulateBlock.fromRules(validation)
                : block;
    }

    /**
     * Where the files of steps lie that one key names.
     *
     * @param key that a step names its file under
     * @param folder they lie in, unless a step says otherwise
     * @param mapKey where other systems name the files of all steps
     * @param mapped names of files by step, under that key
     */
    private record FilePlaces(String key, String folder, String mapKey, JsonNode mapped, String ending) {
        static FilePlaces of(String key, ObjectNode older, String folderKey, String mapKey, String ending) {
            return new FilePlaces(key, older.path(folderKey).asText(key + "s"), mapKey, older.path(mapKey), ending);
        }

        String usual(String step) {
            return folder + "/" + step + ending;
        }

        String path(String own, String given) {
            return own.contains("/") ? own : folder + "/" + given;
        }
    }

    /** The step's file, if it has one: under its own key, in the map of all steps, or by the step's name. */
    private @Nullable String linked(ObjectNode step, String name, String place, FilePlaces files) {
        String own = step.path(files.key()).asText("");
        String mapped = files.mapped().path(name).asText("");
        String at = place + "." + files.key();
        if (!own.isEmpty() && !mapped.isEmpty()) {
            problems.at(FILE, at, "is also given under " + files.mapKey() + "; keep one of them");
        }
        String given = own.isEmpty() ? mapped : own;
        if (!given.isEmpty()) {
            String path = files.path(own, given);
            return fields.file(folder, path, at) ? path : null;
        }
        String path = files.usual(name);
        boolean none = fields.isFileName(path, at) && !Files.exists(folder.resolve(path));
        return !none && fields.file(folder, path, at) ? path : null;
    }

    private ObjectNode validation(ObjectNode step, String name, String place) {
        ObjectNode older = fields.map(config, "validation", false);
        boolean own = step.has("validation");
        if (own && older.has(name)) {
            problems.at(FILE, place + ".validation", "is also given under validation." + name + "; keep one");
        }
        ObjectNode found = own
                ? fields.map(step, place + ".", "validation", false)
                : fields.map(older, "validation.", name, false);
        String at = own ? place + ".validation" : "validation." + name;
        return shared.filledRules(found, (below, wrong) -> problems.at(FILE, at + below, wrong));
    }
}
