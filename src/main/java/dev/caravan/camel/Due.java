package dev.caravan.camel;

import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobStatus;
import dev.caravan.run.RunEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;

/** Which jobs are due for a look, and what came of it. Called by {@code routes/batch.camel.yaml}. */
public final class Due {
    private final LiveRuns runs;

    Due(LiveRuns runs) {
        this.runs = runs;
    }

    public List<LiveRun.PollOrder> due() {
        var due = new ArrayList<LiveRun.PollOrder>();
        runs.all().stream().filter(each -> !each.store().isBroken()).forEach(each -> due.addAll(each.tick()));
        return due;
    }

    public void pollOrder(Exchange exchange) {
        LiveRun.PollOrder order = exchange.getMessage().getBody(LiveRun.PollOrder.class);
        exchange.setProperty("poll", order);
        exchange.setProperty("run", order.run());
        exchange.setProperty("account", order.run().account());
        exchange.setProperty("provider", order.run().provider(order.step()));
        exchange.setProperty("providerJob", order.providerJob());
        exchange.setProperty("look", order.cancel() ? "cancel" : "poll");
        exchange.getMessage().setBody(null);
    }

    public void polled(Exchange exchange) {
        LiveRun.PollOrder order = Objects.requireNonNull(exchange.getProperty("poll", LiveRun.PollOrder.class));
        Object answer = exchange.getMessage().getBody();
        exchange.getMessage().setBody(null);
        if (order.cancel()) {
            order.run().cancelled(order.work());
        }
        if (answer instanceof JobAnswer.Known known) {
            JobStatus status = known.status();
            order.run()
                    .seen(
                            order.work(),
                            status.providerState() + " (" + status.completed() + "/" + status.total() + ")");
            if (status.state() != JobStatus.State.RUNNING) {
                exchange.getMessage()
                        .setBody(new RunEvent.JobEnded(
                                order.work(), status.state().name(), "", status.outputFile(), status.errorFile()));
            }
        } else if (answer instanceof JobAnswer.Trouble trouble) {
            order.run().seen(order.work(), "not reached: " + trouble.answer());
            if (trouble.answer() instanceof Answer.Fatal fatal) {
                order.run().pause("provider", fatal.code() + ": " + fatal.detail());
            }
        } else {
            throw new IllegalStateException("a poll was answered with " + answer);
        }
    }
}
