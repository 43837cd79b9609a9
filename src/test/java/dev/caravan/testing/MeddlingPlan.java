package dev.caravan.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.JsonMutations;
import dev.caravan.base.JsonMutations.Sparing;
import dev.caravan.base.Mutations;
import dev.caravan.base.Mutations.Changed;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A provider's bad day, by seed: most answers of one sort and a few of the others are changed on their way. What the
 * provider bills stays true, so a refusal comes in place of an answer, never after one that was paid for, and no number of
 * tokens becomes another one that could be meant.
 */
public final class MeddlingPlan implements MeddlingProxy.Distortion {
    /** Sorts of answers, by what was asked. */
    public enum Sort {
        COMPLETE,
        UPLOAD,
        CREATE,
        LIST,
        STATUS,
        RESULTS,
        OTHER
    }

    private static final List<Integer> STATUSES = List.of(
            204, 301, 302, 307, 400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 418, 422, 424, 429, 451, 499, 500,
            501, 502, 503, 504, 520, 529, 599);
    private static final List<String> ERRORS = List.of(
            "",
            "<html><body>Bad Gateway</body></html>",
            "null",
            "[]",
            "{}",
            "\"no\"",
            "{\"error\":null}",
            "{\"error\":\"a text\"}",
            "{\"error\":[{\"error\":{\"code\":429}}]}",
            "{\"error\":{\"message\":\"Slow down\",\"code\":429}}",
            "{\"error\":{\"message\":\"Provider returned error\",\"code\":502,\"metadata\":{\"raw\":\"x\"}}}",
            "{\"error\":{\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\",\"message\":\"no credit\"}}",
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
            "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model\"}}",
            "{\"error\":{\"code\":400,\"message\":\"API key not"
                    + " valid\",\"status\":\"INVALID_ARGUMENT\",\"details\":[null,7]}}",
            "{\"error\":{\"message\":{\"a\":1},\"type\":7,\"code\":[],\"param\":{}}}",
            "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"field required\"}]}",
            "data: {\"error\":1}\n\n");
    private static final List<String> TYPES = List.of(
            "text/html", "text/event-stream", "application/octet-stream", "", "application/json; charset=utf-16", "x");

    private final long seed;
    private final Sort focus;
    private final double often;
    private final Consumer<String> told;
    private final Map<String, Integer> times = new HashMap<>();
    private final Set<String> hidden = new TreeSet<>();
    private volatile boolean over;

    /** @param told of every change */
    public MeddlingPlan(long seed, List<Sort> sorts, Consumer<String> told) {
        this.seed = seed;
        this.told = told;
        var mutations = new Mutations(seed);
        focus = mutations.one(sorts);
        often = mutations.one(List.of(0.3, 0.6, 1.0));
    }

    /** From here on everything passes. */
    public void end() {
        over = true;
    }

    /** Calls that are on the bill and whose rows were left out, so that nobody could know of them. */
    public synchronized Set<String> hidden() {
        return new TreeSet<>(hidden);
    }

    public static Sort sort(MeddlingProxy.Question question) {
        String path = question.path();
        boolean get = question.method().equals("GET");
        if (!get && !question.method().equals("POST") && !question.method().equals("PUT")) {
            return Sort.OTHER;
        }
        if (path.endsWith("/chat/completions") || path.endsWith("/messages") || path.endsWith(":generateContent")) {
            return Sort.COMPLETE;
        }
        if (path.endsWith("/content")
                || path.endsWith("/results")
                || path.contains("/download/")
                || path.endsWith(":download")) {
            return Sort.RESULTS;
        }
        if (path.endsWith("/files") || path.contains("/upload/")) {
            return get ? Sort.OTHER : Sort.UPLOAD;
        }
        if (path.endsWith("/batches") || path.endsWith(":batchGenerateContent")) {
            return get ? Sort.LIST : Sort.CREATE;
        }
        return get && path.contains("/batches/") ? Sort.STATUS : Sort.OTHER;
    }

    /** What happens to an answer follows from what was asked and how often before, not from when. */
    private @Nullable Mutations mutations(MeddlingProxy.Question question, Sort sort, int time) {
        if (over) {
            return null;
        }
        String name = question.call().isEmpty() ? sort.name() : question.call();
        var mutations = new Mutations(seed * 31 + name.hashCode() * 1009L + time);
        double share = sort == focus ? often : 0.04;
        return mutations.random().nextDouble() < share ? mutations : null;
    }

    private synchronized int time(MeddlingProxy.Question question, Sort sort, String when) {
        return times.merge(sort + question.call() + when, 1, Integer::sum);
    }

