package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.JsonLines;
import dev.caravan.run.FileChecksums;
import dev.caravan.run.FileLengths;
import dev.caravan.run.Lineage;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitReview;
import dev.caravan.run.UnitStanding;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import dev.caravan.step.SettlingInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Holds the settled files of a run (validated, failures, findings) to the lengths and checksums that were journalled.
 * They are derived: what does not hold is made again from units, results and config, and that is journalled.
 */
public final class SettledFiles {
    private static final int BUFFER = 1 << 16;

    private final RunStore store;
    private final RunFolder folder;
    private final RunFacts facts;
    private final RunSteps judging;

    public SettledFiles(RunStore store, RunSteps judging) {
        this.store = store;
        this.folder = store.folder();
        this.facts = store.facts();
        this.judging = judging;
    }

    /** @return how many chunks of a step were made again */
    public int mend() {
        return mend(true);
    }

    /** As {@link #mend}, of those files alone that are known to be void: nothing is read to find them. */
    public int mendVoid() {
        return mend(false);
    }

    private int mend(boolean checked) {
        int mended = 0;
        int chunks = store.onState(RunState::chunks);
        // Step by step: what a gather brings together lies in chunks behind its own.
        for (int step = 0; step < facts.steps().size(); step++) {
            List<Settled> settled = settled(step, chunks);
            for (int chunk = 0; chunk < chunks; chunk++) {
                Optional<String> wrong = wrong(step, chunk, settled.get(chunk), checked);
                if (wrong.isPresent()) {
                    rebuild(step, chunk, wrong.get());
                    mended++;
                }
            }
        }
        return mended;
    }

    /** What was journalled of a chunk's files at a step. */
    private record Settled(FileLengths lengths, FileChecksums checksums) {}

    private List<Settled> settled(int step, int chunks) {
        return store.onState(state -> IntStream.range(0, chunks)
                .mapToObj(chunk -> new Settled(state.lengths(step, chunk), state.checksums(step, chunk)))
                .toList());
    }

    private Optional<String> wrong(int step, int chunk, Settled settled, boolean checked) {
        FileLengths lengths = settled.lengths();
        FileChecksums checksums = settled.checksums();
        String name = facts.steps().get(step);
        return wrong(folder.validated(name, chunk), lengths.validated(), checksums.validated(), checked)
                .or(() -> wrong(folder.failures(name, chunk), lengths.failures(), checksums.failures(), checked))
                .or(() -> wrong(folder.findings(name, chunk), lengths.findings(), checksums.findings(), checked));
    }

    private static Optional<String> wrong(Path file, long length, long checksum, boolean checked) {
        if (checksum == FileChecksums.VOID) {
            return Optional.of(file.getFileName() + " is to hold other units now");
        }
        return checked && length > 0 && !holds(file, length, checksum)
                ? Optional.of(file.getFileName() + " does not hold what was settled")
                : Optional.empty();
    }

