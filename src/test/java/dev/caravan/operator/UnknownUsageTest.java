package dev.caravan.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Engine;
import dev.caravan.base.Disk;
import dev.caravan.base.FolderTrees;
import dev.caravan.base.Json;
import dev.caravan.base.PowerCutDisk;
import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.lease.Lease;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitRanges;
import dev.caravan.settle.PilotReport;
import dev.caravan.simulator.Simulator;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Replies whose usage is missing or cannot be believed: at risk with their worst case, named, and never free. */
class UnknownUsageTest {
    private static final Pattern KIND = Pattern.compile("Label (\\S+) as");
    /** Of a token, in pico-dollars. */
    private static final long INPUT = 10_000_000;

    private static final long OUTPUT = 50_000_000;

    /** What the server tells of usage, by the item's name: what of it is booked, or null where that is unknown. */
    private static final Map<String, Told> TOLD = new LinkedHashMap<>();

    private record Told(@Nullable String usage, long input, long output) {
        boolean known() {
            return input > 0;
        }
    }

    static {
        told("left-out", null);
        told("nothing", "null");
        told("empty", "{}");
        told("words", "\"n/a\"");
        told("negative", "{\"prompt_tokens\":10,\"completion_tokens\":-5}");
        told("huge", "{\"prompt_tokens\":9223372036854775807,\"completion_tokens\":9223372036854775807}");
        told("beyond", "{\"prompt_tokens\":99999999999999999999999,\"completion_tokens\":5}");
        told("infinite", "{\"prompt_tokens\":1e999999999,\"completion_tokens\":5}");
        told(
                "cached",
                "{\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":11}}");
        told("total", "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":200}");
        TOLD.put("plain", new Told("{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15}", 10, 5));
        TOLD.put("texts", new Told("{\"prompt_tokens\":\"10\",\"completion_tokens\":\"5\"}", 10, 5));
        TOLD.put("renamed", new Told("{\"input_tokens\":10,\"output_tokens\":5}", 10, 5));
        TOLD.put(
                "beside",
                new Told(
                        "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":115,"
                                + "\"completion_tokens_details\":{\"reasoning_tokens\":100}}",
                        10,
                        105));
    }

    private static void told(String kind, @Nullable String usage) {
        TOLD.put(kind, new Told(usage, 0, 0));
    }

    @TempDir
    Path folder;

    @Test
    void odd_usage_is_read_or_at_risk_and_named_until_a_person_settles_it() throws Exception {
        var asked = new AtomicInteger();
        Vertx vertx = Vertx.vertx();
        try {
            HttpServer server = vertx.createHttpServer().requestHandler(request -> answer(request, asked));
            server.listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            assertThat(run("http://127.0.0.1:" + server.actualPort() + "/v1")).isZero();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        var run = new RunFolder(folder.resolve("runs/odd"));
        String path = run.root().toString();
        long unknown = TOLD.values().stream().filter(each -> !each.known()).count();

        // Each reply counts, and is booked by what it told.
        RunState state = RunStore.read(run);
        assertThat(asked).hasValue(TOLD.size());
        assertThat(state.done()).isEqualTo(TOLD.size());
        assertThat(state.ledger().calls()).isEqualTo(TOLD.size());
        long known = TOLD.values().stream()
                .mapToLong(each -> each.input() * INPUT + each.output() * OUTPUT)
                .sum();
        assertThat(state.ledger().settledPicos()).isEqualTo(known);
        assertThat(state.ledger().unknown().calls()).isEqualTo(unknown);
        assertThat(state.ledger().unknown().picos()).isGreaterThan(unknown * 200 * OUTPUT);
        assertThat(state.unansweredPicos()).isZero();
        assertThat(RunVerification.of(run).trouble()).isEmpty();

        // It is told apart from what has no answer, and no screen says that it cost nothing.
        String line = unknown + " replies told no usage; at most $";
        assertThat(Files.readString(folder.resolve("output.txt")))
                .contains(line)
                .doesNotContain("cost    $0.0000", "without an answer");
        for (String view : List.of("status", "info", "report")) {
            assertThat(CommandResult.of(view, path).out()).as(view).contains(line);
        }
        JsonNode brief = Json.parse(Files.readString(run.manifestSummary()));
        assertThat(brief.path("cost").isNull()).isTrue();
        assertThat(brief.path("unknown_usage_replies").longValue()).isEqualTo(unknown);
        JsonNode report = Json.parse(CommandResult.of("report", path, "--json").out());
        assertThat(report.path("cost").isNull()).isTrue();
        assertThat(report.path("unknown_usage").path("replies").longValue()).isEqualTo(unknown);

        // Whoever goes on with it buys nothing again.
        assertThat(CommandResult.of("resume", path).code()).isZero();
        assertThat(asked).hasValue(TOLD.size());

        settle(run, path, unknown);
    }

    /** By name, one at a time or all; said twice it changes nothing; the books have it in a line of its own. */
    private static void settle(RunFolder run, String path, long unknown) {
        JsonNode open = Json.parse(
                CommandResult.of("settle", path, "--unknown", "--json").out());
        assertThat(open.path("open")).hasSize((int) unknown);
        assertThat(open.path("open").findValuesAsText("unit_id"))
                .contains("left-out", "negative")
                .doesNotContain("plain", "beside");
        assertThat(open.path("open").findValuesAsText("told"))
                .contains("{\"prompt_tokens\":10,\"completion_tokens\":-5}");
        assertThat(CommandResult.of("settle", path, "--unknown", "--free").code())
                .isEqualTo(2);
        assertThat(CommandResult.of("settle", path, "--unknown", "--free", "--as-worst", "--reason", "x")
                        .code())
                .isEqualTo(2);
        assertThat(CommandResult.of("settle", path, "--unknown", "--usd", "-1", "--reason", "x")
                        .code())
                .isEqualTo(2);
        long settled = RunStore.read(run).ledger().settledPicos();
        long risk = RunStore.read(run).atRiskPicos();

        String[] one = {"settle", path, "--unknown", "--unit", "negative", "--usd", "0.0125", "--reason", "a bill"};
        assertThat(CommandResult.of(one).out()).contains("settled 1 reply", "$0.0125", (unknown - 1) + " left");
        assertThat(CommandResult.of(one).code()).isEqualTo(2);

        RunState once = RunStore.read(run);
        assertThat(once.ledger().settledPicos()).isEqualTo(settled + 12_500_000_000L);
        assertThat(once.atRiskPicos()).isLessThan(risk).isPositive();

        String[] rest = {"settle", path, "--unknown", "--as-worst", "--reason", "no bill", "--actor", "anna"};
        assertThat(CommandResult.of(rest).code()).isZero();
        assertThat(CommandResult.of(rest).out()).contains("nothing to settle");

        RunState all = RunStore.read(run);
        assertThat(all.atRiskPicos()).isZero();
        assertThat(all.ledger().settledPicos()).isEqualTo(once.ledger().settledPicos() + once.atRiskPicos());
        assertThat(CommandResult.of("report", path).out())
                .contains("by anna", "no bill")
                .doesNotContain("told no usage;");
        assertThat(CommandResult.of("verify", path).code()).isZero();
    }

    private static void answer(HttpServerRequest request, AtomicInteger asked) {
        request.bodyHandler(raw -> {
            Matcher matcher = KIND.matcher(raw.toString());
            if (!request.path().equals("/v1/chat/completions") || !matcher.find()) {
                request.response().setStatusCode(404).end();
                return;
            }
            asked.incrementAndGet();
            String usage = Objects.requireNonNull(TOLD.get(matcher.group(1))).usage();
            request.response()
                    .end("{\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
                            + "{\"role\":\"assistant\",\"content\":\"{\\\"team\\\":\\\"net\\\"}\"},"
                            + "\"finish_reason\":\"stop\"}]" + (usage == null ? "" : ",\"usage\":" + usage) + "}");
        });
    }

    private int run(String address) throws Exception {
        Path pipeline = folder.resolve("pipelines/label");
        Files.createDirectories(pipeline.resolve("templates"));
        var items = new StringBuilder();
        TOLD.keySet().forEach(each -> items.append("{\"id\":\"").append(each).append("\"}\n"));
        Files.writeString(pipeline.resolve("items.jsonl"), items);
        Files.writeString(pipeline.resolve("templates/label.vm"), "Label $id as JSON.");
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline: {name: label, steps: [{name: label, max_tokens: 200, validation: {required: [team]}}]}
                api: {provider: openai-compatible, model: m}
                processing: {chunk_size: 5, items: {source: items.jsonl, name_field: id}}
                """);
        Files.writeString(
                folder.resolve("models.yaml"),
                "models: [{id: m, provider: openai-compatible, input: 10, output: 50}]\n");
        return new RealProgram(folder, Map.of("OPENAI_COMPATIBLE_BASE_URL", address))
                .start(List.of(), List.of("run", "label", "--yes", "--mode", "realtime", "--name", "odd"))
                .waitFor();
    }

    /** The simulator bills every call, whatever it tells of it; a power cut leaves replies behind the journal. */
    @ParameterizedTest
    @CsvSource({"BATCH, gemini", "BATCH, anthropic", "REALTIME, openai"})
    void I11_the_law_holds_where_replies_tell_no_usage_or_odd_usage(Lane lane, String provider) throws Exception {
        var shipped = new ShippedRun(folder);
        RunFolder run = shipped.make(
                ShippedRun.read(shipped.pipeline("law", 7), ShippedRun.at(provider)),
                "law",
                30,
                ShippedRun.at(provider));
        try (var engine = ShippedRun.engine("noUsage=0.2,oddUsage=0.4,brokenJson=0.1,reasoning=0.3,cached=0.3")) {
            var disk = new PowerCutDisk(7);
            disk.cutAt("results.force", 2);
            drive(engine, run, lane, disk);
            assertThat(disk.isCut()).as("%s", disk.passed()).isTrue();
            disk.materialise();

            JsonNode bill = drive(engine, run, lane, new RealDisk());

            RunState state = RunStore.read(run);
            assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
            BigDecimal settled = BigDecimal.valueOf(state.ledger().settledPicos(), 12);
            BigDecimal billed = bill.path("totals").path("usd").decimalValue();
            assertThat(settled).isLessThan(billed);
            assertThat(billed).isLessThanOrEqualTo(settled.add(BigDecimal.valueOf(state.atRiskPicos(), 12)));
            assertThat(state.ledger().unknown().calls()).isPositive();
            assertThat(RunVerification.of(run).trouble()).isEmpty();
            told(run, state);
        }
        forecast(run);
    }

    /** What others will cost follows from the units whose cost is known, and that is said. */
    private static void forecast(RunFolder run) {
        try (var store = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            PilotReport report = PilotReport.of(store);

            assertThat(report.units()).isEqualTo(30);
            assertThat(report.untold()).isBetween(5, 28);
            assertThat(report.spentPicos()).isEqualTo(-1);
            assertThat(report.forecast().expected()).isPositive();
            assertThat(report.line()).contains("without " + report.untold() + " of them");
        }
    }

    /** What is booked of each reply that told its usage is what the bill has of that call, to the token. */
    private static void told(RunFolder run, RunState state) throws Exception {
        var billed = new LinkedHashMap<String, JsonNode>();
        for (JsonNode each : ShippedRun.bills(run)) {
            billed.put(each.path("key").asText(), each);
        }
        int unknown = 0;
        for (JsonNode each : ShippedRun.lines(run, "_results.jsonl")) {
            JsonNode call = billed.get(each.path("key").asText());
            if (each.has("usage")) {
                assertThat(each.path("usage").path("input").longValue())
                        .isEqualTo(Objects.requireNonNull(call).path("input").longValue());
                assertThat(each.path("usage").path("output").longValue())
                        .isEqualTo(call.path("output").longValue());
            }
            unknown += each.has("usage_unknown") ? 1 : 0;
        }
        assertThat(state.ledger().unknown().calls()).isEqualTo(unknown);
    }

    /** Drives the run until it ends or the power is gone; answers with the simulator's bill. */
    private static JsonNode drive(Engine engine, RunFolder folder, Lane lane, Disk disk) throws Exception {
        try {
            LiveRun run = engine.launch(folder, lane, "test", disk);
            try {
                assertThat(run.awaitEnd(60_000)).isTrue();
                return Objects.requireNonNull(engine.simulator(run)).bill();
            } finally {
                engine.release(run);
            }
        } catch (PowerCutDisk.PowerCut e) {
            return Json.object();
        }
    }

    /** No reply tells anything, and yet the cap is not passed: neither by the bill nor by what is at risk. */
    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_cap_counts_replies_without_usage_by_their_worst_case(Lane lane) throws Exception {
        var shipped = new ShippedRun(folder);
        RunFolder run = shipped.make(shipped.pipeline("capped", 5), "capped", 40);
        long cap = 3_000_000_000L;
        try (var engine = ShippedRun.engine("noUsage=1")) {
            LiveRun live = engine.launch(run, lane, "test", cap);
            try {
                assertThat(live.awaitEnd(60_000)).isTrue();
                assertThat(live.failure()).isNull();
                await().until(() -> live.callsInFlight() + live.jobsOut().size() == 0);
                neverPassed(RunStore.read(run), engine.simulator(live), cap);
                // Whoever holds the run takes a person's word, and there is room again.
                String path = run.root().toString();
                assertThat(CommandResult.of("settle", path, "--unknown", "--free", "--reason", "test")
                                .out())
                        .contains("told the process that holds");
                await().until(() -> RunStore.read(run).atRiskPicos() == 0);
            } finally {
                engine.release(live);
            }
        }
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    private static void neverPassed(RunState state, @Nullable Simulator simulator, long cap) {
        JsonNode bill = Objects.requireNonNull(simulator).bill();
        assertThat(state.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(state.reason()).isEqualTo("cap");
        assertThat(state.ledger().unknown().calls()).isPositive();
        assertThat(state.ledger().settledPicos()).isZero();
        assertThat(state.ledger().unknown().picos()).isBetween(cap / 4, cap);
        assertThat(state.atRiskPicos()).isLessThanOrEqualTo(cap);
        assertThat(bill.path("totals").path("usd").decimalValue().movePointRight(12))
                .isLessThanOrEqualTo(BigDecimal.valueOf(cap));
    }

    /** Rows that an earlier version kept and could not book: they are booked as unknown, and the run goes on. */
    @ParameterizedTest
    @EnumSource(Lane.class)
    void a_run_of_an_earlier_version_that_met_such_a_reply_resumes(Lane lane) throws Exception {
        RunFolder run = new ShippedRun(folder).make("dead", 60, 60);
        int odd;
        long worst;
        try (var engine = ShippedRun.engine("")) {
            ShippedRun.drive(engine, run, lane);
            worst = RunStore.read(run).ledger().settledPicos();
            odd = dieAtTheFirstReplies(run);
            Lease.settle(run.root(), new RealDisk(), Clock.systemUTC());
            drive(engine, run, lane, new RealDisk());
        }

        RunState state = RunStore.read(run);
        assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(state.done()).isEqualTo(60);
        assertThat(state.ledger().calls()).isEqualTo(120);
        assertThat(state.ledger().unknown().calls()).isEqualTo(odd).isPositive();
        assertThat(state.ledger().unknown().picos()).isBetween(1L, 100 * worst);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    /** As an earlier version left it, of a provider that told nonsense of every third unit: rows, and no event. */
    private static int dieAtTheFirstReplies(RunFolder run) throws Exception {
        var kept = new ArrayList<String>();
        for (String each : Files.readAllLines(run.journal())) {
            if (each.contains("\"type\":\"RepliesSettled\"")) {
                break;
            }
            kept.add(each);
        }
        while (!kept.get(kept.size() - 1).contains("\"type\":\"Commit\"")) {
            kept.remove(kept.size() - 1);
        }
        Files.write(run.journal(), kept);
        Files.delete(run.manifest());
        var sent = new BitSet();
        for (String each : kept) {
            JsonNode event = Json.parse(each);
            String type = event.path("type").asText();
            if (type.equals("CallsIntended") || (type.equals("WorkFormed") && each.contains("BATCH"))) {
                sent.or(UnitRanges.parse(event.path("body").path("units").asText()));
            }
        }
        Path results = run.results("classify", 0);
        var lines = new ArrayList<String>();
        int odd = 0;
        for (String each : Files.readAllLines(results)) {
            boolean spoilt = lines.size() % 3 == 0;
            if (sent.get(Json.parse(each).path("_n").intValue())) {
                odd += spoilt ? 1 : 0;
                lines.add(spoilt ? odd(each) : each);
            }
        }
        FolderTrees.delete(run.chunk(0));
        FolderTrees.delete(run.outputs());
        Files.createDirectories(run.chunk(0));
        Files.write(results, lines);
        return odd;
    }

    private static String odd(String line) {
        ObjectNode row = (ObjectNode) Json.parse(line);
        row.remove("crc");
        ((ObjectNode) row.get("usage")).put("input", Long.MAX_VALUE).put("output", Long.MAX_VALUE);
        return Json.text(row);
    }
}
