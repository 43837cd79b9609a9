package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Answer;
import dev.caravan.provider.CallId;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Lane;
import dev.caravan.run.JsonLines;
import dev.caravan.run.RunEvent;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an ended job brought: each of its units gets the answer that is its own, or the reason why there is none. */
final class JobResults {
    private static final int ROWS_AT_ONCE = 2_000;

    private final LiveRun run;
    private final WorkOrder order;
    private final JobStatus status;
    private final JobDesk.RowMapping mapping;

    /** @param status what the provider said of the ended job, its errors by line included */
    JobResults(LiveRun run, WorkOrder order, JobStatus status, JobDesk.RowMapping mapping) {
        this.run = run;
        this.order = order;
        this.status = status;
        this.mapping = mapping;
    }

    /** Books the rows of result files, and the reasons of units without one, and settles the work. */
    RunEvent collect(List<Path> files) {
        if (RefusedJob.whole(status) && files.isEmpty()) {
            Optional<RunEvent> answer = new RefusedJob(run, order, status).answer();
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
        run.watch().resultsRead(order.work());
        Map<String, Member> wanted = order.unanswered().stream()
                .collect(Collectors.toMap(
                        each -> CallId.of(each.key(), nonce), each -> each, (a, b) -> a, HashMap::new));
        Set<String> received = book(files, wanted);
        noteGone(received.size());
        bookMissing(wanted, files.isEmpty());
        return run.settler().settle(order);
    }

    /** Books what the files hold, and takes it out of what is wanted; the names of requests that were answered. */
    private Set<String> book(List<Path> files, Map<String, Member> wanted) {
        var received = new HashSet<String>();
        var lot = new ArrayList<ReplyRow>();
        for (Path file : files) {
            JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                JobDesk.Row row = mapping.read(node);
                if (row.answer() instanceof Answer.Received) {
                    received.add(row.customId());
                }
                Member member = wanted.remove(row.customId());
                if (member == null) {
                    run.log().log(
                            "WARN", "job " + status.providerJob() + ": a row nobody waits for: " + row.customId());
                    return;
                }
                lot.add(row(member, row.answer()));
                if (lot.size() >= ROWS_AT_ONCE) {
                    run.results().addAll(order.step(), lot);
                    lot.clear();
                }
            });
        }
        run.results().addAll(order.step(), lot);
        return received;
    }

    /** The provider counts more answers than it gives: they were bought, and nobody will ever read them. */
    private void noteGone(int received) {
        int gone = status.completed() - received;
        if (gone > 0 && !order.unanswered().isEmpty()) {
            run.log().log("WARN", "job " + status.providerJob() + ": " + gone + " answers were given and are gone");
            run.store()
                    .recordAndWait(new RunEvent.CallsLost(
                            order.work(),
                            "",
                            "results_gone",
                            gone,
                            Objects.requireNonNull(order.intent()).worstPicos()));
        }
    }

    /** @param silent whether the provider gave no file at all */
    private void bookMissing(Map<String, Member> wanted, boolean silent) {
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
        run.results().addAll(order.step(), rows);
    }

    /** Whether a job was taken for ours by its size, and its rows show that it is not. */
    private boolean foreign(List<Path> files, String mark) {
        boolean[] seen = {false, false};
        for (Path file : files) {
            JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                seen[0] = true;
                seen[1] |= mapping.read(node).customId().endsWith(mark);
            });
        }
        return seen[0] && !seen[1];
    }

    private ReplyRow row(Member member, Answer answer) {
        Answer kept = answer instanceof Answer.Fatal fatal ? new Answer.Rejected(fatal.code(), fatal.detail()) : answer;
        ObjectNode record = run.records().before(order.step(), member.unit());
        String unitId = record.path("unit_id").asText();
        return ReplyRow.of(member, unitId, order.work(), Lane.BATCH, kept, () -> worstPicos(member, record));
    }

    /** Of a reply that told no usage: its request is made again, to know what it can have cost. */
    private long worstPicos(Member member, ObjectNode record) {
        try {
            return run.worstPicos(order.step(), member, Lane.BATCH, run.prompt(order.step(), member, record));
        } catch (RenderException e) {
            // It could be rendered when it was sent.
            return order.intent() == null ? -1 : order.intent().worstPicos();
        }
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
