package dev.caravan.camel.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.web.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.StartupSummaryLevel;
import org.apache.camel.main.Main;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that connect and ask nothing, or ask slowly, and others that want an answer meanwhile. */
class ServerConnectionsTest {
    private static final int PATIENCE_MILLIS = 30_000;

    private final List<Socket> clients = new ArrayList<>();
    private final Main main = new Main();
    private int port;

    private void serve(ServerConnections connections) {
        var settings = new HttpSettings("127.0.0.1", 0, List.of(), "");
        main.setDefaultPropertyPlaceholderLocation("false");
        main.configure().setStartupSummaryLevel(StartupSummaryLevel.Off);
        main.addOverrideProperty("caravan.serve", "false");
        HttpDoor.prepare(main, settings, connections);
        main.start();
        port = HttpDoor.open(main.getCamelContext(), settings, new ApiDesk());
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket each : clients) {
            each.close();
        }
        main.stop();
        main.shutdown();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        clients.add(socket);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String ask(String head) throws IOException {
        Socket socket = connect();
        send(socket, head + "Connection: close\r\n\r\n");
        return answer(socket);
    }

    private static boolean ended(Socket socket) throws IOException {
        return socket.getInputStream().read() < 0;
    }

    @Test
    void whoever_comes_takes_the_place_of_who_has_been_idle_for_longest() throws IOException {
        serve(new ServerConnections(20, PATIENCE_MILLIS));
        Socket first = connect();
        for (int i = 0; i < 300; i++) {
            connect();
        }

        assertThat(ask("GET /nothing HTTP/1.1\r\nHost: localhost\r\n")).startsWith("HTTP/1.1 404 ");
        assertThat(ended(first)).isTrue();
    }

    @Test
    void who_has_not_said_all_of_a_request_makes_room_as_who_says_nothing() throws IOException {
        serve(new ServerConnections(20, PATIENCE_MILLIS));
        for (int i = 0; i < 40; i++) {
            send(connect(), "POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf");
        }
        long from = System.nanoTime();

        assertThat(ask("GET /nothing HTTP/1.1\r\nHost: localhost\r\n")).startsWith("HTTP/1.1 404 ");
        assertThat(Duration.ofNanos(System.nanoTime() - from))
                .as("before their time is up")
                .isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void who_asks_nothing_or_one_byte_at_a_time_is_hung_up_on() throws IOException {
        serve(new ServerConnections(20, 300));
        Socket silent = connect();
        Socket slow = connect();
        send(slow, "GET /nothing HTTP/1.1\r\nHost: loc");
        Socket again = connect();
        send(again, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(ended(silent)).isTrue();
        assertThat(ended(slow)).isTrue();
        assertThat(answer(again)).as("answered, and closed later").startsWith("HTTP/1.1 404 ");
    }

    @Test
    void a_missing_host_and_an_aborted_request_are_no_stack_traces() throws IOException {
        var logged = new CopyOnWriteArrayList<LogEvent>();
        var listener = new AbstractAppender("listener", null, null, false, Property.EMPTY_ARRAY) {
            @Override
            public void append(LogEvent event) {
                logged.add(event.toImmutable());
            }
        };
        listener.start();
        var root = (Logger) LogManager.getRootLogger();
        root.addAppender(listener);
        try {
            serve(new ServerConnections(20, 300));
            assertThat(ask("GET /nothing HTTP/1.1\r\n")).startsWith("HTTP/1.1 4");
            assertThat(ask("GET /nothing HTTP/1.1\r\nHost: \r\n")).startsWith("HTTP/1.1 4");
            ask("G\u0001T \r\n");
            Socket aborted = connect();
            send(aborted, "POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf");
            aborted.setSoLinger(true, 0);
            aborted.close();
            assertThat(ask("GET /nothing HTTP/1.1\r\nHost: localhost\r\n")).startsWith("HTTP/1.1 404 ");
        } finally {
            root.removeAppender(listener);
        }
        assertThat(logged).allMatch(each -> each.getThrown() == null).hasSizeLessThan(4);
    }
}
