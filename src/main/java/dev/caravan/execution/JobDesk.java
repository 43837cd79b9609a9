package dev.caravan.execution;

import dev.caravan.limit.AccountTurnstile;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.WorkOrder;
import dev.caravan.settle.RecordReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where batch jobs are rendered, intended, and their results booked and settled. Called by worker threads, in turn. */
public final class JobDesk {
    private static final int MOST_TURNED_AWAY = 5;

    /**
     * What was made ready for a job.
     *
     * @param held whether nothing may be sent: nothing was intended
     * @param instead the fact that follows when the job cannot go as it is; null when the run stopped meanwhile
     */
    public record Prepared(
            RequestFile file, boolean held, @Nullable RunEvent instead) {
        /** Whether there is anything to send; without, the work can be settled. */
        public boolean asks() {
            return file.requests() > 0;
        }

        /** What the provider's routes are told. */
        public JobOrder order(String work) {
            return file.order(work);
        }
    }

    private final RunContext run;
    private final RunControl control;
    private final RefusalWatch refusals;
    private final JobWatch watch;
    private final CapReached capReached;
    private final QueueRoom queueRoom;
    private final JobFiles files;

    JobDesk(RunContext run, RunControl control, RefusalWatch refusals, JobWatch watch, CapReached capReached) {
        this.run = run;
        this.control = control;
        this.refusals = refusals;
        this.watch = watch;
        this.capReached = capReached;
        queueRoom = new QueueRoom(run.store());
        files = new JobFiles(run.store());
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
        var cut = new JobCut(run, queueRoom, capReached, order);
        RequestFileWriter writer;
        RequestFile file;
        try (RecordReader.Pass pass = run.records().pass()) {
            writer = new RequestFileWriter(run, order, run.requests().by(pass), mapping, cut);
            file = writer.write(files.requests(order.work()));
        }
        boolean asks = file.requests() > 0;
        if (asks && !control.admits()) {
            return new Prepared(file, true, null);
        }
        Optional<RunEvent> instead = asks ? cut.answer() : Optional.empty();
        if (instead.isPresent()) {
            files.drop(order.work());
            return new Prepared(file, true, instead.get());
        }
        run.results().addAll(order.step(), writer.leftOut());
        if (asks) {
            run.store().recordAndWait(intent(order, file));
        } else {
            files.drop(order.work());
        }
        return new Prepared(file, false, null);
    }

    private RunEvent intent(WorkOrder order, RequestFile file) {
        Account account = run.account(order.step());
        return new RunEvent.JobIntended(
                order.work(),
                file.nonce(),
                account.fingerprint(),
                run.facts().simulated() ? "simulator" : account.baseUrl(),
                run.step(order.step()).provider(),
                file.model(),
                file.requests(),
                file.bytes(),
                file.sha256(),
                file.worst());
    }

    /** Settles work that has nothing to send: every prompt of it failed, or was answered before. */
    public RunEvent settle(WorkOrder order) {
        return run.settler().settle(order);
    }

    /**
     * Books the rows of a job's result files, gives every unit without a row its reason, and settles the work.
     *
     * @param status what the provider said of the ended job, its errors by line included
     * @param results downloaded result files, in any order
     */
    public RunEvent collect(WorkOrder order, JobStatus status, List<Path> results, RowMapping mapping) {
        RunEvent event = new JobResults(run, control, refusals, watch, new JobResults.EndedJob(order, status, mapping))
                .collect(results);
        if (event instanceof RunEvent.WorkDone) {
            files.drop(order.work());
        }
        return event;
    }
}
