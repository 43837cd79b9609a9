package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.limit.AccountTurnstile;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.CallId;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.settle.ReplyRow;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where batch jobs are rendered, intended, and their results booked and settled. Called by worker threads, in turn. */
public final class JobDesk {
    private static final int MOST_TURNED_AWAY = 5;

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

    private final RunContext run;
    private final RunControl control;
    private final RefusalWatch refusals;
    private final JobWatch watch;
    private final CapReached capReached;
    private final QueueRoom queueRoom;

    JobDesk(RunContext run, RunControl control, RefusalWatch refusals, JobWatch watch, CapReached capReached) {
        this.run = run;
        this.control = control;
        this.refusals = refusals;
        this.watch = watch;
        this.capReached = capReached;
        queueRoom = new QueueRoom(run.store());
    }

    private AccountTurnstile turnstile(WorkOrder order) {
        return run.turnstiles().jobs(order.step(), order.members().get(0).attempts() > 0);
    }

    /** Calls back with what ends its turn, on a worker; with null when the run stops instead. */
    public void admit(WorkOrder order, Consumer<@Nullable Runnable> then) {
        AccountTurnstile turnstile = turnstile(order);
        turnstile.acquire(control, new AccountTurnstile.Candidate() {
            @Override
            public void admitted() {
                run.workers().execute(() -> then.accept(turnstile::release));
            }

            @Override
            public void refused() {
                run.workers().execute(() -> then.accept(null));
            }

            @Override
            public boolean wanted() {
                return control.admits();
            }
        });
    }

    /** The account's turnstile learns that a create was not turned away. */
    public void tell(WorkOrder order, JobAnswer answer) {
        if (answer instanceof JobAnswer.Known) {
            turnstile(order).answered(0);
        } else {
            turnstile(order).ended();
        }
    }

    /** The account is refused. */
    public void failed(WorkOrder order) {
        turnstile(order).failed();
    }

    /**
     * A create was turned away: for so many milliseconds none is tried again by anyone. Somebody has to look when it goes
     * on, by what the account's turnstile or this work's journal says.
     *
     * @param times in a row that this work was turned away
     */
    public long turnedAway(WorkOrder order, long sentAt, Answer.Throttled throttled, int times) {
        run.access().listener().turnedAway(order.step());
        AccountTurnstile turnstile = turnstile(order);
        if (turnstile.turnedAway(sentAt, throttled.retryAfter()) || times >= MOST_TURNED_AWAY) {
            control.pause(
                    PauseReason.THROTTLED, "jobs were turned away " + times + " times in a row: " + throttled.detail());
        }
        return Math.max(1, turnstile.closedMillis());
    }

    /** Milliseconds since 1970, as turnstiles count them. */
    public long now() {
        return run.turnstiles().now();
    }

    /** Renders the request file and, if it holds anything, journals the intent. */
    public Prepared prepare(WorkOrder order, RowMapping mapping) {
        Path folder = run.store().folder().job(order.work());
        run.store().disk().createDirectories(folder);
        Path file = folder.resolve("requests.jsonl");
        var unrendered = new ArrayList<ReplyRow>();
        var cut = new JobCut(run, queueRoom, capReached, order);
        Prepared prepared = render(order, mapping, file, unrendered, cut);
        if (prepared.requests() > 0 && !control.admits()) {
            return prepared.asHeld(null);
        }
        Optional<RunEvent> instead = prepared.requests() > 0 ? cut.answer() : Optional.empty();
        if (instead.isPresent()) {
            return prepared.asHeld(instead.get());
        }
        run.results().addAll(order.step(), unrendered);
        if (prepared.requests() > 0) {
            Step step = run.step(order.step());
            run.store()
                    .recordAndWait(new RunEvent.JobIntended(
                            order.work(),
                            prepared.nonce(),
                            run.account(order.step()).fingerprint(),
                            accountName(order.step()),
                            step.provider(),
                            prepared.model(),
                            prepared.requests(),
                            prepared.bytes(),
                            prepared.sha256(),
                            prepared.worstPicos()));
        }
        return prepared;
    }

    private String accountName(int step) {
        return run.facts().simulated() ? "simulator" : run.account(step).baseUrl();
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
                ObjectNode record = run.requests().record(order.step(), member);
                String unitId = record.path("unit_id").asText();
                Optional<ReplyRow> passing = run.requests().unasked(order, member, record, Lane.BATCH);
                if (passing.isPresent()) {
                    unrendered.add(passing.get());
                    cut.add(member, 0, 0);
                    continue;
                }
                try {
                    Prompt prompt = run.requests().prompt(order.step(), member, record);
                    RowMapping.Line mapped = mapping.line(
                            prompt, CallId.of(prompt.callKey(), account.tagged() ? "" : nonce), account.flavour());
                    byte[] line = Json.line(mapped.line());
                    out.write(line);
                    endpoint = mapped.endpoint();
                    mapped.headers()
                            .forEach(
                                    (name, value) -> headers.merge(name, value, (a, b) -> a.compareTo(b) <= 0 ? a : b));
                    requests++;
                    bytes += line.length;
                    long price = run.requests().worstPicos(order.step(), member, Lane.BATCH, prompt);
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
                run.step(order.step()).model(order.members().get(0).attempts() > 0),
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
        return new JobResults(run, control, refusals, watch, new JobResults.EndedJob(order, status, mapping))
                .collect(files);
    }
}
