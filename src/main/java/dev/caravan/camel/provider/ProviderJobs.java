package dev.caravan.camel.provider;

import static dev.caravan.camel.exchange.ExchangeKeys.CURSOR;
import static dev.caravan.camel.exchange.ExchangeKeys.CURSOR_KEY;
import static dev.caravan.camel.exchange.ExchangeKeys.FOUND_JOBS;
import static dev.caravan.camel.exchange.ExchangeKeys.JOB_ORDER;
import static dev.caravan.camel.exchange.ExchangeKeys.KNOWN_JOBS;
import static dev.caravan.camel.exchange.ExchangeKeys.LIST_MORE;
import static dev.caravan.camel.exchange.ExchangeKeys.NONCE;
import static dev.caravan.camel.exchange.ExchangeKeys.PATH;
import static dev.caravan.camel.exchange.ExchangeKeys.QUERY;
import static dev.caravan.camel.exchange.ExchangeKeys.REQUESTS;
import static dev.caravan.camel.exchange.ExchangeKeys.SINCE;
import static dev.caravan.camel.exchange.ExchangeKeys.TROUBLE;
import static dev.caravan.camel.exchange.ExchangeKeys.UPLOADED_FILE;
import static dev.caravan.camel.provider.HttpCalls.account;
import static dev.caravan.camel.provider.HttpCalls.answered;
import static dev.caravan.camel.provider.HttpCalls.end;
import static dev.caravan.camel.provider.HttpCalls.prepare;
import static dev.caravan.camel.provider.HttpCalls.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.FileEntity;

/** What a provider's routes do around calls about jobs. */
public final class ProviderJobs {
    private static final String JSON = "application/json";
    /** Own job from before a clock difference of this much is still found. */
    private static final long CLOCK_SLACK_SECONDS = 600;

    private final ProviderWires wires;

    public ProviderJobs(ProviderWires wires) {
        this.wires = wires;
    }

    static JobOrder order(Exchange exchange) {
        return JOB_ORDER.get(exchange);
    }

    /** Keeps the order in the body for the calls that follow. */
    public void accept(Exchange exchange) {
        JOB_ORDER.set(exchange, exchange.getMessage().getBody(JobOrder.class));
    }

    private static String path(Exchange exchange) {
        return PATH.get(exchange);
    }

    private void call(Exchange exchange, String method) {
        prepare(
                exchange,
                method,
                path(exchange),
                method.equals("POST") ? "{}" : null,
                method.equals("POST") ? JSON : null);
        wires.controlHeaders(exchange);
    }

    /** GET the exchange's path. */
    public void get(Exchange exchange) {
        call(exchange, "GET");
    }

    /** POST nothing to the exchange's path. */
    public void post(Exchange exchange) {
        call(exchange, "POST");
    }

    /** Creates the job: from an uploaded file, or with its requests inside. */
    public void create(Exchange exchange) {
        JobOrder order = order(exchange);
        ObjectNode input = Json.object()
                .put("nonce", order.nonce())
                .put("job", order.job())
                .put("model", order.model())
                .put("endpoint", order.endpoint())
                .put("file", UPLOADED_FILE.find(exchange));
        ProviderWire wire = wires.of(exchange);
        JsonNode create = wire.create(input);
        String text = Json.text(create.path("body"));
        Object body = text;
        if (text.contains(CreateBody.PLACE)) {
            try {
                Path file = CreateBody.write(text, order.requestFile(), wire);
                body = new FileEntity(file.toFile(), ContentType.APPLICATION_JSON);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the body of job " + order.job(), e);
            }
        }
        prepare(exchange, "POST", create.path("path").asText(), body, JSON);
        wires.controlHeaders(exchange);
        order.headers().forEach(exchange.getMessage()::setHeader);
    }

    /** Known, surely not created, or in doubt. */
    public void created(Exchange exchange) {
        JobAnswer answer = wires.of(exchange).created(answered(exchange));
        CreateBody.delete(order(exchange).requestFile());
        end(exchange, answer);
    }

    /** The job's state; trouble is a value, and a 404 no loss. */
    public void status(Exchange exchange) {
        HttpReply reply = answered(exchange);
        JsonNode body = reply.body();
        ProviderWire wire = wires.of(exchange);
        JobStatus status = reply.succeeded() && body != null ? wire.status(body) : null;
        end(exchange, status == null ? new JobAnswer.Trouble(wire.harmless(reply)) : new JobAnswer.Known(status));
    }

    /** The answer to a call that brings nothing but its success. */
    public void done(Exchange exchange) {
        HttpReply reply = answered(exchange);
        end(
                exchange,
                reply.succeeded()
                        ? new JobAnswer.Done()
                        : new JobAnswer.Trouble(wires.of(exchange).harmless(reply)));
    }

