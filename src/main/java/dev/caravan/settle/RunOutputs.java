package dev.caravan.settle;

import dev.caravan.base.Disk;
import dev.caravan.journal.JsonLines;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitOutcome;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes what people take away: {@code outputs/results.jsonl} and {@code .csv}, one line per done unit in input order
 * without internal keys, and {@code outputs/failures.jsonl}. Streams the run; the same bytes whenever it is done again.
 */
public final class RunOutputs {
    private static final String CSV = "results.csv";

    private final RunStore store;
    private final RunFolder folder;
    private final RunFacts facts;
    private final Disk disk;
    private final RecordReader records;
    private final FailureOutput failures;

    public RunOutputs(RunStore store, RecordReader records) {
        this.store = store;
        this.folder = store.folder();
        this.facts = store.facts();
        this.disk = store.disk();
        this.records = records;
        failures = new FailureOutput(folder, facts, records);
    }

    /** Of each file that people take away, by its name. */
    public static SortedMap<String, String> checksums(RunFolder folder) {
        var found = new TreeMap<String, String>();
        for (String each : List.of("results.jsonl", "results.csv", "failures.jsonl", "dropped.jsonl")) {
            String checksum = GivenFiles.checksum(folder.outputs().resolve(each));
            if (!checksum.isEmpty()) {
                found.put(each, checksum);
            }
        }
        return found;
    }

    public void write() {
        disk.createDirectories(folder.outputs());
        results(units(UnitOutcome.DONE));
        stream("failures.jsonl", out -> failures.write(units(UnitOutcome.FAILED), out));
        int[] dropped = units(UnitOutcome.DROPPED);
        if (dropped.length > 0) {
            stream("dropped.jsonl", out -> failures.write(dropped, out));
        }
    }

    /** Both files in one pass; the table once more where a late record brought a field that the first ones lack. */
    private void results(int[] done) {
        var table = new OutputTable();
        try (Disk.Replacement rows = disk.replaceStreaming(folder.outputs().resolve(CSV))) {
            stream("results.jsonl", out -> write(done, new ResultLines(table, out, rows.out())));
            if (!table.isOutgrown()) {
                finish(CSV, rows);
                return;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.outputs().resolve(CSV), e);
        }
        table.begin();
        stream(CSV, rows -> write(done, new ResultLines(table, OutputStream.nullOutputStream(), rows)));
    }

    private void write(int[] done, ResultLines lines) throws IOException {
        int end = facts.steps().size();
        try (RecordReader.Pass pass = records.pass()) {
            for (int unit : done) {
                if (!pass.line(end, unit, lines::add)) {
                    lines.add(pass.before(end, unit));
                }
                lines.drain();
            }
        }
        lines.end();
    }

    /** The units with an outcome: in input order, each followed by its children. */
    private int[] units(UnitOutcome wanted) {
        return store.onState(state -> Arrays.stream(state.units().lineage().order())
                .filter(unit -> state.units().outcome(unit) == wanted)
                .toArray());
    }

    private interface Body {
        void write(OutputStream out) throws IOException;
    }

    private void stream(String name, Body body) {
        try (Disk.Replacement file = disk.replaceStreaming(folder.outputs().resolve(name))) {
            body.write(file.out());
            finish(name, file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.outputs().resolve(name), e);
        }
    }

    private void finish(String name, Disk.Replacement file) throws IOException {
        file.commit();
        Files.deleteIfExists(JsonLines.packed(folder.outputs().resolve(name)));
    }
}
