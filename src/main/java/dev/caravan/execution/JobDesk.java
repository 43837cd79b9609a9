package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.CallId;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.run.JsonLines;
import dev.caravan.run.RunEvent;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where batch jobs are rendered, intended, and their results booked and settled. Called by worker threads, in turn. */
public final class JobDesk {
    private static final int ROWS_IN_FLIGHT = 2_000;
    private static final int MOST_TURNED_AWAY = 5;

    /** Turns rows of a provider's batch files into our types and back; the provider's mappings do it. */
    public interface RowMapping {
        /** @param customId its name in the job */
        Line line(Prompt prompt, String customId, String flavour);

        /** A row of a result file: whose it is and what it says. */
        Row read(JsonNode row);
    }

    /**
     * A request as a line of a request file.
     *
     * @param endpoint that answers it
     * @param headers it asks for; of all lines of a job the lowest of each is sent
     */
    public record Line(JsonNode line, String endpoint, SortedMap<String, String> headers) {}

    /** @param customId the request's name, as we sent it */
    public record Row(String customId, Answer answer) {}

    /**
     * A request file, ready to be sent.
     *
     * @param requests lines in it; with none there is nothing to send and the work can be settled
     * @param held whether the run stopped meanwhile: nothing was intended, and nothing may be sent
     * @param instead the fact that follows when the job cannot go as it is
     */
    public record Prepared(
            Path file,
            int requests,
            long bytes,
            String sha256,
            long worstPicos,
            String nonce,
            String model,
            String endpoint,
            SortedMap<String, String> headers,
            boolean held,
            @Nullable RunEvent instead) {
        Prepared asHeld(@Nullable RunEvent event) {
            return new Prepared(
                    file, requests, bytes, sha256, worstPicos, nonce, model, endpoint, headers, true, event);
        }

        /** What the provider's routes are told. */
        public JobOrder order(String work) {
            return new JobOrder(work, nonce, model, file, requests, bytes, endpoint, headers);
        }
    }

    private final LiveRun run;

    JobDesk(LiveRun run) {
        this.run = run;
    }

    private Gate gate(WorkOrder order) {
        return run.jobGate(order.step(), order.members().get(0).attempts() > 0);
    }

    /** Calls back with what gives the permit back, on a worker; with null when the run stops instead. */
    public void admit(WorkOrder order, Consumer<@Nullable Runnable> then) {
        Gate gate = gate(order);
        gate.acquire(run, new Gate.Candidate() {
            @Override
            public void admitted() {
                run.workers().execute(() -> then.accept(gate::release));
            }

            @Override
            public void refused() {
                run.workers().execute(() -> then.accept(null));
            }

            @Override
            public boolean wanted() {
                return run.admits();
            }
        });
    }

    /** The account's gate learns that a create was not turned away. */
    public void tell(WorkOrder order, JobAnswer answer) {
        if (answer instanceof JobAnswer.Known) {
            gate(order).answered(0);
        } else {
            gate(order).ended();
        }
    }

    /** The account is refused. */
    public void failed(WorkOrder order) {
        gate(order).failed();
    }

    /**
     * A create was turned away: for so many milliseconds none is tried again by anyone. Somebody has to look when it goes
     * on, by what the account's gate or this work's journal says.
     *
     * @param times in a row that this work was turned away
     */
    public long turnedAway(WorkOrder order, long sentAt, Answer.Throttled throttled, int times) {
        run.callWatch().turnedAway(order.step());
        Gate gate = gate(order);
        if (gate.turnedAway(sentAt, throttled.retryAfter()) || times >= MOST_TURNED_AWAY) {
            run.pause("throttled", "jobs were turned away " + times + " times in a row: " + throttled.detail());
        }
        return Math.max(1, gate.closedMillis());
    }

    /** Milliseconds since 1970, as the gates count them. */
    public long now() {
        return run.permits().now();
    }

