package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.run.JsonLines;
import dev.caravan.run.Ranges;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Verdict;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * Judges the outcomes of a piece of work and settles its units chunk by chunk: records and reasons into the settled
 * files, synced, then one event. Deterministic: judged again after a crash, the same outcomes settle the same way.
 */
final class Settler {
    private final RunFolder folder;
    private final RunFacts facts;
    private final List<PreparedStep> steps;
    private final RunStore store;
    private final Disk disk;
    private final Records records;
    private final RecordIndex index;
    private final long pauseMillis;
    private final Map<String, long[]> ends = new ConcurrentHashMap<>();

    /** @param pauseMillis first pause of a step whose provider is in trouble */
    Settler(
            RunStore store,
            List<PreparedStep> steps,
            Records records,
            RecordIndex index,
            Map<String, long[]> lengths,
            long pauseMillis) {
        this.folder = store.folder();
        this.facts = store.facts();
        this.store = store;
        this.disk = store.disk();
        this.steps = steps;
        this.records = records;
        this.index = index;
        this.pauseMillis = pauseMillis;
        lengths.forEach((key, value) -> ends.put(key, new long[] {value[1], value[2], value[3]}));
    }

    /** Settles every member of the work that has an outcome on file; they all must have one. */
    RunEvent.WorkDone settle(WorkOrder order) {
        order.byChunk(facts).forEach((chunk, members) -> settle(order, chunk, members));
        return new RunEvent.WorkDone(order.work());
    }

    private void settle(WorkOrder order, int chunk, List<Member> members) {
        Path results = folder.results(order.stepName(), chunk);
        Map<String, Long> offsets = offsets(results, order, chunk, members);
        var part = new ChunkPart(order.step());
        for (Member member : members) {
            Long offset = offsets.get(member.key());
            if (offset == null) {
                throw new IllegalStateException(results + " has no outcome for " + member.key());
            }
            decide(part, member, ReplyRow.read(JsonLines.at(results, offset)));
        }
        write(order, chunk, part);
    }

    private static Map<String, Long> offsets(Path results, WorkOrder order, int chunk, List<Member> members) {
        var wanted = new HashMap<String, Long>();
        members.forEach(each -> wanted.put(each.key(), null));
        long from = order.resultsFrom().getOrDefault(chunk, 0L);
        JsonLines.scan(results, from, Long.MAX_VALUE, (offset, node) -> {
            String key = node.path("key").textValue();
            if (wanted.containsKey(key)) {
                wanted.putIfAbsent(key, offset);
            }
        });
        return wanted;
    }

    private void decide(ChunkPart part, Member member, ReplyRow row) {
        switch (row.outcome()) {
            case ReplyRow.COMPLETED -> judge(part, member, row);
            case ReplyRow.REFUSED ->
                reject(part, member, row, List.of(Finding.error("refused", "$", "the model refused: " + row.detail())));
            case ReplyRow.TRUNCATED ->
                reject(
                        part,
                        member,
                        row,
                        List.of(Finding.error(
                                "truncated",
                                "$",
                                "the answer was cut at the token limit; be shorter or raise max_tokens")));
            case ReplyRow.REJECTED, ReplyRow.UNRENDERED ->
                fail(part, member, row, List.of(Finding.error(row.code(), "$", row.detail())));
            default -> sendAgain(part, member, row);
        }
    }

    private void judge(ChunkPart part, Member member, ReplyRow row) {
        ObjectNode before = records.before(part.step, member.unit());
        Verdict verdict = steps.get(part.step).judge(row.text(), before);
        verdict.findings().forEach(part::note);
        ObjectNode output = verdict.output();
        if (output == null) {
            reject(
                    part,
                    member,
                    row,
                    verdict.findings().stream().filter(Finding::fails).toList());
        } else {
            part.done.set(member.unit());
            part.validated.put(member.unit(), Json.line(output));
        }
    }

    private void reject(ChunkPart part, Member member, ReplyRow row, List<Finding> findings) {
        if (!row.outcome().equals(ReplyRow.COMPLETED)) {
            findings.forEach(part::note);
        }
        if (member.attempts() >= facts.maxRetries()) {
            fail(part, member, row, findings);
            return;
        }
        part.retried.set(member.unit());
        ObjectNode line = Json.object().put("_n", member.unit()).put("unit_id", row.unitId());
        line.put("attempt", member.attempts() + 1).set("errors", errors(findings));
        part.findings.put(member.unit(), Json.line(line));
    }

