package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.Sha256;
import dev.caravan.simulator.CompletionAnswer.Finish;
import dev.caravan.simulator.FileStore.Stored;
import dev.caravan.simulator.RefusedCall.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Shapes of Gemini's answers: zero and empty fields are left out, 64-bit numbers are texts. */
final class GeminiShapes {
    private static final long KEPT = 2 * 86_400_000L;
    private static final String GOOGLE = "type.googleapis.com/";
    private static final String BATCH = GOOGLE + "google.ai.generativelanguage.v1main.GenerateContentBatch";
    private static final Map<Problem, String> STATUS = Map.ofEntries(
            Map.entry(Problem.INVALID, "INVALID_ARGUMENT"),
            Map.entry(Problem.UNPROCESSABLE, "INVALID_ARGUMENT"),
            Map.entry(Problem.TOO_LARGE, "INVALID_ARGUMENT"),
            Map.entry(Problem.BAD_KEY, "INVALID_ARGUMENT"),
            Map.entry(Problem.UNAUTHENTICATED, "UNAUTHENTICATED"),
            Map.entry(Problem.CANCELED, "CANCELLED"),
            Map.entry(Problem.BILLING, "FAILED_PRECONDITION"),
            Map.entry(Problem.NO_KEY, "PERMISSION_DENIED"),
            Map.entry(Problem.FORBIDDEN, "PERMISSION_DENIED"),
            Map.entry(Problem.NOT_FOUND, "NOT_FOUND"),
            Map.entry(Problem.CONFLICT, "ABORTED"),
            Map.entry(Problem.THROTTLED, "RESOURCE_EXHAUSTED"),
            Map.entry(Problem.QUOTA, "RESOURCE_EXHAUSTED"),
            Map.entry(Problem.SERVER, "INTERNAL"),
            Map.entry(Problem.BAD_GATEWAY, "UNAVAILABLE"),
            Map.entry(Problem.OVERLOADED, "UNAVAILABLE"),
            Map.entry(Problem.UNAVAILABLE, "UNAVAILABLE"),
            Map.entry(Problem.TIMEOUT, "DEADLINE_EXCEEDED"),
            Map.entry(Problem.GATEWAY_TIMEOUT, "DEADLINE_EXCEEDED"));
    private static final Map<String, Integer> GRPC = Map.ofEntries(
            Map.entry("CANCELLED", 1),
            Map.entry("INVALID_ARGUMENT", 3),
            Map.entry("DEADLINE_EXCEEDED", 4),
            Map.entry("NOT_FOUND", 5),
            Map.entry("PERMISSION_DENIED", 7),
            Map.entry("RESOURCE_EXHAUSTED", 8),
            Map.entry("FAILED_PRECONDITION", 9),
            Map.entry("ABORTED", 10),
            Map.entry("INTERNAL", 13),
            Map.entry("UNAVAILABLE", 14),
            Map.entry("UNAUTHENTICATED", 16));

    private GeminiShapes() {}

