package dev.caravan.camel.provider;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpRequest;
import org.apache.camel.Exchange;
import org.apache.camel.component.vertx.http.DefaultVertxHttpBinding;
import org.apache.camel.component.vertx.http.VertxHttpEndpoint;

/** Puts the account's key on a request of camel-vertx-http, as {@link KeyOnControlCall} does for camel-http. */
public final class KeyOnCall extends DefaultVertxHttpBinding {
    private static final String HTTPS = "https:";

    private final ReplyBounds bounds;

    public KeyOnCall(ReplyBounds bounds) {
        this.bounds = bounds;
    }

    @Override
    public HttpRequest<Buffer> prepareHttpRequest(VertxHttpEndpoint endpoint, Exchange exchange) throws Exception {
        var account = HttpCalls.account(exchange);
        HttpRequest<Buffer> request = super.prepareHttpRequest(endpoint, exchange);
        // The component forgets https where the address names a port, and would send the key in the clear.
        request.ssl(account.baseUrl().regionMatches(true, 0, HTTPS, 0, HTTPS.length()));
        // A redirect would be followed with the key, to whatever host it names.
        request.followRedirects(false);
        BoundedReply.watch(endpoint);
        request = request.as(new BoundedReply(bounds.callBytes(), bounds.callNanos()));
        return account.key().isEmpty() ? request : request.putHeader(account.authHeader(), account.credential());
    }
}
