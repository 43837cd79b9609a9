package dev.caravan.camel;

import static dev.caravan.camel.exchange.ExchangeKeys.ACCOUNT;
import static dev.caravan.camel.exchange.ExchangeKeys.JOB_FOLDER;
import static dev.caravan.camel.exchange.ExchangeKeys.JOB_LOOK;
import static dev.caravan.camel.exchange.ExchangeKeys.KNOWN_JOBS;
import static dev.caravan.camel.exchange.ExchangeKeys.LOOK;
import static dev.caravan.camel.exchange.ExchangeKeys.NONCE;
import static dev.caravan.camel.exchange.ExchangeKeys.ONLY_CONFIRMED;
import static dev.caravan.camel.exchange.ExchangeKeys.PROVIDER_JOB;
import static dev.caravan.camel.exchange.ExchangeKeys.REQUESTS;
import static dev.caravan.camel.exchange.ExchangeKeys.ROUTES;
import static dev.caravan.camel.exchange.ExchangeKeys.RUN;
import static dev.caravan.camel.exchange.ExchangeKeys.SINCE;

import dev.caravan.base.NotReadyException;
import dev.caravan.camel.provider.ProviderWires;
import dev.caravan.execution.JobLook;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.JobAnswer;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Which jobs are due for a look, and what came of it. Called by {@code routes/batch.camel.yaml}. */
public final class JobPoll {
    private final LiveRuns runs;
    private final ProviderWires wires;

    JobPoll(LiveRuns runs, ProviderWires wires) {
        this.runs = runs;
        this.wires = wires;
    }

    /** A run, and what it has to ask about a job. */
    record Look(LiveRun run, JobLook about) {}

    public List<Look> due() {
        var due = new ArrayList<Look>();
        for (LiveRun each : runs.all()) {
            if (!each.store().isBroken()) {
                try {
                    each.tick().forEach(look -> due.add(new Look(each, look)));
                } catch (RuntimeException e) {
                    // One run's trouble must not stop the clock of the others.
                    each.fail(e);
                }
            }
        }
        return due;
    }

    /** Names what is asked, of whom and with which key. */
    public void lookFor(Exchange exchange) {
        Look due = exchange.getMessage().getBody(Look.class);
        JobLook look = due.about();
        LiveRun run = due.run();
        JOB_LOOK.set(exchange, look);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onFailure(Exchange broken) {
                // A look that breaks tells nothing, and would be taken again and again.
                Exception cause = broken.getException();
                run.fail(cause == null ? new IllegalStateException("a look at a job broke") : cause);
            }
        });
        RUN.set(exchange, run);
        ACCOUNT.set(exchange, run.account(look.step()));
        ROUTES.set(exchange, run.account(look.step()).routes());
        PROVIDER_JOB.set(exchange, look.providerJob());
        LOOK.set(exchange, look.kind().word());
        NONCE.set(exchange, look.nonce());
        REQUESTS.set(exchange, look.requests());
        if (look.kind() == JobLook.Kind.FIND) {
            KNOWN_JOBS.set(exchange, run.watch().knownJobs());
            ONLY_CONFIRMED.set(exchange, true);
        }
        SINCE.set(exchange, look.since() == null ? null : look.since().getEpochSecond());
        JOB_FOLDER.set(exchange, run.folder().job(look.work()));
        exchange.getMessage().setBody(look.status());
    }

    public void looked(Exchange exchange) {
        JobLook look = JOB_LOOK.get(exchange);
        LiveRun run = RUN.get(exchange);
        if (!(exchange.getMessage().getBody() instanceof JobAnswer answer)) {
            throw new NotReadyException(
                    "direct:" + ROUTES.find(exchange) + "-" + LOOK.find(exchange),
                    "",
                    "did not end with what became of the job; see docs/adding-a-provider.md for its last step");
        }
        exchange.getMessage()
                .setBody(
                        look.nonce() == null
                                ? run.watch().looked(look, answer)
                                : run.strays()
                                        .looked(
                                                look,
                                                answer,
                                                wires.of(
                                                        run.account(look.step()).routes())));
    }
}
