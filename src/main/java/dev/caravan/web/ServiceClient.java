package dev.caravan.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks the service of this folder. */
public final class ServiceClient {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    /** For what somebody who looks waits. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);

    private final String url;
    private final String token;

    /** An answer; status 0 when nobody answered, and the detail says why. */
    public record Answer(int status, JsonNode body) {}

    /** @param token empty for none */
    public ServiceClient(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /** A part of a path. */
    public static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @param key of the request: it is repeated by itself once, and is the same request then */
    public Answer post(String path, ObjectNode body, String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(LONGEST)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(body)));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return send(request.build());
        } catch (IOException e) {
            try {
                return send(request.build());
            } catch (IOException again) {
                return nobody();
            }
        }
    }

    public Answer get(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(LONGEST_LOOK)
                .GET();
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return send(request.build());
        } catch (IOException e) {
            return nobody();
        }
    }

    private Answer nobody() {
        return new Answer(0, Json.object().put("detail", "nobody answers at " + url));
    }

    private static Answer send(HttpRequest request) throws IOException {
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), Json.mapper().readTree(answer.body()));
        } catch (JsonProcessingException e) {
            return new Answer(0, Json.object().put("detail", "what answers is no service of Caravan's"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
