package dev.caravan.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.expression.Expression;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.prompt.RenderingRule;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.step.RunSteps;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.ShippedRun;
import dev.caravan.validation.ReadingRule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of runs: of one with retries in batch, and of one that fans out and gathers. Both are made once. */
class ReportsTest {
    @TempDir
    static Path folder;

    private static RunFolder triage;
    private static RunFolder facts;

    @BeforeAll
    static void runs() throws Exception {
        var shipped = new ShippedRun(folder);
        try (Engine engine = ShippedRun.engine("brokenJson=0.3,missingRow=0.05")) {
            triage = ShippedRun.drive(engine, shipped.make("triage", 20, Integer.MAX_VALUE), Lane.BATCH);
        }
        try (Engine engine = ShippedRun.engine("brokenJson=0.3")) {
            facts = ShippedRun.drive(
                    engine, shipped.make(Path.of("pipelines/fact-check"), "facts", Integer.MAX_VALUE), Lane.REALTIME);
        }
    }

    private static List<JsonNode> results(RunFolder run) throws IOException {
        return Files.readAllLines(run.outputs().resolve("results.jsonl")).stream()
                .map(Json::parse)
                .toList();
    }

    @Test
    void B29_each_unit_is_counted_once_however_often_it_was_asked_and_children_apart() {
        for (RunFolder run : List.of(triage, facts)) {
            RunState state = RunStore.read(run);
            ObjectNode report = RunReport.of(run, "").json();

            assertThat(report.path("total_units").intValue())
                    .isEqualTo(state.facts().units());
            assertThat(report.path("child_units").intValue())
                    .isEqualTo(state.units().count() - state.facts().units());
            assertThat(report.path("surviving_units").intValue()).isEqualTo(state.done());
            assertThat(report.path("failed_units").intValue()).isEqualTo(state.failed());
            for (JsonNode each : report.path("funnel")) {
                assertThat(each.path("in").intValue())
                        .as("%s", each)
                        .isEqualTo(each.path("valid").intValue()
                                + each.path("failed").intValue()
                                + each.path("dropped").intValue());
            }
        }
        assertThat(RunReport.of(facts, "").text()).contains("units made of");
    }

    @Test
    void retries_are_told_apart_from_first_answers_and_the_parts_of_the_cost_make_the_whole() {
        RunState state = RunStore.read(triage);
        ObjectNode report = RunReport.of(triage, "").json();

        long retries = 0;
        BigDecimal cost = BigDecimal.ZERO;
        for (JsonNode each : report.path("funnel")) {
            retries += each.path("retries").longValue();
            cost = cost.add(new BigDecimal(each.path("cost").asText()));
            assertThat(each.path("calls").longValue() - each.path("retries").longValue())
                    .as("every unit that came was answered a first time")
                    .isEqualTo(each.path("in").longValue());
        }
        assertThat(retries).isPositive();
        assertThat(cost).isEqualByComparingTo(report.path("cost").asText());
        assertThat(report.at("/token_summary/retry").longValue())
                .isPositive()
                .isLessThan(
                        state.ledger().usage().input() + state.ledger().usage().output());
    }

    @Test
    void C7_an_analysis_holds_every_result_those_of_retries_included() throws Exception {
        List<JsonNode> results = results(triage);
        var teams = new TreeMap<String, Integer>();
        results.forEach(each -> teams.merge(each.path("team").asText(), 1, Integer::sum));

        ResultAnalysis analysis = ResultAnalysis.of(
                RunResults.of(triage),
                new ResultAnalysis.Question(List.of("team"), "verdict", null, Set.of("agree"), Set.of("disagree")));

        assertThat(analysis.records()).isEqualTo(results.size());
        assertThat(analysis.columns()).containsExactly("team", "count", "agree %", "disagree %", "net %");
        var counted = new TreeMap<String, Integer>();
        for (List<String> row : analysis.rows()) {
            counted.put(row.get(0), Integer.valueOf(row.get(1)));
            double agree = Double.parseDouble(row.get(2));
            assertThat(Double.parseDouble(row.get(4))).isCloseTo(2 * agree - 100, Offset.offset(0.01));
        }
        assertThat(counted).isEqualTo(teams);
    }

