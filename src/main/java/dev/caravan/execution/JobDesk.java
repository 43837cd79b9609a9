package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.limit.AccountTurnstile;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.CallId;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Prompt;
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

    private AccountTurnstile gate(WorkOrder order) {
        return run.gates().jobs(order.step(), order.members().get(0).attempts() > 0);
    }

    /** Calls back with what gives the permit back, on a worker; with null when the run stops instead. */
    public void admit(WorkOrder order, Consumer<@Nullable Runnable> then) {
        AccountTurnstile gate = gate(order);
        gate.acquire(run, new AccountTurnstile.Candidate() {
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
        AccountTurnstile gate = gate(order);
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
        run.results().addAll(order.step(), unrendered);
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
                Optional<ReplyRow> passing = run.unasked(order, member, record, order.lane());
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
                    long price = run.worstPicos(order.step(), member, order.lane(), prompt);
                    worst = worst < 0 || price < 0 ? -1 : Math.addExact(worst, price);
                    cut.add(member, line.length, price);
                } catch (RenderException e) {
                    cut.add(member, 0, 0);
                    unrendered.add(ReplyRow.unrendered(
                            member, unitId, order.work(), order.lane(), String.valueOf(e.getMessage())));
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
        return new JobResults(run, order, status, mapping).collect(files);
    }
}
