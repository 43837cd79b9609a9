package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.money.Money;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Answer;
import dev.caravan.provider.CallId;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Prompt;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.settle.BookedReplies;
import dev.caravan.settle.RecordReader;
import dev.caravan.settle.ReplyRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an ended job brought: each of its units gets the answer that is its own, or the reason why there is none. */
final class JobResults {
    private static final int ROWS_AT_ONCE = 2_000;

    /**
     * A job that its provider says is over.
     *
     * @param status what the provider said of it, its errors by line included
     */
    record EndedJob(WorkOrder order, JobStatus status, RowMapping mapping) {}

    private final RunContext run;
    private final RunControl control;
    private final RefusalWatch refusals;
    private final JobWatch watch;
    private final WorkOrder order;
    private final JobStatus status;
    private final RowMapping mapping;
    /** Reads records for this pass. */
    private StepRequests units;

    /** The names of all requests of the work. */
    private final Set<String> ours = new HashSet<>();
    /** By its name, who has no outcome yet. */
    private final Map<String, Member> wanted = new HashMap<>();
    /** Requests that were answered. */
    private final Set<String> received = new HashSet<>();
    /** What is said of requests that have a row and no answer. */
    private final Map<String, Answer> troubles = new LinkedHashMap<>();
    /** What was booked here, for the settling. */
    private final BookedReplies booked = new BookedReplies();
    /** Rows of which nobody knows whose they are. */
    private int odd;

    JobResults(RunContext run, RunControl control, RefusalWatch refusals, JobWatch watch, EndedJob job) {
        this.run = run;
        this.control = control;
        this.refusals = refusals;
        this.watch = watch;
        order = job.order();
        units = run.requests();
        status = job.status();
        mapping = job.mapping();
    }

    /** Books the rows of result files, and the reasons of units without one, and settles the work. */
    RunEvent collect(List<Path> files) {
        try (RecordReader.Pass pass = run.records().pass()) {
            units = run.requests().by(pass);
            return collected(files);
        }
    }

