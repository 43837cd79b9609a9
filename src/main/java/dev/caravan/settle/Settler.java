package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.journal.JsonLines;
import dev.caravan.run.ChunkPlace;
import dev.caravan.run.FileLengths;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitRanges;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

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

    /** Where a chunk's settled files end at a step: what is appended next begins there. Whoever appends holds it. */
    private static final class FileEnds {
        long validated;
        long failures;
        long findings;

        FileEnds(FileLengths journalled) {
            validated = journalled.validated();
            failures = journalled.failures();
            findings = journalled.findings();
        }
    }

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
        order.byChunk(facts).forEach((chunk, members) -> settle(order, chunk, members));
        return new RunEvent.WorkDone(order.work());
    }

    private void settle(WorkOrder order, int chunk, List<Member> members) {
        if (!(steps.get(order.step()) instanceof PreparedStep.Asking)) {
            var part = part(order.step());
            members.forEach(each -> perform(part, order, each));
            write(order, chunk, part);
            return;
        }
        Path results = folder.results(order.stepName(), chunk);
        Map<String, Long> offsets = offsets(results, order, chunk, members);
        var part = part(order.step());
        for (Member member : members) {
            Long offset = offsets.get(member.key());
            if (offset == null) {
                throw new IllegalStateException(results + " has no outcome for " + member.key());
            }
            ReplyRow row = ReplyRow.read(JsonLines.at(results, offset));
            part.decide(
                    member,
                    row,
                    records.before(order.step(), member.unit()),
                    judging.step(order.step(), row.revision()));
        }
        write(order, chunk, part);
    }

    private void perform(ChunkPart part, WorkOrder order, Member member) {
        PreparedStep step = steps.get(order.step());
        ObjectNode before = records.before(order.step(), member.unit());
        if (step instanceof PreparedStep.Fanning) {
            part.fanOut(member, before);
        } else if (step instanceof PreparedStep.Gathering) {
            WorkOrder.Kids kids = Objects.requireNonNull(order.kids().get(member.unit()));
            part.gather(
                    member,
                    before,
                    kids.arrived().stream()
                            .map(each -> records.before(order.step(), each))
                            .toList(),
                    kids.failed().stream().map(each -> records.id(each, before)).toList());
        } else if (step instanceof PreparedStep.Reviewing) {
            part.review(member, before, Objects.requireNonNull(order.words().get(member.unit())));
        } else {
            part.perform(member, before);
        }
    }

    private ChunkPart part(int step) {
        return new ChunkPart(facts, steps.get(step), step, pauseMillis, store.clock());
    }

    private static Map<String, Long> offsets(Path results, WorkOrder order, int chunk, List<Member> members) {
        var wanted = new HashMap<String, Long>();
        members.forEach(each -> wanted.put(each.key(), null));
        long from = order.resultsFrom().getOrDefault(chunk, 0L);
        ReplyRowReader.scan(results, from, Long.MAX_VALUE, (offset, row) -> {
            if (wanted.containsKey(row.key())) {
                wanted.putIfAbsent(row.key(), offset);
            }
        });
        return wanted;
    }

    /** Appends and journals under one lock a chunk and step, so that positions and events keep one order. */
    private void write(WorkOrder order, int chunk, ChunkPart part) {
        FileEnds end =
                ends.computeIfAbsent(new ChunkPlace(order.step(), chunk), place -> new FileEnds(FileLengths.NONE));
        String step = order.stepName();
        synchronized (end) {
            disk.createDirectories(folder.chunk(chunk));
            var validated = append(folder.validated(step, chunk), end.validated, part.validated, index::record);
            var failures = append(folder.failures(step, chunk), end.failures, part.failures, (unit, offset) -> {});
            var findings = append(
                    folder.findings(step, chunk),
                    end.findings,
                    part.findings,
                    (unit, offset) -> index.findings(unit, order.step(), offset));
            end.validated = validated.to();
            end.failures = failures.to();
            end.findings = findings.to();
            if (!part.sentBack.isEmpty()) {
                records.rewind(part.sentBack, facts.retryFrom(order.step()), chunk);
            }
            store.record(
                    new RunEvent.ChunkSettled(
                            order.work(),
                            order.step(),
                            chunk,
                            validated,
                            failures,
                            findings,
                            UnitRanges.text(part.done),
                            UnitRanges.text(part.failed),
                            UnitRanges.text(part.retried),
                            UnitRanges.text(part.returned),
                            UnitRanges.text(part.dropped),
                            UnitRanges.text(part.skipped),
                            List.copyOf(part.children.values()),
                            UnitRanges.text(part.sentBack),
                            part.sentBack.isEmpty() ? -1 : facts.retryFrom(order.step()),
                            part.notes,
                            part.pause),
                    failure -> {});
        }
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
