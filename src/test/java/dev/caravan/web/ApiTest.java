package dev.caravan.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.lease.Lease;
import dev.caravan.provider.Lane;
import dev.caravan.report.RunJson;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ServiceHttp;
import dev.caravan.testing.ShippedRun;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs over HTTP, with the real program: the answers are those of the command line. */
class ApiTest {
    private static final Pattern URI_OF_ROUTE = Pattern.compile("uri: platform-http:(\\S+)");

    @TempDir
    Path folder;

    private RunningService served;

    @BeforeEach
    void open() throws IOException {
        served = new RunningService(folder, Map.of());
    }

    @AfterEach
    void close() {
        served.close();
    }

    @Test
    void a_pipeline_that_lies_there_is_started_once_for_a_key_and_its_results_are_paged() throws Exception {
        served.drop("early", "simulator");
        Files.writeString(served.drop("broken", "simulator").resolve("templates/label.vm"), "Mark $txet.");
        Process service = served.start("--job-millis", "50");
        ServiceHttp http = served.http();

        assertThat(http.get("/api/pipelines").json().path("pipelines").findValuesAsText("pipeline"))
                .containsExactly("broken", "early");
        assertThat(http.get("/api/pipelines/early/check").json().path("units").intValue())
                .isEqualTo(12);
        assertThat(http.get("/api/pipelines/broken/check").text()).contains("\"valid\":false", "did you mean 'text'?");
        JsonNode units = http.get("/api/pipelines/early/units?limit=5").json();
        assertThat(units.path("units").findValuesAsText("text")).hasSize(5).startsWith("text number 0");
        assertThat(units.path("more").booleanValue()).isTrue();
        assertThat(http.get("/api/pipelines/early/units?limit=12")
                        .json()
                        .path("more")
                        .booleanValue())
                .isFalse();
        problem(http.get("/api/pipelines/early/units?limit=1001"), 422, "limit");
        problem(http.get("/api/pipelines/absent/units"), 404, "no such pipeline");
        JsonNode estimate = http.get("/api/pipelines/early/estimate").json();
        assertThat(estimate.path("simulated").asBoolean()).isTrue();
        assertThat(estimate.path("units").intValue()).isEqualTo(12);
        assertThat(estimate.path("cost_usd").path("expected").asDouble()).isPositive();
        problem(http.get("/api/pipelines/broken/estimate"), 422, "did you mean 'text'?");
        problem(http.post("/api/pipelines/broken/runs", ""), 422, "did you mean 'text'?");
        problem(http.post("/api/pipelines/absent/runs", ""), 404, "no such pipeline");
        problem(http.post("/api/pipelines/early/runs", "{\"max_unit\":3}"), 422, "did you mean 'max_units'?");
        problem(http.post("/api/pipelines/early/runs", "{\"max_units\":0}"), 422, "max_units");
        problem(http.post("/api/pipelines/early/runs", "{"), 400, "no JSON");
        problem(http.post("/api/pipelines/early/runs", "{\"limit\": 1, \"limit\": 2}"), 400, "limit");
        problem(http.post("/api/pipelines/early/runs", "[]"), 400, "object");

        ServiceHttp.Answer made = http.post("/api/pipelines/early/runs", "{\"max_units\":7}", "Idempotency-Key", "k-1");
        ServiceHttp.Answer again =
                http.post("/api/pipelines/early/runs", "{\"max_units\":7}", "Idempotency-Key", "k-1");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("run")).isEqualTo(made.json().path("run"));
        problem(
                http.post("/api/pipelines/early/runs", "{\"max_units\":8}", "Idempotency-Key", "k-1"),
                422,
                "used before");
        RunFolder run = served.complete("early");
        assertThat(made.header("Location")).isEqualTo("/api/runs/" + run.name());
        String path = "/api/runs/" + run.name();
        var relative = new RunFolder(Path.of("runs").resolve(run.name()));
        ObjectNode stands = RunJson.of(RunStore.summary(RunStore.read(run)), relative);
        assertThat(http.get(path).json()).isEqualTo(Json.parse(Json.text(stands)));
        assertThat(http.get(path + "/info").json().path("chunks")).hasSize(3);
        assertThat(http.get(path + "/report").json().path("run").asText()).isEqualTo(run.name());
        assertThat(http.get("/api/runs").json().path("runs")).hasSize(1);
        assertThat(http.get("/api/runs?status=paused").json().path("runs")).isEmpty();
        problem(http.get("/api/runs?limit=0"), 422, "limit");

        Set<String> ids = new HashSet<>();
        String next = "";
        int pages = 0;
        do {
            JsonNode page = http.get(path + "/results?limit=3" + (next.isEmpty() ? "" : "&after=" + next))
                    .json();
            page.path("results").forEach(each -> ids.add(each.path("unit_id").asText()));
            next = page.path("next").asText("");
            next = next.equals("null") ? "" : next;
            pages++;
        } while (!next.isEmpty());
        assertThat(pages).isEqualTo(3);
        assertThat(ids).hasSize(7);
        assertThat(http.get(path + "/results.jsonl").text())
                .isEqualTo(Files.readString(run.outputs().resolve("results.jsonl")));
        assertThat(http.get(path + "/failures").json().path("failures")).isEmpty();
        problem(http.get(path + "/results?after=part.0.0"), 422, "begin anew");