    @Test
    void numbers_are_summed_up_with_quantiles_and_what_lacks_them_is_said() throws Exception {
        List<Double> urgencies = results(triage).stream()
                .map(each -> each.path("urgency").doubleValue())
                .sorted()
                .toList();

        ResultAnalysis analysis = ResultAnalysis.of(
                RunResults.of(triage), new ResultAnalysis.Question(List.of(), null, "urgency", Set.of(), Set.of()));

        Map<String, String> row = new TreeMap<>();
        for (int i = 0; i < analysis.columns().size(); i++) {
            row.put(analysis.columns().get(i), analysis.rows().get(0).get(i));
        }
        double mean = urgencies.stream().mapToDouble(each -> each).average().orElseThrow();
        assertThat(Double.parseDouble(row.get("mean"))).isCloseTo(mean, Offset.offset(0.0001));
        assertThat(Double.parseDouble(row.get("min"))).isEqualTo(urgencies.get(0));
        assertThat(Double.parseDouble(row.get("max"))).isEqualTo(urgencies.get(urgencies.size() - 1));
        double middle = (urgencies.get((urgencies.size() - 1) / 2) + urgencies.get(urgencies.size() / 2)) / 2;
        assertThat(Double.parseDouble(row.get("median"))).isEqualTo(middle);
        assertThat(ResultAnalysis.of(
                                RunResults.of(facts),
                                new ResultAnalysis.Question(List.of(), null, "share", Set.of(), Set.of()))
                        .lacking())
                .isEqualTo((int) results(facts).stream()
                        .filter(each -> each.path("share").isNull())
                        .count());
        assertThatThrownBy(() -> ResultAnalysis.of(
                        RunResults.of(triage),
                        new ResultAnalysis.Question(List.of("taem"), null, null, Set.of(), Set.of())))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("no record has the field 'taem'; did you mean 'team'?");
    }

    @Test
    void A04_an_extraction_made_twice_is_the_same_and_replaces_nothing_it_did_not_make() throws Exception {
        Path target = folder.resolve("units");
        var wish = new ResultExtract.Wish(Expression.compile("team + '/../' + verdict"), null, ".json", false);
        int first = ResultExtract.write(RunResults.of(triage), wish, target);
        var before = tree(target);

        int second = ResultExtract.write(RunResults.of(triage), wish, target);

        assertThat(second).isEqualTo(first).isEqualTo(results(triage).size());
        assertThat(tree(target)).isEqualTo(before).hasSize(first + 1);
        assertThat(before.keySet()).allMatch(each -> each.matches("[.\\w-]+(~\\d+)?(\\.json)?"));
        Path other = Files.createDirectories(folder.resolve("mine"));
        Files.writeString(other.resolve("precious.txt"), "mine");
        assertThatThrownBy(() -> ResultExtract.write(RunResults.of(triage), wish, other))
                .hasMessageContaining("was not made by an extraction");
        assertThat(other.resolve("precious.txt")).hasContent("mine");
    }

