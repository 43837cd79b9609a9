package dev.caravan.octobatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.base.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is done when all units are through: steps of scope run, and {@code post_process}. */
final class TaskConversion {
    private static final Set<String> EXTRACTING =
            Set.of("output_dir", "filename_expression", "content_expression", "compression", "upload");

    /** What an option of analyze comes to. */
    private interface AnalyzeOption {
        void set(ObjectNode task, List<String> values);
    }

    private static final Map<String, AnalyzeOption> ANALYZING = Map.ofEntries(
            Map.entry("group-by", listed("group_by")),
            Map.entry("count-field", joined("count")),
            Map.entry("numeric-field", joined("numeric")),
            Map.entry("net-positive", listed("net_positive")),
            Map.entry("net-negative", listed("net_negative")),
            Map.entry("title", joined("description")),
            Map.entry("output-format", TaskConversion::format),
            Map.entry("run-dir", (task, values) -> {}),
            Map.entry("", (task, values) -> {}));

    private static AnalyzeOption listed(String key) {
        return (task, values) -> task.set(key, list(values));
    }

    private static AnalyzeOption joined(String key) {
        return (task, values) -> task.put(key, String.join(" ", values));
    }

    private static void format(ObjectNode task, List<String> values) {
        if (values.contains("csv")) {
            task.put("format", "csv");
        }
    }

    private final ConversionContext all;
    private final Set<String> names = new HashSet<>();

    TaskConversion(ConversionContext all) {
        this.all = all;
    }

    void step(ObjectNode was, ArrayNode made) {
        String name = unique(was.path("name").asText("run"));
        ObjectNode task = Json.object().put("name", name).put("scope", "run");
        script(was, "steps." + name, task, made);
    }

    ArrayNode all(JsonNode listed) {
        ArrayNode made = Json.mapper().createArrayNode();
        for (JsonNode each : listed) {
            if (!(each instanceof ObjectNode was)) {
                continue;
            }
            String name = unique(was.path("name").asText("Unnamed"));
            ObjectNode task = Json.object().put("name", name);
            String place = "post_process." + name;
            String type = was.path("type").asText("script");
            if (type.equals("gzip")) {
                gzip(was, task, place, made);
            } else if (type.equals("script")) {
                script(was, place, task, made);
            } else {
                leave(was, place, "the type '" + type + "' is not known", made);
            }
        }
        return made;
    }

    /** Names give folders here, which have to differ. */
    private String unique(String original) {
        String base = original.strip().replaceAll("[^A-Za-z0-9_-]+", "-").replaceFirst("^-+", "");
        if (base.isEmpty()) {
            base = "task";
        }
        String name = base.equals(original) || original.matches(".*[A-Za-z0-9].*") ? original.strip() : base;
        for (int i = 2; !names.add(slug(name)); i++) {
            name = original.strip() + " " + i;
        }
        return name;
    }

    private static String slug(String name) {
        String slug =
                name.replaceAll("[^A-Za-z0-9_-]+", "-").replaceFirst("^-+", "").toLowerCase(Locale.ROOT);
        return slug.substring(0, Math.min(40, slug.length()));
    }

    private void leave(ObjectNode was, String place, String why, ArrayNode made) {
        all.findings.left("config.yaml", place, why);
        made.addObject().put("#", "not carried over, " + why + ":\n- " + Json.text(was));
    }

    private void gzip(ObjectNode was, ObjectNode task, String place, ArrayNode made) {
        List<String> files = ConfigNodes.names(was.path("files"));
        if (files.isEmpty() || files.stream().anyMatch(each -> each.startsWith("/") || each.contains(".."))) {
            leave(was, place, "it packs no files of the run's folder", made);
            return;
        }
        task.put("type", "gzip").set("files", was.path("files"));
        ConfigNodes.copy(was, "keep_originals", task);
        if (files.stream().anyMatch(each -> each.contains("_validated"))) {
            all.findings.changed(
                    "config.yaml",
                    place,
                    "there are no *_validated.jsonl here; results are in chunks/*/*_results.jsonl");
        }
        made.add(task);
    }

    private void script(ObjectNode was, String place, ObjectNode task, ArrayNode made) {
        String script = was.path("script").asText();
        String file = script.substring(Math.max(script.lastIndexOf('/'), script.lastIndexOf('\\')) + 1);
        ConfigNodes.copy(was, "description", task);
        switch (file) {
            case "analyze_results.py" -> analyze(was, place, task, made);
            case "extract_units.py" -> extract(was, place, task, made);
            default -> kept(was, place, task, made, script, file);
        }
    }

