package dev.caravan.camel.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.base.Json;
import dev.caravan.base.SecretBlotter;
import dev.caravan.execution.RowMapping;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Prompt;
import dev.caravan.provider.UsageReader;
import dev.caravan.provider.UsageReading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A provider's way of speaking, as the JSLT files of its folder tell it: {@code docs/adding-a-provider.md} describes
 * each. Types what is said by HTTP status and error type; what a mapping cannot read is a value like all else.
 */
public final class ProviderWire implements RowMapping {
    /** The code of what is answered and says nothing. */
    static final String UNREADABLE = Answer.Ambiguous.UNREADABLE;

    private static final int FIRST_ERROR = 400;
    private static final int LAST_ERROR = 599;
    private static final long LONGEST_WAIT_MILLIS = 86_400_000;
    private static final String REDIRECTED = "redirected";
    /** See Other. */
    private static final int MAY_HAVE_BOUGHT = 303;

    private final Mappings mappings;
    private final PlainRows plainRows;

    public ProviderWire(Path folder) {
        mappings = new Mappings(folder);
        plainRows = new PlainRows(folder, this::read);
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
        JsonNode count = mappings.said("count-reply.jslt", body);
        return count == null ? -1 : UsageReader.count(count.path("tokens"));
    }

    private Request request(String mapping, Prompt prompt, String flavour) {
        ObjectNode input = Json.mapper().valueToTree(prompt);
        JsonNode mapped = mappings.map(mapping, input.put("flavour", flavour));
        return new Request(mapped.path("path").asText(), headers(mapped.path("headers")), mapped.path("body"));
    }

    private static SortedMap<String, String> headers(JsonNode mapped) {
        var headers = new TreeMap<String, String>();
        mapped.properties()
                .forEach(each -> headers.put(each.getKey(), each.getValue().asText()));
        return headers;
    }

    /** Headers of every call that is about no request in particular. */
    SortedMap<String, String> controlHeaders() {
        return mappings.has("control-headers.jslt")
                ? headers(mappings.map("control-headers.jslt", Json.object()))
                : new TreeMap<>();
    }

    /** A request as a line of a request file, which is the mapping's own word of it. */
    RequestFrame.Line line(Prompt prompt, String customId, String flavour) {
        Request request = request(prompt, flavour);
        ObjectNode input = Json.object().put("customId", customId).put("path", request.path());
        input.set("body", request.body());
        return new RequestFrame.Line(mappings.map("batch-line.jslt", input), request.path(), request.headers());
    }

    @Override
    public RequestLines requestLines(String flavour) {
        return new FramedLines((prompt, customId) -> line(prompt, customId, flavour));
    }

    /** The answer to a realtime call. */
    Answer answer(HttpReply reply) {
        Throwable lost = reply.lost();
        if (lost != null) {
            return HttpCalls.neverSent(lost)
                    ? new Answer.Transient("unreachable", HttpCalls.describe(lost))
                    : new Answer.Ambiguous("no_answer", HttpCalls.describe(lost));
        }
        if (!reply.succeeded()) {
            return trouble(reply, true);
        }
        JsonNode body = reply.body();
        return body == null ? unreadable(WireText.described(reply.text()), reply.text()) : received(body);
    }

    /** It may have been bought all the same, so it is kept. */
    private static Answer unreadable(String what, String raw) {
        return new Answer.Ambiguous(UNREADABLE, "the provider answered 200 with " + what, raw);
    }

    private Answer received(JsonNode body) {
        JsonNode reply = mappings.said("complete-reply.jslt", body);
        if (reply == null) {
            return unreadable("an answer in a form that is not known", Json.text(body));
        }
        if (reply.hasNonNull("trouble")) {
            return told(reply.get("trouble"), body);
        }
        if (!reply.path("complete").booleanValue()) {
            return unreadable("no answer in it", Json.text(body));
        }
        WireText said = WireText.of(reply);
        UsageReading usage = usage(reply, !said.text().isEmpty());
        String model = reply.path("model").textValue();
        if (reply.hasNonNull("refusal")) {
            return new Answer.Refused(said.text(), reply.get("refusal").asText(), model, usage);
        }
        return reply.path("finish").asText().equals("length")
                ? new Answer.Truncated(said.text(), model, usage)
                : new Answer.Completed(said.text(), model, usage, said.note());
    }