    private static Map<String, String> tree(Path root) throws IOException {
        var files = new TreeMap<String, String>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(each).toString(), Files.readString(each));
            }
        }
        return files;
    }

    @Test
    void an_export_has_the_fields_that_were_asked_for_in_their_order() {
        assertThat(export(facts, ResultExport.Format.CSV, List.of("verdict", "findings.0.verdict", "unit_id")))
                .startsWith("verdict,findings.0.verdict,unit_id\r\n")
                .hasLineCount(13);
        assertThat(export(facts, ResultExport.Format.JSONL, List.of("unit_id", "claims.2.claim", "share"))
                        .lines()
                        .map(Json::parse))
                .allSatisfy(each -> assertThat(each.properties())
                        .extracting(Map.Entry::getKey)
                        .containsExactly("unit_id", "claims.2.claim", "share"));
    }

    private static String export(RunFolder run, ResultExport.Format format, List<String> fields) {
        var out = new ByteArrayOutputStream();
        ResultExport.write(RunResults.of(run), format, fields, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void two_runs_are_held_side_by_side_and_unit_by_unit() throws Exception {
        RunFolder other;
        try (Engine engine = ShippedRun.engine("wrongValue=0.5")) {
            other = ShippedRun.drive(
                    engine,
                    new ShippedRun(folder).make(Path.of("pipelines/fact-check"), "other", Integer.MAX_VALUE),
                    Lane.REALTIME);
        }

        assertThat(RunComparison.text(List.of(facts, other)))
                .contains("facts")
                .contains("other")
                .contains("gpt-4.1-mini");
        JsonNode difference = RunComparison.units(facts, other, List.of("verdict", "supported"));
        assertThat(difference.path("in_both").intValue()
                        + difference.path("only_in_first").intValue())
                .isEqualTo(results(facts).size());
        assertThat(difference.path("alike").intValue()
                        + difference.path("differing").intValue())
                .isEqualTo(difference.path("in_both").intValue());
        assertThat(RunComparison.units(facts, facts, List.of())
                        .path("differing")
                        .intValue())
                .isZero();
    }

    @Test
    void a_diagnosis_shows_each_reason_with_an_answer_that_cannot_leave_its_fence() throws Exception {
        RunFolder broken;
        try (Engine engine = ShippedRun.engine("brokenJson=1")) {
            broken = ShippedRun.drive(engine, new ShippedRun(folder).make("broken", 20, 8), Lane.REALTIME);
        }
        var reader = new PipelineReader(ModelRegistry.shipped(), Map.copyOf(Caravan.kinds()));

        String page = diagnosed(broken, reader);

        assertThat(page)
                .contains("| check | parse_")
                .contains("The answer:")
                .contains("Its template:")
                .contains("The prompt:\n\n```\n")
                .contains("Its schema:")
                .contains("## config.yaml");
        assertThat(diagnosed(facts, reader)).contains("# Diagnosis of facts");
    }

    @Test
    void the_commands_tell_all_of_it_and_write_files_whole() throws Exception {
        String run = facts.root().toString();

        assertThat(CommandResult.of("report", run).out())
                .contains("units made of 12")
                .contains("per valid unit");
        assertThat(Json.parse(CommandResult.of("report", run, "--json").out())
                        .path("surviving_units")
                        .intValue())
                .isEqualTo(RunStore.read(facts).done());
        assertThat(CommandResult.of("analyze", run, "--count", "verdict", "--csv")
                        .out())
                .startsWith("count,publish %");
        assertThat(CommandResult.of("analyze", run, "--count", "verdict", "--net-positive", "publsh")
                        .err())
                .contains("did you mean 'publish'?");
        Path csv = folder.resolve("out.csv");
        assertThat(CommandResult.of("export", run, "--fields", "unit_id,verdict", "--output", csv.toString())
                        .err())
                .contains("records to " + csv);
        assertThat(csv).content().startsWith("unit_id,verdict\r\n");
        assertThat(CommandResult.of("export", run, "--format", "xml").code()).isEqualTo(2);
        assertThat(CommandResult.of(
                                "extract", run, "--into", folder.resolve("each").toString(), "--gzip")
                        .code())
                .isZero();
        assertThat(folder.resolve("each/bakery.json.gz")).exists();
        assertThat(CommandResult.of("compare", run, triage.root().toString()).out())
                .contains("ticket-triage");
        assertThat(CommandResult.of("diagnose", run).out()).startsWith("# Diagnosis of facts");
        assertThat(CommandResult.of("report", "nosuch").code()).isEqualTo(2);
    }

    private static String diagnosed(RunFolder run, PipelineReader reader) {
        var basis =
                new RunSteps.Basis(0, RenderingRule.NEWEST.number(), List.of(ReadingRule.NEWEST.number()), List.of());
        RunSteps judging = RunSteps.of(run, basis, reader, Caravan.kinds());
        return RunDiagnosis.markdown(run, judging.pipeline(), judging);
    }
}
