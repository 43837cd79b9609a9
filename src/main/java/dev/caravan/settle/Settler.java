package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.journal.LineWindow;
import dev.caravan.run.ChunkPlace;
import dev.caravan.run.FileLengths;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitReview;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Judges the outcomes of a piece of work and settles its units chunk by chunk: records and reasons into the settled
 * files, synced, then one event. Deterministic: judged again after a crash, the same outcomes settle the same way.
 */
public final class Settler {
    private final RunFolder folder;
    private final RunFacts facts;
    private final RunSteps judging;
    private final List<PreparedStep> steps;
    private final RunStore store;
    private final Disk disk;
    private final RecordReader records;
    private final RecordIndex index;
    private final long pauseMillis;
    private final Map<ChunkPlace, FileEnds> ends = new ConcurrentHashMap<>();

    /** @param pauseMillis first pause of a step whose provider is in trouble */
    public Settler(
            RunStore store,
            RunSteps judging,
            RecordReader records,
            RecordIndex index,
            Map<ChunkPlace, FileLengths> lengths,
            long pauseMillis) {
        this.folder = store.folder();
        this.facts = store.facts();
        this.store = store;
        this.disk = store.disk();
        this.judging = judging;
        this.steps = judging.steps();
        this.records = records;
        this.index = index;
        this.pauseMillis = pauseMillis;
        lengths.forEach((place, length) -> ends.put(place, new FileEnds(length)));
    }

    /** Settles every member of the work that has an outcome on file; they all must have one. */
    public RunEvent.WorkDone settle(WorkOrder order) {
        return settle(order, new BookedReplies());
    }

    /** @param booked outcomes that need not be read back from their files */
    public RunEvent.WorkDone settle(WorkOrder order, BookedReplies booked) {
        order.byChunk(facts).forEach((chunk, members) -> settle(order, chunk, members, booked));
        return new RunEvent.WorkDone(order.work());
    }

    private void settle(WorkOrder order, int chunk, List<Member> members, BookedReplies booked) {
        PreparedStep now = steps.get(order.step());
        var settling = StepSettling.of(facts, now, order.step(), pauseMillis, store.clock());
        var part = new ChunkPart();
        try (RecordReader.Pass pass = records.pass();
                var rows = new LineWindow()) {
            var replies = new ChunkReplies(order, chunk, booked, rows);
            if (now.manner().asksProvider()) {
                replies.find(members);
            }
            for (Member member : members) {
                MemberPart.settle(settling, member, new OrderedInput(order, member, replies.of(member), pass), part);
            }
        }
        write(order, chunk, part);
    }

    /** The outcomes of one chunk's members, from memory or from their file. */
    private final class ChunkReplies {
        private final WorkOrder order;
        private final Path file;
        private final int chunk;
        private final BookedReplies booked;
        private final BookedReplies read = new BookedReplies();
        private final Map<String, Long> places = new HashMap<>();
        private final LineWindow rows;

        ChunkReplies(WorkOrder order, int chunk, BookedReplies booked, LineWindow rows) {
            this.order = order;
            this.chunk = chunk;
            this.booked = booked;
            this.rows = rows;
            file = folder.results(order.stepName(), chunk);
        }

        /** Looks in the file for those that are not in memory. */
        void find(List<Member> members) {
            Set<String> wanted = new LinkedHashSet<>();
            for (Member each : members) {
                if (!booked.has(each.key())) {
                    wanted.add(each.key());
                }
            }
            if (wanted.isEmpty()) {
                return;
            }
            long from = order.resultsFrom().getOrDefault(chunk, 0L);
            ReplyRowReader.scan(file, from, Long.MAX_VALUE, (offset, row) -> {
                if (wanted.remove(row.key()) && !read.add(row)) {
                    places.put(row.key(), offset);
                }
            });
            if (!wanted.isEmpty()) {
                throw new IllegalStateException(
                        file + " has no outcome for " + wanted.iterator().next());
            }
        }