    /** Renders the request file and, if it holds anything, journals the intent. */
    public Prepared prepare(WorkOrder order, RowMapping mapping) {
        Path folder = run.folder().job(order.work());
        run.store().disk().createDirectories(folder);
        Path file = folder.resolve("requests.jsonl");
        var unrendered = new ArrayList<ReplyRow>();
        var cut = new JobCut(run, order);
        Prepared prepared = render(order, mapping, file, unrendered, cut);
        if (prepared.requests() > 0 && !run.admits()) {
            return prepared.asHeld(null);
        }
        Optional<RunEvent> instead = prepared.requests() > 0 ? cut.answer() : Optional.empty();
        if (instead.isPresent()) {
            return prepared.asHeld(instead.get());
        }
        bookAll(order.step(), unrendered);
        if (prepared.requests() > 0) {
            var step = run.step(order.step()).step();
            run.store()
                    .recordAndWait(new RunEvent.JobIntended(
                            order.work(),
                            prepared.nonce(),
                            run.account(order.step()).fingerprint(),
                            run.accountName(order.step()),
                            step.provider(),
                            prepared.model(),
                            prepared.requests(),
                            prepared.bytes(),
                            prepared.sha256(),
                            prepared.worstPicos()));
        }
        return prepared;
    }

    private Prepared render(WorkOrder order, RowMapping mapping, Path file, List<ReplyRow> unrendered, JobCut cut) {
        MessageDigest digest = sha256();
        int requests = 0;
        long bytes = 0;
        long worst = 0;
        Account account = run.account(order.step());
        String nonce = run.facts().run() + "." + order.work() + "."
                + UUID.randomUUID().toString().substring(0, 8);
        String endpoint = "";
        var headers = new TreeMap<String, String>();
        try (Disk.Replacement target = run.store().disk().replaceStreaming(file)) {
            OutputStream out = new DigestOutputStream(target.out(), digest);
            for (Member member : order.unanswered()) {
                ObjectNode record = run.records().before(order.step(), member.unit());
                String unitId = record.path("unit_id").asText();
                Optional<ReplyRow> passing = run.unasked(order, member, record, Lane.BATCH);
                if (passing.isPresent()) {
                    unrendered.add(passing.get());
                    cut.add(member, 0, 0);
                    continue;
                }
                try {
                    Prompt prompt = run.prompt(order.step(), member, record);
                    Line mapped = mapping.line(
                            prompt, CallId.of(prompt.callKey(), account.tagged() ? "" : nonce), account.flavour());
                    byte[] line = Json.line(mapped.line());
                    out.write(line);
                    endpoint = mapped.endpoint();
                    mapped.headers()
                            .forEach(
                                    (name, value) -> headers.merge(name, value, (a, b) -> a.compareTo(b) <= 0 ? a : b));
                    requests++;
                    bytes += line.length;
                    long price = run.worstPicos(order.step(), member, Lane.BATCH, prompt);
                    worst = worst < 0 || price < 0 ? -1 : Math.addExact(worst, price);
                    cut.add(member, line.length, price);
                } catch (RenderException e) {
                    cut.add(member, 0, 0);
                    unrendered.add(ReplyRow.unrendered(
                            member, unitId, order.work(), Lane.BATCH, String.valueOf(e.getMessage())));
                }
            }
            out.flush();
            target.commit();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return new Prepared(
                file,
                requests,
                bytes,
                HexFormat.of().formatHex(digest.digest()),
                worst,
                nonce,
                run.step(order.step()).step().model(order.members().get(0).attempts() > 0),
                endpoint,
                headers,
                false,
                null);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Settles work that has nothing to send: every prompt of it failed, or was answered before. */
    public RunEvent settle(WorkOrder order) {
        return run.settler().settle(order);
    }

    /**
     * Books the rows of a job's result files, gives every unit without a row its reason, and settles the work.
     *
     * @param status what the provider said of the ended job, its errors by line included
     * @param files downloaded result files, in any order
     */
    public RunEvent collect(WorkOrder order, JobStatus status, List<Path> files, RowMapping mapping) {
        if (RefusedJob.whole(status) && files.isEmpty()) {
            Optional<RunEvent> answer = new RefusedJob(run, order, status).answer();
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        String nonce = order.intent() == null || run.account(order.step()).tagged()
                ? ""
                : order.intent().nonce();
        Map<String, Member> wanted = order.unanswered().stream()
                .collect(Collectors.toMap(
                        each -> CallId.of(each.key(), nonce), each -> each, (a, b) -> a, HashMap::new));
        if (!nonce.isEmpty() && foreign(files, mapping, CallId.mark(nonce))) {
            return new RunEvent.JobInDoubt(
                    order.work(),
                    RunEvent.JobInDoubt.FOREIGN,
                    status.providerJob() + " is another's: none of its rows is ours",
                    run.pauseMillis());
        }
        run.watch().resultsRead(order.work());
        var received = new HashSet<String>();
        var lot = new ArrayList<ReplyRow>();
        for (Path file : files) {
            JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                Row row = mapping.read(node);
                if (row.answer() instanceof Answer.Received) {
                    received.add(row.customId());
                }
                Member member = wanted.remove(row.customId());
                if (member == null) {
                    run.log().log(
                            "WARN", "job " + status.providerJob() + ": a row nobody waits for: " + row.customId());
                    return;
                }
                lot.add(row(order, member, row.answer()));
                if (lot.size() >= ROWS_IN_FLIGHT) {
                    bookAll(order.step(), lot);
                    lot.clear();
                }
            });
        }
        gone(order, status, received.size());
        Map<Integer, JobStatus.JobError> named = new HashMap<>();
        status.errors().forEach(each -> {
            if (each.line() != null) {
                named.put(each.line(), each);
            }
        });
        Map<Member, Integer> lines = new HashMap<>();
        order.unanswered().forEach(each -> lines.put(each, lines.size() + 1));
        boolean alone = files.isEmpty() && lines.size() == 1 && RefusedJob.whole(status);
        for (Member member : wanted.values().stream()
                .sorted(java.util.Comparator.comparingInt(Member::unit))
                .toList()) {
            lot.add(row(order, member, withoutRow(named.get(lines.get(member)), status, alone)));
        }
        bookAll(order.step(), lot);
        return run.settler().settle(order);
    }

    /** The provider counts more answers than it gives: they were bought, and nobody will ever read them. */
    private void gone(WorkOrder order, JobStatus status, int received) {
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

    /** Whether a job was taken for ours by its size, and its rows show that it is not. */
    private static boolean foreign(List<Path> files, RowMapping mapping, String mark) {
        boolean[] seen = {false, false};
        for (Path file : files) {
            JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                seen[0] = true;
                seen[1] |= mapping.read(node).customId().endsWith(mark);
            });
        }
        return seen[0] && !seen[1];
    }

