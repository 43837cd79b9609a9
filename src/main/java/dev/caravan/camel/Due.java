package dev.caravan.camel;

import dev.caravan.execution.JobDesk;
import dev.caravan.execution.JobLook;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.JobAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;

/** Which jobs are due for a look, and what came of it. Called by {@code routes/batch.camel.yaml}. */
public final class Due {
    private final LiveRuns runs;
    private final Map<String, JobDesk.RowMapping> mappings;

    Due(LiveRuns runs, Map<String, JobDesk.RowMapping> mappings) {
        this.runs = runs;
        this.mappings = mappings;
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
        exchange.setProperty("run", run);
        exchange.setProperty("account", run.account());
        exchange.setProperty("provider", run.provider(look.step()));
        exchange.setProperty("providerJob", look.providerJob());
        exchange.setProperty("look", look.kind().name().toLowerCase(Locale.ROOT));
        exchange.setProperty("nonce", look.nonce());
        exchange.setProperty("since", look.since() == null ? null : look.since().getEpochSecond());
        exchange.setProperty("jobFolder", run.folder().job(look.work()));
        exchange.getMessage().setBody(look.status());
    }

    public void looked(Exchange exchange) {
        JobLook look = Objects.requireNonNull(exchange.getProperty("jobLook", JobLook.class));
        JobAnswer answer = exchange.getMessage().getBody(JobAnswer.class);
        exchange.getMessage()
                .setBody(
                        look.nonce() == null
                                ? look.run().looked(look, answer)
                                : look.run().strays().looked(look, answer, mapping(exchange)));
    }

    private JobDesk.RowMapping mapping(Exchange exchange) {
        String provider = Objects.requireNonNull(exchange.getProperty("provider", String.class));
        return Objects.requireNonNull(mappings.get(provider), provider);
    }
}
