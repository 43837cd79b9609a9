package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.expression.EvaluationException;
import dev.caravan.run.RunFacts;
import dev.caravan.run.UnitReview;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.step.PreparedStep;
import dev.caravan.validation.ExpressionRules;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Verdict;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What one chunk's part of a piece of work comes to: who passed, who failed, who is asked or sent again, and why. */
final class ChunkPart {
    /** The stage of a line in the failures file that tells of no failure. */
    static final String DROPPED = "dropped";

    /** The text of an answer did not stand in its place. */
    private static final String ELSEWHERE = "answer_elsewhere";

    final BitSet done = new BitSet();
    final BitSet failed = new BitSet();
    final BitSet retried = new BitSet();
    final BitSet returned = new BitSet();
    final BitSet dropped = new BitSet();
    /** Those of {@link #done} that passed the step by. */
    final BitSet skipped = new BitSet();
    /** Those that go back to an earlier step. */
    final BitSet sentBack = new BitSet();
    /** At a fan-out, how many children each of {@link #done} has, by unit. */
    final Map<Integer, Integer> children = new TreeMap<>();

    final Map<Integer, byte[]> validated = new TreeMap<>();
    final Map<Integer, byte[]> failures = new TreeMap<>();
    final Map<Integer, byte[]> findings = new TreeMap<>();
    final Map<String, Integer> notes = new TreeMap<>();
    long pause;

    private final RunFacts facts;
    private final PreparedStep judge;
    private final int step;
    private final long pauseMillis;
    private final Clock clock;

    /** @param pauseMillis first pause of a step whose provider is in trouble */
    ChunkPart(RunFacts facts, PreparedStep judge, int step, long pauseMillis, Clock clock) {
        this.facts = facts;
        this.judge = judge;
        this.step = step;
        this.pauseMillis = pauseMillis;
        this.clock = clock;
    }

    private void note(Finding finding) {
        notes.merge(finding.code(), 1, Integer::sum);
    }

    /**
     * Adds a unit with the outcome of its call.
     *
     * @param before the record it brought to the step
     * @param asked the step as it asked then
     */
    void decide(Member member, ReplyRow row, ObjectNode before, PreparedStep asked) {
        switch (row.outcome()) {
            case ReplyRow.COMPLETED -> judge(member, row, before, (PreparedStep.Asking) asked);
            case ReplyRow.REFUSED ->
                reject(member, row, List.of(Finding.error("refused", "$", "the model refused: " + row.detail())));
            case ReplyRow.TRUNCATED ->
                reject(
                        member,
                        row,
                        List.of(Finding.error(
                                "truncated",
                                "$",
                                "the answer was cut at the token limit; be shorter or raise max_tokens")));
            case ReplyRow.SKIPPED -> skip(member, before);
            case ReplyRow.REJECTED, ReplyRow.UNRENDERED, ReplyRow.UNDECIDED ->
                fail(member, row, List.of(Finding.error(row.code(), "$", row.detail())));
            default -> sendAgain(member, row);
        }
    }

    private void judge(Member member, ReplyRow row, ObjectNode before, PreparedStep.Asking asked) {
        Verdict verdict = asked.judge(row.text(), before);
        verdict.findings().forEach(this::note);
        ObjectNode output = verdict.output();
        var reasons = new ArrayList<>(
                verdict.findings().stream().filter(Finding::fails).toList());
        if (!row.detail().isEmpty()) {
            var elsewhere = Finding.warning(ELSEWHERE, "$", row.detail());
            note(elsewhere);
            reasons.add(elsewhere);
        }
        if (output == null) {
            reject(member, row, reasons);
        } else {
            pass(member, output, failing -> fail(member, row, failing));
        }
    }

    /** The step's output holds: the unit goes on, or leaves the run here. */
    private void pass(Member member, ObjectNode output, Consumer<List<Finding>> failing) {
        try {
            if (judge.branch().drops(output)) {
                drop(member, output);
                return;
            }
        } catch (EvaluationException e) {
            failing.accept(List.of(Finding.error(ReplyRow.UNDECIDED, "drop_if", "drop_if: " + e.getMessage())));
            return;
        }
        done.set(member.unit());
        validated.put(member.unit(), Json.line(output));
    }

