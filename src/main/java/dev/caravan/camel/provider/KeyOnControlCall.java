package dev.caravan.camel.provider;

import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpActivityListener;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;

/**
 * Puts the account's key on a request of camel-http at the last moment. The key never stands in a message header, where
 * tracing, a dead letter or a management console would show it.
 */
public final class KeyOnControlCall implements HttpActivityListener {

    @Override
    public void onRequestSubmitted(
            Object source, Exchange exchange, HttpHost host, HttpRequest request, HttpEntity entity) {
        var account = HttpCalls.account(exchange);
        if (!account.key().isEmpty()) {
            request.setHeader(account.authHeader(), account.credential());
        }
    }

    @Override
    public void onResponseReceived(
            Object source, Exchange exchange, HttpHost host, HttpResponse response, HttpEntity entity, long elapsed) {
        // The reply needs nothing.
    }
}
