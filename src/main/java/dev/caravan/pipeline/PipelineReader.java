package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.expression.Expression;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a pipeline folder and checks all of it in one go: every problem at once, each with its place. */
public final class PipelineReader {
    private static final String FILE = ConfigGrammar.FILE;
    private static final int UNITS_LOOKED_AT = 500;

    private final ModelDefaults registry;
    private final Map<String, StepGrammar> kinds;

    public PipelineReader(ModelDefaults registry, Map<String, StepGrammar> kinds) {
        this.registry = registry;
        this.kinds = kinds;
    }

    /** @throws InvalidFileException naming every problem of the folder */
    public Pipeline read(Path folder, CallOverrides overrides) {
        return read(folder, overrides, Map.of(), true, "");
    }

    /**
     * Reads the pipeline with another file of items than its config names.
     *
     * @param items inside the pipeline's folder
     */
    public Pipeline read(Path folder, CallOverrides overrides, String items) {
        return read(folder, overrides, Map.of(), true, items);
    }

    /** Reads the copy inside a run, which holds no items any more. */
    public Pipeline readSnapshot(Path folder, CallOverrides overrides) {
        return readSnapshot(folder, overrides, Map.of());
    }

    /**
     * As the other, with steps that ask others than the run was made with.
     *
     * @param bySteps what goes before the call that made the run, by the names of the steps
     */
    public Pipeline readSnapshot(Path folder, CallOverrides overrides, Map<String, CallOverrides> bySteps) {
        return read(folder, overrides, bySteps, false, "");
    }

