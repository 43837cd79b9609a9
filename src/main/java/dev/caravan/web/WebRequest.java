package dev.caravan.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody asks over HTTP.
 *
 * @param path its parts, decoded: {@code api}, {@code runs}, the run's name
 * @param query its parameters, decoded
 * @param key that makes a repeated request the same one, or empty
 * @param type of the body, or empty
 */
public record WebRequest(
        String method, List<String> path, Map<String, String> query, String key, String type, String body) {
    /** Of two members of one name nobody could tell which one is meant. */
    private static final ObjectReader ONCE =
            Json.mapper().reader().with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    /**
     * @param path as it was sent, without the query
     * @param query as it was sent, or empty
     * @throws WebException when they are not encoded as they must be
     */
    public static WebRequest of(String method, String path, String query, String key, String type, String body) {
        try {
            var parts = new ArrayList<String>();
            for (String each : path.split("/", -1)) {
                if (!each.isEmpty()) {
                    parts.add(URLDecoder.decode(each.replace("+", "%2B"), StandardCharsets.UTF_8));
                }
            }
            var parameters = new LinkedHashMap<String, String>();
            for (String each : query.split("&", -1)) {
                String[] pair = each.split("=", 2);
                if (!each.isEmpty()) {
                    parameters.put(
                            URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
                            pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
                }
            }
            return new WebRequest(method, List.copyOf(parts), parameters, key, type, body);
        } catch (IllegalArgumentException e) {
            throw new WebException(400, "the address is not encoded as it must be: " + e.getMessage());
        }
    }

    /** The part of the path after {@code /api/runs} or {@code /api/pipelines}. */
    String name() {
        return path.get(2);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** A parameter that is a whole number from 1. */
    int number(String name, int usual, int most) {
        String text = parameter(name).orElse(Integer.toString(usual));
        if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw new WebException(422, name + ": must be from 1 to " + most + ", not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    /** The body as an object; an empty one is an object without members. */
    ObjectNode object() {
        if (body.isBlank()) {
            return Json.object();
        }
        if (!type.replaceFirst(";.*", "").strip().equalsIgnoreCase("application/json")) {
            throw new WebException(415, "the body must be application/json, not '" + type + "'");
        }
        try {
            JsonNode node = ONCE.readTree(body);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new WebException(400, "the body must be a JSON object");
        } catch (MismatchedInputException e) {
            throw new WebException(400, "a member of the body stands twice: " + Json.reason(e));
        } catch (JsonProcessingException e) {
            throw new WebException(400, "the body is no JSON: " + Json.reason(e));
        }
    }
}