    /** An error inside of a 200 is what it says, where it names its status; else it may have been bought. */
    private Answer told(JsonNode trouble, JsonNode body) {
        int status = trouble.path("status").intValue();
        if (status < FIRST_ERROR || status > LAST_ERROR) {
            String words = trouble.path("said").asText("");
            return new Answer.Ambiguous(
                    Answer.Ambiguous.ERROR_INSIDE,
                    "the provider answered 200 with an error in it" + (words.isEmpty() ? "" : ": " + words),
                    Json.text(body));
        }
        Answer answer = trouble(new HttpReply(status, trouble.get("body")), true);
        boolean begun = trouble.path("begun").booleanValue();
        return begun && answer instanceof Answer.Transient each
                ? new Answer.Ambiguous(each.code(), each.detail(), Json.text(body))
                : answer;
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
        if (reply.status() >= 300 && reply.status() < 400) {
            return redirected(reply, completing);
        }
        ObjectNode input = Json.object().put("status", reply.status()).put("completing", completing);
        input.set("body", reply.body());
        JsonNode error = mappings.said("error.jslt", input);
        return typed(error == null ? Json.object() : error, reply.status(), reply.retryAfter());
    }

    /**
     * No redirect is ever followed. By 303 a server may say that it did what was asked and keeps the answer elsewhere;
     * by all others that it did nothing, and it will say so to every other call as well.
     */
    private static Answer redirected(HttpReply reply, boolean completing) {
        JsonNode error = reply.body() == null ? Json.object() : reply.body().path("error");
        String said = error.isTextual() ? error.asText() : error.path("message").asText("");
        String detail = "HTTP " + reply.status() + " points to "
                + (reply.redirect() == null ? "no address" : reply.redirect())
                + "; no redirect is followed: check the provider's base URL" + (said.isEmpty() ? "" : ": " + said);
        return completing && reply.status() == MAY_HAVE_BOUGHT
                ? new Answer.Ambiguous(REDIRECTED, detail)
                : new Answer.Fatal(REDIRECTED, detail);
    }

    private static Answer typed(JsonNode error, int status, @Nullable Duration asked) {
        String code = error.path("code").asText("http_" + status);
        String detail = error.path("detail").asText("HTTP " + status);
        JsonNode millis = error.path("retryAfterMillis");
        Duration wait = asked == null && millis.isIntegralNumber() && millis.longValue() > 0
                ? Duration.ofMillis(Math.min(millis.longValue(), LONGEST_WAIT_MILLIS))
                : asked;
        return switch (error.path("kind").asText()) {
            case "fatal" -> new Answer.Fatal(code, detail);
            case "throttled" -> new Answer.Throttled(code, detail, wait);
            case "transient" -> new Answer.Transient(code, detail);
            case "rejected" -> new Answer.Rejected(code, detail);
            case "ambiguous" -> new Answer.Ambiguous(code, detail);
            default -> byStatus(status, code, detail, wait);
        };
    }

    /** Where a mapping makes nothing of the words, the status says enough. */
    private static Answer byStatus(int status, String code, String detail, @Nullable Duration wait) {
        return switch (status) {
            case 401, 402, 403 -> new Answer.Fatal(code, detail);
            case 429 -> new Answer.Throttled(code, detail, wait);
            case 408, 409, 425 -> new Answer.Ambiguous(code, detail);
            default ->
                status >= FIRST_ERROR && status < 500
                        ? new Answer.Rejected(code, detail)
                        : new Answer.Ambiguous(code, detail);
        };
    }

