package dev.caravan.camel.http;

import dev.caravan.web.HttpProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/**
 * The pages of hawtio, as {@code routes/console.camel.yaml} asks for them: files of a folder, and the few words that
 * its own server would say. All other paths are places within its one page.
 */
public final class ConsoleDesk {
    private static final String PREFIX = "/hawtio/";
    private static final String JSON = "application/json";

    /** There is no login of its own: whoever comes so far was let in by the guard. */
    private static final Map<String, String> WORDS = Map.of(
            "user", "\"public\"",
            "plugin", "[]",
            "auth/config", "{}",
            "auth/config/login", "{}",
            "auth/config/session-timeout", "{}",
            "auth/login", "{}",
            "keycloak/enabled", "false",
            "proxy/enabled", "false",
            "preset-connections", "[]");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "json", JSON,
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "woff2", "font/woff2",
            "ttf", "font/ttf",
            "txt", "text/plain; charset=utf-8");

    private final List<Path> folders = Stream.of("console", "target/start/console", "target/console")
            .map(each -> Path.of(System.getProperty("caravan.home", "."))
                    .resolve(each)
                    .resolve("hawtio-static")
                    .toAbsolutePath()
                    .normalize())
            .toList();

    public void page(Exchange exchange) throws IOException {
        String path = WatchDesk.path(exchange.getMessage());
        if (!path.startsWith(PREFIX)) {
            WatchDesk.answer(exchange, 302, "text/plain", "");
            exchange.getMessage().setHeader("Location", PREFIX);
            return;
        }
        String asked = path.substring(PREFIX.length());
        String word = WORDS.get(asked);
        if (word != null) {
            WatchDesk.answer(exchange, 200, JSON, word);
            return;
        }
        for (Path folder : folders) {
            Path file = folder.resolve(asked).normalize();
            Path index = folder.resolve("index.html");
            if (Files.exists(index)) {
                send(exchange, file.startsWith(folder) && Files.isRegularFile(file) ? file : index);
                return;
            }
        }
        WatchDesk.problem(
                exchange,
                new HttpProblem(
                        404,
                        "hawtio is not here: it lies in console/ of an archive; in a checkout ./mvnw package gets it"));
    }

    private static void send(Exchange exchange, Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        String type = TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
        WatchDesk.answer(exchange, 200, type, Files.newInputStream(file));
    }
}