    @Override
    public MeddlingProxy.@Nullable Reply instead(MeddlingProxy.Question question) {
        Sort sort = sort(question);
        Mutations mutations = mutations(question, sort, -time(question, sort, "instead"));
        if (mutations == null || mutations.random().nextInt(3) > 0) {
            return null;
        }
        int status = mutations.random().nextInt(4) == 0 ? 200 : mutations.one(STATUSES);
        String body = mutations.one(ERRORS);
        boolean whole = sort == Sort.COMPLETE || sort == Sort.CREATE || sort == Sort.STATUS;
        if (status == 200 && (!whole || !body.contains("error"))) {
            status = 503;
        }
        told.accept(sort + " " + question.path() + " " + question.call() + ": answered " + status + " " + body);
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", body.startsWith("<") ? "text/html" : "application/json");
        if (status / 100 == 3) {
            headers.put(
                    "Location",
                    mutations.one(List.of("/elsewhere", "http://127.0.0.1:9/", "", "http://[", question.path())));
        }
        if (mutations.random().nextInt(4) == 0) {
            headers.put("Retry-After", mutations.one(List.of("0", "-1", "soon", "0.01", "1e-3", "")));
        }
        return new MeddlingProxy.Reply(status, headers, Buffer.buffer(status == 204 ? "" : body), -1, false);
    }

    @Override
    public MeddlingProxy.Reply changed(MeddlingProxy.Question question, MeddlingProxy.Reply reply) {
        Sort sort = sort(question);
        Mutations mutations = mutations(question, sort, time(question, sort, "changed"));
        if (mutations == null) {
            return reply;
        }
        String name = sort + " " + question.path() + " " + question.call() + ": ";
        MeddlingProxy.Reply changed = transport(mutations, reply, name);
        if (changed != null) {
            return changed;
        }
        Changed content = content(mutations, sort, reply.body().getBytes());
        told.accept(name + content.change());
        if (sort == Sort.RESULTS) {
            hide(reply.body().getBytes(), content.bytes());
        }
        return reply.of(content.bytes());
    }

    private static Changed content(Mutations mutations, Sort sort, byte[] body) {
        Random random = mutations.random();
        if (random.nextInt(12) == 0) {
            return mutations.emptied(body);
        }
        if (sort == Sort.RESULTS) {
            int kind = random.nextInt(10);
            return kind < 5
                    ? JsonMutations.ofLine(mutations, body, Sparing.USAGE_AND_NAMES)
                    : kind < 8 ? mutations.lines(body) : mutations.bytes(body);
        }
        return random.nextInt(4) == 0
                ? mutations.bytes(body)
                : JsonMutations.of(mutations, body, Sparing.USAGE_AND_NAMES);
    }

    /** What happens to an answer that is whole; null when it is its content that changes. */
    private MeddlingProxy.@Nullable Reply transport(Mutations mutations, MeddlingProxy.Reply reply, String name) {
        byte[] body = reply.body().getBytes();
        switch (mutations.random().nextInt(24)) {
            case 0, 1 -> {
                byte[] part = mutations.truncated(body).bytes();
                told.accept(name + "cut after " + part.length + " of " + body.length + " bytes");
                return new MeddlingProxy.Reply(reply.status(), reply.headers(), Buffer.buffer(part), body.length, true);
            }
            case 2 -> {
                told.accept(name + "Content-Length too large");
                return new MeddlingProxy.Reply(reply.status(), reply.headers(), reply.body(), body.length + 100L, true);
            }
            case 3 -> {
                told.accept(name + "nothing came back");
                return new MeddlingProxy.Reply(reply.status(), reply.headers(), Buffer.buffer(), body.length, true);
            }
            case 4 -> {
                String type = mutations.one(TYPES);
                told.accept(name + "Content-Type " + type);
                return reply.with("Content-Type", type);
            }
            case 5 -> {
                String encoding = mutations.one(List.of("gzip", "deflate", "br", "nonsense"));
                told.accept(name + "Content-Encoding " + encoding + " that is none");
                return reply.with("Content-Encoding", encoding);
            }
            case 6 -> {
                int status = mutations.one(List.of(201, 202, 206, 500, 502, 504));
                told.accept(name + "status " + status + " with the whole answer");
                return new MeddlingProxy.Reply(status, reply.headers(), reply.body(), -1, false);
            }
            default -> {
                return null;
            }
        }
    }

    private synchronized void hide(byte[] before, byte[] after) {
        Set<String> missing = new TreeSet<>();
        Set<String> left = new TreeSet<>();
        names(before, missing);
        int nameless = names(after, left);
        missing.removeAll(left);
        if (nameless < missing.size()) {
            hidden.addAll(missing);
        }
    }

    /** Collects the names of calls in rows; returns how many rows have none. */
    private static int names(byte[] rows, Set<String> into) {
        int nameless = 0;
        for (String line : new String(rows, StandardCharsets.UTF_8).lines().toList()) {
            String name = name(line);
            if (!name.isEmpty()) {
                into.add(name);
            } else if (!line.isBlank()) {
                nameless++;
            }
        }
        return nameless;
    }

    private static String name(String line) {
        try {
            JsonNode row = Json.mapper().readTree(line);
            return row.path("custom_id")
                    .asText(row.path("key")
                            .asText(row.path("metadata").path("key").asText("")));
        } catch (JsonProcessingException e) {
            return "";
        }
    }
}
