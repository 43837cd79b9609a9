package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.run.JsonLines;
import dev.caravan.run.Outcome;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.WorkOrder.Member;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Holds the settled files of a run (validated, failures, findings) to the lengths and checksums that were journalled.
 * They are derived: what does not hold is made again from units, results and config, and that is journalled.
 */
final class SettledFiles {
    private static final int BUFFER = 1 << 16;

    private final RunStore store;
    private final RunFolder folder;
    private final RunFacts facts;
    private final Judging judging;

    SettledFiles(RunStore store, Judging judging) {
        this.store = store;
        this.folder = store.folder();
        this.facts = store.facts();
        this.judging = judging;
    }

    /** @return how many chunks of a step were made again */
    int mend() {
        int mended = 0;
        for (int chunk = 0; chunk < facts.chunks(); chunk++) {
            for (int step = 0; step < facts.steps().size(); step++) {
                Optional<String> wrong = wrong(step, chunk);
                if (wrong.isPresent()) {
                    rebuild(step, chunk, wrong.get());
                    mended++;
                }
            }
        }
        return mended;
    }

    private Optional<String> wrong(int step, int chunk) {
        long[] lengths = store.onState(state -> state.lengths(step, chunk));
        long[] crcs = store.onState(state -> state.crcs(step, chunk));
        String name = facts.steps().get(step);
        Path[] files = {
            folder.validated(name, chunk), folder.failures(name, chunk), folder.findings(name, chunk),
        };
        for (int i = 0; i < files.length; i++) {
            if (crcs[i] == RunState.VOID) {
                return Optional.of(files[i].getFileName() + " is to hold other units now");
            }
            if (lengths[i + 1] > 0 && !holds(files[i], lengths[i + 1], crcs[i])) {
                return Optional.of(files[i].getFileName() + " does not hold what was settled");
            }
        }
        return Optional.empty();
    }

    static boolean holds(Path file, long length, long crc) {
        if (!Files.exists(file)) {
            return false;
        }
        var actual = new CRC32C();
        try (InputStream in = Files.newInputStream(file)) {
            var buffer = new byte[BUFFER];
            long left = length;
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    return false;
                }
                actual.update(buffer, 0, read);
                left -= read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        return actual.getValue() == crc;
    }

    private void rebuild(int step, int chunk, String reason) {
        var part = new Rebuilt();
        Map<Integer, ObjectNode> before = before(step, chunk);
        var last = new HashMap<Integer, ReplyRow>();
        var paid = new HashMap<Integer, ReplyRow>();
        String name = facts.steps().get(step);
        long results = store.onState(state -> state.lengths(step, chunk))[0];
        if (results > 0) {
            JsonLines.scan(folder.results(name, chunk), 0, results, (offset, node) -> {
                ReplyRow row = ReplyRow.read(node);
                last.put(row.unit(), row);
                if (row.paid()) {
                    paid.put(row.unit(), row);
                }
            });
        }
        int end = Math.min(facts.units(), (chunk + 1) * facts.chunkSize());
        for (int unit = chunk * facts.chunkSize(); unit < end; unit++) {
            settle(part, step, unit, before.get(unit), last.get(unit), paid.get(unit));
        }
        store.recordAndWait(new RunEvent.ChunkRebuilt(
                step,
                chunk,
                write(folder.validated(name, chunk), part.validated),
                write(folder.failures(name, chunk), part.failures),
                write(folder.findings(name, chunk), part.findings),
                reason));
    }

    /** Lines of a chunk's three files, by unit. */
    private static final class Rebuilt {
        final Map<Integer, byte[]> validated = new TreeMap<>();
        final Map<Integer, byte[]> failures = new TreeMap<>();
        final Map<Integer, byte[]> findings = new TreeMap<>();

        void add(ChunkPart part) {
            validated.putAll(part.validated);
            failures.putAll(part.failures);
            findings.putAll(part.findings);
        }
    }