    public static boolean holds(Path file, long length, long crc) {
        if (!JsonLines.exists(file)) {
            return false;
        }
        var actual = new CRC32C();
        try (InputStream in = JsonLines.open(file)) {
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
        RunEvent.Part told = findings(step, chunk);
        Map<Integer, ObjectNode> before = before(step, chunk);
        var last = new HashMap<Integer, ReplyRow>();
        var paid = new HashMap<Integer, ReplyRow>();
        replies(step, chunk, last, paid);
        int end = store.onState(state -> state.chunkEnd(chunk));
        for (int unit = chunk * facts.chunkSize(); unit < end; unit++) {
            settle(part, new Case(step, unit, before.get(unit), last.get(unit), paid.get(unit)));
        }
        String name = facts.steps().get(step);
        store.recordAndWait(new RunEvent.ChunkRebuilt(
                step,
                chunk,
                write(folder.validated(name, chunk), part.validated),
                write(folder.failures(name, chunk), part.failures),
                told == null ? write(folder.findings(name, chunk), part.findings) : told,
                reason));
    }

    /** The last outcome on file of each unit, and the last that was paid for. */
    private void replies(int step, int chunk, Map<Integer, ReplyRow> last, Map<Integer, ReplyRow> paid) {
        long results = store.onState(state -> state.lengths(step, chunk)).results();
        if (results > 0) {
            Path file = folder.results(facts.steps().get(step), chunk);
            ReplyRowReader.scan(file, 0, results, (offset, row) -> {
                last.put(row.unit(), row);
                if (row.paid()) {
                    paid.put(row.unit(), row);
                }
            });
        }
    }

    /**
     * The findings as they are, if they hold what was settled. Made again, those of units that were sent back meanwhile
     * would be missing: what they are about is not on file any more.
     */
    private RunEvent.@Nullable Part findings(int step, int chunk) {
        long length = store.onState(state -> state.lengths(step, chunk)).findings();
        long crc = store.onState(state -> state.checksums(step, chunk)).findings();
        boolean holds = length > 0 && holds(folder.findings(facts.steps().get(step), chunk), length, crc);
        return holds ? new RunEvent.Part(0, length, crc) : null;
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

    /**
     * What is known of a unit at a step.
     *
     * @param before what it brought
     * @param last its last outcome on file
     * @param paid its last answer that was paid for
     */
    private record Case(
            int step,
            int unit,
            @Nullable ObjectNode before,
            @Nullable ReplyRow last,
            @Nullable ReplyRow paid) {}

    /** Where the unit stands now. */
    private record Now(UnitStanding standing, int attempts, int forgiven, int tries) {
        static Now of(RunState state, int step, int unit) {
            return new Now(
                    state.standing(unit, step),
                    state.units().attempts(unit, step),
                    state.units().forgiven(unit, step),
                    state.units().tries(unit));
        }

        /** Whether it has an answer that did not hold, or that a later step sent back, and no outcome. */
        boolean isAskedAgain() {
            return standing == UnitStanding.OPEN && attempts > 0;
        }

        /** Whether nothing on file is of it. */
        boolean isUnwritten() {
            return standing == UnitStanding.ABSENT || (standing == UnitStanding.OPEN && attempts == 0);
        }

        /** Whether a part comes to the same for it. */
        boolean isOf(ChunkPart part, int unit) {
            return (standing == UnitStanding.PASSED) == part.done.get(unit)
                    && (standing == UnitStanding.FAILED) == part.failed.get(unit)
                    && (standing == UnitStanding.DROPPED) == part.dropped.get(unit);
        }
    }

    /** Judges the unit under each revision in turn, until it comes to what was settled. */
    private void settle(Rebuilt all, Case known) {
        int unit = known.unit();
        Now now = store.onState(state -> Now.of(state, known.step(), unit));
        if (now.isUnwritten()) {
            return;
        }
        ReplyRow row = row(known, now);
        for (PreparedStep each : judging.under(known.step(), row == null ? judging.revision() : row.revision())) {
            ChunkPart part = again(each, known, now);
            if (now.isOf(part, unit)) {
                all.add(part);
                return;
            }
            if (now.isAskedAgain() && part.done.get(unit)) {
                // Its answer holds here; it was sent back by a later step.
                return;
            }
        }
        throw lost(known.step(), unit, "has a reply that is judged otherwise than it was");
    }

    /** The outcome on file that the unit's standing follows from. */
    private static @Nullable ReplyRow row(Case known, Now now) {
        ReplyRow last = known.last();
        boolean skipped =
                now.standing() == UnitStanding.PASSED && last != null && last.outcome() == ReplyOutcome.SKIPPED;
        return now.standing() == UnitStanding.FAILED || skipped ? last : known.paid();
    }

    private ChunkPart again(PreparedStep step, Case known, Now now) {
        ReplyRow row = row(known, now);
        ObjectNode before = known.before();
        if (before == null || (step.manner().asksProvider() && row == null)) {
            throw lost(known.step(), known.unit(), "has no reply on file");
        }
        var part = new ChunkPart();
        ReplyRow reply = step.manner().asksProvider() ? row : null;
        Member member = reply == null
                ? new Member(known.unit(), now.attempts(), now.forgiven(), now.tries(), 0, "")
                : answered(known, now, reply);
        MemberPart.settle(
                StepSettling.of(facts, step, known.step(), 0, store.clock()),
                member,
                new StoredInput(step, known, before, member.attempts(), reply),
                part);
        return part;
    }

    /** The member as it was before the reply. */
    private static Member answered(Case known, Now now, ReplyRow reply) {
        boolean failed = now.standing() == UnitStanding.FAILED;
        int attempts = failed ? now.attempts() : Math.max(0, now.attempts() - 1);
        // Trouble since the beginning of time: an attempt that was given up is given up again.
        return new Member(known.unit(), attempts, now.forgiven(), now.tries(), 1, reply.key());
    }

    /** What a unit is settled by, as it is found in the state and on file. */
    private final class StoredInput implements MemberInput {
        private final PreparedStep step;
        private final Case known;
        private final ObjectNode record;
        private final int attempts;
        private final @Nullable ReplyRow row;

        StoredInput(PreparedStep step, Case known, ObjectNode record, int attempts, @Nullable ReplyRow row) {
            this.step = step;
            this.known = known;
            this.record = record;
            this.attempts = attempts;
            this.row = row;
        }

        @Override
        public PreparedStep step() {
            return step;
        }

        @Override
        public @Nullable ReplyRow row() {
            return row;
        }

        @Override
        public ObjectNode record() {
            return record;
        }

        @Override
        public int attempts() {
            return attempts;
        }

        @Override
        public Children children() {
            return SettledFiles.this.children(known.step(), known.unit(), record);
        }

        @Override
        public UnitReview.Word word() {
            return store.onState(state -> state.word(known.step(), known.unit()))
                    .orElseThrow(() -> lost(known.step(), known.unit(), "was never decided on"));
        }
    }

    private SettlingInput.Children children(int step, int unit, ObjectNode before) {
        int birth = facts.shape().fanOutOf(step);
        WorkOrder.Kids kids = kids(unit, birth);
        var records = new HashMap<Integer, ObjectNode>();
        var chunks = new TreeSet<>(kids.arrived().stream().map(facts::chunkOf).toList());
        chunks.forEach(each -> records.putAll(brought(step, each, birth)));
        return new SettlingInput.Children(
                kids.arrived().stream()
                        .map(each -> Optional.ofNullable(records.get(each))
                                .orElseThrow(() -> lost(step, each, "has no record to gather")))
                        .toList(),
                kids.failed().stream()
                        .map(each -> Lineage.childId(UnitRecord.id(before), each - first(each)))
                        .toList());
    }

    /** What became of the children that a unit had last. */
    private WorkOrder.Kids kids(int unit, int birth) {
        return store.onState(state -> {
            Lineage lineage = state.units().lineage();
            for (int i = lineage.count() - 1; i >= 0; i--) {
                Lineage.Family each = lineage.family(i);
                if (each.parent() == unit && each.birth() == birth) {
                    return WorkOrder.kids(state, each);
                }
            }
            return new WorkOrder.Kids(List.of(), List.of(), 0);
        });
    }

    private int first(int child) {
        return store.onState(state -> state.units().lineage().familyOf(child).first());
    }

    private UserMistakeException lost(int step, int unit, String what) {
        return new UserMistakeException(
                folder.root().toString(),
                "unit " + unit + ", step " + facts.steps().get(step),
                what + "; its settled file was damaged and cannot be made again. Restore the run's folder from a copy");
    }

    /** What the chunk's units that visit a step brought to it, by unit. */
    public Map<Integer, ObjectNode> before(int step, int chunk) {
        return store.onState(state -> StepInputs.of(folder, state, judging)).before(step, chunk);
    }

    private Map<Integer, ObjectNode> brought(int step, int chunk, int birth) {
        return store.onState(state -> StepInputs.of(folder, state, judging)).by(step, chunk, birth);
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
