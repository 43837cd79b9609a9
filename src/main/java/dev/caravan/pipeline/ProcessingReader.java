package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.expression.Expression;
import dev.caravan.run.FailureBrake;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code processing:}, which says what the units are and how they are worked through. */
final class ProcessingReader {
    private static final int MOST_UNITS_IN_A_CHUNK = 50_000;
    private static final int MOST_RETRIES = 100;
    private static final int USUAL_LEAST_JOB = 50;
    private static final int MOST_REPETITIONS = 10_000_000;
    private static final Set<String> STRATEGIES = new TreeSet<>(Set.of("direct", "permutation", "cross_product"));

    private final String file;
    private final ObjectNode processing;
    private final CallOverrides overrides;
    private final FieldReader fields;
    private final Problems problems;

    ProcessingReader(
            String file, ObjectNode processing, CallOverrides overrides, FieldReader fields, Problems problems) {
        this.file = file;
        this.processing = processing;
        this.overrides = overrides;
        this.fields = fields;
        this.problems = problems;
        fields.known(processing, "processing", ConfigGrammar.PROCESSING);
    }

    int chunkSize() {
        return fields.whole(processing, "processing", "chunk_size", 1, MOST_UNITS_IN_A_CHUNK, null);
    }

    /** @param chunkSize no job is larger */
    int minJob(int chunkSize) {
        return fields.whole(
                processing,
                "processing",
                "min_job",
                1,
                Math.max(1, chunkSize),
                Math.max(1, Math.min(USUAL_LEAST_JOB, chunkSize)));
    }

    /** @param config the whole config: the older form has {@code max_retries} at its top level */
    int retries(ObjectNode config) {
        if (config.has("max_retries") && processing.has("max_retries")) {
            problems.at(file, "processing.max_retries", "is given twice; keep the one at the top level");
        }
        int top = fields.whole(config, "", "max_retries", 0, MOST_RETRIES, 5);
        int own = fields.whole(processing, "processing", "max_retries", 0, MOST_RETRIES, top);
        Integer called = overrides.maxRetries();
        return called == null ? own : called;
    }

    /** @param folder null where the items are not there any more: in a run's own copy */
    Pipeline.ItemSource items(Path folder, boolean withItems) {
        ObjectNode items = fields.map(processing, "processing.", "items", true);
        fields.known(items, "processing.items", ConfigGrammar.ITEMS);
        String source = items.path("source").asText();
        if (source.isEmpty()) {
            problems.at(file, "processing.items.source", "is missing; it names the file with the items");
        } else if (withItems) {
            fields.file(folder, source, "processing.items.source");
            ItemReader.format(source, file, problems);
        }
        return new Pipeline.ItemSource(
                source,
                items.path("key").asText(""),
                items.path("name_field").asText(""),
                delimiter(items.get("delimiter"), source));
    }

    private char delimiter(@Nullable JsonNode given, String source) {
        if (given == null) {
            return ItemReader.delimiter(source);
        }
        String text = given.asText();
        String delimiter = text.equalsIgnoreCase("tab") ? "\t" : text;
        String at = "processing.items.delimiter";
        boolean usable = given.isTextual()
                && delimiter.length() == 1
                && delimiter.chars().noneMatch(c -> Character.isLetterOrDigit(c) || "\"'\r\n \0".indexOf(c) >= 0)
                && !Character.isSurrogate(delimiter.charAt(0));
        if (!usable) {
            problems.at(
                    file,
                    at,
                    "must be one sign that stands between cells, such as \";\", or the word tab, not "
                            + Json.text(given));
            return ',';
        }
        if (!ItemReader.isTable(source)) {
            problems.at(file, at, "only has a meaning for a file that ends in .csv or .tsv; remove it");
        }
        return delimiter.charAt(0);
    }

    UnitGeneration generation() {
        List<UnitGeneration.Position> positions = positions();
        UnitGeneration.Strategy strategy = strategy(positions);
        int repeat = fields.whole(processing, "processing", "repeat", 1, MOST_REPETITIONS, 1);
        Integer repeatCalled = overrides.repeat();
        Long seedCalled = overrides.seed();
        return new UnitGeneration(
                strategy,
                positions,
                repeatCalled == null ? repeat : repeatCalled,
                seedCalled == null ? seed() : seedCalled);
    }

