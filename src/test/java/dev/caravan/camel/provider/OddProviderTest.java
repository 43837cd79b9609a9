package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.app.EngineSettings;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RetryFailures;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.step.RunSteps;
import dev.caravan.testing.CannedProvider;
import dev.caravan.testing.CannedProvider.Reply;
import dev.caravan.testing.ShippedRun;
import dev.caravan.validation.ReadingRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs against a provider that says odd things: one row's trouble is that unit's, and the account's is the run's. */
class OddProviderTest {
    private static final long LONGEST_MILLIS = 60_000;

    @TempDir
    Path folder;

    @TempDir
    static Path settings;

    private static CannedProvider provider;
    private static ModelRegistry registry;
    private static Engine engine;

    @BeforeAll
    static void start() throws Exception {
        provider = new CannedProvider();
        Path models = settings.resolve("models.yaml");
        Files.writeString(models, """
                providers:
                  openai: {base_url: "%1$s/v1", base_url_variable: UNSET, key: UNSET, key_optional: true}
                  anthropic: {base_url: "%1$s/", base_url_variable: UNSET, key: UNSET, key_optional: true}
                models:
                  - {id: m, provider: openai, input: 10, output: 50, batch_input: 5, batch_output: 25, context: 100000}
                  - {id: n, provider: anthropic, input: 10, output: 50, batch_input: 5, batch_output: 25, context: 100000}
                """.formatted(provider.address()));
        registry = ModelRegistry.with(models, Clock.systemUTC());
        var quick = new EngineSettings(10, 50, 1_000, SimulatorFaults.NONE, 50);
        engine = new Engine(quick, registry, Caravan.kinds(), new RealDisk(), Clock.systemUTC());
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
        provider.stop();
    }

    @BeforeEach
    void forget() {
        provider.forget();
    }