        problem(http.post(path + "/pause", ""), 409, "is over");
        problem(http.post(path + "/approve", ""), 409, "does not wait");
        problem(http.post(path + "/reject", ""), 422, "reason");
        problem(http.post(path + "/settle", ""), 422, "reason");
        problem(http.post(path + "/settle", "{\"reason\":\"x\"}"), 422, "worst or free");
        problem(http.post(path + "/settle", "{\"reason\":\"x\",\"as\":\"free\",\"usd\":\"1\"}"), 422, "worst or free");
        assertThat(http.post(path + "/settle", "{\"reason\":\"x\",\"as\":\"free\"}")
                        .status())
                .isEqualTo(200);
        problem(http.post(path + "/resume", ""), 409, "is over");
        problem(http.send("GET", path + "/pause", ""), 405, "POST");
        problem(
                http.post(
                        "/api/pipelines/early/runs",
                        "max_units=3",
                        "Content-Type",
                        "application/x-www-form-urlencoded"),
                415,
                "Content-Type: application/json");
        problem(http.post("/hawtio/jolokia", "a=b", "Content-Type", "application/x-www-form-urlencoded"), 415, "form");
        for (String name : List.of("absent", "..", "%2e%2e%2fruns", ".service", "a%00b")) {
            assertThat(http.get("/api/runs/" + name + "/info").status())
                    .as(name)
                    .isIn(400, 404);
        }
        every_path_of_the_description_is_a_route_and_answers(http, run.name());
        service.destroy();
        assertThat(RunningService.ended(service)).isZero();
        assertThat(served.output()).doesNotContain("Exception");
    }

    private static void problem(ServiceHttp.Answer answer, int status, String detail) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("status").intValue()).isEqualTo(status);
        assertThat(answer.json().path("detail").asText()).contains(detail);
    }

    private static void every_path_of_the_description_is_a_route_and_answers(ServiceHttp http, String run)
            throws Exception {
        JsonNode description = http.get("/api/openapi.json").json();
        Set<String> routes = new TreeSet<>(List.of("/api/events", "/api/runs/{run}/events"));
        try (Stream<Path> files = Files.list(Path.of("routes/api"))) {
            for (Path each : files.toList()) {
                var uris = URI_OF_ROUTE.matcher(Files.readString(each));
                while (uris.find()) {
                    routes.add(uris.group(1));
                }
            }
        }
        Set<String> described = new TreeSet<>();
        description.path("paths").fieldNames().forEachRemaining(described::add);
        assertThat(described).isEqualTo(routes);
        for (Map.Entry<String, JsonNode> each : description.path("paths").properties()) {
            String path = each.getKey().replace("{run}", run).replace("{pipeline}", "early");
            JsonNode get = each.getValue().path("get");
            if (path.endsWith("/events")) {
                assertThat(lines(http, path, "unknown-1", 1)).hasSize(1);
            } else if (get.isMissingNode()) {
                assertThat(http.get(path).status()).as(path).isEqualTo(405);
            } else {
                assertThat(get.path("responses")
                                .has(Integer.toString(http.get(path).status())))
                        .as(path)
                        .isTrue();
                assertThat(http.send("PUT", path, "").status()).as(path).isEqualTo(405);
            }
        }
    }

    /** The first lines of a stream that are neither empty nor comments. */
    private static List<String> lines(ServiceHttp http, String path, String lastId, int count) throws IOException {
        var connection =
                (HttpURLConnection) URI.create(http.url() + path).toURL().openConnection();
        connection.setReadTimeout(120_000);
        if (!lastId.isEmpty()) {
            connection.setRequestProperty("Last-Event-ID", lastId);
        }
        assertThat(connection.getContentType()).isEqualTo("text/event-stream");
        var lines = new ArrayList<String>();
        try (var reader =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null && lines.size() < count; line = reader.readLine()) {
                if (!line.isEmpty() && !line.startsWith(":") && !line.startsWith("retry")) {
                    lines.add(line);
                }
            }
        } finally {
            connection.disconnect();
        }
        return lines;
    }

    @Test
    void runs_are_approved_paused_resumed_and_told_of_over_http() throws Exception {
        try (var outside = OutsideProvider.simulator(folder, "latency=200..300", 50)) {
            outside.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
            served = new RunningService(folder, OutsideProvider.environment(outside, folder));
            served.drop("paid", "openai");
            served.start("--mode", "realtime", "--concurrency", "1");
            ServiceHttp http = served.http();

            String run = http.post("/api/pipelines/paid/runs", "{\"cap_usd\":\"1.50\"}")
                    .json()
                    .path("run")
                    .asText();
            JsonNode waits = http.get("/api/runs/" + run).json();
            assertThat(waits.path("reason").asText()).isEqualTo("approval");
            problem(http.post("/api/runs/" + run + "/resume", ""), 409, "waits for approval");
            assertThat(http.post("/api/runs/" + run + "/approve", "{\"actor\":\"Ada\"}")
                            .status())
                    .isEqualTo(200);
            problem(http.post("/api/runs/" + run + "/approve", "{\"actor\":\"Ada\"}"), 409, "Ada approved it");

            await().atMost(RunningService.LONGEST)
                    .until(() ->
                            http.get("/api/runs/" + run).json().path("done").intValue() > 0);
            ServiceHttp.Answer paused =
                    http.post("/api/runs/" + run + "/pause", "{\"actor\":\"Bob\",\"reason\":\"lunch\"}");
            assertThat(paused.status()).isEqualTo(202);
            await().atMost(RunningService.LONGEST).until(() -> status(http, run).equals(RunStatus.PAUSED.toString()));
            assertThat(http.get("/api/runs/" + run).json().path("detail").asText())
                    .isEqualTo("by Bob: lunch");
            int done = http.get("/api/runs/" + run).json().path("done").intValue();
            assertThat(done).isLessThan(12);
            String resume = "/api/runs/" + run + "/resume";
            problem(http.post(resume, "{\"models\":[]}"), 422, "an object of steps and names");
            String another = "{\"actor\":\"Cleo\",\"models\":{\"label\":\"gpt-6-sol\"}}";
            await().atMost(RunningService.LONGEST)
                    .until(() -> http.post(resume, another).status() == 202);
            JsonNode changed = http.get("/api/runs/" + run).json().at("/models_changed/0");
            assertThat(changed.path("model").asText()).isEqualTo("gpt-6-sol");
            assertThat(changed.path("by").asText()).isEqualTo("Cleo");
            await().atMost(RunningService.LONGEST).until(() -> status(http, run).equals(RunStatus.COMPLETE.toString()));
            assertThat(RunStore.read(served.runs("paid").get(0)).done()).isEqualTo(12);
            assertThat(RunStore.read(served.runs("paid").get(0)).capPicos()).isEqualTo(1_500_000_000_000L);

            assertThat(RunningService.ended(served.run(List.of("start", "paid", "--max-units", "2", "--key", "again"))))
                    .isZero();
            assertThat(served.output()).contains("waits for approval, 2 units at openai");
            assertThat(RunningService.ended(served.run(List.of("start", "pied"))))
                    .isEqualTo(2);
            assertThat(served.output()).contains("caravan: there is no such pipeline");

            List<String> all = lines(http, "/api/runs/" + run + "/events", "0", 40);
            assertThat(all.get(0)).isEqualTo("event: status");
            assertThat(all.get(1)).contains("complete");
            assertThat(all.get(2)).startsWith("id: ");
            assertThat(all.get(3)).isEqualTo("event: RunCreated");
            List<String> rest =
                    lines(http, "/api/runs/" + run + "/events", all.get(2).substring(4), 40);
            assertThat(rest.subList(2, 37))
                    .as("goes on behind the event that was seen")
                    .isEqualTo(all.subList(5, 40));
            List<String> told = lines(http, "/api/events", "another-1", 10);
            assertThat(told.get(0)).isEqualTo("event: gap");
            assertThat(String.join("\n", told)).contains("\"what\":\"serving\"");
        }
    }

    /** Its jobs take longer than the test, so nobody can finish it meanwhile. */
    @Test
    void a_run_that_another_process_took_comes_back_on_demand() throws Exception {
        String[] slow = {"--job-millis", "3600000"};
        Process service = served.start(slow);
        served.drop("lent", "simulator");
        RunFolder run = served.run("lent", state -> RunSummary.jobs(state).size() == 4);
        String path = "/api/runs/" + run.name();
        problem(served.http().post(path + "/restart", ""), 409, "is at work");
        Process other = served.run(List.of("restart", run.name(), slow[0], slow[1]));
        await().atMost(RunningService.LONGEST).until(() -> isAtWork(run, other));

        ServiceHttp.Answer answer = served.http().post(path + "/restart", "{\"actor\":\"Ada\"}");

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(RunningService.ended(other)).as("it waits no longer").isEqualTo(3);
        await().atMost(RunningService.LONGEST).until(() -> isAtWork(run, service));
        assertThat(RunStore.read(run).works()).as("the jobs are the same").hasSize(4);
        assertThat(served.http().post(path + "/kill", "").status()).isEqualTo(202);
        await().atMost(RunningService.LONGEST)
                .until(() -> RunSummary.jobs(RunStore.read(run)).isEmpty());
        problem(served.http().post(path + "/restart", ""), 409, "is over");
        ShippedRun.lawHolds(RunStore.read(run), ShippedRun.bill(run), Lane.BATCH);
    }

    private static boolean isAtWork(RunFolder run, Process process) {
        boolean holds = Lease.holder(run.root())
                .filter(each -> !each.released() && each.pid() == process.pid())
                .isPresent();
        return holds && RunStore.read(run).status() == RunStatus.RUNNING;
    }

    private static String status(ServiceHttp http, String run) throws IOException, InterruptedException {
        return http.get("/api/runs/" + run).json().path("status").asText();
    }
}