    /** A member in either writing, {@code camelCase} or {@code snake_case}. */
    static JsonNode get(JsonNode node, String camel) {
        return node.has(camel)
                ? node.get(camel)
                : node.path(camel.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
    }

    static int grpc(Problem problem) {
        return GRPC.getOrDefault(STATUS.get(problem), 2);
    }

    static ObjectNode error(int code, RefusedCall failure, @Nullable Long retryAfterMillis) {
        ObjectNode node = Json.object();
        ObjectNode error = node.putObject("error").put("code", code);
        boolean badKey = failure.problem() == Problem.BAD_KEY;
        error.put("message", badKey ? "API key not valid. Please pass a valid API key." : failure.message());
        error.put("status", STATUS.get(failure.problem()));
        if (badKey) {
            ArrayNode details = error.putArray("details");
            ObjectNode info = details.addObject().put("@type", GOOGLE + "google.rpc.ErrorInfo");
            info.put("reason", "API_KEY_INVALID").put("domain", "googleapis.com");
            info.putObject("metadata").put("service", "generativelanguage.googleapis.com");
            details.addObject()
                    .put("@type", GOOGLE + "google.rpc.LocalizedMessage")
                    .put("locale", "en-US")
                    .put("message", "API key not valid. Please pass a valid API key.");
        }
        if (failure.problem() == Problem.THROTTLED || failure.problem() == Problem.QUOTA) {
            boolean day = failure.problem() == Problem.QUOTA;
            ArrayNode details = error.putArray("details");
            details.addObject()
                    .put("@type", GOOGLE + "google.rpc.QuotaFailure")
                    .putArray("violations")
                    .addObject()
                    .put("quotaMetric", "generativelanguage.googleapis.com/generate_content_requests")
                    .put("quotaId", "GenerateRequestsPer" + (day ? "Day" : "Minute") + "PerProjectPerModel");
            if (retryAfterMillis != null) {
                details.addObject()
                        .put("@type", GOOGLE + "google.rpc.RetryInfo")
                        .put("retryDelay", (retryAfterMillis / 1000.0) + "s");
            }
        }
        return node;
    }

    static ObjectNode counted(long tokens) {
        ObjectNode node = Json.object().put("totalTokens", tokens);
        node.putArray("promptTokensDetails").addObject().put("modality", "TEXT").put("tokenCount", tokens);
        return node;
    }

    static ObjectNode response(String id, CompletionRequest asked, CompletionAnswer made) {
        ObjectNode node = Json.object();
        boolean blocked = made.finish() == Finish.BLOCKED;
        if (blocked) {
            node.putObject("promptFeedback").put("blockReason", "PROHIBITED_CONTENT");
        } else {
            ObjectNode candidate = node.putArray("candidates").addObject();
            ObjectNode content = candidate.putObject("content");
            if (made.finish() != Finish.REFUSAL && made.output() > made.reasoning()) {
                content.putArray("parts").addObject().put("text", made.content());
            }
            content.put("role", "model");
            String finish =
                    made.finish() == Finish.REFUSAL ? "SAFETY" : made.finish() == Finish.LENGTH ? "MAX_TOKENS" : "STOP";
            candidate.put("finishReason", finish).put("index", 0);
        }
        ObjectNode usage = node.putObject("usageMetadata").put("promptTokenCount", made.input());
        put(usage, "candidatesTokenCount", made.output() - made.reasoning());
        put(usage, "thoughtsTokenCount", made.reasoning());
        put(usage, "cachedContentTokenCount", made.cached());
        usage.put("totalTokenCount", made.input() + made.output());
        usage.putArray("promptTokensDetails")
                .addObject()
                .put("modality", "TEXT")
                .put("tokenCount", made.input());
        return node.put("modelVersion", asked.model()).put("responseId", id);
    }

    /** A stretch of a list, and where it goes on; an empty one is left out. */
    static <T> ObjectNode page(
            String name, JobRoom.Page<T> page, Function<T, ObjectNode> shape, Function<T, String> id) {
        ObjectNode node = Json.object();
        if (!page.items().isEmpty()) {
            node.putArray(name).addAll(page.items().stream().map(shape).toList());
        }
        if (page.more()) {
            node.put("nextPageToken", id.apply(page.items().get(page.items().size() - 1)));
        }
        return node;
    }

    private static void put(ObjectNode node, String name, long value) {
        if (value != 0) {
            node.put(name, value);
        }
    }

    /** The provider's own kind of schema, with types in upper case, as a JSON Schema. */
    static JsonNode plain(JsonNode schema) {
        if (schema.isObject()) {
            ObjectNode plain = Json.object();
            schema.properties().forEach(each -> {
                boolean type = each.getKey().equals("type") && each.getValue().isTextual();
                if (type) {
                    plain.put("type", each.getValue().textValue().toLowerCase(Locale.ROOT));
                } else {
                    plain.set(each.getKey(), plain(each.getValue()));
                }
            });
            return plain;
        }
        if (schema.isArray()) {
            ArrayNode plain = Json.mapper().createArrayNode();
            schema.forEach(each -> plain.add(plain(each)));
            return plain;
        }
        return schema;
    }

    static ObjectNode model(SimulatorSettings.Model model) {
        ObjectNode node = Json.object().put("name", "models/" + model.id()).put("version", "001");
        node.put("displayName", model.id());
        put(node, "inputTokenLimit", model.context());
        put(node, "outputTokenLimit", model.maxOutput());
        node.putArray("supportedGenerationMethods")
                .add("generateContent")
                .add("countTokens")
                .add("batchGenerateContent");
        return node.put("temperature", 1)
                .put("maxTemperature", 2)
                .put("topP", 0.95)
                .put("topK", 64);
    }

    static boolean kept(Stored file, long now) {
        return now <= file.created() + KEPT;
    }

    static ObjectNode file(Stored file, Path content, String host) {
        ObjectNode node = Json.object().put("name", "files/" + file.id());
        if (!file.name().isEmpty()) {
            node.put("displayName", file.name());
        }
        node.put("mimeType", file.type()).put("sizeBytes", String.valueOf(file.bytes()));
        String created = Instant.ofEpochMilli(file.created()).toString();
        node.put("createTime", created).put("updateTime", created);
        node.put("expirationTime", Instant.ofEpochMilli(file.created() + KEPT).toString());
        node.put("sha256Hash", hash(content)).put("uri", host + "/v1beta/files/" + file.id());
        return node.put("state", "ACTIVE").put("source", file.purpose().equals("batch") ? "UPLOADED" : "GENERATED");
    }

    /** Base64 of the hash's hex text, as the real API has it. */
    private static String hash(Path content) {
        try {
            String digits = new Sha256().add(content).hex();
            return Base64.getEncoder().encodeToString(digits.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode batch(SimulatedJob job, boolean running) {
        ObjectNode node = Json.object().put("name", "batches/" + job.id());
        metadata(node.putObject("metadata").put("@type", BATCH), job, running);
        if (job.over()) {
            node.put("done", true);
        }
        if (job.state() == SimulatedJob.State.COMPLETED || job.output() != null) {
            node.putObject("response").put("@type", BATCH + "Output");
        } else if (job.over()) {
            error(node.putObject("error"), job);
        }
        return node;
    }

    private static void metadata(ObjectNode metadata, SimulatedJob job, boolean running) {
        metadata.put("model", "models/" + job.model());
        JsonNode given = job.metadata();
        metadata.put(
                "displayName", given == null ? "" : given.path("displayName").asText(""));
        String state = switch (job.state()) {
            case OPEN, CANCELLING -> running ? "RUNNING" : "PENDING";
            case COMPLETED -> "SUCCEEDED";
            default -> job.state().name();
        };
        metadata.put("state", "BATCH_STATE_" + state);
        metadata.put("createTime", Instant.ofEpochMilli(job.created()).toString());
        metadata.put(
                "updateTime",
                Instant.ofEpochMilli(Math.max(job.created(), job.ended())).toString());
        if (job.over()) {
            metadata.put("endTime", Instant.ofEpochMilli(job.ended()).toString());
        }
        ObjectNode stats = metadata.putObject("batchStats");
        stats.put("requestCount", String.valueOf(job.total()));
        text(stats, "pendingRequestCount", job.over() ? 0 : job.total());
        text(stats, "successfulRequestCount", job.answered());
        text(stats, "failedRequestCount", job.failed());
        metadata.put("name", "batches/" + job.id());
    }

    private static void error(ObjectNode error, SimulatedJob job) {
        if (job.state() == SimulatedJob.State.FAILED) {
            error.put("code", 3)
                    .put("message", job.errors().path(0).path("message").asText());
        } else {
            error.put("code", job.state() == SimulatedJob.State.CANCELLED ? 1 : 4)
                    .put("message", "The batch is " + job.state().word() + ".");
        }
    }

    private static void text(ObjectNode node, String name, int value) {
        if (value != 0) {
            node.put(name, String.valueOf(value));
        }
    }

    static ObjectNode inlined(Path rows) {
        ObjectNode output = Json.object();
        ArrayNode list = output.putObject("inlinedResponses").putArray("inlinedResponses");
        try (var lines = Files.lines(rows)) {
            lines.forEach(each -> list.add(Json.parse(each)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return output;
    }
}
