package dev.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.caravan.base.Json;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ServiceHttp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What whoever watches a service sees and may do, with the real program. */
class WatchTest {
    private static final String JOLOKIA = "/hawtio/jolokia";

    @TempDir
    Path folder;

    @Test
    void a_run_is_counted_moved_and_traced_and_all_else_is_refused() throws Exception {
        Queue<String> traces = new ConcurrentLinkedQueue<>();
        HttpServer collector = collector(traces);
        var served = new RunningService(
                folder,
                Map.of(
                        "OTEL_TRACES_EXPORTER",
                        "otlp",
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + collector.getAddress().getPort(),
                        "OTEL_BSP_SCHEDULE_DELAY",
                        "500"));
        try (served) {
            served.start("--simulate", "--job-millis", "8000");
            ServiceHttp http = served.http();
            await().atMost(RunningService.LONGEST)
                    .until(() -> http.get("/observe/health/ready").status() == 200);
            assertThat(http.get("/observe/health/live").json().path("status").asText())
                    .isEqualTo("UP");
            assertThat(http.get("/observe/metrics").text())
                    .contains("jvm_memory_used_bytes")
                    .doesNotContain("caravan_units_total");

            dropTwoSteps(served);
            await().atMost(RunningService.LONGEST).until(() -> metric(http, "caravan_jobs_out", "label") == 4);
            RunFolder run = served.runs("watched").get(0);
            String label = route(run.name() + "/label");
            String check = route(run.name() + "/check");

            assertThat(exec(http, label, "stop()").path("status").asInt()).isEqualTo(200);
            assertThat(exec(http, check, "stop()").path("status").asInt()).isEqualTo(200);
            assertThat(metric(http, "caravan_units_in_flight", "label")).isEqualTo(12);
            stoppedStepsCollectAndBeginNothing(http, run, label);
            everythingElseIsRefused(http, run, label);

            assertThat(exec(http, label, "start()").path("status").asInt()).isEqualTo(200);
            assertThat(exec(http, check, "start()").path("status").asInt()).isEqualTo(200);
            served.complete("watched");

            countedAsBooked(http, RunStore.read(run));
            await().atMost(RunningService.LONGEST)
                    .until(() -> ask(http, "{'type':'search','mbean':'dev.caravan:*'}")
                            .path("value")
                            .isEmpty());
            assertThat(metric(http, "caravan_runs_live", "")).isNaN();
            await().atMost(RunningService.LONGEST)
                    .until(() -> traces.stream().anyMatch(each -> each.contains("quartz://caravan/runs")));
            assertThat(traces).allMatch(each -> each.startsWith("/v1/traces"));
            assertThat(http.get("/hawtio/").text()).contains("<title>Hawtio</title>");
            assertThat(http.get("/hawtio/camel/routes").text()).contains("<title>Hawtio</title>");
            assertThat(http.get("/hawtio/../../../pom.xml").text()).doesNotContain("modelVersion");
            assertThat(served.output()).doesNotContain("Exception");
        } finally {
            collector.stop(0);
        }
    }

    /** The provider's own count is what the meters are held against. */
    @Test
    @Tag("crash")
    void after_a_kill_only_what_is_booked_anew_is_counted_and_calls_are_counted_as_the_provider_does()
            throws Exception {
        try (var outside = OutsideProvider.simulator(folder, "throttle=0.3,latency=900..1000", 50);
                var served = new RunningService(folder, OutsideProvider.environment(outside, folder))) {
            outside.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
            String[] options = {"--mode", "realtime", "--concurrency", "1", "--auto-start-below", "1"};
            Process first = served.start(options);
            served.drop("first", "openai");
            RunFolder run = served.run("first", state -> state.ledger().calls() >= 3);
            RunningService.kill(first);
            long before = RunStore.read(run).ledger().calls();
            assertThat(before).isLessThan(12);

            served.start(options);
            served.complete("first");

            ServiceHttp http = served.http();
            long all = RunStore.read(run).ledger().calls();
            assertThat(metric(http, "caravan_replies_total", "label", "pipeline=\"first\""))
                    .isEqualTo((double) all - before);

            JsonNode then = outside.bill().path("totals");
            served.drop("second", "openai");
            served.complete("second");
            JsonNode now = outside.bill().path("totals");
            long turnedAway =
                    now.path("throttled").asLong() - then.path("throttled").asLong();
            long calls = now.path("calls").asLong() - then.path("calls").asLong();
            assertThat(turnedAway).isPositive();
            String second = "pipeline=\"second\"";
            assertThat(metric(http, "caravan_throttled_total", "label", second)).isEqualTo((double) turnedAway);
            assertThat(metric(http, "caravan_call_latency_seconds_count", "label", second))
                    .isEqualTo((double) turnedAway + calls);
            assertThat(metric(http, "caravan_call_latency_seconds_sum", "label", second))
                    .as("seconds, of calls that take 900 ms at least")
                    .isBetween(0.9 * calls, 60.0 * calls);
        }
    }

