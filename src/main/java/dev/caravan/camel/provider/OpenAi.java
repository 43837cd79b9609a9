package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.execution.JobDesk;
import dev.caravan.execution.UnitCall;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Prompt;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.hc.client5.http.entity.mime.MultipartEntityBuilder;
import org.apache.hc.core5.http.ContentType;
import org.jspecify.annotations.Nullable;

/** What {@code routes/openai/openai.camel.yaml} does between its calls. The key lives in a header only while a call lasts. */
public final class OpenAi implements JobDesk.RowMapping {
    /** Own job from before a clock difference of this much is still found. */
    private static final long CLOCK_SLACK_SECONDS = 600;

    private final Mappings mappings;
    private final OpenAiReplies replies;

    public OpenAi(Path folder) {
        mappings = new Mappings(folder);
        replies = new OpenAiReplies(mappings);
    }

    private static Account account(Exchange exchange) {
        return Objects.requireNonNull(exchange.getProperty("account", Account.class), "no account");
    }

    private static void prepare(Exchange exchange, String method, @Nullable Object body, @Nullable String type) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_METHOD, method);
        message.setHeader("Authorization", "Bearer " + account(exchange).key());
        if (type != null) {
            message.setHeader(Exchange.CONTENT_TYPE, type);
        }
        message.setBody(body);
    }

    /** Ends a call: nothing of its headers stays, neither ours nor theirs. */
    private static void end(Exchange exchange, Object result) {
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(result);
    }

    private static int status(Exchange exchange) {
        Integer status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        return status == null ? 0 : status;
    }

    private static @Nullable JsonNode body(Exchange exchange) {
        String text = exchange.getMessage().getBody(String.class);
        return text == null ? null : OpenAiReplies.parse(text);
    }

    private static @Nullable Duration retryAfter(Exchange exchange) {
        String millis = exchange.getMessage().getHeader("retry-after-ms", String.class);
        String seconds = exchange.getMessage().getHeader("retry-after", String.class);
        if (millis != null && millis.matches("[0-9]{1,9}")) {
            return Duration.ofMillis(Long.parseLong(millis));
        }
        return seconds != null && seconds.matches("[0-9]{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }

    private ObjectNode request(Prompt prompt) {
        ObjectNode input = Json.mapper().valueToTree(prompt);
        return (ObjectNode) mappings.map("complete-request.jslt", input);
    }

    public void completeRequest(Exchange exchange) {
        UnitCall call = exchange.getProperty("call", UnitCall.class);
        Prompt prompt = exchange.getMessage().getBody(Prompt.class);
        prepare(exchange, "POST", Json.text(request(prompt)), "application/json");
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

    private static Throwable cause(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        return caught == null ? new IOException("unknown") : caught;
    }

    private static boolean neverSent(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof ConnectException || each instanceof java.net.UnknownHostException) {
                return true;
            }
        }
        return false;
    }

    private static String describe(Throwable cause) {
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
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
        prepare(exchange, "POST", entity, entity.getContentType());
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

    /** Trouble of a call that buys nothing: what may have happened at the other side does not matter. */
    private static Answer harmless(Exchange exchange, @Nullable JsonNode body) {
        Answer trouble = status(exchange) == 200
                ? new Answer.Transient("unreadable", "the provider answered 200 with no JSON")
                : OpenAiReplies.trouble(status(exchange), body, retryAfter(exchange));
        return trouble instanceof Answer.Ambiguous each ? new Answer.Transient(each.code(), each.detail()) : trouble;
    }

    public void createRequest(Exchange exchange) {
        JobOrder order = Objects.requireNonNull(exchange.getProperty("jobOrder", JobOrder.class));
        ObjectNode input = Json.object().put("nonce", order.nonce()).put("job", order.job());
        input.put("file", exchange.getProperty("uploadedFile", String.class));
        prepare(exchange, "POST", Json.text(mappings.map("batch-create.jslt", input)), "application/json");
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

    public void statusRequest(Exchange exchange) {
        prepare(exchange, "GET", null, null);
    }

    public void listRequest(Exchange exchange) {
        prepare(exchange, "GET", null, null);
        String after = Objects.requireNonNull(exchange.getProperty("findAfter", String.class));
        exchange.getMessage().setHeader(Exchange.HTTP_QUERY, "limit=100" + after);
    }

    public void cancelRequest(Exchange exchange) {
        prepare(exchange, "POST", "", "application/json");
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

    /** The result files there are; also begins the collecting. */
    public List<String> resultFiles(Exchange exchange) {
        JobStatus status = exchange.getMessage().getBody(JobStatus.class);
        exchange.setProperty("collected", new ArrayList<Path>());
        var files = new ArrayList<String>();
        if (status.outputFile() != null) {
            files.add(status.outputFile());
        }
        if (status.errorFile() != null) {
            files.add(status.errorFile());
        }
        return files;
    }

    public void downloadRequest(Exchange exchange) {
        List<?> files = Objects.requireNonNull(exchange.getProperty("wantedFiles", List.class));
        Integer index = exchange.getProperty(Exchange.LOOP_INDEX, Integer.class);
        exchange.setProperty("wantedFile", files.get(index == null ? 0 : index));
        prepare(exchange, "GET", null, null);
    }

    public void downloadReply(Exchange exchange) throws IOException {
        if (status(exchange) != 200) {
            Answer trouble = harmless(exchange, body(exchange));
            exchange.setProperty("trouble", trouble);
            end(exchange, new JobAnswer.Trouble(trouble));
            return;
        }
        Path folder = Objects.requireNonNull(exchange.getProperty("jobFolder", Path.class));
        Path target = folder.resolve(exchange.getProperty("wantedFile", String.class) + ".jsonl");
        Path hidden = folder.resolve("." + target.getFileName() + ".tmp");
        try (InputStream in = exchange.getMessage().getBody(InputStream.class)) {
            Files.copy(in, hidden, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        @SuppressWarnings("unchecked")
        List<Path> collected = Objects.requireNonNull(exchange.getProperty("collected", List.class));
        collected.add(target);
        end(exchange, new JobAnswer.Done());
    }

    public void collected(Exchange exchange) {
        Answer trouble = exchange.getProperty("trouble", Answer.class);
        @SuppressWarnings("unchecked")
        List<Path> files = Objects.requireNonNull(exchange.getProperty("collected", List.class));
        end(exchange, trouble == null ? new JobAnswer.Collected(files) : new JobAnswer.Trouble(trouble));
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
        exchange.setProperty("findAfter", "&after=" + body.path("last_id").asText());
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
