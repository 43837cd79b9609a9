package dev.caravan.camel.provider;

import static dev.caravan.camel.provider.HttpCalls.body;
import static dev.caravan.camel.provider.HttpCalls.cause;
import static dev.caravan.camel.provider.HttpCalls.describe;
import static dev.caravan.camel.provider.HttpCalls.end;
import static dev.caravan.camel.provider.HttpCalls.harmless;
import static dev.caravan.camel.provider.HttpCalls.neverSent;
import static dev.caravan.camel.provider.HttpCalls.prepare;
import static dev.caravan.camel.provider.HttpCalls.retryAfter;
import static dev.caravan.camel.provider.HttpCalls.safe;
import static dev.caravan.camel.provider.HttpCalls.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.execution.JobDesk;
import dev.caravan.execution.UnitCall;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Prompt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.hc.client5.http.entity.mime.MultipartEntityBuilder;
import org.apache.hc.core5.http.ContentType;

/** What {@code routes/openai/openai.camel.yaml} does between its calls; {@link OpenAiFiles} has the files' part. */
public final class OpenAi implements JobDesk.RowMapping {
    /** Own job from before a clock difference of this much is still found. */
    private static final long CLOCK_SLACK_SECONDS = 600;

    private final Mappings mappings;
    private final OpenAiReplies replies;

    public OpenAi(Path folder) {
        mappings = new Mappings(folder);
        replies = new OpenAiReplies(mappings);
    }

    private ObjectNode request(Prompt prompt) {
        ObjectNode input = Json.mapper().valueToTree(prompt);
        return (ObjectNode) mappings.map("complete-request.jslt", input);
    }

    public void completeRequest(Exchange exchange) {
        UnitCall call = exchange.getProperty("call", UnitCall.class);
        Prompt prompt = exchange.getMessage().getBody(Prompt.class);
        prepare(exchange, "POST", "/chat/completions", Json.text(request(prompt)), "application/json");
        if (call != null) {
            exchange.getMessage().setHeader("X-Caravan-Call", call.header());
        }
    }

    public void completeReply(Exchange exchange) {
        end(exchange, replies.answer(status(exchange), body(exchange), retryAfter(exchange)));
    }

    public void completeLost(Exchange exchange) {
        Throwable cause = cause(exchange);
        end(
                exchange,
                neverSent(cause)
                        ? new Answer.Transient("unreachable", describe(cause))
                        : new Answer.Ambiguous("no_answer", describe(cause)));
    }

    public void uploadRequest(Exchange exchange) {
        JobOrder order = exchange.getMessage().getBody(JobOrder.class);
        exchange.setProperty("jobOrder", order);
        var entity = MultipartEntityBuilder.create()
                .addTextBody("purpose", "batch", ContentType.TEXT_PLAIN)
                .addBinaryBody(
                        "file",
                        order.requestFile().toFile(),
                        ContentType.create("application/jsonl"),
                        order.job() + ".jsonl")
                .build();
        prepare(exchange, "POST", "/files", entity, entity.getContentType());
    }

    public void uploadReply(Exchange exchange) {
        JsonNode body = body(exchange);
        if (status(exchange) == 200 && body != null && body.path("id").isTextual()) {
            exchange.setProperty("uploadedFile", body.get("id").textValue());
            end(exchange, new JobAnswer.Done());
        } else {
            end(exchange, new JobAnswer.Trouble(harmless(exchange, body)));
        }
    }

    public void createRequest(Exchange exchange) {
        JobOrder order = Objects.requireNonNull(exchange.getProperty("jobOrder", JobOrder.class));
        ObjectNode input = Json.object().put("nonce", order.nonce()).put("job", order.job());
        input.put("file", exchange.getProperty("uploadedFile", String.class));
        prepare(exchange, "POST", "/batches", Json.text(mappings.map("batch-create.jslt", input)), "application/json");
    }

    public void createReply(Exchange exchange) {
        JsonNode body = body(exchange);
        int status = status(exchange);
        if (status == 200 && body != null) {
            end(exchange, new JobAnswer.Known(jobStatus(body)));
        } else if (status == 200 || status == 408 || status == 409 || status >= 500) {
            end(exchange, new JobAnswer.Unknown("http_" + status, "the create was answered with HTTP " + status));
        } else {
            end(exchange, new JobAnswer.Trouble(OpenAiReplies.trouble(status, body, retryAfter(exchange))));
        }
    }

    public void createLost(Exchange exchange) {
        Throwable cause = cause(exchange);
        end(
                exchange,
                neverSent(cause)
                        ? new JobAnswer.Trouble(new Answer.Transient("unreachable", describe(cause)))
                        : new JobAnswer.Unknown("no_answer", describe(cause)));
    }