    private ReplyRow row(WorkOrder order, Member member, Answer answer) {
        Answer kept = answer instanceof Answer.Fatal fatal ? new Answer.Rejected(fatal.code(), fatal.detail()) : answer;
        String unitId = run.records()
                .before(order.step(), member.unit())
                .path("unit_id")
                .asText();
        return ReplyRow.of(member, unitId, order.work(), Lane.BATCH, kept);
    }

    /** Why a unit has no row: the provider named its line, or ran out of time, or simply left it out. */
    private static Answer withoutRow(JobStatus.@Nullable JobError named, JobStatus status, boolean alone) {
        if (named != null) {
            return new Answer.Rejected(named.code(), named.message());
        }
        return switch (status.state()) {
            case FAILED -> refused(status, alone);
            case EXPIRED -> new Answer.Transient("batch_expired", "the job's time ran out before this request");
            case CANCELLED -> new Answer.Transient("batch_cancelled", "the job was cancelled before this request");
            default -> new Answer.Transient("missing_row", "the provider's results hold no row for this request");
        };
    }

    /** A line that was not named goes again; one that was refused alone, without a line, is the one at fault. */
    private static Answer refused(JobStatus status, boolean alone) {
        JobStatus.JobError first = status.errors().isEmpty()
                ? new JobStatus.JobError("job_failed", "the provider refused the job", null)
                : status.errors().get(0);
        return alone
                ? new Answer.Rejected(first.code(), first.message())
                : new Answer.Transient("job_refused", "the job was refused for another line: " + first.message());
    }

    private void bookAll(int step, List<ReplyRow> rows) {
        var window = new Semaphore(ROWS_IN_FLIGHT);
        var failed = new CompletableFuture<@Nullable Throwable>();
        for (ReplyRow row : rows) {
            window.acquireUninterruptibly();
            run.results().add(step, row, failure -> {
                if (failure != null) {
                    failed.complete(failure);
                }
                window.release();
            });
        }
        window.acquireUninterruptibly(ROWS_IN_FLIGHT);
        Throwable failure = failed.getNow(null);
        if (failure != null) {
            throw new IllegalStateException("results could not be booked", failure);
        }
    }
}
