package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Problems;
import dev.caravan.base.TextFile;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads what the steps have in common: {@code prompts.include}, global context and its file, {@code labels}. */
final class SharedReader {
    private static final Set<String> RESERVED = Set.of("errors", "config", UnitRecord.ID);
    private static final String CONTEXT = "prompts.global_context";
    private static final String CONTEXT_FILE = "prompts.global_context_file";

    private final Path folder;
    private final String file;
    private final FieldReader fields;
    private final Problems problems;
    private final List<String> files = new ArrayList<>();

    SharedReader(Path folder, String file, FieldReader fields, Problems problems) {
        this.folder = folder;
        this.file = file;
        this.fields = fields;
        this.problems = problems;
    }

    /** @param stored whether it is a run's own copy, which was checked by the version that made the run */
    SharedContext read(ObjectNode config, ObjectNode prompts, boolean stored) {
        ObjectNode context = fields.map(prompts, "prompts.", "global_context", false);
        context.fieldNames().forEachRemaining(each -> refuseReserved(each, file, CONTEXT + "." + each));
        ObjectNode all = context.deepCopy();
        fromFile(prompts.get("global_context_file"), all);
        var lists = new LabelReader(folder, file, fields, problems, stored);
        ObjectNode labels = lists.read(config);
        files.addAll(lists.files());
        if (!labels.isEmpty()) {
            if (all.has(SharedContext.LABELS)) {
                problems.at(
                        file,
                        CONTEXT + "." + SharedContext.LABELS,
                        "is the name of the lists under labels; choose another");
            }
            all.set(SharedContext.LABELS, labels);
        }
        List<String> parts = parts(prompts.get("include"));
        files.addAll(parts);
        return new SharedContext(all, labels, parts, files);
    }

    private void refuseReserved(String name, String where, String place) {
        if (RESERVED.contains(name)) {
            problems.at(where, place, "is a name of the system's; choose another");
        }
    }

    private void fromFile(JsonNode given, ObjectNode all) {
        if (given == null) {
            return;
        }
        String path = given.asText();
        if (!given.isTextual() || path.isBlank()) {
            problems.at(file, CONTEXT_FILE, "must name one file of the folder, not " + Json.text(given));
            return;
        }
        if (!SharedFiles.isThere(folder, path, CONTEXT_FILE, file, fields, problems)) {
            return;
        }
        files.add(path);
        try {
            entries(path).properties().forEach(each -> {
                String name = each.getKey();
                refuseReserved(name, path, name);
                if (all.has(name)) {
                    problems.at(file, CONTEXT + "." + name, "is also given in " + path + "; keep one of them");
                } else if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                    problems.hint(path, name, "is no name that a template can write: letters, digits and _ only");
                }
                all.set(name, each.getValue());
            });
        } catch (UserMistakeException e) {
            problems.addAll(e.problems());
        }
    }

    private ObjectNode entries(String path) {
        Path at = folder.resolve(path);
        String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        JsonNode read = switch (ending) {
            case "json" -> SharedFiles.json(at, path);
            case "yaml", "yml" -> SafeYaml.read(at, path);
            case "csv" -> table(at, path);
            default ->
                throw new UserMistakeException(file, CONTEXT_FILE, "'" + path + "' must end in json, yaml or csv");
        };
        if (read instanceof ObjectNode map) {
            return map;
        }
        throw new UserMistakeException(path, "", "must be a map of names to values");
    }

    /** A table of names and values. */
    private static ObjectNode table(Path at, String path) {
        ObjectNode map = Json.object();
        try (var reader = TextFile.reader(at)) {
            var rows = new CsvRows(reader, path, ',', found -> "save the file with commas between the cells");
            int name = rows.names().indexOf("name");
            int value = rows.names().indexOf("value");
            if (name < 0 || value < 0 || rows.names().size() != 2) {
                throw new UserMistakeException(
                        path, "line 1", "must have the two columns name and value, not " + rows.names());
            }
            for (List<String> cells = rows.next(); cells != null; cells = rows.next()) {
                String each = cells.get(name).strip();
                if (each.isEmpty() || map.has(each)) {
                    throw new UserMistakeException(
                            path,
                            "line " + rows.line(),
                            each.isEmpty() ? "has a value without a name" : "gives '" + each + "' a second value");
                }
                map.put(each, cells.get(value));
            }
            return map;
        } catch (IOException e) {
            throw new UserMistakeException(path, "", TextFile.trouble(e));
        }
    }

    private List<String> parts(JsonNode given) {
        var parts = new ArrayList<String>();
        if (given == null) {
            return parts;
        }
        if (!given.isArray()) {
            problems.at(file, "prompts.include", "must be a list of files of the folder, not " + Json.text(given));
            return parts;
        }
        for (int i = 0; i < given.size(); i++) {
            String at = "prompts.include[" + i + "]";
            String path = given.get(i).asText();
            if (!given.get(i).isTextual() || path.isBlank()) {
                problems.at(file, at, "must be the name of a file of the folder, not " + Json.text(given.get(i)));
            } else if (parts.contains(path)) {
                problems.at(file, at, "'" + path + "' is there twice; keep one");
            } else if (SharedFiles.isThere(folder, path, at, file, fields, problems)) {
                parts.add(path);
            }
        }
        return parts;
    }
}