    private void drop(Member member, ObjectNode record) {
        dropped.set(member.unit());
        ObjectNode line =
                Json.object().put(UnitRecord.ID, UnitRecord.id(record)).put(UnitRecord.NUMBER, member.unit());
        failures.put(
                member.unit(),
                Json.line(line.put("step", facts.steps().get(step)).put("failure_stage", DROPPED)));
    }

    private void skip(Member member, ObjectNode before) {
        done.set(member.unit());
        skipped.set(member.unit());
        validated.put(member.unit(), Json.line(before));
    }

    /**
     * Adds a unit of a step that works by itself. Asked again it would come to the same, so what fails here has failed.
     *
     * @param before the record it brought to the step
     */
    void perform(Member member, ObjectNode before) {
        try {
            if (judge.branch().skips(before)) {
                skip(member, before);
                return;
            }
        } catch (EvaluationException e) {
            fail(
                    member,
                    before,
                    judge.step().kind(),
                    List.of(Finding.error(ReplyRow.UNDECIDED, "skip_if", "skip_if: " + e.getMessage())));
            return;
        }
        var performed = ((PreparedStep.Local) judge).perform(before, member.attempts());
        Verdict verdict = performed.verdict();
        verdict.findings().forEach(this::note);
        ObjectNode output = verdict.output();
        if (output != null) {
            pass(member, output, reasons -> fail(member, before, judge.step().kind(), reasons));
            return;
        }
        List<Finding> reasons =
                verdict.findings().stream().filter(Finding::fails).toList();
        String stage = performed.computed() ? "validation" : judge.step().kind();
        // What cannot be computed is more likely the pipeline's fault than the model's.
        if (performed.computed() || judge.step().source().has("retry_from")) {
            sendBackOr(member, before, reasons, () -> fail(member, before, stage, reasons));
        } else {
            fail(member, before, stage, reasons);
        }
    }

    /** Back to the step that made what does not hold, as long as its budget lasts. */
    private void sendBackOr(Member member, ObjectNode before, List<Finding> reasons, Runnable otherwise) {
        if (facts.retryFrom(step) < 0 || member.back() - member.backForgiven() >= facts.maxRetries()) {
            otherwise.run();
            return;
        }
        sentBack.set(member.unit());
        ObjectNode line = Json.object().put(UnitRecord.NUMBER, member.unit()).put(UnitRecord.ID, UnitRecord.id(before));
        line.put("attempt", member.back() + 1).put("for", facts.steps().get(facts.retryFrom(step)));
        findings.put(member.unit(), Json.line(line.set("errors", errors(reasons))));
    }

    /** Adds a unit that is to go on in its children. */
    void fanOut(Member member, ObjectNode before) {
        PreparedStep.Fanning.Expansion made = ((PreparedStep.Fanning) judge).expand(before);
        made.findings().forEach(this::note);
        if (!made.findings().isEmpty()) {
            sendBackOr(
                    member,
                    before,
                    made.findings(),
                    () -> fail(member, before, judge.step().kind(), made.findings()));
        } else if (made.dropped()) {
            drop(member, before);
        } else {
            done.set(member.unit());
            children.put(member.unit(), made.children());
        }
    }

    /**
     * Adds a unit whose children all have their outcome.
     *
     * @param arrived what the children brought, in their order
     * @param failed ids of those that did not come
     */
    void gather(Member member, ObjectNode before, List<ObjectNode> arrived, List<String> failed) {
        Verdict verdict = ((PreparedStep.Gathering) judge).gather(before, arrived, failed);
        verdict.findings().forEach(this::note);
        ObjectNode output = verdict.output();
        if (output != null) {
            pass(member, output, reasons -> fail(member, before, judge.step().kind(), reasons));
        } else {
            fail(
                    member,
                    before,
                    judge.step().kind(),
                    verdict.findings().stream().filter(Finding::fails).toList());
        }
    }

