package dev.caravan.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mends values whose meaning is plain but whose type is not what the schema wants: {@code "7"} for an integer, {@code
 * "High"} for an enum's {@code "high"}, one value for a list, a reply wrapped in {@code response}. Follows the schema
 * through references, parts and branches ({@link ApplicableSchemas}); the values themselves are {@link ValueMending}'s. The mended
 * object is the one that is judged and stored.
 */
final class TypeCoercion {
    private static final int DEEPEST = 64;

    private final JsonNode root;
    private final ApplicableSchemas applied;
    private final List<Finding> findings;

    TypeCoercion(JsonNode root, ApplicableSchemas applied, List<Finding> findings) {
        this.root = root;
        this.applied = applied;
        this.findings = findings;
    }

    void mend(ObjectNode object) {
        unwrap(object);
        object(object, applied.to(object, List.of(root)), "$", 0);
    }

    private void unwrap(ObjectNode object) {
        JsonNode response = object.get("response");
        if (response == null || !response.isTextual()) {
            return;
        }
        var missing = new ArrayList<String>();
        for (JsonNode schema : applied.to(object, List.of(root))) {
            schema.path("required").forEach(each -> {
                if (!object.has(each.asText())) {
                    missing.add(each.asText());
                }
            });
        }
        if (missing.isEmpty()) {
            return;
        }
        ObjectChoice wrapped = ObjectChoice.of(ReplyParser.parse(response.textValue()), each -> List.of());
        ObjectNode inner = wrapped.object();
        if (inner == null
                || wrapped.findings().stream().anyMatch(Finding::fails)
                || missing.stream().noneMatch(inner::has)) {
            return;
        }
        inner.properties().forEach(each -> {
            if (!object.has(each.getKey())) {
                object.set(each.getKey(), each.getValue());
            }
        });
        object.remove("response");
        findings.addAll(wrapped.findings());
        findings.add(Finding.warning("coerced_wrapped", "$.response", "the reply was wrapped in 'response'"));
    }

    private void object(ObjectNode object, List<JsonNode> schemas, String place, int depth) {
        if (depth >= DEEPEST) {
            return;
        }
        for (Map.Entry<String, JsonNode> each : List.copyOf(object.properties())) {
            List<JsonNode> wanted = applied.ofProperty(each.getKey(), schemas);
            if (!wanted.isEmpty()) {
                JsonNode mended = value(each.getValue(), wanted, place + "." + each.getKey(), depth + 1);
                if (mended != null) {
                    object.set(each.getKey(), mended);
                }
            }
        }
    }

    private void items(ArrayNode array, List<JsonNode> schemas, String place, int depth) {
        if (depth >= DEEPEST) {
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            List<JsonNode> wanted = ApplicableSchemas.ofItem(i, schemas);
            if (!wanted.isEmpty()) {
                JsonNode mended = value(array.get(i), wanted, place + "[" + i + "]", depth + 1);
                if (mended != null) {
                    array.set(i, mended);
                }
            }
        }
    }

    /** The value to put in place of this one, or null to leave it. */
    private @Nullable JsonNode value(JsonNode value, List<JsonNode> wanted, String place, int depth) {
        List<JsonNode> schemas = applied.to(value, wanted);
        if (value instanceof ObjectNode object) {
            object(object, schemas, place, depth);
            return null;
        }
        if (value instanceof ArrayNode array) {
            items(array, schemas, place, depth);
            return null;
        }
        ValueMending.Mended mended = ValueMending.of(value, schemas);
        if (mended == null) {
            return null;
        }
        findings.add(Finding.warning("coerced_" + mended.what(), place, "mended to fit the schema"));
        if (mended.value() instanceof ArrayNode array) {
            items(array, applied.to(array, wanted), place, depth);
        }
        return mended.value();
    }
}