    private void sendAgain(ChunkPart part, Member member, ReplyRow row) {
        part.notes.merge(row.outcome(), 1, Integer::sum);
        if (givenUp(member, row)) {
            fail(
                    part,
                    member,
                    row,
                    List.of(Finding.error(
                            row.code().isEmpty() ? row.outcome() : row.code(),
                            "$",
                            "no answer after " + (member.tries() + 1) + " tries: " + row.detail())));
            return;
        }
        part.returned.set(member.unit());
        part.pause = Math.max(part.pause, Math.max(pauseMillis, row.retryAfterMillis()));
    }

    /** Whether the attempt has gone without an answer for as long as the pipeline allows. */
    private boolean givenUp(Member member, ReplyRow row) {
        long since = member.troubleSince();
        return since > 0
                && store.clock().instant().getEpochSecond() - since
                        >= facts.giveUpAfter(row.lane()).toSeconds();
    }

    private void fail(ChunkPart part, Member member, ReplyRow row, List<Finding> findings) {
        part.failed.set(member.unit());
        ObjectNode line = Json.object().put("unit_id", row.unitId()).put("_n", member.unit());
        line.put("step", facts.steps().get(part.step));
        line.put("failure_stage", stage(row));
        line.set("errors", errors(findings));
        line.put("retry_count", member.attempts());
        line.put("attempts", member.attempts() + (row.paid() ? 1 : 0));
        line.put("tries", member.tries() + 1);
        if (row.paid()) {
            line.put("raw_response", row.text());
        }
        if (!row.code().isEmpty()) {
            line.put("provider_code", row.code());
        }
        part.failures.put(member.unit(), Json.line(line));
    }

    private static String stage(ReplyRow row) {
        return switch (row.outcome()) {
            case ReplyRow.COMPLETED -> "validation";
            case ReplyRow.THROTTLED, ReplyRow.TRANSIENT, ReplyRow.AMBIGUOUS -> "transport";
            default -> row.outcome();
        };
    }

    private static ArrayNode errors(List<Finding> findings) {
        ArrayNode errors = Json.mapper().createArrayNode();
        findings.forEach(each -> errors.addObject()
                .put("code", each.code())
                .put("place", each.place())
                .put("message", each.message()));
        return errors;
    }

    /** Appends and journals under one lock a chunk and step, so that positions and events keep one order. */
    private void write(WorkOrder order, int chunk, ChunkPart part) {
        long[] end = ends.computeIfAbsent(order.step() + "/" + chunk, key -> new long[3]);
        String step = order.stepName();
        synchronized (end) {
            disk.createDirectories(folder.chunk(chunk));
            var validated = append(folder.validated(step, chunk), end[0], part.validated, index::record);
            var failures = append(folder.failures(step, chunk), end[1], part.failures, (unit, offset) -> {});
            var findings = append(folder.findings(step, chunk), end[2], part.findings, index::findings);
            end[0] = validated.to();
            end[1] = failures.to();
            end[2] = findings.to();
            store.record(
                    new RunEvent.ChunkSettled(
                            order.work(),
                            order.step(),
                            chunk,
                            validated,
                            failures,
                            findings,
                            Ranges.text(part.done),
                            Ranges.text(part.failed),
                            Ranges.text(part.retried),
                            Ranges.text(part.returned),
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

    /** What one chunk's part of the work came to. */
    private static final class ChunkPart {
        final int step;
        final BitSet done = new BitSet();
        final BitSet failed = new BitSet();
        final BitSet retried = new BitSet();
        final BitSet returned = new BitSet();
        final Map<Integer, byte[]> validated = new TreeMap<>();
        final Map<Integer, byte[]> failures = new TreeMap<>();
        final Map<Integer, byte[]> findings = new TreeMap<>();
        final Map<String, Integer> notes = new TreeMap<>();
        long pause;

        ChunkPart(int step) {
            this.step = step;
        }

        void note(Finding finding) {
            notes.merge(finding.code(), 1, Integer::sum);
        }
    }
}
