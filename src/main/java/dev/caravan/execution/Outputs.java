package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.provider.Usage;
import dev.caravan.run.JsonLines;
import dev.caravan.run.Outcome;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes what people take away: {@code outputs/results.jsonl} and {@code .csv}, one line per done unit in input order
 * without internal keys, and {@code outputs/failures.jsonl}. Streams the run; the same bytes whenever it is done again.
 */
final class Outputs {
    private final RunFolder folder;
    private final RunFacts facts;
    private final Disk disk;
    private final Records records;

    Outputs(RunFolder folder, RunFacts facts, Disk disk, Records records) {
        this.folder = folder;
        this.facts = facts;
        this.disk = disk;
        this.records = records;
    }

    /** Each unit's outcome at this moment, by number. */
    static Outcome[] outcomes(RunStore store) {
        return store.onState(state -> {
            var all = new Outcome[state.facts().units()];
            for (int i = 0; i < all.length; i++) {
                all[i] = state.units().outcome(i);
            }
            return all;
        });
    }

    /** @param outcomes final outcome of each unit by number */
    void write(Outcome[] outcomes) {
        disk.createDirectories(folder.outputs());
        Set<String> columns = new LinkedHashSet<>();
        stream(
                "results.jsonl",
                out -> each(outcomes, record -> {
                    record.fieldNames().forEachRemaining(columns::add);
                    out.write(Json.line(record));
                }));
        stream("results.csv", out -> {
            out.write(csvLine(columns));
            each(
                    outcomes,
                    record -> out.write(csvLine(
                            columns.stream().map(name -> cell(record.get(name))).toList())));
        });
        stream("failures.jsonl", out -> writeFailures(out, false));
        if (java.util.Arrays.asList(outcomes).contains(Outcome.DROPPED)) {
            stream("dropped.jsonl", out -> writeFailures(out, true));
        }
    }

    private void each(Outcome[] outcomes, Lines lines) throws IOException {
        for (int unit = 0; unit < outcomes.length; unit++) {
            if (outcomes[unit] == Outcome.DONE) {
                ObjectNode record = records.before(facts.steps().size(), unit);
                record.remove(record.properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(name -> name.startsWith("_"))
                        .toList());
                lines.take(record);
            }
        }
    }

    /** @param dropped whether to tell of the units that left the run as the pipeline says, or of those that failed */
    private void writeFailures(OutputStream out, boolean dropped) throws IOException {
        for (int chunk = 0; chunk < facts.chunks(); chunk++) {
            var failures = new TreeMap<Integer, ObjectNode>();
            for (String step : facts.steps()) {
                var file = folder.failures(step, chunk);
                if (Files.exists(file)) {
                    JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                        if (dropped == node.path("failure_stage").asText().equals(ChunkPart.DROPPED)) {
                            failures.put(node.get("_n").intValue(), (ObjectNode) node);
                        }
                    });
                }
            }
            if (!failures.isEmpty()) {
                Map<Integer, Usage> used = used(chunk, failures.keySet());
                for (var each : failures.entrySet()) {
                    out.write(Json.line(failure(each.getValue(), used.getOrDefault(each.getKey(), Usage.NONE))));
                }
            }
        }
    }

    private static ObjectNode failure(ObjectNode known, Usage used) {
        JsonNode first = known.path("errors").path(0);
        ObjectNode line = Json.object();
        line.set("unit_id", known.get("unit_id"));
        line.set("step", known.get("step"));
        if (known.path("failure_stage").asText().equals(ChunkPart.DROPPED)) {
            return line.put("input_tokens", used.input()).put("output_tokens", used.output());
        }
        line.set("class", known.get("failure_stage"));
        line.put("code", first.path("code").asText());
        line.put("reason", first.path("message").asText());
        line.set("attempts", known.get("attempts"));
        line.put("input_tokens", used.input()).put("output_tokens", used.output());
        return line;
    }

    /** What each failed unit used up, over all steps and attempts. In tokens, since a dollar depends on the mode. */
    private Map<Integer, Usage> used(int chunk, Set<Integer> units) {
        var used = new TreeMap<Integer, Usage>();
        for (String step : facts.steps()) {
            var file = folder.results(step, chunk);
            if (Files.exists(file)) {
                JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                    ReplyRow row = ReplyRow.read(node);
                    if (row.paid() && units.contains(row.unit())) {
                        used.merge(row.unit(), row.usage(), Usage::plus);
                    }
                });
            }
        }
        return used;
    }

    private static String cell(JsonNode value) {
        if (value == null || value.isNull()) {
            return "";
        }
        return value.isValueNode() ? value.asText() : Json.text(value);
    }

    /** RFC 4180. A cell that a spreadsheet would take for a formula is kept as text by a leading apostrophe. */
    private static byte[] csvLine(Iterable<String> cells) {
        var line = new StringBuilder();
        for (String cell : cells) {
            if (!line.isEmpty() || line.length() > 0) {
                line.append(',');
            }
            line.append(quoted(cell));
        }
        return line.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String cell) {
        boolean formula = !cell.isEmpty() && "=+-@\t\r".indexOf(cell.charAt(0)) >= 0 && !isNumber(cell);
        String text = formula ? "'" + cell : cell;
        boolean plain = text.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return plain && !text.isEmpty() ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    private static boolean isNumber(String cell) {
        return cell.matches("[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?");
    }

    private interface Lines {
        void take(ObjectNode record) throws IOException;
    }

    private interface Body {
        void write(OutputStream out) throws IOException;
    }

    private void stream(String name, Body body) {
        try (Disk.Replacement file = disk.replaceStreaming(folder.outputs().resolve(name))) {
            body.write(file.out());
            file.commit();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.outputs().resolve(name), e);
        }
    }
}