    /** Trouble of a control call that buys nothing. */
    public void controlLost(Exchange exchange) {
        Answer.Transient lost = new Answer.Transient("unreachable", describe(cause(exchange)));
        exchange.setProperty("trouble", lost);
        end(exchange, new JobAnswer.Trouble(lost));
    }

    private static String batch(Exchange exchange) {
        return "/batches/" + safe(Objects.requireNonNull(exchange.getProperty("providerJob", String.class)));
    }

    public void statusRequest(Exchange exchange) {
        prepare(exchange, "GET", batch(exchange), null, null);
    }

    public void listRequest(Exchange exchange) {
        prepare(exchange, "GET", "/batches", null, null);
        String after = Objects.requireNonNull(exchange.getProperty("findAfter", String.class));
        exchange.getMessage().setHeader(Exchange.HTTP_QUERY, "limit=100" + after);
    }

    public void cancelRequest(Exchange exchange) {
        prepare(exchange, "POST", batch(exchange) + "/cancel", "", "application/json");
    }

    public void statusReply(Exchange exchange) {
        JsonNode body = body(exchange);
        if (status(exchange) == 200 && body != null) {
            end(exchange, new JobAnswer.Known(jobStatus(body)));
        } else {
            end(exchange, new JobAnswer.Trouble(harmless(exchange, body)));
        }
    }

    private JobStatus jobStatus(JsonNode body) {
        JsonNode plain = mappings.map("batch-status.jslt", body);
        var errors = new ArrayList<JobStatus.JobError>();
        plain.path("errors")
                .forEach(each -> errors.add(new JobStatus.JobError(
                        each.path("code").asText(),
                        each.path("message").asText(),
                        each.path("line").isIntegralNumber() ? each.get("line").intValue() : null)));
        return new JobStatus(
                plain.path("providerJob").asText(),
                JobStatus.State.valueOf(plain.path("state").asText()),
                plain.path("providerState").asText(),
                plain.path("total").intValue(),
                plain.path("completed").intValue(),
                plain.path("failed").intValue(),
                plain.path("inputFile").textValue(),
                plain.path("outputFile").textValue(),
                plain.path("errorFile").textValue(),
                errors,
                plain.path("createdAt").longValue(),
                plain.path("nonce").textValue());
    }

    public void findStart(Exchange exchange) {
        exchange.setProperty("findMore", true);
        exchange.setProperty("findAfter", "");
        exchange.setProperty("foundJobs", new ArrayList<JobStatus>());
    }

    public void listReply(Exchange exchange) {
        JsonNode body = body(exchange);
        if (status(exchange) != 200 || body == null) {
            exchange.setProperty("trouble", harmless(exchange, body));
            exchange.setProperty("findMore", false);
            end(exchange, new JobAnswer.Done());
            return;
        }
        String nonce = exchange.getProperty("nonce", String.class);
        Long since = exchange.getProperty("since", Long.class);
        @SuppressWarnings("unchecked")
        List<JobStatus> found = Objects.requireNonNull(exchange.getProperty("foundJobs", List.class));
        boolean older = false;
        for (JsonNode each : body.path("data")) {
            JobStatus status = jobStatus(each);
            if (Objects.equals(status.nonce(), nonce)) {
                found.add(status);
            }
            older |= since != null && status.createdAt() < since - CLOCK_SLACK_SECONDS;
        }
        exchange.setProperty("findMore", body.path("has_more").booleanValue() && !older);
        exchange.setProperty(
                "findAfter", "&after=" + body.path("last_id").asText().replaceAll("[^A-Za-z0-9_-]", ""));
        end(exchange, new JobAnswer.Done());
    }

    public void listLost(Exchange exchange) {
        controlLost(exchange);
        exchange.setProperty("findMore", false);
    }

    public void found(Exchange exchange) {
        Answer trouble = exchange.getProperty("trouble", Answer.class);
        @SuppressWarnings("unchecked")
        List<JobStatus> found = Objects.requireNonNull(exchange.getProperty("foundJobs", List.class));
        end(exchange, trouble == null ? new JobAnswer.Found(found) : new JobAnswer.Trouble(trouble));
    }

    @Override
    public JsonNode line(Prompt prompt) {
        ObjectNode input = Json.object().put("callKey", prompt.callKey());
        input.set("body", request(prompt));
        return mappings.map("batch-line.jslt", input);
    }

    @Override
    public JobDesk.Row read(JsonNode row) {
        return new JobDesk.Row(row.path("custom_id").asText(), replies.row(row));
    }
}