    /** A collector of traces, as small as can be. */
    private static HttpServer collector(Queue<String> traces) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", call -> {
            byte[] body = call.getRequestBody().readAllBytes();
            traces.add(call.getRequestURI() + " " + new String(body, StandardCharsets.ISO_8859_1));
            call.sendResponseHeaders(200, -1);
            call.close();
        });
        server.start();
        return server;
    }

    private static void dropTwoSteps(RunningService served) throws IOException {
        Path made = served.write("watched", "provider: openai, model: gpt-4o-mini", "");
        Files.writeString(made.resolve("templates/check.vm"), "Is it $mark? Answer {\"mark\": 1 to 5}.");
        String config = Files.readString(made.resolve("config.yaml"));
        String step = config.substring(config.indexOf("    - name: label"), config.indexOf("api:"));
        Files.writeString(
                made.resolve("config.yaml"), config.replace(step, step + step.replace("name: label", "name: check")));
    }

    private static void stoppedStepsCollectAndBeginNothing(ServiceHttp http, RunFolder run, String label)
            throws Exception {
        await().atMost(RunningService.LONGEST)
                .until(() -> metric(http, "caravan_units_total", "label", "outcome=\"done\"") == 12);
        assertThat(ask(http, "{'type':'read','mbean':%s,'attribute':'State'}".formatted(label))
                        .path("value")
                        .asText())
                .isEqualTo("Stopped");
        await().atMost(RunningService.LONGEST).until(() -> metric(http, "caravan_queue_age_seconds", "check") > 1);
        assertThat(metric(http, "caravan_jobs_out", "label")).isZero();
        assertThat(metric(http, "caravan_jobs_out", "check")).isZero();
        assertThat(metric(http, "caravan_replies_total", "check")).isZero();
        JsonNode bean = ask(
                        http, "{'type':'read','mbean':'dev.caravan:type=Run,name=\\\"%s\\\"'}".formatted(run.name()))
                .path("value");
        assertThat(bean.path("Status").asText()).isEqualTo("running");
        assertThat(bean.path("Replies").asInt()).isEqualTo(12);
        assertThat(bean.path("SettledUsd").decimalValue()).isPositive();
    }

    private static void everythingElseIsRefused(ServiceHttp http, RunFolder run, String label) throws Exception {
        String context = quoted("org.apache.camel:context=caravan,type=context,name=\\\"caravan\\\"");
        String[] refused = {
            "{'type':'exec','mbean':'java.lang:type=Memory','operation':'gc'}",
            "{'type':'exec','mbean':'com.sun.management:type=HotSpotDiagnostic','operation':'dumpHeap(java.lang.String,boolean)','arguments':['/tmp/x',true]}",
            "{'type':'read','mbean':'com.sun.management:type=HotSpotDiagnostic','attribute':'DiagnosticOptions'}",
            "{'type':'read','mbean':'java.lang:type=Runtime','attribute':'SystemProperties'}",
            "{'type':'exec','mbean':%s,'operation':'stop()'}".formatted(context),
            "{'type':'exec','mbean':%s,'operation':'sendBody(java.lang.String,java.lang.Object)','arguments':['direct:manifest','x']}"
                    .formatted(context),
            "{'type':'exec','mbean':%s,'operation':'stop()'}".formatted(route("manifest")),
            "{'type':'exec','mbean':%s,'operation':'stop()'}".formatted(route(run.name() + "/(jobs)")),
            "{'type':'exec','mbean':%s,'operation':'remove()'}".formatted(label),
            "{'type':'exec','mbean':%s,'operation':'updateRouteFromXml(java.lang.String)','arguments':['<route/>']}"
                    .formatted(label),
            "{'type':'write','mbean':%s,'attribute':'TracingEnabled','value':true}".formatted(context),
            "{'type':'write','mbean':'java.lang:type=Memory','attribute':'Verbose','value':true}",
            "{'type':'notification','command':'register'}",
        };
        for (String each : refused) {
            assertThat(ask(http, each).path("status").asInt()).as(each).isNotEqualTo(200);
        }
        JsonNode proxied = ask(
                http,
                "{'type':'read','mbean':'java.lang:type=Memory','attribute':'Verbose','target':{'url':'service:jmx:rmi:///jndi/rmi://127.0.0.1:1/x'}}");
        assertThat(proxied.path("status").asInt()).isNotEqualTo(200);
        assertThat(http.get(JOLOKIA + "/exec/java.lang:type=Memory/gc").status())
                .isEqualTo(405);
        assertThat(http.get(JOLOKIA + "/read/java.lang:type=Memory").status()).isEqualTo(405);
        assertThat(http.post(
                                JOLOKIA,
                                "{\"type\":\"exec\",\"mbean\":%s,\"operation\":\"start()\"}"
                                        .formatted(label)
                                        .replace('\'', '"'),
                                "Origin",
                                "http://evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(http.post(JOLOKIA, "{\"type\":\"version\"}", "Origin", http.url())
                        .status())
                .isEqualTo(200);
    }

    private static void countedAsBooked(ServiceHttp http, RunState state) throws Exception {
        Ledger ledger = state.ledger();
        double[] sums = new double[4];
        for (String step : new String[] {"label", "check"}) {
            sums[0] += metric(http, "caravan_tokens_total", step, "kind=\"input\"");
            sums[1] += metric(http, "caravan_tokens_total", step, "kind=\"output\"");
            sums[2] += metric(http, "caravan_replies_total", step);
            sums[3] += metric(http, "caravan_settled_usd_total", step);
            assertThat(metric(http, "caravan_units_total", step, "outcome=\"done\""))
                    .isEqualTo(12);
        }
        assertThat(sums[0]).isEqualTo((double) ledger.usage().input());
        assertThat(sums[1]).isEqualTo((double) ledger.usage().output());
        assertThat(sums[2]).isEqualTo((double) ledger.calls());
        assertThat(Math.round(sums[3] * 1e12)).isEqualTo(ledger.settledPicos());
    }

    /** The value of the only line of that name, step and label; NaN when there is none. */
    private static double metric(ServiceHttp http, String name, String step, String... more) throws Exception {
        return http.get("/observe/metrics")
                .text()
                .lines()
                .filter(each -> each.startsWith(name + "{"))
                .filter(each -> step.isEmpty() || each.contains("step=\"" + step + "\""))
                .filter(each -> more.length == 0 || each.contains(more[0]))
                .mapToDouble(each -> Double.parseDouble(each.substring(each.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String route(String id) {
        return quoted("org.apache.camel:context=caravan,type=routes,name=\\\"" + id + "\\\"");
    }

    private static String quoted(String text) {
        return "'" + text + "'";
    }

    private static JsonNode exec(ServiceHttp http, String bean, String operation) throws Exception {
        return ask(http, "{'type':'exec','mbean':%s,'operation':'%s'}".formatted(bean, operation));
    }

    private static JsonNode ask(ServiceHttp http, String request) throws Exception {
        return Json.parse(http.post(JOLOKIA, request.replace('\'', '"')).text());
    }
}
