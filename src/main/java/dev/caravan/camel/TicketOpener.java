package dev.caravan.camel;

import static dev.caravan.camel.exchange.ExchangeKeys.ACCOUNT;
import static dev.caravan.camel.exchange.ExchangeKeys.ACTION;
import static dev.caravan.camel.exchange.ExchangeKeys.ORDER;
import static dev.caravan.camel.exchange.ExchangeKeys.ROUTES;
import static dev.caravan.camel.exchange.ExchangeKeys.RUN;

import dev.caravan.base.Json;
import dev.caravan.execution.LiveRun;
import dev.caravan.run.Ticket;
import dev.caravan.run.WorkOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.support.SynchronizationAdapter;

/** Opens a ticket on a worker thread. Called by {@code routes/steps.camel.yaml}; pollers never do the work themselves. */
public final class TicketOpener extends AsyncStep {
    private final LiveRuns runs;

    TicketOpener(LiveRuns runs) {
        this.runs = runs;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Ticket ticket;
        try {
            ticket = read(exchange);
        } catch (UncheckedIOException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        Optional<LiveRun> run = runs.find(ticket.run());
        Optional<WorkOrder> order = run.flatMap(each -> each.open(ticket));
        if (run.isEmpty() || order.isEmpty()) {
            callback.done(true);
            return true;
        }
        RUN.set(exchange, run.get());
        ORDER.set(exchange, order.get());
        ACCOUNT.set(exchange, run.get().account(ticket.step()));
        ROUTES.set(exchange, run.get().account(ticket.step()).routes());
        ACTION.set(exchange, ticket.action().word());
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                run.get().closed(ticket);
            }
        });
        run.get().workers().execute(() -> callback.done(false));
        return false;
    }

    private static Ticket read(Exchange exchange) {
        GenericFile<?> file = exchange.getMessage().getBody(GenericFile.class);
        try {
            return Json.mapper().readValue(Files.readAllBytes(Path.of(file.getAbsoluteFilePath())), Ticket.class);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the ticket " + file.getFileName(), e);
        }
    }
}
