package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.base.Json;
import dev.caravan.execution.JobDesk;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Prompt;
import dev.caravan.provider.UsageReader;
import dev.caravan.provider.UsageReading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A provider's way of speaking, as the JSLT files of its folder tell it: {@code docs/adding-a-provider.md} describes
 * each. Types what is said by HTTP status and error type, never by the words of a message.
 */
public final class ProviderWire implements JobDesk.RowMapping {
    private final Mappings mappings;

    public ProviderWire(Path folder) {
        mappings = new Mappings(folder);
    }

    /**
     * A request, mapped.
     *
     * @param path below the base URL
     */
    record Request(String path, SortedMap<String, String> headers, JsonNode body) {}

    Request request(Prompt prompt, String flavour) {
        return request("complete-request.jslt", prompt, flavour);
    }

    /** Asks how many tokens the prompt has. */
    Request countRequest(Prompt prompt, String flavour) {
        return request("count-request.jslt", prompt, flavour);
    }

    /** Tokens of a prompt, by the body of a 200; -1 where it does not say. */
    long counted(JsonNode body) {
        return UsageReader.count(mappings.map("count-reply.jslt", body).path("tokens"));
    }

    private Request request(String mapping, Prompt prompt, String flavour) {
        ObjectNode input = Json.mapper().valueToTree(prompt);
        JsonNode mapped = mappings.map(mapping, input.put("flavour", flavour));
        var headers = new TreeMap<String, String>();
        mapped.path("headers")
                .properties()
                .forEach(each -> headers.put(each.getKey(), each.getValue().asText()));
        return new Request(mapped.path("path").asText(), headers, mapped.path("body"));
    }

    @Override
    public JobDesk.Line line(Prompt prompt, String customId, String flavour) {
        Request request = request(prompt, flavour);
        ObjectNode input = Json.object().put("customId", customId).put("path", request.path());
        input.set("body", request.body());
        return new JobDesk.Line(mappings.map("batch-line.jslt", input), request.path(), request.headers());
    }

    /** The answer to a realtime call. */
    Answer answer(HttpReply reply) {
        Throwable lost = reply.lost();
        if (lost != null) {
            return HttpCalls.neverSent(lost)
                    ? new Answer.Transient("unreachable", HttpCalls.describe(lost))
                    : new Answer.Ambiguous("no_answer", HttpCalls.describe(lost));
        }
        if (reply.status() != 200) {
            return trouble(reply, true);
        }
        JsonNode body = reply.body();
        return body == null
                ? new Answer.Ambiguous("unreadable", "the provider answered 200 with no JSON")
                : received(body);
    }

    private Answer received(JsonNode body) {
        JsonNode reply = mappings.map("complete-reply.jslt", body);
        if (!reply.path("complete").booleanValue()) {
            return new Answer.Ambiguous("unreadable", "the provider answered 200 without an answer in it");
        }
        String text = reply.path("text").asText("");
        UsageReading usage = usage(reply, !text.isEmpty());
        String model = reply.path("model").textValue();
        if (reply.hasNonNull("refusal")) {
            return new Answer.Refused(text, reply.get("refusal").asText(), model, usage);
        }
        return reply.path("finish").asText().equals("length")
                ? new Answer.Truncated(text, model, usage)
                : new Answer.Completed(text, model, usage);
    }

    /** A mapping hands on what the provider tells of usage as it is; one of an older kind names the counts itself. */
    private static UsageReading usage(JsonNode reply, boolean answered) {
        boolean named = !reply.has("usage") && (reply.has("input") || reply.has("output"));
        var style = new UsageReader.Style(
                reply.path("cacheBeside").booleanValue(),
                reply.path("reasoningBeside").booleanValue());
        return named
                ? UsageReader.read(counts(reply), UsageReader.Style.PLAIN, answered)
                : UsageReader.read(reply.path("usage"), style, answered);
    }

    private static JsonNode counts(JsonNode reply) {
        ObjectNode counts = Json.object();
        for (String each : List.of("input", "cached", "written", "output", "reasoning", "total")) {
            if (reply.has(each)) {
                counts.set(each, reply.get(each));
            }
        }
        return counts;
    }

    /** What any answer but 200 means. A provider that answers in its own words has bought nothing. */
    Answer trouble(HttpReply reply) {
        return trouble(reply, false);
    }

    /** @param completing whether it answers a request for a model's answer */
    private Answer trouble(HttpReply reply, boolean completing) {
        ObjectNode input = Json.object().put("status", reply.status()).put("completing", completing);
        input.set("body", reply.body());
        Duration asked = reply.retryAfter();
        return typed(mappings.map("error.jslt", input), "http_" + reply.status(), asked);
    }

    private static Answer typed(JsonNode error, String otherwise, @Nullable Duration asked) {
        String code = error.path("code").asText(otherwise);
        String detail = error.path("detail").asText(code);
        Duration wait = asked == null && error.hasNonNull("retryAfterMillis")
                ? Duration.ofMillis(error.get("retryAfterMillis").longValue())
                : asked;
        return switch (error.path("kind").asText()) {
            case "fatal" -> new Answer.Fatal(code, detail);
            case "throttled" -> new Answer.Throttled(code, detail, wait);
            case "transient" -> new Answer.Transient(code, detail);
            case "rejected" -> new Answer.Rejected(code, detail);
            case "ambiguous" -> new Answer.Ambiguous(code, detail);
            default -> throw new IllegalStateException("error.jslt made no kind of " + code);
        };
    }