    /**
     * Adds a unit that a person decided on.
     *
     * @param before the record it brought, which it goes on with
     */
    void review(Member member, ObjectNode before, UnitReview.Word word) {
        List<Finding> reasons = ((PreparedStep.Reviewing) judge).findings(word);
        reasons.forEach(this::note);
        if (reasons.isEmpty()) {
            pass(member, before, failing -> fail(member, before, judge.step().kind(), failing));
        } else {
            sendBackOr(
                    member,
                    before,
                    reasons,
                    () -> fail(member, before, judge.step().kind(), reasons));
        }
    }

    private void fail(Member member, ObjectNode before, String stage, List<Finding> reasons) {
        failed.set(member.unit());
        ObjectNode line =
                Json.object().put(UnitRecord.ID, UnitRecord.id(before)).put(UnitRecord.NUMBER, member.unit());
        line.put("step", facts.steps().get(step));
        line.put("failure_stage", stage);
        line.set("errors", errors(reasons));
        line.put("retry_count", member.attempts());
        line.put("attempts", 1);
        failures.put(member.unit(), Json.line(line));
    }

    private void reject(Member member, ReplyRow row, List<Finding> reasons) {
        if (!row.outcome().equals(ReplyRow.COMPLETED)) {
            reasons.forEach(this::note);
        }
        // The form of an answer is this model's own; only what its rules say can be another one's doing.
        boolean byRule = reasons.stream()
                .anyMatch(each -> ExpressionRules.hold(judge.step().validation(), each.code()));
        if (facts.retryFrom(step) >= 0 && byRule) {
            sendBackOr(
                    member, Json.object().put(UnitRecord.ID, row.unitId()), reasons, () -> fail(member, row, reasons));
            return;
        }
        if (member.attempts() - member.forgiven() >= facts.maxRetries()) {
            fail(member, row, reasons);
            return;
        }
        retried.set(member.unit());
        ObjectNode line = Json.object().put(UnitRecord.NUMBER, member.unit()).put(UnitRecord.ID, row.unitId());
        line.put("attempt", member.attempts() + 1).set("errors", errors(reasons));
        findings.put(member.unit(), Json.line(line));
    }

    private void sendAgain(Member member, ReplyRow row) {
        notes.merge(row.outcome(), 1, Integer::sum);
        if (givenUp(member, row)) {
            fail(
                    member,
                    row,
                    List.of(Finding.error(
                            row.code().isEmpty() ? row.outcome() : row.code(),
                            "$",
                            "no answer after " + (member.tries() + 1) + " tries: " + row.detail())));
            return;
        }
        returned.set(member.unit());
        pause = Math.max(pause, Math.max(pauseMillis, row.retryAfterMillis()));
    }

    /** Whether the attempt has gone without an answer for as long as the pipeline allows. */
    private boolean givenUp(Member member, ReplyRow row) {
        long since = member.troubleSince();
        return !row.outcome().equals(ReplyRow.FATAL)
                && since > 0
                && clock.instant().getEpochSecond() - since
                        >= facts.giveUpAfter(row.lane()).toSeconds();
    }

    private void fail(Member member, ReplyRow row, List<Finding> reasons) {
        failed.set(member.unit());
        ObjectNode line = Json.object().put(UnitRecord.ID, row.unitId()).put(UnitRecord.NUMBER, member.unit());
        line.put("step", facts.steps().get(step));
        line.put("failure_stage", stage(row));
        line.set("errors", errors(reasons));
        line.put("retry_count", member.attempts());
        line.put("attempts", member.attempts() + (row.paid() ? 1 : 0));
        line.put("tries", member.tries() + 1);
        if (row.paid()) {
            line.put("raw_response", row.text());
        }
        if (!row.code().isEmpty()) {
            line.put("provider_code", row.code());
        }
        failures.put(member.unit(), Json.line(line));
    }

    private static String stage(ReplyRow row) {
        return switch (row.outcome()) {
            case ReplyRow.COMPLETED -> "validation";
            case ReplyRow.THROTTLED, ReplyRow.TRANSIENT, ReplyRow.AMBIGUOUS, ReplyRow.FATAL -> "transport";
            default -> row.outcome();
        };
    }

    private static ArrayNode errors(List<Finding> reasons) {
        ArrayNode errors = Json.mapper().createArrayNode();
        reasons.forEach(each -> errors.addObject()
                .put("code", each.code())
                .put("place", each.place())
                .put("message", each.message()));
        return errors;
    }
}