    private Pipeline read(
            Path folder, CallOverrides overrides, Map<String, CallOverrides> bySteps, boolean withItems, String items) {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new InvalidFileException(folder.toString(), FILE, "is missing; a pipeline folder needs one");
        }
        var links = new Problems(folder.toString());
        new FieldReader(folder.toString(), links).file(folder, FILE, FILE);
        links.throwIfAny();
        JsonNode root = SafeYaml.read(file, FILE);
        if (!root.isObject()) {
            throw new InvalidFileException(file.toString(), "", "must be a map with pipeline, processing and more");
        }
        ObjectNode config = ShortForm.expand((ObjectNode) root, FILE);
        if (!items.isEmpty() && config.at("/processing/items") instanceof ObjectNode source) {
            source.put("source", items);
            if (!ItemReader.isTable(items)) {
                source.remove("delimiter");
            }
        }
        var reading = new Reading(folder, overrides, bySteps, withItems, config);
        Pipeline pipeline = reading.pipeline();
        reading.problems.throwIfAny();
        return pipeline;
    }

    /** One reading of one folder. */
    private final class Reading {
        final Problems problems;
        private final Path folder;
        private final CallOverrides overrides;
        private final Map<String, CallOverrides> bySteps;
        private final boolean withItems;
        private final ObjectNode config;
        private final FieldReader fields;
        private SharedContext shared = SharedContext.NONE;

        Reading(
                Path folder,
                CallOverrides overrides,
                Map<String, CallOverrides> bySteps,
                boolean withItems,
                ObjectNode config) {
            this.folder = folder;
            this.overrides = overrides;
            this.bySteps = bySteps;
            this.withItems = withItems;
            this.config = config;
            problems = new Problems(folder.toString());
            fields = new FieldReader(FILE, problems);
        }

        Pipeline pipeline() {
            fields.known(config, "", ConfigGrammar.TOP);
            ObjectNode stated = fields.map(config, "pipeline", true);
            ObjectNode processing = fields.map(config, "processing", true);
            ObjectNode api = fields.map(config, "api", false);
            fields.known(stated, "pipeline", ConfigGrammar.PIPELINE);
            fields.known(api, "api", ConfigGrammar.API);
            ObjectNode prompts = fields.map(config, "prompts", false);
            ObjectNode schemas = fields.map(config, "schemas", false);
            fields.known(prompts, "prompts", ConfigGrammar.PROMPTS);
            fields.known(schemas, "schemas", ConfigGrammar.SCHEMAS);
            var process = new ProcessingReader(FILE, processing, overrides, fields, problems);
            int chunkSize = process.chunkSize();
            int retries = process.retries(config);
            int inflight = fields.whole(api, "api", "max_inflight_batches", 1, 1000, 10);
            @Nullable Duration giveUp = fields.duration(processing, "processing", "give_up_after", null);
            Pipeline.ItemSource items = process.items(folder, withItems);
            UnitGeneration generation = process.generation();
            Map<String, Expression> expressions = process.expressions();
            String name = stated.path("name").asText(String.valueOf(folder.getFileName()));
            shared = new SharedReader(folder, FILE, fields, problems).read(config, prompts, !withItems);
            List<Step> steps = steps(stated, api, prompts, schemas);
            List<Task> tasks = new TaskReader(folder, FILE, fields, problems).read(config);
            PipelineSchedule.read(config, FILE, problems);
            boolean readable =
                    problems.all().stream().noneMatch(each -> each.path().startsWith("processing"));
            boolean follow = withItems && readable;
            var pipeline = new Pipeline(
                    name,
                    folder,
                    steps,
                    tasks,
                    items,
                    generation,
                    expressions,
                    chunkSize,
                    retries,
                    inflight,
                    process.minJob(chunkSize),
                    process.brake(),
                    giveUp,
                    shared,
                    config,
                    List.of(),
                    List.of());
            return follow ? followed(pipeline) : pipeline;
        }

        /**
         * Follows a record through the steps as far as that can be done without running them. Some fields may first
         * appear in a late item, so all items are looked at before anything is called wrong.
         */
        private Pipeline followed(Pipeline pipeline) {
            var known = new KnownFields();
            Problems found = flow(pipeline, UNITS_LOOKED_AT, known);
            problems.addAll(
                    found.any()
                            ? flow(pipeline, Integer.MAX_VALUE, new KnownFields())
                                    .all()
                            : List.of());
            for (String each : List.of(".env", "models.yaml")) {
                if (Files.exists(folder.resolve(each))) {
                    problems.hint(
                            each, "", "is not read here: it belongs into the working folder, which is another one");
                }
            }
            found.hints().forEach(each -> problems.hint(each.file(), each.path(), each.message()));
            return pipeline.with(known.uses(), problems.hints());
        }

        private Problems flow(Pipeline pipeline, int units, KnownFields known) {
            var found = new Problems(folder.toString());
            try {
                UnitWriter.make(pipeline, units, known::take);
            } catch (InvalidFileException e) {
                found.addAll(e.problems());
                return found;
            }
            for (Step each : pipeline.steps()) {
                StepGrammar kind = kinds.get(each.kind());
                if (kind == null) {
                    break;
                }
                String place = "pipeline.steps[" + each.index() + "]";
                kind.flow(each, new StepSource(folder, FILE, place, config, shared, false), known, found);
            }
            return found;
        }

        private List<Step> steps(ObjectNode pipeline, ObjectNode api, ObjectNode prompts, ObjectNode schemas) {
            JsonNode listed = pipeline.path("steps");
            if (!listed.isArray() || listed.isEmpty()) {
                problems.at(FILE, "pipeline.steps", "must be a list of at least one step");
                return List.of();
            }
            var steps = new ArrayList<Step>();
            Set<String> taken = new HashSet<>();
            for (int i = 0; i < listed.size(); i++) {
                String place = "pipeline.steps[" + i + "]";
                if (!(listed.get(i) instanceof ObjectNode source)) {
                    problems.at(FILE, place, "must be a map with at least a name, not " + Json.text(listed.get(i)));
                    continue;
                }
                if (TaskReader.isRun(source)) {
                    continue;
                }
                steps.add(step(i, source, place, api, prompts, schemas));
                String name = source.path("name").asText();
                if (!taken.add(name.toLowerCase(java.util.Locale.ROOT))) {
                    problems.at(FILE, place + ".name", "'" + name + "' is already taken by another step");
                }
            }
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

        private Step step(
                int index, ObjectNode source, String place, ObjectNode api, ObjectNode prompts, ObjectNode schemas) {
            String name = source.path("name").asText();
            if (!name.matches("[A-Za-z0-9_-]{1,40}")) {
                problems.at(
                        FILE,
                        place + ".name",
                        name.isEmpty()
                                ? "is missing"
                                : "'" + name + "' must be 1 to 40 letters, digits, _ or -: it names files");
            }
            String scope = source.path("scope").asText("llm");
            String kind = scope.equals("chunk") ? "llm" : scope;
            StepGrammar grammar = kinds.get(kind);
            if (grammar == null) {
                problems.at(
                        FILE,
                        place + ".scope",
                        "'" + scope + "' is not a kind of step in this version; "
                                + Problems.suggestion(kind, kinds.keySet()));
            } else {
                var keys = new TreeSet<>(ConfigGrammar.STEP);
                keys.addAll(grammar.keys());
                fields.known(source, place, keys);
            }
            CallOverrides before = bySteps.getOrDefault(name, overrides);
            var call = new CallReader(source, place, api, fields, registry, before, problems);
            String schema = linked(source, "schema", schemas, "schema_dir", "files", name, ".json", place);
            ObjectNode validation = validation(source, name, place);
            var step = new Step(
                    index,
                    name,
                    kind,
                    source.path("description").asText(""),
                    call.provider(),
                    call.model(),
                    call.system(),
                    call.maxTokens(),
                    call.temperature(),
                    linked(source, "template", prompts, "template_dir", "templates", name, ".vm", place),
                    linked(source, "transform", Json.object(), "", "", name, ".jslt", place),
                    schema,
                    validation,
                    simulate(source, schema, validation, place),
                    call.call(),
                    Step.NOWHERE,
                    call.retry(),
                    shared,
                    source,
                    StepSettings.NONE);
            return grammar == null
                    ? step
                    : step.with(grammar.read(
                            step, new StepSource(folder, FILE, place, config, shared, !withItems), problems));
        }

        private @Nullable JsonNode simulate(
                ObjectNode step, @Nullable String schema, ObjectNode validation, String place) {
            JsonNode block = SimulateBlock.check(step.get("simulate"), FILE, place + ".simulate", problems);
            if (withItems) {
                SimulateBlock.bounds(block, FILE, place + ".simulate", problems);
            }
            return block == null && schema == null && !step.has("simulate") && !problems.any()
                    ? SimulateBlock.fromRules(validation)
                    : block;
        }

        private @Nullable String linked(
                ObjectNode step,
                String key,
                ObjectNode older,
                String folderKey,
                String mapKey,
                String name,
                String ending,
                String place) {
            String home = older.path(folderKey).asText(key + "s");
            String own = step.path(key).asText("");
            String mapped = older.path(mapKey).path(name).asText("");
            if (!own.isEmpty() && !mapped.isEmpty()) {
                problems.at(FILE, place + "." + key, "is also given under " + mapKey + "; keep one of them");
            }
            String given = own.isEmpty() ? mapped : own;
            String at = place + "." + key;
            String path = given.isEmpty() ? home + "/" + name + ending : own.contains("/") ? own : home + "/" + given;
            boolean none = given.isEmpty() && fields.isFileName(path, at) && !Files.exists(folder.resolve(path));
            return !none && fields.file(folder, path, at) ? path : null;
        }

        private ObjectNode validation(ObjectNode step, String name, String place) {
            ObjectNode older = fields.map(config, "validation", false);
            if (step.has("validation") && older.has(name)) {
                problems.at(FILE, place + ".validation", "is also given under validation." + name + "; keep one");
            }
            ObjectNode found = step.has("validation")
                    ? fields.map(step, place + ".", "validation", false)
                    : fields.map(older, "validation.", name, false);
            String at = step.has("validation") ? place + ".validation" : "validation." + name;
            return shared.filledRules(found, (below, wrong) -> problems.at(FILE, at + below, wrong));
        }
    }
}