    private RunFolder make(String asked, int units) throws IOException {
        Path pipeline = folder.resolve("pipelines/label");
        Files.createDirectories(pipeline.resolve("templates"));
        var items = new StringBuilder();
        for (int i = 1; i <= units; i++) {
            items.append("{\"id\":\"t").append(i).append("\",\"subject\":\"x\"}\n");
        }
        Files.writeString(pipeline.resolve("items.jsonl"), items);
        Files.writeString(pipeline.resolve("templates/label.vm"), "Label $subject as JSON.");
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline: {name: label, steps: [{name: label, max_tokens: 50, validation: {required: [team]}}]}
                api: {provider: %s, model: %s}
                processing: {chunk_size: 100, max_retries: 1, items: {source: items.jsonl, name_field: id}}
                """.formatted(asked, asked.equals("openai") ? "m" : "n"));
        var read = new PipelineReader(registry, Map.copyOf(Caravan.kinds())).read(pipeline, CallOverrides.NONE);
        return new RunMaker(registry, Caravan.kinds(), new RealDisk(), Clock.systemUTC(), "test")
                .make(read, new RunOptions(CallOverrides.NONE, units, false), folder.resolve("runs/it"), "test");
    }

    private RunState drive(RunFolder made, Lane lane) throws Exception {
        LiveRun run = engine.launch(made, lane, "test");
        try {
            assertThat(run.awaitEnd(LONGEST_MILLIS)).as("the run ends").isTrue();
            assertThat(run.failure()).isNull();
        } finally {
            engine.release(run);
        }
        assertThat(RunVerification.of(made).trouble()).isEmpty();
        return RunStore.read(made);
    }

    private RunSteps judging(RunFolder made) {
        return RunSteps.of(
                made,
                new RunSteps.Basis(0, RenderingRule.NEWEST.number(), List.of(ReadingRule.NEWEST.number()), List.of()),
                new PipelineReader(registry, Map.copyOf(Caravan.kinds())),
                Caravan.kinds());
    }

    private static String log(RunFolder made) throws IOException {
        return Files.readString(made.root().resolve("RUN_LOG.txt"));
    }

    @Test
    void a_last_row_without_a_line_break_is_a_row_and_a_cut_download_is_fetched_again() throws Exception {
        RunFolder made = make("openai", 2);
        provider.cutDownloads.set(1);
        provider.rows = names -> (CannedProvider.row(names.get(0), CannedProvider.GOOD) + "\r\n\n"
                        + CannedProvider.row(names.get(1), CannedProvider.GOOD))
                .getBytes(StandardCharsets.UTF_8);

        RunState state = drive(made, Lane.BATCH);

        assertThat(state.done()).isEqualTo(2);
        assertThat(state.atRiskPicos()).isZero();
        assertThat(provider.calls("POST", "/v1/batches")).isEqualTo(1);
        assertThat(log(made)).contains("results not collected yet");
    }

    @Test
    void an_odd_row_is_its_own_units_trouble_and_what_it_may_have_cost_is_at_risk() throws Exception {
        RunFolder made = make("openai", 9);
        String inText = CannedProvider.GOOD.replace("\\", "\\\\").replace("\"", "\\\"");
        String deep = "[".repeat(3_000) + "]".repeat(3_000);
        provider.rows = names -> String.join(
                        "\n",
                        "\ufeff" + CannedProvider.row(names.get(0), "\"" + inText + "\""),
                        "{\"custom_id\": broken",
                        "",
                        CannedProvider.row(names.get(1), CannedProvider.GOOD).replace("200", "\"200\""),
                        CannedProvider.row(names.get(2), "null"),
                        CannedProvider.row(names.get(3), "\"a text\""),
                        "{\"custom_id\":\"" + names.get(4) + "\",\"response\":{\"status_code\":500,\"body\":{}}}",
                        CannedProvider.row(names.get(4), CannedProvider.GOOD),
                        CannedProvider.row(names.get(4), CannedProvider.GOOD),
                        CannedProvider.row(names.get(5), CannedProvider.GOOD.replace("ops", "o\u00ffps")),
                        CannedProvider.row(names.get(6), deep),
                        CannedProvider.row(names.get(7), CannedProvider.GOOD.replace("ops", "o\\\\u0000ps")),
                        CannedProvider.row("nobody-1-1", CannedProvider.GOOD),
                        "{\"response\":{\"status_code\":200,\"body\":" + CannedProvider.GOOD + "}}",
                        "[1,2]",
                        "7",
                        CannedProvider.row(names.get(8), CannedProvider.GOOD))
                .getBytes(StandardCharsets.UTF_8);
        var bytes = provider.rows;
        provider.rows = names -> {
            // U+00FF is two bytes in UTF-8; the second alone is none.
            String latin = new String(bytes.apply(names), StandardCharsets.ISO_8859_1);
            return latin.replace("\u00c3\u00bf", "\u00bf").getBytes(StandardCharsets.ISO_8859_1);
        };

        RunState state = drive(made, Lane.BATCH);

        assertThat(state.done()).isEqualTo(9);
        assertThat(provider.calls("POST", "/v1/batches"))
                .as("the three that cannot be read go again, together")
                .isEqualTo(2);
        assertThat(state.ledger().calls()).isEqualTo(9);
        assertThat(state.ledger().lostCalls()).isEqualTo(3);
        long one = state.ledger().lost().picos() / 3;
        assertThat(one)
                .as("50 tokens of an answer, and a short prompt")
                .isBetween(50 * 25_000_000L, 2 * 50 * 25_000_000L);
        assertThat(log(made)).contains("a row that is no JSON object").doesNotContain("[CRASH]");
    }

    @Test
    void a_job_is_found_again_and_waited_for_whatever_is_said_of_it() throws Exception {
        RunFolder made = make("openai", 2);
        provider.firstCreate = "[]";
        provider.job = (asked, said) -> switch (asked) {
            case 0 -> said.putNull("id");
            case 1 -> said.put("status", 5);
            case 2, 3 -> said.without(List.of("output_file_id"));
            default -> said;
        };

        RunState state = drive(made, Lane.BATCH);

        assertThat(state.done()).isEqualTo(2);
        assertThat(state.atRiskPicos()).isZero();
        assertThat(provider.calls("POST", "/v1/batches")).isEqualTo(1);
        assertThat(log(made)).contains("adopted").contains("no result is named");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "openai|402|{\"error\":{\"message\":\"no money left\",\"code\":\"invalid_request_error\"}}|no money left",
                "openai|404|{\"error\":{\"message\":\"model 'm' not found, pull it\"}}|pull it",
                "anthropic|400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low.\"}}|credit balance",
            })
    void trouble_of_the_account_pauses_the_run_and_fails_no_unit(String asked, int status, String body, String words)
            throws Exception {
        RunFolder made = make(asked, 2);
        provider.reply = before -> new Reply(status, body);

        RunState paused = drive(made, Lane.REALTIME);

        assertThat(paused.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(log(made)).contains("[PAUSED] provider: ").contains(words);
        assertThat(paused.failed()).isZero();
        assertThat(paused.atRiskPicos()).isZero();
        String answer = asked.equals("openai")
                ? CannedProvider.GOOD
                : "{\"type\":\"message\",\"content\":[{\"type\":\"text\",\"text\":\"{\\\"team\\\":\\\"ops\\\"}\"}],"
                        + "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
        provider.reply = before -> new Reply(200, answer);
        assertThat(drive(made, Lane.REALTIME).done()).isEqualTo(2);
    }

    @Test
    void rows_without_credit_pause_the_run_and_go_again_when_there_is_some() throws Exception {
        RunFolder made = make("anthropic", 3);
        String broke = "{\"custom_id\":\"%s\",\"result\":{\"type\":\"errored\",\"error\":{\"type\":\"error\",\"error\":"
                + "{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low.\"}}}}\n";
        String done =
                "{\"custom_id\":\"%s\",\"result\":{\"type\":\"succeeded\",\"message\":{\"type\":\"message\",\"content\":"
                        + "[{\"type\":\"text\",\"text\":\"{\\\"team\\\":\\\"ops\\\"}\"}],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}}\n";
        provider.rows =
                names -> (done.formatted(names.get(0)) + broke.formatted(names.get(1)) + broke.formatted(names.get(2)))
                        .getBytes(StandardCharsets.UTF_8);

        RunState paused = drive(made, Lane.BATCH);

        assertThat(paused.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(log(made)).contains("[PAUSED] provider: ").contains("credit balance");
        assertThat(paused.failed()).isZero();
        assertThat(paused.ledger().calls()).isEqualTo(1);
        provider.rows = names -> {
            var text = new StringBuilder();
            names.forEach(each -> text.append(done.formatted(each)));
            return text.toString().getBytes(StandardCharsets.UTF_8);
        };
        assertThat(drive(made, Lane.BATCH).done()).isEqualTo(3);
        assertThat(provider.calls("POST", "/v1/messages/batches")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"REALTIME", "BATCH"})
    void refusals_all_alike_pause_a_small_run_too_and_whoever_goes_on_takes_them_for_the_units_own(Lane lane)
            throws Exception {
        RunFolder made = make("openai", 3);
        String refused = "{\"error\":{\"message\":\"response_format is not supported (request %d)\"}}";
        provider.reply = before -> new Reply(400, refused.formatted(before));
        provider.rows = names -> {
            var text = new StringBuilder();
            names.forEach(each -> text.append("{\"custom_id\":\"")
                    .append(each)
                    .append("\",\"response\":{\"status_code\":400,\"body\":")
                    .append(refused.formatted(text.length()))
                    .append("}}\n"));
            return text.toString().getBytes(StandardCharsets.UTF_8);
        };
        provider.job = (asked, said) -> {
            ((ObjectNode) said.get("request_counts")).put("completed", 0);
            return said;
        };

        RunState paused = drive(made, lane);

        assertThat(paused.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(paused.failed()).isZero();
        assertThat(paused.atRiskPicos()).isZero();
        assertThat(log(made)).contains("[PAUSED] refused: ").contains("response_format is not supported");
        if (lane == Lane.BATCH) {
            assertThat(drive(made, lane).done()).isEqualTo(3);
            return;
        }

        RunState over = drive(made, lane);

        assertThat(over.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(over.failed()).isEqualTo(3);
        assertThat(RetryFailures.of(
                                made,
                                judging(made),
                                new RetryFailures.HardToo(false),
                                new RealDisk(),
                                Clock.systemUTC(),
                                "test")
                        .retried())
                .isEmpty();
        RetryFailures.of(
                made, judging(made), new RetryFailures.HardToo(true), new RealDisk(), Clock.systemUTC(), "test");
        provider.reply = before -> new Reply(200, CannedProvider.GOOD);
        assertThat(drive(made, lane).done()).isEqualTo(3);
    }

    @Test
    void a_refusal_among_answers_is_its_units_own() throws Exception {
        RunFolder made = make("openai", 4);
        provider.reply = before -> before == 0
                ? new Reply(400, "{\"error\":{\"message\":\"too long\"}}")
                : new Reply(
                        200,
                        before == 1
                                ? CannedProvider.GOOD.replace("\"content\":", "\"content\":\"\",\"reasoning_content\":")
                                : CannedProvider.GOOD);

        RunState state = drive(made, Lane.REALTIME);

        assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(state.done()).isEqualTo(3);
        assertThat(state.failed()).isEqualTo(1);
        assertThat(state.ledger().calls()).isEqualTo(3);
        assertThat(state.notes()).containsEntry("answer_elsewhere", 1);
    }

    @Test
    void answers_that_are_none_pause_the_run_before_many_are_at_risk() throws Exception {
        RunFolder made = make("openai", 8);
        provider.reply = before -> new Reply(200, "<html>please log in</html>");

        RunState paused = drive(made, Lane.REALTIME);

        assertThat(paused.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(log(made))
                .contains("[PAUSED] refused: ")
                .contains("a web page")
                .doesNotContain("log in<");
        assertThat(paused.ledger().lostCalls()).isEqualTo(provider.calls("POST", "/v1/chat/completions"));
        assertThat(ShippedRun.lines(made, "_results.jsonl"))
                .allSatisfy(
                        each -> assertThat(each.path("_raw_text").asText()).isEqualTo("<html>please log in</html>"));
    }
}
