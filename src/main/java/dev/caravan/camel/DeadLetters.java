package dev.caravan.camel;

import static dev.caravan.camel.exchange.ExchangeKeys.ORDER;
import static dev.caravan.camel.exchange.ExchangeKeys.RUN;

import dev.caravan.base.Json;
import dev.caravan.execution.LiveRun;
import dev.caravan.run.RunLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses a run one of whose tickets could not be handled, and keeps the ticket with its cause where the fault is ours. It
 * trusts nothing of the message.
 */
public final class DeadLetters implements Processor {
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    private final Clock clock;

    DeadLetters(Clock clock) {
        this.clock = clock;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Throwable cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        Throwable known = cause == null ? new IllegalStateException("no cause is known") : cause;
        String file = exchange.getMessage().getHeader(Exchange.FILE_NAME_ONLY, "ticket", String.class);
        LiveRun run = RUN.find(exchange);
        if (run != null && !run.fail(known)) {
            return;
        }
        log.error("a ticket could not be handled: {}", file, known);
        if (run == null) {
            return;
        }
        Path folder = Files.createDirectories(run.folder().deadLetters());
        var letter = Json.object()
                .put("time", clock.instant().toString())
                .put("ticket", file)
                .put("route", exchange.getProperty(Exchange.FAILURE_ROUTE_ID, String.class))
                .put("order", RunLog.clean(String.valueOf(ORDER.find(exchange))))
                .put("cause", RunLog.clean(known.toString()));
        var trace = letter.putArray("trace");
        for (StackTraceElement each : known.getStackTrace()) {
            trace.add(each.toString());
        }
        Files.write(folder.resolve(file + "-" + clock.millis() + ".json"), Json.line(letter));
    }
}
