package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.expression.Expression;
import dev.caravan.expression.ExpressionSyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/** Reads what is to be done when every unit has its outcome: steps of {@code scope: run}, then {@code post_process}. */
final class TaskReader {
    static final String SCOPE = "run";

    private static final Set<String> SHARED = Set.of("name", "type", "description");
    private static final Map<String, Set<String>> KEYS = new TreeMap<>(Map.of(
            Task.SCRIPT,
            Set.of("script", "args", "output", "time_limit"),
            "gzip",
            Set.of("files", "keep_originals"),
            "export",
            Set.of("format", "fields", "output"),
            "extract",
            Set.of("filename_expression", "content_expression", "ending", "compression", "output"),
            "report",
            Set.of("format", "output"),
            "analyze",
            Set.of("group_by", "count", "numeric", "net_positive", "net_negative", "format", "output")));
    private static final int LONGEST_SLUG = 40;
    private static final int MOST_TASKS = 50;

    private final Path folder;
    private final String file;
    private final FieldReader fields;
    private final Problems problems;
    private final List<Task> tasks = new ArrayList<>();
    private final Set<String> slugs = new HashSet<>();

    TaskReader(Path folder, String file, FieldReader fields, Problems problems) {
        this.folder = folder;
        this.file = file;
        this.fields = fields;
        this.problems = problems;
    }

    List<Task> read(ObjectNode config) {
        JsonNode steps = config.path("pipeline").path("steps");
        for (int i = 0; steps.isArray() && i < steps.size(); i++) {
            if (isRun(steps.get(i))) {
                read(steps.get(i), "pipeline.steps[" + i + "]", Set.of("scope"));
            } else if (!tasks.isEmpty()) {
                problems.at(
                        file,
                        "pipeline.steps[" + i + "]",
                        "comes behind a step of scope run, which is done once all units are through; put it before");
            }
        }
        JsonNode listed = config.path("post_process");
        if (!listed.isMissingNode() && !listed.isArray()) {
            problems.at(file, "post_process", "must be a list of what to do when all units are through");
        }
        for (int i = 0; listed.isArray() && i < listed.size(); i++) {
            read(listed.get(i), "post_process[" + i + "]", Set.of());
        }
        if (tasks.size() > MOST_TASKS) {
            problems.at(file, "post_process", "holds more than " + MOST_TASKS + " entries");
        }
        return List.copyOf(tasks);
    }

    static boolean isRun(JsonNode step) {
        return step.path("scope").asText().equals(SCOPE);
    }

    private void read(JsonNode node, String place, Set<String> more) {
        if (!(node instanceof ObjectNode source)) {
            problems.at(file, place, "must be a map with at least a name, not " + Json.text(node));
            return;
        }
        String type = source.path("type").asText(Task.SCRIPT);
        Set<String> own = KEYS.get(type);
        if (own == null) {
            problems.at(
                    file, place + ".type", "'" + type + "' is unknown; " + Problems.suggestion(type, KEYS.keySet()));
            return;
        }
        var allowed = new TreeSet<>(own);
        allowed.addAll(SHARED);
        allowed.addAll(more);
        fields.known(source, place, allowed);
        String name = source.path("name").asText(type);
        String slug = name.strip().replaceAll("[^A-Za-z0-9_-]+", "-").replaceFirst("^-+", "");
        slug = slug.substring(0, Math.min(LONGEST_SLUG, slug.length()));
        if (slug.isEmpty() || !slugs.add(slug.toLowerCase(Locale.ROOT))) {
            problems.at(
                    file,
                    place + ".name",
                    slug.isEmpty()
                            ? "must have a letter or a digit: it names a folder"
                            : "'" + name + "' is already taken by another one");
        }
        check(source, type, place);
        tasks.add(new Task(name, slug, type, source));
    }

    private void check(ObjectNode source, String type, String place) {
        switch (type) {
            case Task.SCRIPT -> script(source, place);
            case "gzip" -> gzip(source, place);
            case "analyze", "export" -> {
                list(source, "fields", place);
                list(source, "group_by", place);
                list(source, "net_positive", place);
                list(source, "net_negative", place);
                oneOf(
                        source,
                        "format",
                        type.equals("export") ? List.of("csv", "jsonl") : List.of("text", "csv", "json"),
                        place);
            }
            case "report" -> oneOf(source, "format", List.of("text", "json"), place);
            default -> {
                expression(source, "filename_expression", place);
                expression(source, "content_expression", place);
                oneOf(source, "compression", List.of("none", "gzip"), place);
            }
        }
        output(source, place);
    }

    private void script(ObjectNode source, String place) {
        String script = source.path("script").asText();
        if (script.isEmpty()) {
            problems.at(file, place + ".script", "is missing; name a file under scripts/ in the pipeline's folder");
        } else if (fields.isFileName(script, place + ".script")
                && !Path.of(script).normalize().startsWith("scripts")) {
            problems.at(file, place + ".script", "'" + script + "' must lie under scripts/ in the pipeline's folder");
        } else {
            fields.file(folder, script, place + ".script");
        }
        list(source, "args", place);
        fields.duration(source, place, "time_limit", null);
    }

    private void gzip(ObjectNode source, String place) {
        JsonNode files = source.path("files");
        if (!files.isArray() || files.isEmpty()) {
            problems.at(file, place + ".files", "must be a list of patterns such as chunks/*/*_results.jsonl");
        }
        for (JsonNode each : files) {
            try {
                FileSystems.getDefault().getPathMatcher("glob:" + each.asText());
            } catch (PatternSyntaxException e) {
                problems.at(file, place + ".files", "'" + each.asText() + "' is no pattern: " + e.getDescription());
            }
        }
        JsonNode keep = source.path("keep_originals");
        if (!keep.isMissingNode() && !keep.isBoolean()) {
            problems.at(file, place + ".keep_originals", "must be true or false");
        }
    }

    private void list(ObjectNode source, String key, String place) {
        JsonNode value = source.path(key);
        boolean texts = value.isArray();
        for (JsonNode each : value) {
            texts &= each.isValueNode() && !each.isNull();
        }
        if (!value.isMissingNode() && !texts) {
            problems.at(file, place + "." + key, "must be a list of texts");
        }
    }

    private void oneOf(ObjectNode source, String key, List<String> words, String place) {
        if (source.has(key) && !words.contains(source.path(key).asText())) {
            problems.at(file, place + "." + key, "must be one of " + String.join(", ", words));
        }
    }

    private void expression(ObjectNode source, String key, String place) {
        if (source.has(key)) {
            try {
                Expression.compile(source.path(key).asText());
            } catch (ExpressionSyntaxException e) {
                problems.at(file, place + "." + key, e.told());
            }
        }
    }

    /** Where it writes: under {@code outputs/}, and not over what the engine writes there. */
    private void output(ObjectNode source, String place) {
        JsonNode output = source.path("output");
        if (output.isMissingNode()) {
            return;
        }
        String text = output.asText();
        Path path = Path.of(text.matches("[A-Za-z0-9._/-]+") ? text : ".").normalize();
        boolean inside = !path.isAbsolute() && !path.startsWith("..");
        String last = String.valueOf(path.getFileName());
        if (!inside || last.isEmpty() || last.startsWith(".")) {
            problems.at(file, place + ".output", "must name a file in the run's outputs/, such as report.txt");
        } else if (Set.of("results.jsonl", "results.csv", "failures.jsonl", "dropped.jsonl")
                .contains(path.toString())) {
            problems.at(file, place + ".output", "'" + text + "' is written by every run; choose another name");
        }
    }
}
