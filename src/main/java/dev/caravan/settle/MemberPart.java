package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.expression.EvaluationException;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.step.SettlingPart;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One unit's part of a chunk: what becomes of it by the budgets of its step, and its lines in the settled files. */
final class MemberPart implements SettlingPart {
    /** The text of an answer did not stand in its place. */
    private static final String ELSEWHERE = "answer_elsewhere";

    private final StepSettling step;
    private final Member member;
    private final MemberInput input;
    private final ChunkPart part;
    private final SettledLine line;

    /** Adds to a chunk's part what becomes of a unit by what it brought. */
    static void settle(StepSettling step, Member member, MemberInput input, ChunkPart part) {
        input.step().settle(input, new MemberPart(step, member, input, part));
    }

    private MemberPart(StepSettling step, Member member, MemberInput input, ChunkPart part) {
        this.step = step;
        this.member = member;
        this.input = input;
        this.part = part;
        line = new SettledLine(step, member);
    }

    @Override
    public void replied(Function<String, Verdict> judge) {
        ReplyRow row = Objects.requireNonNull(input.row());
        switch (row.outcome()) {
            case COMPLETED -> completed(row, judge.apply(row.text()));
            case REFUSED -> useless("refused", "the model refused: " + row.detail(), row);
            case TRUNCATED ->
                useless("truncated", "the answer was cut at the token limit; be shorter or raise max_tokens", row);
            case SKIPPED -> part.skip(member.unit(), input.record());
            case REJECTED, UNRENDERED, UNDECIDED -> fail(row, List.of(Finding.error(row.code(), "$", row.detail())));
            case THROTTLED, TRANSIENT, AMBIGUOUS, FATAL -> sendAgain(row);
        }
    }

    private void completed(ReplyRow row, Verdict verdict) {
        part.note(verdict.findings());
        var reasons = new ArrayList<>(
                verdict.findings().stream().filter(Finding::fails).toList());
        if (!row.detail().isEmpty()) {
            var elsewhere = Finding.warning(ELSEWHERE, "$", row.detail());
            part.note(elsewhere.code());
            reasons.add(elsewhere);
        }
        ObjectNode output = verdict.output();
        if (output == null) {
            reject(row, reasons);
        } else {
            pass(output);
        }
    }

    /** A reply that was paid for and holds no answer. */
    private void useless(String code, String message, ReplyRow row) {
        part.note(code);
        reject(row, List.of(Finding.error(code, "$", message)));
    }

    private void reject(ReplyRow row, List<Finding> reasons) {
        if (step.sendsBack() && step.isByRule(reasons)) {
            sendBackOr(reasons, () -> fail(row, reasons));
        } else if (step.mayAskAgain(member)) {
            part.retry(member.unit(), line.retried(row.unitId(), reasons));
        } else {
            fail(row, reasons);
        }
    }

    private void sendAgain(ReplyRow row) {
        String outcome = row.outcome().word();
        part.note(outcome);
        if (step.isGivenUp(member, row)) {
            String code = row.code().isEmpty() ? outcome : row.code();
            String message = "no answer after " + (member.tries() + 1) + " tries: " + row.detail();
            fail(row, List.of(Finding.error(code, "$", message)));
        } else {
            part.sendAgain(member.unit(), Math.max(step.pauseMillis(), row.retryAfterMillis()));
        }
    }

    @Override
    public void unlessSkipped(Runnable work) {
        boolean skips;
        try {
            skips = step.judge().branch().skips(input.record());
        } catch (EvaluationException e) {
            fail(step.kind(), undecided("skip_if", e));
            return;
        }
        if (skips) {
            part.skip(member.unit(), input.record());
        } else {
            work.run();
        }
    }

    @Override
    public void note(List<Finding> findings) {
        part.note(findings);
    }

    @Override
    public void pass(ObjectNode output) {
        boolean drops;
        try {
            drops = step.judge().branch().drops(output);
        } catch (EvaluationException e) {
            fail(step.kind(), undecided("drop_if", e));
            return;
        }
        if (drops) {
            drop(output);
        } else {
            part.pass(member.unit(), output);
        }
    }

    private static List<Finding> undecided(String key, EvaluationException e) {
        return List.of(Finding.error(ReplyOutcome.UNDECIDED.word(), key, key + ": " + e.getMessage()));
    }

    @Override
    public void drop(ObjectNode record) {
        part.drop(member.unit(), line.dropped(SettledLine.id(record)));
    }

    @Override
    public void fanOut(int children) {
        part.fanOut(member.unit(), children);
    }

    @Override
    public void fail(String stage, List<Finding> reasons) {
        ReplyRow row = input.row();
        if (row == null) {
            part.fail(member.unit(), line.failed(SettledLine.id(input.record()), stage, reasons));
        } else {
            fail(row, reasons);
        }
    }

    private void fail(ReplyRow row, List<Finding> reasons) {
        part.fail(member.unit(), line.failed(row, reasons));
    }

    @Override
    public void sendBackOrFail(String stage, List<Finding> reasons) {
        sendBackOr(reasons, () -> fail(stage, reasons));
    }

    private void sendBackOr(List<Finding> reasons, Runnable otherwise) {
        if (step.maySendBack(member)) {
            part.sendBack(member.unit(), line.sentBack(id(), reasons));
        } else {
            otherwise.run();
        }
    }

    private String id() {
        @Nullable ReplyRow row = input.row();
        return row == null ? SettledLine.id(input.record()) : row.unitId();
    }
}