    /** Judges the unit under each revision in turn, until it comes to what was settled. */
    private void settle(
            Rebuilt all,
            int step,
            int unit,
            @org.jspecify.annotations.Nullable ObjectNode before,
            @org.jspecify.annotations.Nullable ReplyRow last,
            @org.jspecify.annotations.Nullable ReplyRow paid) {
        Standing now = store.onState(state -> new Standing(
                state.units().step(unit),
                state.units().outcome(unit),
                state.units().attempts(unit),
                state.units().forgiven(unit),
                state.units().tries(unit)));
        boolean passed = now.step() > step || (now.step() == step && now.outcome() == Outcome.DONE);
        boolean failed = now.step() == step && now.outcome() == Outcome.FAILED;
        boolean dropped = now.step() == step && now.outcome() == Outcome.DROPPED;
        boolean asked = now.step() == step && now.attempts() > 0;
        if (!passed && !failed && !dropped && !asked) {
            return;
        }
        boolean skipped = passed && last != null && last.outcome().equals(ReplyRow.SKIPPED);
        ReplyRow row = failed || skipped ? last : paid;
        for (PreparedStep each : judging.under(step)) {
            if (before == null || (each instanceof PreparedStep.Asking && row == null)) {
                throw lost(step, unit, "has no reply on file");
            }
            var part = new ChunkPart(facts, each, step, 0, store.clock());
            if (each instanceof PreparedStep.Local) {
                part.perform(new Member(unit, now.attempts(), now.forgiven(), now.tries(), 0, ""), before);
            } else if (row != null) {
                // Trouble since the beginning of time: an attempt that was given up is given up again.
                int attempts = failed ? now.attempts() : Math.max(0, now.attempts() - 1);
                part.decide(new Member(unit, attempts, now.forgiven(), now.tries(), 1, row.key()), row, before);
            }
            if (passed == part.done.get(unit) && failed == part.failed.get(unit) && dropped == part.dropped.get(unit)) {
                all.add(part);
                return;
            }
        }
        throw lost(step, unit, "has a reply that is judged otherwise than it was");
    }

    private record Standing(int step, Outcome outcome, int attempts, int forgiven, int tries) {}

    private InvalidFileException lost(int step, int unit, String what) {
        return new InvalidFileException(
                folder.root().toString(),
                "unit " + unit + ", step " + facts.steps().get(step),
                what + "; its settled file was damaged and cannot be made again. Restore the run's folder from a copy");
    }

    /** What the chunk's units brought to a step, by unit. */
    Map<Integer, ObjectNode> before(int step, int chunk) {
        var records = new HashMap<Integer, ObjectNode>();
        if (step > 0) {
            Path file = folder.validated(facts.steps().get(step - 1), chunk);
            if (Files.exists(file)) {
                JsonLines.scan(
                        file,
                        0,
                        Long.MAX_VALUE,
                        (offset, node) -> records.put(node.get("_n").intValue(), (ObjectNode) node));
            }
            return records;
        }
        int[] unit = {0};
        JsonLines.scan(folder.units(), 0, Long.MAX_VALUE, (offset, node) -> {
            if (facts.chunkOf(unit[0]) == chunk) {
                records.put(unit[0], (ObjectNode) node);
            }
            unit[0]++;
        });
        return records;
    }

    private RunEvent.Part write(Path file, Map<Integer, byte[]> lines) {
        if (lines.isEmpty() && !Files.exists(file)) {
            return new RunEvent.Part(0, 0, 0);
        }
        var crc = new CRC32C();
        long length = 0;
        try (Disk.Replacement replacement = store.disk().replaceStreaming(file)) {
            for (byte[] line : lines.values()) {
                replacement.out().write(line);
                crc.update(line, 0, line.length);
                length += line.length;
            }
            replacement.commit();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return new RunEvent.Part(0, length, crc.getValue());
    }
}
