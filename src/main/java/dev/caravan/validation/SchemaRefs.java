package dev.caravan.validation;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** Finds what the {@code $ref}s of a schema mean, all of it inside of its file: by pointer, by anchor, by {@code $id}. */
public final class SchemaRefs {
    /** What a relative {@code $id} and a schema without one are relative to. Nothing is ever fetched from it. */
    static final String BASE = "https://schema.invalid/";

    private static final int DEEPEST = 500;

    private final IdentityHashMap<JsonNode, String> bases = new IdentityHashMap<>();
    private final Map<String, JsonNode> known = new HashMap<>();

    /** @param root the whole schema; nodes of it are known again by their identity */
    public SchemaRefs(JsonNode root) {
        known.put(BASE, root);
        index(root, BASE, 0);
    }

    private void index(JsonNode schema, String base, int depth) {
        if (!schema.isObject() || depth > DEEPEST) {
            return;
        }
        String id = schema.path("$id").asText("");
        String own = id.isEmpty() || id.startsWith("#") ? base : without(resolved(base, id));
        if (!own.equals(base)) {
            known.putIfAbsent(own, schema);
        }
        bases.put(schema, own);
        for (String key : new String[] {"$anchor", "$dynamicAnchor"}) {
            if (schema.path(key).isTextual()) {
                known.putIfAbsent(own + "#" + schema.get(key).textValue(), schema);
            }
        }
        SchemaWords.each(schema, "", (place, each) -> index(each, own, depth + 1));
    }

    private static String without(String uri) {
        int hash = uri.indexOf('#');
        return hash < 0 ? uri : uri.substring(0, hash);
    }

    private static String resolved(String base, String reference) {
        if (reference.isEmpty() || reference.startsWith("#")) {
            return base + reference;
        }
        try {
            return new URI(base).resolve(new URI(reference)).toString();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return reference;
        }
    }

    /** Whether a schema points to another one. */
    public static boolean refers(JsonNode schema) {
        return schema.path("$ref").isTextual() || schema.path("$dynamicRef").isTextual();
    }

    /** What the reference of a schema means; missing where it has none or it leads nowhere. */
    public JsonNode target(JsonNode schema) {
        JsonNode ref = schema.path("$ref");
        ref = ref.isTextual() ? ref : schema.path("$dynamicRef");
        if (!ref.isTextual()) {
            return MissingNode.getInstance();
        }
        String uri = resolved(bases.getOrDefault(schema, BASE), ref.textValue());
        String document = without(uri);
        String fragment = uri.length() > document.length() + 1 ? uri.substring(document.length() + 1) : "";
        JsonNode found = known.get(document);
        if (found == null) {
            return MissingNode.getInstance();
        }
        if (fragment.isEmpty()) {
            return found;
        }
        return fragment.startsWith("/")
                ? pointed(found, fragment)
                : known.getOrDefault(document + "#" + fragment, MissingNode.getInstance());
    }

    private static JsonNode pointed(JsonNode document, String fragment) {
        try {
            String plain = URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
            return document.at(JsonPointer.compile(plain));
        } catch (IllegalArgumentException e) {
            return MissingNode.getInstance();
        }
    }
}