        @Nullable ReplyRow of(Member member) {
            String key = member.key();
            Long place = places.get(key);
            if (place != null) {
                return ReplyRow.read(rows.at(file, place));
            }
            ReplyRow known = booked.get(key);
            return known == null ? read.get(key) : known;
        }
    }

    /** What a member is settled by, as its work was ordered. */
    private final class OrderedInput implements MemberInput {
        private final WorkOrder order;
        private final Member member;
        private final @Nullable ReplyRow row;
        private final UnitRecords from;
        private final ObjectNode record;

        OrderedInput(WorkOrder order, Member member, @Nullable ReplyRow row, UnitRecords from) {
            this.order = order;
            this.member = member;
            this.row = row;
            this.from = from;
            record = from.before(order.step(), member.unit());
        }

        @Override
        public PreparedStep step() {
            return row == null ? steps.get(order.step()) : judging.step(order.step(), row.revision());
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
            return member.attempts();
        }

        @Override
        public Children children() {
            WorkOrder.Kids kids = Objects.requireNonNull(order.kids().get(member.unit()));
            return new Children(
                    kids.arrived().stream()
                            .map(each -> from.before(order.step(), each))
                            .toList(),
                    kids.failed().stream().map(each -> records.id(each, record)).toList());
        }

        @Override
        public UnitReview.Word word() {
            return Objects.requireNonNull(order.words().get(member.unit()));
        }
    }

    /** Where the settled files of a chunk and step end. */
    private static final class FileEnds {
        private long validated;
        private long failures;
        private long findings;

        FileEnds(FileLengths journalled) {
            validated = journalled.validated();
            failures = journalled.failures();
            findings = journalled.findings();
        }
    }

    /** Appends and journals under one lock a chunk and step, so that positions and events keep one order. */
    private void write(WorkOrder order, int chunk, ChunkPart part) {
        FileEnds end =
                ends.computeIfAbsent(new ChunkPlace(order.step(), chunk), place -> new FileEnds(FileLengths.NONE));
        synchronized (end) {
            RunEvent.ChunkSettled settled = append(order, chunk, part, end);
            end.validated = settled.validated().to();
            end.failures = settled.failures().to();
            end.findings = settled.findings().to();
            if (!part.sentBack.isEmpty()) {
                records.rewind(part.sentBack, facts.retryFrom(order.step()), chunk);
            }
            store.record(settled, failure -> {});
        }
    }

    private RunEvent.ChunkSettled append(WorkOrder order, int chunk, ChunkPart part, FileEnds end) {
        String step = order.stepName();
        disk.createDirectories(folder.chunk(chunk));
        var validated = append(folder.validated(step, chunk), end.validated, part.validated, index::record);
        var failures = append(folder.failures(step, chunk), end.failures, part.failures, (unit, offset) -> {});
        var findings = append(
                folder.findings(step, chunk),
                end.findings,
                part.findings,
                (unit, offset) -> index.findings(unit, order.step(), offset));
        return new RunEvent.ChunkSettled(
                order.work(),
                order.step(),
                chunk,
                validated,
                failures,
                findings,
                part.done.toString(),
                part.failed.toString(),
                part.retried.toString(),
                part.returned.toString(),
                part.dropped.toString(),
                part.skipped.toString(),
                List.copyOf(part.children.values()),
                part.sentBack.toString(),
                part.sentBack.isEmpty() ? -1 : facts.retryFrom(order.step()),
                part.notes,
                part.pause);
    }

    private interface Placed {
        void at(int unit, long offset);
    }

    private RunEvent.Part append(Path file, long end, Map<Integer, byte[]> lines, Placed placed) {
        if (lines.isEmpty()) {
            return new RunEvent.Part(end, end, 0);
        }
        var crc = new CRC32C();
        try (Disk.Appender appender = disk.append(file, end)) {
            lines.forEach((unit, line) -> {
                placed.at(unit, appender.position());
                crc.update(line, 0, line.length);
                appender.write(line);
            });
            appender.force();
            return new RunEvent.Part(end, appender.position(), crc.getValue());
        }
    }
}
