package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import dev.caravan.expression.Expression;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    /** @throws UserMistakeException naming every problem of the folder */
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
            throw new UserMistakeException(folder.toString(), FILE, "is missing; a pipeline folder needs one");
        }
        var links = new Problems(folder.toString());
        new FieldReader(folder.toString(), links).file(folder, FILE, FILE);
        links.throwIfAny();
        JsonNode root = SafeYaml.read(file, FILE);
        if (!root.isObject()) {
            throw new UserMistakeException(file.toString(), "", "must be a map with pipeline, processing and more");
        }
        ObjectNode config = ShortForm.expand((ObjectNode) root, FILE);
        if (!items.isEmpty() && config.at("/processing/items") instanceof ObjectNode source) {
            source.put("source", items);
            if (!ItemReader.isTable(items)) {
                source.remove("delimiter");
            }
        }
        var reading = new Reading(new PipelineSource(folder, overrides, bySteps, withItems, config));
        Pipeline pipeline = reading.pipeline();
        reading.problems.throwIfAny();
        return pipeline;
    }

    /** One reading of one folder. */
    private final class Reading {
        final Problems problems;
        private final PipelineSource wanted;
        private final Path folder;
        private final boolean withItems;
        private final ObjectNode config;
        private final FieldReader fields;
        private SharedContext shared = SharedContext.NONE;

        Reading(PipelineSource wanted) {
            this.wanted = wanted;
            folder = wanted.folder();
            withItems = wanted.withItems();
            config = wanted.config();
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
            var process = new ProcessingReader(FILE, processing, wanted.overrides(), fields, problems);
            int chunkSize = process.chunkSize();
            int retries = process.retries(config);
            int inflight = fields.whole(api, "api", "max_inflight_batches", 1, 1000, 10);
            @Nullable Duration giveUp = fields.duration(processing, "processing", "give_up_after", null);
            Pipeline.ItemSource items = process.items(folder, withItems);
            UnitGeneration generation = process.generation();
            Map<String, Expression> expressions = process.expressions();
            String name = stated.path("name").asText(String.valueOf(folder.getFileName()));
            shared = new SharedReader(folder, FILE, fields, problems).read(config, prompts, !withItems);
            var reader = new StepListReader(wanted, shared, fields, problems, registry, kinds);
            List<Step> steps = reader.read(stated.path("steps"));
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
            } catch (UserMistakeException e) {
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
    }
}
