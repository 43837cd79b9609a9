package dev.caravan.camel.exchange;

import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The name of an exchange property, and what is kept under it. {@link ExchangeKeys} lists all there are.
 *
 * @param name as route files write it
 */
public record ExchangeKey<T>(String name) {

    /** What is there, or null. */
    @SuppressWarnings("unchecked")
    public @Nullable T find(Exchange exchange) {
        return (T) exchange.getProperty(name);
    }

    /** What is there, or something else. */
    public T find(Exchange exchange, T otherwise) {
        T found = find(exchange);
        return found == null ? otherwise : found;
    }

    /** What has to be there by now. */
    public T get(Exchange exchange) {
        return Objects.requireNonNull(find(exchange), name);
    }

    /** @param value null for nothing */
    public void set(Exchange exchange, @Nullable T value) {
        exchange.setProperty(name, value);
    }
}