    private RunEvent collected(List<Path> files) {
        if (RefusedJob.whole(status) && files.isEmpty()) {
            Optional<RunEvent> answer = new RefusedJob(run, control, order, status).answer();
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        String nonce = order.intent() == null || run.account(order.step()).tagged()
                ? ""
                : order.intent().nonce();
        if (!nonce.isEmpty() && foreign(files, CallId.mark(nonce))) {
            return new RunEvent.JobInDoubt(
                    order.work(),
                    RunEvent.JobInDoubt.FOREIGN,
                    status.providerJob() + " is another's: none of its rows is ours",
                    run.pauseMillis());
        }
        watch.resultsRead(order.work(), status.providerJob());
        order.members().forEach(each -> ours.add(CallId.of(each.key(), nonce)));
        order.unanswered().forEach(each -> wanted.putIfAbsent(CallId.of(each.key(), nonce), each));
        bookAnswers(files);
        Optional<RunEvent> refused = refusedAlike();
        if (refused.isPresent()) {
            return refused.get();
        }
        bookTroubles();
        noteGone();
        bookMissing(files.isEmpty());
        return run.settler().settle(order, booked);
    }

    /**
     * Books the answers in the files and takes them out of what is wanted. What is no answer is kept for later: a row
     * that says the contrary may follow.
     */
    private void bookAnswers(List<Path> files) {
        var lot = new ArrayList<ReplyRow>();
        ResultRows.read(
                files,
                mapping,
                row -> {
                    String name = row.customId();
                    if (!ours.contains(name)) {
                        odd++;
                        warn("a row nobody waits for: " + name);
                    } else if (!(row.answer() instanceof Answer.Received)) {
                        troubles.merge(name, row.answer(), JobResults::worse);
                    } else if (!received.add(name)) {
                        warn("a second answer to one request: " + name);
                    } else {
                        Member member = wanted.remove(name);
                        if (member != null) {
                            lot.add(row(member, row.answer()));
                        }
                    }
                    if (lot.size() >= ROWS_AT_ONCE) {
                        book(lot);
                        lot.clear();
                    }
                },
                offset -> {
                    odd++;
                    warn("a row that is no JSON object, at byte " + offset);
                });
        book(lot);
        troubles.keySet().removeAll(received);
    }

    private void book(List<ReplyRow> rows) {
        run.results().addAll(order.step(), rows);
        rows.forEach(booked::add);
    }

    private void warn(String what) {
        run.log().log("WARN", "job " + status.providerJob() + ": " + what);
    }

    /** Of two rows about one request, neither of them an answer, the one that may have cost something counts. */
    private static Answer worse(Answer one, Answer other) {
        return other instanceof Answer.Ambiguous && !(one instanceof Answer.Ambiguous) ? other : one;
    }

    /** Nothing was bought: what is wrong with all requests is told, and the job goes again when that was mended. */
    private Optional<RunEvent> refusedAlike() {
        boolean all = received.isEmpty() && odd == 0 && troubles.keySet().containsAll(wanted.keySet());
        boolean unbought = troubles.values().stream().noneMatch(Answer.Ambiguous.class::isInstance);
        if (!all || !unbought) {
            return Optional.empty();
        }
        if (run.requests().isOutdated(order) && !troubles.isEmpty()) {
            return Optional.of(unsold("the model that was asked is asked no more"));
        }
        for (Answer each : troubles.values()) {
            if (each instanceof Answer.Fatal fatal) {
                control.pause(PauseReason.PROVIDER, fatal.code() + ": " + fatal.detail());
                return Optional.of(unsold(fatal.detail()));
            }
        }
        return refusals.alike(order.step(), troubles.values()).map(this::unsold);
    }

    private RunEvent unsold(String detail) {
        return new RunEvent.JobNotCreated(order.work(), RefusalWatch.CODE, detail, 0);
    }

    /** Books the rows that are no answers. What may have been paid for all the same stays at risk. */
    private void bookTroubles() {
        var rows = new ArrayList<ReplyRow>();
        var unreadable = new ArrayList<Member>();
        troubles.forEach((name, answer) -> {
            Member member = wanted.remove(name);
            if (member != null) {
                rows.add(row(member, answer));
            }
            if (member != null && answer instanceof Answer.Ambiguous) {
                unreadable.add(member);
            }
            if (answer instanceof Answer.Fatal fatal && !run.requests().isOutdated(order)) {
                control.pause(PauseReason.PROVIDER, fatal.code() + ": " + fatal.detail());
            }
        });
        lose(unreadable, unreadable.size(), "results_unreadable");
        book(rows);
    }

    /**
     * The provider counts more answers than it gives, or gives rows of which nobody knows whose they are: they were
     * bought, and nobody will ever read them. Where it does not count, each that is missing may have been.
     */
    private void noteGone() {
        long unreadable = troubles.values().stream()
                .filter(Answer.Ambiguous.class::isInstance)
                .count();
        long gone = status.completed() - received.size() - unreadable;
        // A count that is not given, or is less than what came, says nothing.
        if (gone < 0 && status.state() != JobStatus.State.FAILED) {
            gone = wanted.size();
        }
        if (gone > 0 && !wanted.isEmpty()) {
            warn(gone + " answers were given and are gone");
            lose(List.copyOf(wanted.values()), (int) Math.min(gone, wanted.size()), "results_gone");
        }
    }

    /** So many of these requests may have been paid for, and what came of them is not known. */
    private void lose(List<Member> members, int most, String reason) {
        if (most > 0) {
            run.store().recordAndWait(new RunEvent.CallsLost(order.work(), "", reason, most, dearest(members, most)));
        }
    }

    /** What so many of these can have cost at most; what is unknown counts as the dearest. */
    private Money dearest(List<Member> members, int most) {
        return members.stream()
                .map(this::worst)
                .sorted(Comparator.reverseOrder())
                .limit(most)
                .reduce(Money.ZERO, Money::plus);
    }

    private Money worst(Member member) {
        try {
            return worst(member, units.record(order.step(), member));
        } catch (RenderException e) {
            // It was rendered when it was sent; whatever it cost is within what the whole job may cost.
            return Objects.requireNonNull(order.intent()).worstPicos();
        }
    }

    /** @param silent whether the provider gave no file at all */
    private void bookMissing(boolean silent) {
        Map<Integer, JobStatus.JobError> named = new HashMap<>();
        status.errors().forEach(each -> {
            if (each.line() != null) {
                named.put(each.line(), each);
            }
        });
        Map<Member, Integer> lines = new HashMap<>();
        order.unanswered().forEach(each -> lines.put(each, lines.size() + 1));
        boolean alone = silent && lines.size() == 1 && RefusedJob.whole(status);
        List<ReplyRow> rows = wanted.values().stream()
                .sorted(Comparator.comparingInt(Member::unit))
                .map(each -> row(each, withoutRow(named.get(lines.get(each)), alone)))
                .toList();
        book(rows);
    }

    /** Whether a job was taken for ours by its size, and its rows show that it is not. */
    private boolean foreign(List<Path> files, String mark) {
        boolean[] seen = {false, false};
        ResultRows.read(
                files,
                mapping,
                row -> {
                    String name = row.customId();
                    seen[0] |= !name.isEmpty();
                    seen[1] |= name.endsWith(mark);
                },
                offset -> {});
        return seen[0] && !seen[1];
    }

    private ReplyRow row(Member member, Answer answer) {
        String unitId = units.id(order.step(), member);
        return ReplyRow.of(member, unitId, order.work(), order.lane(), answer, () -> bound(member));
    }

    /** Of a reply that told no usage: its request is made again, to know what it can have cost. */
    private Money bound(Member member) {
        try {
            return worst(member, units.record(order.step(), member));
        } catch (RenderException e) {
            // It could be rendered when it was sent.
            return order.intent() == null ? Money.UNKNOWN : order.intent().worstPicos();
        }
    }

    private Money worst(Member member, ObjectNode record) throws RenderException {
        Prompt prompt = units.prompt(order.step(), member, record);
        return units.worst(order.step(), member, order.lane(), prompt);
    }

    /** Why a unit has no row: the provider named its line, or ran out of time, or simply left it out. */
    private Answer withoutRow(JobStatus.@Nullable JobError named, boolean alone) {
        if (named != null) {
            return new Answer.Rejected(named.code(), named.message());
        }
        return switch (status.state()) {
            case FAILED -> refused(alone);
            case EXPIRED -> new Answer.Transient("batch_expired", "the job's time ran out before this request");
            case CANCELLED -> new Answer.Transient("batch_cancelled", "the job was cancelled before this request");
            default -> new Answer.Transient("missing_row", "the provider's results hold no row for this request");
        };
    }

    /** A line that was not named goes again; one that was refused alone, without a line, is the one at fault. */
    private Answer refused(boolean alone) {
        JobStatus.JobError first = status.errors().isEmpty()
                ? new JobStatus.JobError("job_failed", "the provider refused the job", null)
                : status.errors().get(0);
        return alone
                ? new Answer.Rejected(first.code(), first.message())
                : new Answer.Transient("job_refused", "the job was refused for another line: " + first.message());
    }
}
