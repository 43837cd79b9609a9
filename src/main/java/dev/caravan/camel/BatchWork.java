package dev.caravan.camel;

import static dev.caravan.camel.exchange.ExchangeKeys.ADMITTED;
import static dev.caravan.camel.exchange.ExchangeKeys.JOB_FOLDER;
import static dev.caravan.camel.exchange.ExchangeKeys.JOB_STATUS;
import static dev.caravan.camel.exchange.ExchangeKeys.KNOWN_JOBS;
import static dev.caravan.camel.exchange.ExchangeKeys.NONCE;
import static dev.caravan.camel.exchange.ExchangeKeys.ORDER;
import static dev.caravan.camel.exchange.ExchangeKeys.PROVIDER_JOB;
import static dev.caravan.camel.exchange.ExchangeKeys.REQUESTS;
import static dev.caravan.camel.exchange.ExchangeKeys.RUN;
import static dev.caravan.camel.exchange.ExchangeKeys.SENT_AT;
import static dev.caravan.camel.exchange.ExchangeKeys.SETTLED;
import static dev.caravan.camel.exchange.ExchangeKeys.SINCE;

import dev.caravan.camel.provider.ProviderWires;
import dev.caravan.execution.JobDesk;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.RowMapping;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobStatus;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.WorkOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/** Between the calls of {@code routes/batch.camel.yaml}: from tickets to orders, from answers to events. */
public final class BatchWork {

    private final ProviderWires wires;

    BatchWork(ProviderWires wires) {
        this.wires = wires;
    }

    private RowMapping mapping(Exchange exchange) {
        return wires.of(RUN.get(exchange).account(ORDER.get(exchange).step()).routes());
    }

