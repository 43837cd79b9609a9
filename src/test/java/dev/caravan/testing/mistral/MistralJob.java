package dev.caravan.testing.mistral;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch job. It moves on when somebody looks: queued, running, ended. */
final class MistralJob {
    final String id;
    final JsonNode order;
    final List<JsonNode> lines;
    final long createdAt;

    private String status = "QUEUED";
    private int succeeded;
    private int failed;
    private @Nullable String outputFile;
    private @Nullable String errorFile;

    MistralJob(String id, JsonNode order, List<JsonNode> lines, long createdAt) {
        this.id = id;
        this.order = order;
        this.lines = lines;
        this.createdAt = createdAt;
    }

    boolean is(String wanted) {
        return status.equals(wanted);
    }

    boolean over() {
        return !List.of("QUEUED", "RUNNING", "CANCELLATION_REQUESTED").contains(status);
    }

    void become(String next) {
        status = next;
    }

    void end(String next, int good, int bad, @Nullable String output, @Nullable String errors) {
        status = next;
        succeeded = good;
        failed = bad;
        outputFile = output;
        errorFile = errors;
    }

    ObjectNode shown() {
        ObjectNode node = Json.object()
                .put("id", id)
                .put("object", "batch")
                .put("status", status)
                .put("created_at", createdAt)
                .put("total_requests", lines.size())
                .put("completed_requests", succeeded + failed)
                .put("succeeded_requests", succeeded)
                .put("failed_requests", failed)
                .put("output_file", outputFile)
                .put("error_file", errorFile);
        for (String each : List.of("input_files", "endpoint", "model", "metadata")) {
            node.set(each, order.path(each));
        }
        node.putArray("errors");
        return node;
    }
}
