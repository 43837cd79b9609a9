package dev.caravan.camel.provider;

import static dev.caravan.camel.exchange.ExchangeKeys.CALL;
import static dev.caravan.camel.exchange.ExchangeKeys.CURSOR;
import static dev.caravan.camel.exchange.ExchangeKeys.LIST_MORE;
import static dev.caravan.camel.exchange.ExchangeKeys.MODELS;
import static dev.caravan.camel.exchange.ExchangeKeys.TROUBLE;
import static dev.caravan.camel.provider.HttpCalls.account;
import static dev.caravan.camel.provider.HttpCalls.answered;
import static dev.caravan.camel.provider.HttpCalls.end;
import static dev.caravan.camel.provider.HttpCalls.prepare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.execution.UnitCall;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.Prompt;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;

/** What a provider's routes do around realtime calls and the list of models. */
public final class ProviderCalls {
    private static final String JSON = "application/json";

    private final ProviderWires wires;

    public ProviderCalls(ProviderWires wires) {
        this.wires = wires;
    }

    /** The prompt in the body becomes the provider's request. */
    public void request(Exchange exchange) {
        UnitCall call = CALL.find(exchange);
        Prompt prompt = exchange.getMessage().getBody(Prompt.class);
        ProviderWire.Request request =
                wires.of(exchange).request(prompt, account(exchange).flavour());
        prepare(exchange, "POST", request.path(), Json.text(request.body()), JSON);
        request.headers().forEach(exchange.getMessage()::setHeader);
        if (call != null) {
            exchange.getMessage().setHeader("X-Caravan-Call", call.header());
        }
    }

    /** The reply in the body becomes a typed answer. */
    public void reply(Exchange exchange) {
        HttpReply reply = answered(exchange);
        UnitCall call = CALL.find(exchange);
        if (call != null) {
            call.allowed(reply.requestsPerMinute(), reply.tokensPerMinute());
        }
        end(exchange, wires.of(exchange).answer(reply));
    }

    /** The prompt in the body becomes the question how many tokens it has. */
    public void countRequest(Exchange exchange) {
        Prompt prompt = exchange.getMessage().getBody(Prompt.class);
        ProviderWire.Request request =
                wires.of(exchange).countRequest(prompt, account(exchange).flavour());
        prepare(exchange, "POST", request.path(), Json.text(request.body()), JSON);
        request.headers().forEach(exchange.getMessage()::setHeader);
    }

    /** The reply in the body becomes a number of tokens, or the trouble. */
    public void countReply(Exchange exchange) {
        HttpReply reply = answered(exchange);
        JsonNode body = reply.body();
        long tokens = reply.succeeded() && body != null ? wires.of(exchange).counted(body) : -1;
        end(exchange, tokens < 0 ? wires.of(exchange).harmless(reply) : (Object) tokens);
    }

    /** Begins with the first page of models; as {@link ProviderJobs#findAt}. */
    public void modelsAt(String path, String query, String cursor, Exchange exchange) {
        ProviderJobs.list(exchange, path, query, cursor);
        modelsStart(exchange);
    }

    /** As the other, for a route that sets the properties itself. */
    public void modelsStart(Exchange exchange) {
        LIST_MORE.set(exchange, true);
        CURSOR.set(exchange, "");
        MODELS.set(exchange, new ArrayList<>());
    }

    /** Keeps a page's models. */
    public void modelsReply(Exchange exchange) {
        HttpReply reply = answered(exchange);
        JsonNode body = reply.body();
        JsonNode page = reply.succeeded() && body != null
                ? wires.of(exchange).models(body, ProviderJobs.asked(exchange))
                : null;
        if (page == null) {
            LIST_MORE.set(exchange, false);
            TROUBLE.set(exchange, wires.of(exchange).harmless(reply));
        } else {
            List<String> models = MODELS.get(exchange);
            page.path("models").forEach(each -> models.add(each.asText()));
            ProviderJobs.turn(exchange, page);
        }
        end(exchange, new JobAnswer.Done());
    }

    /** All models, or the trouble. */
    public void modelsFound(Exchange exchange) {
        Answer trouble = TROUBLE.find(exchange);
        List<?> models = MODELS.get(exchange);
        end(exchange, trouble == null ? List.copyOf(models) : new JobAnswer.Trouble(trouble));
    }
}
