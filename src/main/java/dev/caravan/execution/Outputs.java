package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Csv;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.Saturated;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.JsonLines;
import dev.caravan.run.Outcome;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes what people take away: {@code outputs/results.jsonl} and {@code .csv}, one line per done unit in input order
 * without internal keys, and {@code outputs/failures.jsonl}. Streams the run; the same bytes whenever it is done again.
 */
final class Outputs {
    private final RunStore store;
    private final RunFolder folder;
    private final RunFacts facts;
    private final Disk disk;
    private final Records records;

    Outputs(RunStore store, Records records) {
        this.store = store;
        this.folder = store.folder();
        this.facts = store.facts();
        this.disk = store.disk();
        this.records = records;
    }

    /** Of each file that people take away, by its name. */
    static SortedMap<String, String> checksums(RunFolder folder) {
        var found = new TreeMap<String, String>();
        for (String each : List.of("results.jsonl", "results.csv", "failures.jsonl", "dropped.jsonl")) {
            String checksum = GivenFiles.checksum(folder.outputs().resolve(each));
            if (!checksum.isEmpty()) {
                found.put(each, checksum);
            }
        }
        return found;
    }

    void write() {
        disk.createDirectories(folder.outputs());
        int[] done = units(Outcome.DONE);
        Set<String> columns = new LinkedHashSet<>();
        stream(
                "results.jsonl",
                out -> each(done, record -> {
                    record.fieldNames().forEachRemaining(columns::add);
                    out.write(Json.line(record));
                }));
        stream("results.csv", out -> {
            out.write(Csv.line(List.copyOf(columns)));
            each(
                    done,
                    record -> out.write(Csv.line(columns.stream()
                            .map(name -> Csv.cell(record.get(name)))
                            .toList())));
        });
        stream("failures.jsonl", out -> writeFailures(units(Outcome.FAILED), out));
        int[] dropped = units(Outcome.DROPPED);
        if (dropped.length > 0) {
            stream("dropped.jsonl", out -> writeFailures(dropped, out));
        }
    }

    /** The units with an outcome: in input order, each followed by its children. */
    private int[] units(Outcome wanted) {
        return store.onState(state -> Arrays.stream(state.units().lineage().order())
                .filter(unit -> state.units().outcome(unit) == wanted)
                .toArray());
    }

    private void each(int[] done, Lines lines) throws IOException {
        for (int unit : done) {
            ObjectNode record = records.before(facts.steps().size(), unit);
            lines.take(withoutInternal(record));
        }
    }

    /** A record as people get it. */
    static ObjectNode withoutInternal(ObjectNode record) {
        record.remove(record.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> name.startsWith("_"))
                .toList());
        return record;
    }

    /** Of each unit its line in a failures file, and the tokens it used up, in the given order. */
    private void writeFailures(int[] units, OutputStream out) throws IOException {
        if (units.length == 0) {
            return;
        }
        var wanted = new BitSet();
        Arrays.stream(units).forEach(wanted::set);
        int[] slots = Arrays.stream(units).sorted().toArray();
        var steps = new int[units.length];
        var offsets = new long[units.length];
        var input = new long[units.length];
        var output = new long[units.length];
        var untold = new int[units.length];
        var chunks = new BitSet();
        Arrays.stream(units).forEach(unit -> chunks.set(facts.chunkOf(unit)));
        for (int chunk = chunks.nextSetBit(0); chunk >= 0; chunk = chunks.nextSetBit(chunk + 1)) {
            for (int step = 0; step < facts.steps().size(); step++) {
                int at = step;
                scan(folder.failures(facts.steps().get(step), chunk), (offset, node) -> {
                    int slot = Arrays.binarySearch(slots, node.path("_n").asInt(-1));
                    if (slot >= 0) {
                        steps[slot] = at;
                        offsets[slot] = offset;
                    }
                });
                Path results = folder.results(facts.steps().get(step), chunk);
                if (JsonLines.exists(results)) {
                    ReplyRows.scan(results, 0, Long.MAX_VALUE, (offset, row) -> {
                        if (row.paid() && wanted.get(row.unit())) {
                            int slot = Arrays.binarySearch(slots, row.unit());
                            input[slot] =
                                    Saturated.plus(input[slot], row.usage().input());
                            output[slot] =
                                    Saturated.plus(output[slot], row.usage().output());
                            untold[slot] += row.untold() ? 1 : 0;
                        }
                    });
                }
            }
        }
        for (int unit : units) {
            int slot = Arrays.binarySearch(slots, unit);
            var file = folder.failures(facts.steps().get(steps[slot]), facts.chunkOf(unit));
            ObjectNode line = failure((ObjectNode) JsonLines.at(file, offsets[slot]), input[slot], output[slot]);
            if (untold[slot] > 0) {
                line.put("unknown_usage_replies", untold[slot]);
            }
            out.write(Json.line(line));
        }
    }

    private static void scan(Path file, JsonLines.Line line) {
        if (Files.exists(file)) {
            JsonLines.scan(file, 0, Long.MAX_VALUE, line);
        }
    }

    private static ObjectNode failure(ObjectNode known, long input, long output) {
        JsonNode first = known.path("errors").path(0);
        ObjectNode line = Json.object();
        line.set("unit_id", known.get("unit_id"));
        line.set("step", known.get("step"));
        if (known.path("failure_stage").asText().equals(ChunkPart.DROPPED)) {
            return line.put("input_tokens", input).put("output_tokens", output);
        }
        line.set("class", known.get("failure_stage"));
        line.put("code", first.path("code").asText());
        line.put("reason", first.path("message").asText());
        line.set("attempts", known.get("attempts"));
        // In tokens, since a dollar depends on the mode.
        return line.put("input_tokens", input).put("output_tokens", output);
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
            Files.deleteIfExists(JsonLines.packed(folder.outputs().resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.outputs().resolve(name), e);
        }
    }
}
