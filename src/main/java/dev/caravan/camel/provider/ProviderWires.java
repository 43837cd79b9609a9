package dev.caravan.camel.provider;

import static dev.caravan.camel.exchange.ExchangeKeys.VERSION;
import static dev.caravan.camel.exchange.ExchangeKeys.VERSION_HEADER;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/** The wires there are: one for every folder of {@code routes/} that maps requests. */
public final class ProviderWires {
    private final Map<String, ProviderWire> wires = new TreeMap<>();

    public ProviderWires(Path routes) {
        this(List.of(routes));
    }

    /** @param routes folders of routes; of two of the same name the first counts */
    public ProviderWires(List<Path> routes) {
        routes.forEach(this::read);
    }

    private void read(Path routes) {
        try (Stream<Path> folders = Files.list(routes)) {
            folders.filter(each -> Files.isRegularFile(each.resolve("complete-request.jslt")))
                    .forEach(each -> wires.putIfAbsent(String.valueOf(each.getFileName()), new ProviderWire(each)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + routes, e);
        }
    }

    ProviderWire of(Exchange exchange) {
        return of(HttpCalls.account(exchange).routes());
    }

    /** Puts the provider's headers of control calls on the message: those of its mapping, and one that a route names. */
    void controlHeaders(Exchange exchange) {
        of(exchange).controlHeaders().forEach(exchange.getMessage()::setHeader);
        String header = VERSION_HEADER.find(exchange);
        if (header != null) {
            exchange.getMessage().setHeader(header, VERSION.find(exchange));
        }
    }

    /**
     * Reads every mapping of these routes now, so that what is wrong with one is told before anything is made of it.
     *
     * @throws dev.caravan.base.NotReadyException naming file, line and column of all mistakes
     */
    public void check(String routes) {
        of(routes).check();
    }

    /** As the other, of all there are. */
    public void check() {
        wires.values().forEach(ProviderWire::check);
    }

    /** The wire of an account's routes. */
    public ProviderWire of(String routes) {
        return Objects.requireNonNull(wires.get(routes), routes);
    }
}