    private UnitGeneration.Strategy strategy(List<UnitGeneration.Position> positions) {
        String given = processing.path("strategy").asText(positions.isEmpty() ? "direct" : "permutation");
        String strategy = given.toLowerCase(Locale.ROOT);
        if (!STRATEGIES.contains(strategy)) {
            problems.at(
                    file,
                    "processing.strategy",
                    "unknown strategy '" + given + "'; " + Problems.suggestion(given, STRATEGIES));
            return UnitGeneration.Strategy.DIRECT;
        }
        boolean direct = strategy.equals("direct");
        if (!direct && positions.isEmpty()) {
            problems.at(
                    file,
                    "processing.positions",
                    "is missing; " + strategy + " needs the names of the fields that hold the chosen items");
        } else if (direct && !positions.isEmpty()) {
            problems.at(
                    file,
                    "processing.positions",
                    "has no meaning with the strategy direct; remove it, or say permutation or cross_product");
        }
        if (strategy.equals("cross_product") && processing.path("items").has("key")) {
            problems.at(
                    file,
                    "processing.items.key",
                    "has no meaning with cross_product: each position names its own list by source_key; remove it");
        }
        return UnitGeneration.Strategy.valueOf(strategy.toUpperCase(Locale.ROOT));
    }

    private long seed() {
        JsonNode seed = processing.get("seed");
        if (seed == null) {
            return 0;
        }
        if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
            problems.at(file, "processing.seed", "must be a whole number, not " + seed);
            return 0;
        }
        return seed.longValue();
    }

    private List<UnitGeneration.Position> positions() {
        JsonNode listed = processing.path("positions");
        if (listed.isMissingNode()) {
            return List.of();
        }
        if (!listed.isArray() || listed.isEmpty()) {
            problems.at(file, "processing.positions", "must be a list of field names");
            return List.of();
        }
        var positions = new ArrayList<UnitGeneration.Position>();
        Set<String> taken = new TreeSet<>();
        for (int i = 0; i < listed.size(); i++) {
            positions.add(position(listed.get(i), "processing.positions[" + i + "]", taken));
        }
        return positions;
    }

    private UnitGeneration.Position position(JsonNode written, String place, Set<String> taken) {
        if (written instanceof ObjectNode map) {
            fields.known(map, place, ConfigGrammar.POSITION);
        }
        String name =
                written.isTextual() ? written.textValue() : written.path("name").asText();
        if (!name.matches("[A-Za-z][A-Za-z0-9_]*") || name.equals("unit_id") || name.equals("errors")) {
            problems.at(
                    file, place, "needs a name of letters, digits and _ that is not the system's, not '" + name + "'");
        } else if (!taken.add(name)) {
            problems.at(file, place, "'" + name + "' is already the name of another position");
        }
        return new UnitGeneration.Position(name, written.path("source_key").asText(name + "s"));
    }

    /** {@code brake: off} or {@code brake: {answers, percent}}. */
    FailureBrake brake() {
        JsonNode given = processing.path("brake");
        if (given.isTextual() && given.textValue().equals("off")) {
            return FailureBrake.NONE;
        }
        if (given.isMissingNode()) {
            return FailureBrake.USUAL;
        }
        if (!given.isObject()) {
            problems.at(file, "processing.brake", "must be off, or a map of answers and percent, not " + given);
            return FailureBrake.USUAL;
        }
        ObjectNode map = (ObjectNode) given;
        fields.known(map, "processing.brake", ConfigGrammar.BRAKE);
        return new FailureBrake(
                fields.whole(map, "processing.brake", "answers", 1, 1_000_000, FailureBrake.USUAL.answers()),
                fields.whole(map, "processing.brake", "percent", 1, 100, FailureBrake.USUAL.percent()));
    }

    /** {@code processing.expressions}: names that templates see, evaluated for each unit. */
    Map<String, Expression> expressions() {
        return ExpressionReader.read(processing, "expressions", file, "processing.", problems);
    }
}
