package dev.caravan.camel;

import dev.caravan.base.NotReadyException;
import dev.caravan.camel.provider.ProviderWires;
import dev.caravan.execution.JobDesk;
import dev.caravan.execution.JobLook;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.JobAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Which jobs are due for a look, and what came of it. Called by {@code routes/batch.camel.yaml}. */
public final class Due {
    private final LiveRuns runs;
    private final ProviderWires wires;

    Due(LiveRuns runs, ProviderWires wires) {
        this.runs = runs;
        this.wires = wires;
    }

    public List<JobLook> due() {
        var due = new ArrayList<JobLook>();
        for (LiveRun each : runs.all()) {
            if (!each.store().isBroken()) {
                try {
                    due.addAll(each.tick());
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
        JobLook look = exchange.getMessage().getBody(JobLook.class);
        LiveRun run = look.run();
        exchange.setProperty("jobLook", look);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onFailure(Exchange broken) {
                // A look that breaks tells nothing, and would be taken again and again.
                Exception cause = broken.getException();
                run.fail(cause == null ? new IllegalStateException("a look at a job broke") : cause);
            }
        });
        exchange.setProperty("run", run);
        exchange.setProperty("account", run.account(look.step()));
        exchange.setProperty("routes", run.account(look.step()).routes());
        exchange.setProperty("providerJob", look.providerJob());
        exchange.setProperty("look", look.kind().word());
        exchange.setProperty("nonce", look.nonce());
        exchange.setProperty("requests", look.requests());
        if (look.kind() == JobLook.Kind.FIND) {
            exchange.setProperty("knownJobs", run.watch().knownJobs());
            exchange.setProperty("onlyConfirmed", true);
        }
        exchange.setProperty("since", look.since() == null ? null : look.since().getEpochSecond());
        exchange.setProperty("jobFolder", run.folder().job(look.work()));
        exchange.getMessage().setBody(look.status());
    }

    public void looked(Exchange exchange) {
        JobLook look = Objects.requireNonNull(exchange.getProperty("jobLook", JobLook.class));
        if (!(exchange.getMessage().getBody() instanceof JobAnswer answer)) {
            throw new NotReadyException(
                    "direct:" + exchange.getProperty("routes") + "-" + exchange.getProperty("look"),
                    "",
                    "did not end with what became of the job; see docs/adding-a-provider.md for its last step");
        }
        exchange.getMessage()
                .setBody(
                        look.nonce() == null
                                ? look.run().watch().looked(look, answer)
                                : look.run().strays().looked(look, answer, mapping(look)));
    }

    private JobDesk.RowMapping mapping(JobLook look) {
        return wires.of(look.run().account(look.step()).routes());
    }
}