    private void kept(ObjectNode was, String place, ObjectNode task, ArrayNode made, String script, String file) {
        Optional<Path> found = all.source.file(script);
        for (String each : new String[] {"scripts/" + file, file}) {
            found = found.isPresent() || file.isEmpty() ? found : all.source.file(each);
        }
        if (found.isEmpty()) {
            leave(was, place, "the script is not in the folder; put it into scripts/", made);
            return;
        }
        String copy = "scripts/" + file;
        for (int i = 2; !found.get().equals(all.copies.getOrDefault(copy, found.get())); i++) {
            copy = "scripts/" + i + "-" + file;
        }
        all.copies.put(copy, found.get());
        task.put("script", copy);
        ConfigNodes.copy(was, "args", task);
        output(was, task, place);
        all.findings.changed(
                "config.yaml",
                place,
                "the script is kept as it is: it reads the run's folder, which is another one here, and runs once you said"
                        + " caravan trust");
        made.add(task);
    }

    /** Where it writes: here always inside of the run's outputs/. */
    private void output(ObjectNode was, ObjectNode task, String place) {
        String output = was.path("output").asText("").replaceFirst("^(\\./)?outputs/", "");
        if (output.isEmpty()) {
            return;
        }
        if (!output.matches("[A-Za-z0-9_][A-Za-z0-9._/-]*") || output.contains("..")) {
            all.left(task, place + ".output", "it must be a file in the run's outputs/", was.path("output"));
            return;
        }
        task.put("output", output);
    }

    private void analyze(ObjectNode was, String place, ObjectNode task, ArrayNode made) {
        Map<String, List<String>> options = options(ConfigNodes.names(was.path("args")));
        task.put("type", "analyze");
        options.forEach((name, values) -> {
            if (name.equals("output")) {
                was.put("output", String.join(" ", values));
            } else if (ANALYZING.containsKey(name)) {
                ANALYZING.get(name).set(task, values);
            }
        });
        output(was, task, place);
        if (!task.has("output")) {
            task.put("output", slug(task.path("name").asText()) + (task.has("format") ? ".csv" : ".txt"));
        }
        options.forEach((name, values) -> {
            if (!ANALYZING.containsKey(name) && !name.equals("output")) {
                all.left(
                        task,
                        place + ".args",
                        "analyze has no such option",
                        TextNode.valueOf("--" + name + " " + String.join(" ", values)));
            }
        });
        made.add(task);
    }

    /** Values may stand apart or be joined by commas. */
    private static ArrayNode list(List<String> values) {
        ArrayNode list = Json.mapper().createArrayNode();
        values.forEach(each -> List.of(each.split(",", -1)).stream()
                .filter(part -> !part.isBlank())
                .forEach(part -> list.add(part.strip())));
        return list;
    }

    private static Map<String, List<String>> options(List<String> arguments) {
        Map<String, List<String>> options = new LinkedHashMap<>();
        String current = "";
        for (String each : arguments) {
            if (each.startsWith("--")) {
                int sign = each.indexOf('=');
                current = each.substring(2, sign < 0 ? each.length() : sign);
                List<String> values = options.computeIfAbsent(current, key -> new ArrayList<>());
                if (sign >= 0) {
                    values.add(each.substring(sign + 1));
                }
            } else {
                options.computeIfAbsent(current, key -> new ArrayList<>()).add(each);
            }
        }
        return options;
    }

    private void extract(ObjectNode was, String place, ObjectNode task, ArrayNode made) {
        task.put("type", "extract");
        for (String each : new String[] {"filename_expression", "content_expression"}) {
            if (was.has(each)) {
                data(was.path(each), place + "." + each, each, task);
            }
        }
        if (task.has("content_expression")) {
            task.put("ending", ".json");
        }
        if (was.path("compression").asText("none").equals("gzip")) {
            task.put("compression", "gzip");
        }
        String folder = was.path("output_dir").asText("outputs/units").replaceFirst("/+$", "");
        if (!folder.equals("outputs/units")) {
            was.put("output", folder);
            output(was, task, place);
        }
        if (was.has("upload")) {
            all.left(task, place + ".upload", "nothing is uploaded here", was.path("upload"));
        }
        for (Map.Entry<String, JsonNode> each : was.properties()) {
            if (!EXTRACTING.contains(each.getKey())
                    && !Set.of("name", "scope", "script", "type", "description", "output", "args")
                            .contains(each.getKey())) {
                all.left(task, place + "." + each.getKey(), "it is not known at such a step", each.getValue());
            }
        }
        made.add(task);
    }

    /** Their expressions call the record {@code data}; a field's name is enough here. */
    private void data(JsonNode python, String place, String key, ObjectNode task) {
        try {
            var words = new ExprWriter(all.types, Map.of("data", "record"), false);
            String text = words.checked(each ->
                    each.value(ExprParser.python(python.asText().strip())).text());
            boolean usual = text.equals(key.equals("filename_expression") ? "unit_id" : "record");
            if (!usual) {
                task.put(key, text);
            }
        } catch (UntranslatableException e) {
            all.left(task, place, e.why(), python);
        }
    }
}
