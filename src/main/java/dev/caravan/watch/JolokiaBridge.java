package dev.caravan.watch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jolokia.server.core.config.ConfigKey;
import org.jolokia.server.core.config.StaticConfiguration;
import org.jolokia.server.core.http.HttpRequestHandler;
import org.jolokia.server.core.request.EmptyResponseException;
import org.jolokia.server.core.service.JolokiaServiceManagerFactory;
import org.jolokia.server.core.service.api.JolokiaServiceManager;
import org.jolokia.server.core.service.api.LogHandler;
import org.jolokia.service.jmx.LocalRequestHandler;
import org.jolokia.service.serializer.JolokiaSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** JMX over HTTP, as far as {@link JolokiaPolicy} goes. */
public final class JolokiaBridge implements AutoCloseable {
    private final JolokiaServiceManager manager;
    private final HttpRequestHandler handler;

    /** @param collecting how the ids of routes that collect jobs end */
    public JolokiaBridge(String collecting) {
        var settings = new StaticConfiguration(ConfigKey.AGENT_ID, "caravan", ConfigKey.ALLOW_ERROR_DETAILS, "false");
        manager = JolokiaServiceManagerFactory.createJolokiaServiceManager(
                settings, new Log(), new JolokiaPolicy(collecting));
        manager.addService(new JolokiaSerializer());
        manager.addService(new LocalRequestHandler(0));
        handler = new HttpRequestHandler(manager.start());
    }

    /** The version, which is all that may be asked without a body: an address can be opened by a link from anywhere. */
    public String version() {
        return answer("{\"type\":\"version\"}", "");
    }

    /**
     * Answers a request, or many in a list.
     *
     * @param origin from which site's page it comes; empty when from none, or from our own
     */
    public String answer(String body, String origin) {
        try {
            check(body);
            handler.checkAccess("http", "127.0.0.1", "127.0.0.1", origin.isEmpty() ? null : origin);
            return handler.handlePostRequest(
                            "/hawtio/jolokia",
                            new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
                            StandardCharsets.UTF_8.name(),
                            Map.of())
                    .toJSONString();
        } catch (EmptyResponseException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SecurityException e) {
            return refusal(403, e);
        } catch (IllegalArgumentException e) {
            return refusal(400, e);
        }
    }

    /** What Jolokia itself does not ask its policy about: subscriptions, and questions for other processes. */
    private static void check(String body) {
        JsonNode requests;
        try {
            requests = Json.parse(body);
        } catch (UncheckedIOException e) {
            throw new IllegalArgumentException("the body is no JSON", e);
        }
        for (JsonNode each : requests.isArray() ? requests : List.of(requests)) {
            String type = each.path("type").asText().toLowerCase(Locale.ROOT);
            if (!JolokiaPolicy.allows(type)) {
                throw new SecurityException("requests of the type '" + type + "' are not answered here");
            }
            if (each.has("target")) {
                throw new SecurityException("only this process is asked here");
            }
        }
    }

    private static String refusal(int status, RuntimeException e) {
        return Json.text(Json.object()
                .put("status", status)
                .put("error_type", e.getClass().getName())
                .put("error", String.valueOf(e.getMessage())));
    }

    @Override
    public void close() {
        manager.stop();
    }

    /** What Jolokia says, in our log. */
    private static final class Log implements LogHandler {
        private static final Logger log = LoggerFactory.getLogger(JolokiaBridge.class);

        @Override
        public void debug(String message) {
            log.trace(message);
        }

        @Override
        public void info(String message) {
            log.debug(message);
        }

        @Override
        public void error(String message, Throwable cause) {
            log.warn(message, cause);
        }

        @Override
        public boolean isDebug() {
            return log.isTraceEnabled();
        }
    }
}