    /**
     * Begins with the newest page of a list.
     *
     * @param query what every page is asked with
     * @param cursor the name under which the next page is asked for
     */
    public void findAt(String path, String query, String cursor, Exchange exchange) {
        list(exchange, path, query, cursor);
        findStart(exchange);
    }

    static void list(Exchange exchange, String path, String query, String cursor) {
        PATH.set(exchange, path);
        QUERY.set(exchange, query);
        CURSOR_KEY.set(exchange, cursor);
    }

    /** As the other, for a route that sets the properties itself. */
    public void findStart(Exchange exchange) {
        LIST_MORE.set(exchange, true);
        CURSOR.set(exchange, "");
        FOUND_JOBS.set(exchange, new ArrayList<>());
    }

    /** GET a page of the exchange's path, behind the cursor. */
    public void page(Exchange exchange) {
        get(exchange);
        String cursor = asked(exchange);
        String first = QUERY.find(exchange, "");
        String key = CURSOR_KEY.find(exchange);
        query(exchange, first + (cursor.isEmpty() ? "" : "&" + key + "=" + cursor));
    }

    /** The cursor that the last page was asked for with; empty for the first. */
    static String asked(Exchange exchange) {
        return CURSOR.find(exchange, "");
    }

    /** Goes on to the next page; false where there is one, and its name leads nowhere or back to this one. */
    static boolean turn(Exchange exchange, JsonNode page) {
        String next = page.path("cursor").asText("").replaceAll("[^A-Za-z0-9_.-]", "");
        boolean more = page.path("more").asBoolean();
        boolean leads = !next.isEmpty() && !next.equals(asked(exchange));
        LIST_MORE.set(exchange, more && leads);
        CURSOR.set(exchange, next);
        return leads || !more;
    }

    /** Keeps the jobs that carry the nonce, or may be ours where none carries one; ends at jobs older than the intent. */
    public void listed(Exchange exchange) {
        HttpReply reply = answered(exchange);
        JsonNode body = reply.body();
        ProviderWire wire = wires.of(exchange);
        JsonNode page = reply.succeeded() && body != null ? wire.list(body, asked(exchange)) : null;
        if (page == null) {
            TROUBLE.set(exchange, wire.harmless(reply));
            LIST_MORE.set(exchange, false);
            end(exchange, new JobAnswer.Done());
            return;
        }
        boolean older = take(exchange, page, wire);
        boolean whole = turn(exchange, page);
        if (older) {
            LIST_MORE.set(exchange, false);
        } else if (!whole) {
            TROUBLE.set(
                    exchange,
                    new Answer.Transient(ProviderWire.UNREADABLE, "the list of jobs has a next page without a name"));
        }
        end(exchange, new JobAnswer.Done());
    }

    /** Keeps what is ours of a page; whether older jobs than are asked for stand in it. */
    private boolean take(Exchange exchange, JsonNode page, ProviderWire wire) {
        Long since = SINCE.find(exchange);
        List<JobStatus> found = jobs(exchange);
        boolean older = false;
        for (JsonNode each : page.path("jobs")) {
            JobStatus status = wire.status(each);
            if (status == null) {
                unreadable(exchange, each);
                continue;
            }
            // A job that does not say when it was made may be a young one.
            boolean old = since != null && status.createdAt() > 0 && status.createdAt() < since - CLOCK_SLACK_SECONDS;
            if (!old && ours(exchange, status) && !listed(found, status.providerJob())) {
                found.add(status);
            }
            older |= old;
        }
        return older;
    }

    /** What cannot be read may be the job that is looked for, unless its name of ours would show in it. */
    private static void unreadable(Exchange exchange, JsonNode job) {
        String nonce = NONCE.find(exchange, "");
        if (!account(exchange).tagged() || (!nonce.isEmpty() && Json.text(job).contains(nonce))) {
            TROUBLE.set(
                    exchange,
                    new Answer.Transient(
                            ProviderWire.UNREADABLE, "a job that may be ours is listed and cannot be read"));
        }
    }

    /** A job that is made while pages with numbers are read moves others on to the next page: they are read twice. */
    private static boolean listed(List<JobStatus> found, String providerJob) {
        return found.stream().anyMatch(each -> each.providerJob().equals(providerJob));
    }

    static List<JobStatus> jobs(Exchange exchange) {
        return FOUND_JOBS.get(exchange);
    }

    private static boolean ours(Exchange exchange, JobStatus status) {
        if (account(exchange).tagged()) {
            return Objects.equals(status.nonce(), NONCE.find(exchange));
        }
        Integer requests = REQUESTS.find(exchange);
        Set<?> known = KNOWN_JOBS.find(exchange, Set.of());
        return Objects.equals(requests, status.total()) && !known.contains(status.providerJob());
    }

    /** The jobs that were found, or the trouble. */
    public void found(Exchange exchange) {
        Answer trouble = TROUBLE.find(exchange);
        end(exchange, trouble == null ? new JobAnswer.Found(jobs(exchange)) : new JobAnswer.Trouble(trouble));
    }
}