    /** Waits for the account's turnstile; when the run stops meanwhile, the body is empty and nothing follows. */
    public static final class Admission extends AsyncStep {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            RUN.get(exchange).jobs().admit(ORDER.get(exchange), release -> {
                if (release == null) {
                    exchange.getMessage().setBody(null);
                } else {
                    ADMITTED.set(exchange, true);
                    exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                        @Override
                        public void onDone(Exchange done) {
                            release.run();
                        }
                    });
                }
                callback.done(false);
            });
            return false;
        }
    }

    /** The body becomes the job to create, or the event that ends work with nothing to send. */
    public void prepare(Exchange exchange) {
        WorkOrder order = ORDER.get(exchange);
        JobDesk.Prepared prepared = RUN.get(exchange).jobs().prepare(order, mapping(exchange));
        if (prepared.held()) {
            exchange.getMessage().setBody(prepared.instead());
            return;
        }
        SENT_AT.set(exchange, RUN.get(exchange).jobs().now());
        exchange.getMessage()
                .setBody(
                        prepared.asks()
                                ? prepared.order(order.work())
                                : RUN.get(exchange).jobs().settle(order));
    }

    public void submitted(Exchange exchange) {
        WorkOrder order = ORDER.get(exchange);
        Object answer = exchange.getMessage().getBody();
        exchange.getMessage().setBody(event(exchange, order, answer));
    }

    private static RunEvent event(Exchange exchange, WorkOrder order, Object answer) {
        if (answer instanceof JobAnswer.Trouble trouble) {
            return notCreated(exchange, order, trouble.answer());
        }
        RUN.get(exchange).jobs().tell(order, (JobAnswer) answer);
        if (answer instanceof JobAnswer.Known known) {
            return new RunEvent.JobCreated(order.work(), known.status().providerJob(), false);
        }
        if (answer instanceof JobAnswer.Unknown unknown) {
            return new RunEvent.JobInDoubt(
                    order.work(),
                    unknown.code(),
                    unknown.detail(),
                    RUN.get(exchange).pauseMillis());
        }
        throw new IllegalStateException("a submit was answered with " + answer);
    }

    private static RunEvent notCreated(Exchange exchange, WorkOrder order, Answer answer) {
        LiveRun run = RUN.get(exchange);
        if (answer instanceof Answer.Throttled throttled) {
            long sentAt = SENT_AT.get(exchange);
            long pause = run.jobs().turnedAway(order, sentAt, throttled, order.throttledCreates() + 1);
            return new RunEvent.JobNotCreated(order.work(), throttled.code(), throttled.detail(), pause, true);
        }
        if (answer instanceof Answer.Fatal fatal) {
            run.pause(PauseReason.PROVIDER, fatal.code() + ": " + fatal.detail());
            run.jobs().failed(order);
            return new RunEvent.JobNotCreated(order.work(), fatal.code(), fatal.detail(), 0);
        }
        run.jobs().tell(order, new JobAnswer.Trouble(answer));
        if (answer instanceof Answer.Rejected rejected) {
            run.pause(PauseReason.PROVIDER, "a job was refused: " + rejected.code() + ": " + rejected.detail());
            return new RunEvent.JobNotCreated(order.work(), rejected.code(), rejected.detail(), 0);
        }
        var since = order.troubleSince();
        if (since != null && run.watch().gaveUp(since)) {
            run.pause(PauseReason.PROVIDER, "no job could be created since " + since + ": " + answer);
        }
        long pause = order.pause(run.pauseMillis());
        if (answer instanceof Answer.Transient lost) {
            return new RunEvent.JobNotCreated(order.work(), lost.code(), lost.detail(), pause);
        }
        throw new IllegalStateException("a submit ended with " + answer);
    }

    public void findOrder(Exchange exchange) {
        WorkOrder order = ORDER.get(exchange);
        RunEvent.JobIntended intent = Objects.requireNonNull(order.intent());
        NONCE.set(exchange, intent.nonce());
        REQUESTS.set(exchange, intent.requests());
        KNOWN_JOBS.set(exchange, RUN.get(exchange).watch().knownJobs());
        var since = order.intendedAt();
        SINCE.set(exchange, since == null ? null : since.getEpochSecond());
        exchange.getMessage().setBody(null);
    }

    /** One job: adopted. None: the intent bought nothing, once the provider had time to list it. Trouble: look again. */
    public void found(Exchange exchange) {
        WorkOrder order = ORDER.get(exchange);
        LiveRun run = RUN.get(exchange);
        Object answer = exchange.getMessage().getBody();
        RunEvent event;
        if (answer instanceof JobAnswer.Found found) {
            event = found.jobs().isEmpty() ? missing(run, order) : adopted(run, order, found.jobs());
        } else if (answer instanceof JobAnswer.Trouble trouble) {
            if (trouble.answer() instanceof Answer.Fatal fatal) {
                run.pause(PauseReason.PROVIDER, fatal.code() + ": " + fatal.detail());
            }
            var since = order.doubtedAt();
            if (since != null && run.watch().gaveUp(since)) {
                run.pause(
                        PauseReason.DETACHED,
                        "a job that may exist could not be looked for since " + since + ": " + trouble.answer());
            }
            event = new RunEvent.JobInDoubt(
                    order.work(), "find_failed", String.valueOf(trouble.answer()), run.pauseMillis() * 4);
        } else {
            throw new IllegalStateException("a find was answered with " + answer);
        }
        exchange.getMessage().setBody(event);
    }

    private static RunEvent missing(LiveRun run, WorkOrder order) {
        return run.watch().graceIsOver(order.doubtedAt())
                ? new RunEvent.JobNotCreated(
                        order.work(), RunEvent.JobNotCreated.NOT_FOUND, "the provider lists no such job", 0)
                : new RunEvent.JobInDoubt(
                        order.work(), "not_listed", "the provider lists no such job yet", run.pauseMillis());
    }

    /** The oldest of several is ours; the others were made by a repeat that was not. */
    private static RunEvent adopted(LiveRun run, WorkOrder order, List<JobStatus> jobs) {
        List<JobStatus> oldest = jobs.stream()
                .sorted(Comparator.comparingLong(JobStatus::createdAt))
                .toList();
        String nonce = Objects.requireNonNull(order.intent()).nonce();
        oldest.stream()
                .skip(1)
                .forEach(each -> run.strays().doubled(order.work(), order.step(), nonce, each.providerJob()));
        return new RunEvent.JobCreated(order.work(), oldest.get(0).providerJob(), true);
    }

    public void collectOrder(Exchange exchange) {
        WorkOrder order = ORDER.get(exchange);
        PROVIDER_JOB.set(exchange, order.providerJob());
        JOB_FOLDER.set(exchange, RUN.get(exchange).folder().job(order.work()));
        RunEvent.JobIntended intent = order.intent();
        REQUESTS.set(exchange, intent == null ? null : intent.requests());
        exchange.getMessage().setBody(null);
    }

    /** With every row on file already, nothing is downloaded: its files may be gone. */
    public void read(Exchange exchange) {
        Object answer = exchange.getMessage().getBody();
        boolean allOnFile = ORDER.get(exchange).unanswered().isEmpty();
        if (answer instanceof JobAnswer.Known known && known.status().lacksResults() && !allOnFile) {
            trouble(
                    exchange,
                    new JobAnswer.Trouble(new Answer.Transient(
                            Answer.Ambiguous.UNREADABLE, "the job is said to be complete, and no result is named")));
        } else if (answer instanceof JobAnswer.Known known) {
            JOB_STATUS.set(exchange, known.status());
            exchange.getMessage().setBody(allOnFile ? known.status().withoutResults() : known.status());
        } else if (allOnFile) {
            exchange.getMessage().setBody(RUN.get(exchange).jobs().settle(ORDER.get(exchange)));
        } else {
            trouble(exchange, answer);
        }
    }

    public void discardOrder(Exchange exchange) {
        SETTLED.set(exchange, exchange.getMessage().getBody(RunEvent.class));
        exchange.getMessage().setBody(JOB_STATUS.find(exchange));
    }

    public void discarded(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof JobAnswer.Trouble trouble) {
            RUN.get(exchange)
                    .log()
                    .log("WARN", ORDER.get(exchange).work() + ": files left at the provider: " + trouble.answer());
        }
        exchange.getMessage().setBody(SETTLED.find(exchange));
    }

    public void collected(Exchange exchange) {
        Object answer = exchange.getMessage().getBody();
        if (answer instanceof JobAnswer.Collected collected) {
            JobStatus status = JOB_STATUS.get(exchange);
            exchange.getMessage()
                    .setBody(RUN.get(exchange)
                            .jobs()
                            .collect(ORDER.get(exchange), status, collected.files(), mapping(exchange)));
        } else {
            trouble(exchange, answer);
        }
    }

    /** The job waits at the provider: it goes back to being polled, and is collected when that works again. */
    private static void trouble(Exchange exchange, @Nullable Object answer) {
        if (!(answer instanceof JobAnswer.Trouble trouble)) {
            throw new IllegalStateException("a job was answered with " + answer);
        }
        if (trouble.answer() instanceof Answer.Fatal fatal) {
            RUN.get(exchange).pause(PauseReason.PROVIDER, fatal.code() + ": " + fatal.detail());
        }
        WorkOrder order = ORDER.get(exchange);
        if (trouble.answer() instanceof Answer.Rejected) {
            RUN.get(exchange).watch().resultsMissing(order.work(), String.valueOf(order.providerJob()));
        } else {
            RUN.get(exchange)
                    .watch()
                    .resultsUnread(order.work(), String.valueOf(order.providerJob()), trouble.answer());
        }
        RUN.get(exchange).log().log("WARN", order.work() + ": results not collected yet: " + trouble.answer());
        exchange.getMessage()
                .setBody(new RunEvent.JobCreated(order.work(), Objects.requireNonNull(order.providerJob()), true));
    }
}
