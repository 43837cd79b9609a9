package dev.caravan.camel.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/** The wires there are: one for every folder of {@code routes/} that maps requests. */
public final class ProviderWires {
    private final Map<String, ProviderWire> wires = new TreeMap<>();

    public ProviderWires(Path routes) {
        try (Stream<Path> folders = Files.list(routes)) {
            folders.filter(each -> Files.isRegularFile(each.resolve("complete-request.jslt")))
                    .forEach(each -> wires.put(String.valueOf(each.getFileName()), new ProviderWire(each)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + routes, e);
        }
    }

    ProviderWire of(Exchange exchange) {
        return of(HttpCalls.account(exchange).routes());
    }

    /** The wire of an account's routes. */
    public ProviderWire of(String routes) {
        return Objects.requireNonNull(wires.get(routes), routes);
    }
}