    /** Trouble of a call that buys nothing: what may have happened at the other side does not matter. */
    Answer harmless(HttpReply reply) {
        Throwable lost = reply.lost();
        if (lost != null) {
            return new Answer.Transient("unreachable", HttpCalls.describe(lost));
        }
        Answer trouble = reply.status() == 200
                ? new Answer.Transient("unreadable", "the provider answered 200 with no JSON")
                : trouble(reply);
        return trouble instanceof Answer.Ambiguous each ? new Answer.Transient(each.code(), each.detail()) : trouble;
    }

    /** The answer to a create: known, surely not made, or in doubt. */
    JobAnswer created(HttpReply reply) {
        Throwable lost = reply.lost();
        if (lost != null) {
            return HttpCalls.neverSent(lost)
                    ? new JobAnswer.Trouble(new Answer.Transient("unreachable", HttpCalls.describe(lost)))
                    : new JobAnswer.Unknown("no_answer", HttpCalls.describe(lost));
        }
        int status = reply.status();
        JsonNode body = reply.body();
        if (status == 200 && body != null) {
            return new JobAnswer.Known(status(body));
        }
        if (status == 200 || status == 408 || status == 409 || status >= 500) {
            return new JobAnswer.Unknown("http_" + status, "the create was answered with HTTP " + status);
        }
        return new JobAnswer.Trouble(trouble(reply));
    }

    /** The body of a create, and where it goes; see {@link CreateBody}. */
    JsonNode create(ObjectNode order) {
        return mappings.map("batch-create.jslt", order);
    }

    /** A line of a request file as it stands inside a create call. */
    JsonNode inline(JsonNode line) {
        return mappings.has("batch-inline.jslt") ? mappings.map("batch-inline.jslt", line) : line;
    }

    /** A page of the account's jobs, asked for with a cursor: {@code jobs}, {@code more}, {@code cursor}. */
    JsonNode list(JsonNode body, String cursor) {
        return mappings.map("batch-list.jslt", asked(cursor), body);
    }

    /** The ids in a page of models, asked for with a cursor: {@code models}, {@code more}, {@code cursor}. */
    JsonNode models(JsonNode body, String cursor) {
        return mappings.map("models.jslt", asked(cursor), body);
    }

    /** Where pages have numbers, an answer does not say which page it is. */
    private static Map<String, JsonNode> asked(String cursor) {
        return Map.of("cursor", TextNode.valueOf(cursor));
    }

    JobStatus status(JsonNode body) {
        JsonNode status = mappings.map("batch-status.jslt", body);
        var results = new ArrayList<JobStatus.Result>();
        status.path("results")
                .forEach(each -> results.add(new JobStatus.Result(
                        HttpCalls.safe(each.path("name").asText()),
                        each.path("path").asText(),
                        each.path("unwrap").asText(""))));
        var discards = new ArrayList<JobStatus.Discard>();
        status.path("discards")
                .forEach(each -> discards.add(new JobStatus.Discard(
                        each.path("name").asText(), each.path("path").asText())));
        var errors = new ArrayList<JobStatus.JobError>();
        status.path("errors")
                .forEach(each -> errors.add(new JobStatus.JobError(
                        each.path("code").asText("failed"),
                        each.path("message").asText(""),
                        each.path("line").isIntegralNumber() ? each.get("line").intValue() : null)));
        return new JobStatus(
                HttpCalls.safe(status.path("providerJob").asText()),
                JobStatus.State.valueOf(status.path("state").asText()),
                status.path("providerState").asText(),
                status.path("total").asInt(),
                status.path("completed").asInt(),
                status.path("failed").asInt(),
                results,
                discards,
                errors,
                status.path("createdAt").asLong(),
                status.path("expiresAt").asLong(),
                status.path("nonce").textValue());
    }

    /** A row of a result file. What was never run, or failed at the provider's side, cost nothing. */
    @Override
    public JobDesk.Row read(JsonNode row) {
        JsonNode plain = mappings.map("batch-row.jslt", row);
        return new JobDesk.Row(plain.path("key").asText(), settled(plain));
    }

    private Answer settled(JsonNode plain) {
        Answer answer;
        if (plain.path("reply").isObject()) {
            answer = received(plain.get("reply"));
        } else if (plain.hasNonNull("status")) {
            JsonNode body = plain.path("body").isObject() ? plain.get("body") : null;
            answer = answer(new HttpReply(plain.get("status").intValue(), body));
        } else {
            answer = typed(plain.path("failure"), "no_response", null);
        }
        if (answer instanceof Answer.Ambiguous each) {
            return new Answer.Transient(each.code(), each.detail());
        }
        return answer instanceof Answer.Throttled each ? new Answer.Transient(each.code(), each.detail()) : answer;
    }
}
