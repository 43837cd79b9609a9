package dev.caravan.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.caravan.base.Json;
import dev.caravan.base.MovableClock;
import dev.caravan.base.RealDisk;
import dev.caravan.service.ServiceNotice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookFeedTest {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path runs;

    private final MovableClock clock = new MovableClock();
    private final List<String> got = new CopyOnWriteArrayList<>();
    private final List<ServiceNotice> trouble = new CopyOnWriteArrayList<>();
    private volatile int answer = 204;
    private HttpServer receiver;

    @BeforeEach
    void open() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        receiver.createContext("/", call -> {
            got.add(new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            call.sendResponseHeaders(answer, -1);
            call.close();
        });
        receiver.start();
    }

    @AfterEach
    void close() {
        receiver.stop(0);
    }

    private WebhookFeed webhooks() {
        return webhooks("");
    }

    private WebhookFeed webhooks(String path) {
        URI address = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/" + path);
        return new WebhookFeed(
                new WebhookSettings(List.of(address), "a-secret-of-sixteen-or-more"),
                runs,
                runs.resolve(".service"),
                new RealDisk(),
                clock,
                trouble::add);
    }

    private long kept() throws IOException {
        Path folder = runs.resolve(".service/webhooks");
        if (!Files.exists(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void results_that_go_away_soon_are_an_event() {
        try (WebhookFeed webhooks = webhooks()) {
            webhooks.tell(ServiceNotice.What.EXPIRING, "run", "results of 1 jobs go away");
            webhooks.tell(ServiceNotice.What.READY, "pipeline", "is none");

            await().atMost(LONGEST).until(() -> !got.isEmpty());
        }
        assertThat(got).singleElement().satisfies(each -> {
            assertThat(Json.parse(each).path("event").asText()).isEqualTo("run.results_expiring");
            assertThat(Json.parse(each).path("text").asText()).isEqualTo("results of 1 jobs go away");
        });
        assertThat(trouble).isEmpty();
    }

    @Test
    void what_nobody_takes_for_a_day_is_given_up_and_said_so() throws Exception {
        answer = 500;
        try (WebhookFeed webhooks = webhooks()) {
            webhooks.tell(ServiceNotice.What.COMPLETE, "run", "10 done");
            await().atMost(LONGEST).until(() -> trouble.size() == 1);
            assertThat(trouble.get(0).text()).contains("it answers 500", "tried again for a day");

            clock.jump(Duration.ofHours(23));
            webhooks.tell(ServiceNotice.What.COMPLETE, "other", "wakes it");
            await().atMost(LONGEST).until(() -> got.size() >= 3);
            assertThat(kept()).as("both are tried again").isEqualTo(2);
            assertThat(trouble).as("and told once").hasSize(1);

            clock.jump(Duration.ofHours(2));
            webhooks.tell(ServiceNotice.What.COMPLETE, "third", "wakes it again");
            await().atMost(LONGEST).until(() -> trouble.size() == 2);
            assertThat(trouble.get(1).text()).contains("was not told of run.done", "given up: it answers 500");
            await().atMost(LONGEST).until(() -> kept() == 2);
        }
    }

    @Test
    void a_reader_who_was_away_for_too_long_hears_of_the_gap_and_goes_on_behind_it() {
        var log = new NoticeLog(clock);
        log.tell(ServiceNotice.What.QUEUED, "run-0", "");
        String first = log.feed("from another life").next();
        String seen = first.substring(first.indexOf("id: ") + 4, first.indexOf("\nevent: notice"));
        for (int i = 1; i <= 1500; i++) {
            log.tell(ServiceNotice.What.QUEUED, "run-" + i, "");
        }

        EventFeed feed = log.feed(seen);
        String next = feed.next();

        assertThat(next).startsWith("event: gap\n");
        assertThat(next).contains("\"about\":\"run-501\"").doesNotContain("\"about\":\"run-500\"");
        var rest = new StringBuilder(next);
        for (String more = feed.next(); !more.isEmpty(); more = feed.next()) {
            rest.append(more);
        }
        assertThat(rest.toString().split("event: notice", -1)).hasSize(1001);
        assertThat(rest.toString()).contains("\"about\":\"run-1500\"").containsOnlyOnce("event: gap");
    }

    @Test
    void a_receiver_that_answers_without_end_or_sends_elsewhere_was_told_nothing() throws Exception {
        System.setProperty("caravan.webhook-timeout", "300");
        var elsewhere = new CopyOnWriteArrayList<String>();
        receiver.createContext("/elsewhere", call -> {
            elsewhere.add(call.getRequestMethod());
            call.sendResponseHeaders(204, -1);
            call.close();
        });
        receiver.createContext("/endless", call -> {
            call.sendResponseHeaders(200, 0);
            try (var out = call.getResponseBody()) {
                while (true) {
                    out.write(new byte[10_000]);
                }
            }
        });
        receiver.createContext("/moved", call -> {
            call.getResponseHeaders().set("Location", "/elsewhere");
            call.sendResponseHeaders(307, -1);
            call.close();
        });
        for (String each : List.of("endless", "moved")) {
            try (WebhookFeed webhooks = webhooks(each)) {
                webhooks.tell(ServiceNotice.What.COMPLETE, "run", "10 done");
                String wrong = each.equals("moved") ? "answers 307" : "does not answer within";
                await().atMost(LONGEST)
                        .untilAsserted(() -> assertThat(trouble)
                                .anyMatch(notice -> notice.text().contains(wrong)));
            }
        }
        assertThat(elsewhere).isEmpty();
        System.clearProperty("caravan.webhook-timeout");
    }
}
