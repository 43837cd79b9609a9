package dev.caravan.app;

import static dev.caravan.testing.ShippedRun.lines;
import static dev.caravan.testing.ShippedRun.summary;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import dev.caravan.testing.KeptRequests;
import dev.caravan.testing.ShippedRun;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole runs of the shipped pipeline through the shipped routes, against the simulator over real HTTP. */
class EngineTest {
    @TempDir
    Path folder;

    private RunFolder run(String name, Lane lane, String faults, int chunkSize) throws Exception {
        return new ShippedRun(folder).run(name, lane, faults, chunkSize);
    }

    @Test
    void both_modes_end_with_the_same_bytes_whatever_goes_wrong_on_the_way() throws Exception {
        String faults = "brokenJson=0.1,wrongSchema=0.05,missingRow=0.1,errorRow=0.05,throttle=0.05,error500=0.05";

        RunFolder calm = run("calm", Lane.BATCH, "brokenJson=0.1,wrongSchema=0.05", 7);
        RunFolder batch = run("batch", Lane.BATCH, faults, 20);
        RunFolder realtime = run("realtime", Lane.REALTIME, faults, 13);

        assertThat(batch.outputs().resolve("results.jsonl"))
                .hasSameTextualContentAs(calm.outputs().resolve("results.jsonl"));
        assertThat(realtime.outputs().resolve("results.jsonl"))
                .hasSameTextualContentAs(calm.outputs().resolve("results.jsonl"));
        assertThat(realtime.outputs().resolve("results.csv"))
                .hasSameTextualContentAs(batch.outputs().resolve("results.csv"));
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void B1_units_that_fail_once_reach_the_last_step_and_only_they_are_asked_again(Lane lane) throws Exception {
        RunFolder run = run("b1", lane, "brokenJson=0.3", 20);

        RunSummary summary = summary(run);
        assertThat(summary.progress().done() + summary.progress().failed()).isEqualTo(60);
        int rejected = lines(run, "_findings.jsonl").size()
                + lines(run, "_failures.jsonl").size();
        assertThat(rejected).isGreaterThan(5);
        int passed = summary.steps().get(0).done() + summary.steps().get(1).done();
        assertThat(summary.cost().calls()).isEqualTo(passed + rejected);
    }

    @Test
    void B3_a_row_that_is_missing_is_sent_again_and_costs_no_attempt() throws Exception {
        RunFolder run = run("b3", Lane.BATCH, "missingRow=0.3", 20);

        assertThat(summary(run).progress().done()).isEqualTo(60);
        assertThat(summary(run).cost().calls()).isEqualTo(120);
        assertThat(lines(run, "_results.jsonl"))
                .anyMatch(row -> row.path("code").asText().equals("missing_row"));
    }

    @Test
    void B4_an_error_row_keeps_what_the_provider_said() throws Exception {
        RunFolder run = new ShippedRun(folder, "1s").run("b4", Lane.BATCH, "errorRow=1", 60);

        List<JsonNode> failures = lines(run, "_failures.jsonl");
        assertThat(failures).hasSize(60).allSatisfy(each -> {
            assertThat(each.path("failure_stage").asText()).isEqualTo("transport");
            assertThat(each.path("errors").path(0).path("message").asText()).contains("HTTP 500");
        });
        assertThat(summary(run).cost().settledPicos()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"truncation=1,truncated", "refusal=1,refused"})
    void C25_C26_cut_and_refused_answers_are_told_apart(String faults, String stage) throws Exception {
        RunFolder run = run("c25", Lane.REALTIME, faults, 60);

        assertThat(lines(run, "_failures.jsonl"))
                .hasSize(60)
                .allSatisfy(
                        each -> assertThat(each.path("failure_stage").asText()).isEqualTo(stage));
        assertThat(summary(run).cost().calls()).isEqualTo(60 * 4);
    }

    @Test
    void B30_a_finished_run_says_when_it_ended_and_its_manifest_agrees() throws Exception {
        RunFolder run = run("b30", Lane.REALTIME, "", 20);

        JsonNode manifest = Json.parse(Files.readAllBytes(run.manifest()));
        assertThat(manifest.path("status").asText()).isEqualTo("complete");
        assertThat(manifest.path("ended").asText()).isNotEmpty();
        assertThat(summary(run).times().ended()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Lane.class)
    void B11_a_record_without_a_template_variable_fails_alone_and_costs_nothing(Lane lane) throws Exception {
        var shipped = new ShippedRun(folder);
        Path pipeline = shipped.pipeline("b11", 20);
        Path items = pipeline.resolve("tickets.jsonl");
        Files.writeString(items, Files.readString(items).replaceFirst("\"plan\": \"Business\", ", ""));

        RunFolder run;
        try (var engine = ShippedRun.engine("")) {
            run = ShippedRun.drive(engine, shipped.make(pipeline, "b11", 60), lane);
        }

        assertThat(summary(run).progress().done()).isEqualTo(59);
        assertThat(lines(run, "_failures.jsonl")).singleElement().satisfies(each -> {
            assertThat(each.path("unit_id").asText()).isEqualTo("T-1002");
            assertThat(each.path("failure_stage").asText()).isEqualTo("template_error");
            assertThat(each.path("errors").path(0).path("message").asText()).contains("there is no $plan");
            assertThat(each.path("attempts").intValue()).isZero();
        });
    }

    @Test
    void C18_names_of_items_never_become_names_of_calls() throws Exception {
        var shipped = new ShippedRun(folder);
        Path pipeline = shipped.pipeline("c18", 20);
        Path items = pipeline.resolve("tickets.jsonl");
        String nasty = "../../é " + "x".repeat(300) + "\\u0000 \\\"; drop";
        Files.writeString(items, Files.readString(items).replaceAll("T-10[0-9]+", Matcher.quoteReplacement(nasty)));

        RunFolder run;
        try (var engine = ShippedRun.engine("")) {
            RunFolder made = shipped.make(pipeline, "c18", 60);
            run = KeptRequests.during(() -> ShippedRun.drive(engine, made, Lane.BATCH));
        }

        assertThat(summary(run).progress().done()).isEqualTo(60);
        assertThat(files(run, "requests.jsonl")).isNotEmpty();
        for (Path each : files(run, "requests.jsonl")) {
            assertThat(Files.readAllLines(each))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(
                                    Json.parse(line).path("custom_id").asText())
                            .matches("[a-z]+-[0-9]{1,2}-1"));
        }
        assertThat(lines(run, "check_validated.jsonl"))
                .extracting(each -> each.path("unit_id").asText())
                .doesNotHaveDuplicates()
                .allMatch(each -> each.matches("[A-Za-z0-9é_.~-]{1,100}"));
    }

    private static List<Path> files(RunFolder run, String name) throws Exception {
        try (Stream<Path> all = Files.walk(run.root())) {
            return all.filter(each -> each.endsWith(name)).toList();
        }
    }

    @Test
    void a_calls_key_reaches_no_file_of_the_run() throws Exception {
        RunFolder run = run("secret", Lane.REALTIME, "error500=0.2", 20);

        try (Stream<Path> files = Files.walk(run.root())) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(each, StandardCharsets.ISO_8859_1))
                        .as(each.toString())
                        .doesNotContain("sk-simulator");
            }
        }
    }
}
