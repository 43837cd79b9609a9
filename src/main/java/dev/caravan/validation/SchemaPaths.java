package dev.caravan.validation;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/** Where a {@code $ref} inside of one schema leads: by pointer, by anchor, or by the {@code $id} of a part of it. */
public final class SchemaPaths {
    private SchemaPaths() {}

    /** @return the schema that is meant, or an absent node when there is none in this document */
    public static JsonNode resolve(JsonNode root, String ref) {
        int hash = ref.indexOf('#');
        String document = hash < 0 ? ref : ref.substring(0, hash);
        JsonNode base = document.isEmpty() ? root : named(root, document);
        String fragment = decoded(hash < 0 ? "" : ref.substring(hash + 1));
        if (fragment.isEmpty() || fragment.startsWith("/")) {
            try {
                return base.at(JsonPointer.compile(fragment));
            } catch (IllegalArgumentException e) {
                return MissingNode.getInstance();
            }
        }
        return anchor(base, fragment);
    }

    private static String decoded(String fragment) {
        try {
            return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return fragment;
        }
    }

    private static JsonNode anchor(JsonNode base, String name) {
        return first(
                base,
                each -> name.equals(each.path("$anchor").textValue())
                        || name.equals(each.path("$dynamicAnchor").textValue()));
    }

    private static JsonNode named(JsonNode root, String document) {
        String tail = document.substring(document.lastIndexOf('/') + 1);
        return first(root, each -> {
            String id = each.path("$id").isTextual() ? each.path("$id").textValue() : "";
            return id.equals(document)
                    || (!tail.isEmpty() && id.substring(id.lastIndexOf('/') + 1).equals(tail));
        });
    }

    /** In the order of breadth, so that no depth of a stranger's schema fills the stack. */
    private static JsonNode first(JsonNode root, java.util.function.Predicate<JsonNode> wanted) {
        var left = new ArrayDeque<JsonNode>();
        left.add(root);
        while (!left.isEmpty()) {
            JsonNode each = left.remove();
            if (each.isObject() && wanted.test(each)) {
                return each;
            }
            each.forEach(inner -> {
                if (inner.isContainerNode()) {
                    left.add(inner);
                }
            });
        }
        return MissingNode.getInstance();
    }
}