    /** Trouble of a call that buys nothing: what may have happened at the other side does not matter. */
    Answer harmless(HttpReply reply) {
        Throwable lost = reply.lost();
        if (lost != null) {
            return new Answer.Transient("unreachable", HttpCalls.describe(lost));
        }
        Answer trouble = reply.succeeded()
                ? new Answer.Transient(
                        UNREADABLE,
                        "the provider answered 200 with "
                                + (reply.body() == null
                                        ? WireText.described(reply.text())
                                        : "JSON that does not say what was asked"))
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
        JobStatus made = reply.succeeded() && body != null ? status(body) : null;
        if (made != null) {
            return new JobAnswer.Known(made);
        }
        if (reply.succeeded() || leavesOpen(status)) {
            return new JobAnswer.Unknown("http_" + status, "the create was answered with HTTP " + status);
        }
        return new JobAnswer.Trouble(trouble(reply));
    }

    /** Whether the job may be there all the same. */
    private static boolean leavesOpen(int status) {
        return status == MAY_HAVE_BOUGHT || status == 408 || status == 409 || status >= 500;
    }

    /** Compiles every mapping. */
    void check() {
        mappings.check();
        plainRows.check();
    }

    /** The body of a create, and where it goes; see {@link CreateBody}. */
    JsonNode create(ObjectNode order) {
        return mappings.map("batch-create.jslt", order);
    }

    /** A line of a request file as it stands inside a create call. */
    JsonNode inline(JsonNode line) {
        return mappings.has("batch-inline.jslt") ? mappings.map("batch-inline.jslt", line) : line;
    }

    /**
     * A page of the account's jobs, asked for with a cursor: {@code jobs}, {@code more}, {@code cursor}. Null where it
     * is no such page: that is another thing than one without jobs, after which a job would be made again.
     */
    @Nullable JsonNode list(JsonNode body, String cursor) {
        JsonNode page = mappings.said("batch-list.jslt", asked(cursor), body);
        return page == null || !page.path("jobs").isArray() ? null : page;
    }

    /** The ids in a page of models, asked for with a cursor: {@code models}, {@code more}, {@code cursor}; or null. */
    @Nullable JsonNode models(JsonNode body, String cursor) {
        JsonNode page = mappings.said("models.jslt", asked(cursor), body);
        return page == null || !page.path("models").isArray() ? null : page;
    }

    /** Where pages have numbers, an answer does not say which page it is. */
    private static Map<String, JsonNode> asked(String cursor) {
        return Map.of("cursor", TextNode.valueOf(cursor));
    }

    /** How a job is; null where that cannot be read of what is said. */
    @Nullable JobStatus status(JsonNode body) {
        JsonNode status = mappings.said("batch-status.jslt", body);
        return status == null ? null : WireStatus.of(status);
    }

    @Override
    public RowMapping.@Nullable Row plain(byte[] bytes, int length) {
        return plainRows.read(bytes, length);
    }

    /**
     * A row of a result file. What was never run, or failed at the provider's side, cost nothing; what was answered and
     * cannot be read may have been paid for. The name is empty where it is nobody's.
     */
    @Override
    public RowMapping.Row read(JsonNode row) {
        JsonNode plain = mappings.said("batch-row.jslt", SecretBlotter.known(row));
        return plain == null
                ? new RowMapping.Row("", unreadable("a row in a form that is not known", ""))
                : new RowMapping.Row(plain.path("key").asText(), settled(plain));
    }

    private Answer settled(JsonNode plain) {
        if (plain.path("answered").booleanValue()) {
            JsonNode body = WireText.object(plain.path("reply"));
            return late(body == null ? unreadable(WireText.described(plain.path("reply")), "") : received(body));
        }
        Answer answer;
        int status = plain.path("status").intValue();
        if (status >= FIRST_ERROR && status <= LAST_ERROR) {
            answer = trouble(new HttpReply(status, WireText.object(plain.path("body"))), true);
        } else if (plain.has("status")) {
            return unreadable("a row that says HTTP " + status, "");
        } else {
            JsonNode failure = plain.path("failure");
            if (!failure.path("kind").isTextual()) {
                return unreadable("a row that does not say what came of its request", "");
            }
            answer = typed(failure, 0, null);
        }
        return answer instanceof Answer.Ambiguous each
                ? new Answer.Transient(each.code(), each.detail())
                : late(answer);
    }

    /** What slows down calls is of no use when the job is over. */
    private static Answer late(Answer answer) {
        return answer instanceof Answer.Throttled each ? new Answer.Transient(each.code(), each.detail()) : answer;
    }
}
