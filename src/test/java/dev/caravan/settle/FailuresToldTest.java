package dev.caravan.settle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.run.RunFolder;
import dev.caravan.testing.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people are told of units that failed, and of those that passed a step by. */
class FailuresToldTest {
    @TempDir
    Path folder;

    /** Every reply is wrong for the limit, in a value of its own; every fifth unit is not asked. */
    private Path pipeline() throws IOException {
        Path made = Files.createDirectories(folder.resolve("p"));
        Files.createDirectories(made.resolve("templates"));
        Files.writeString(made.resolve("templates/count.vm"), "How many of $text?");
        var items = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            String text = "text " + i + (i == 3 ? "\uD83D\uDC2B".repeat(5_000) : "");
            items.append(Json.text(Json.object().put("id", "i" + i).put("n", i).put("text", text)))
                    .append('\n');
        }
        Files.writeString(made.resolve("items.jsonl"), items);
        Files.writeString(made.resolve("config.yaml"), """
                pipeline:
                  name: p
                  steps:
                    - name: prepare
                      scope: expression
                      expressions: {twice: n * 2}
                    - name: count
                      max_tokens: 50
                      skip_if: n % 5 == 0
                      validation: {required: [quantity], types: {quantity: integer}, ranges: {quantity: [0, 10]}}
                      simulate: {quantity: {integer: [11, 4000]}}
                api: {provider: simulator, model: gpt-4o-mini}
                processing: {chunk_size: 3, max_retries: 1, brake: off, items: {source: items.jsonl, name_field: id}}
                """);
        return made;
    }

    private RunFolder run(String mode) throws IOException {
        var run = new RunFolder(folder.resolve("runs").resolve(mode));
        CommandResult said = CommandResult.of(
                "run", pipeline().toString(), "--run-dir", run.root().toString(), "--mode", mode, "--quiet");
        assertThat(said.code()).as(said.all()).isEqualTo(1);
        return run;
    }

    private static List<JsonNode> failures(RunFolder run) throws IOException {
        var lines = new ArrayList<JsonNode>();
        Files.readAllLines(run.outputs().resolve("failures.jsonl")).forEach(each -> lines.add(Json.parse(each)));
        return lines;
    }

    @Test
    void a_failure_holds_what_the_unit_brought_and_what_was_replied_last_and_says_what_was_cut() throws Exception {
        RunFolder run = run("realtime");

        assertThat(failures(run)).hasSize(8).allSatisfy(each -> {
            JsonNode record = each.path("record");
            assertThat(record.path("twice").intValue())
                    .isEqualTo(2 * record.path("n").intValue());
            assertThat(record.has("unit_id")).isFalse();
            assertThat(each.path("class").asText()).isEqualTo("validation");
            assertThat(each.path("attempts").intValue()).isEqualTo(2);
            JsonNode reply = Json.parse(each.path("last_reply").asText());
            assertThat(each.path("reason").asText())
                    .endsWith("not " + reply.path("quantity").asText());
        });
        assertThat(failures(run))
                .filteredOn(each -> each.has("cut"))
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.path("unit_id").asText()).isEqualTo("i3");
                    assertThat(each.path("cut"))
                            .singleElement()
                            .extracting(JsonNode::asText)
                            .isEqualTo("record.text");
                    assertThat(each.path("record").path("text").asText())
                            .startsWith("text 3\uD83D\uDC2B")
                            .hasSizeBetween(3_990, 4_000)
                            .endsWith("\uD83D\uDC2B");
                });
        assertThat(CommandResult.of("verify", run.root().toString()).code()).isZero();
        byte[] before = Files.readAllBytes(run.outputs().resolve("failures.jsonl"));
        Files.delete(run.outputs().resolve("failures.jsonl"));
        assertThat(CommandResult.of("repair", run.root().toString()).code()).isZero();
        assertThat(run.outputs().resolve("failures.jsonl")).hasBinaryContent(before);
        assertThat(failures(run("batch")).stream().map(each -> each.path("record")))
                .isEqualTo(
                        failures(run).stream().map(each -> each.path("record")).toList());
    }

    @Test
    void a_report_puts_messages_that_differ_in_values_into_one_group_and_skipped_units_into_a_column_of_their_own()
            throws Exception {
        RunFolder run = run("realtime");

        JsonNode report = Json.parse(
                CommandResult.of("report", run.root().toString(), "--json").out());
        assertThat(report.path("failure_groups")).singleElement().satisfies(each -> {
            assertThat(each.path("count").intValue()).isEqualTo(8);
            assertThat(each.path("message").asText()).contains("must be from # to #, not #");
            assertThat(each.path("examples")).hasSize(2);
        });
        assertThat(CommandResult.of("report", run.root().toString()).out())
                .contains("8 count, range_quantity: $.quantity: ")
                .containsPattern("step +in +valid +failed +pass +skipped +dropped")
                .containsPattern("count +10 +0 +8 +0.0% +2 +0 ");
        JsonNode step = report.path("funnel").path(1);
        assertThat(step.path("valid").intValue()).isZero();
        assertThat(step.path("skipped").intValue()).isEqualTo(2);
        assertThat(CommandResult.of("status", run.root().toString()).out())
                .containsPattern("count +10 +0 +8 +0.0% +0 +2\n");
        JsonNode status = Json.parse(
                CommandResult.of("status", run.root().toString(), "--json").out());
        assertThat(status.path("steps").path(1).path("done").intValue()).isZero();
        assertThat(status.path("steps").path(1).path("skipped").intValue()).isEqualTo(2);
    }

    @Test
    void a_complete_run_that_is_run_again_says_in_one_line_that_nothing_is_left_to_do() throws Exception {
        RunFolder run = run("realtime");
        byte[] journal = Files.readAllBytes(run.journal());

        CommandResult said = CommandResult.of(
                "run", folder.resolve("p").toString(), "-r", run.root().toString());

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out())
                .contains("nothing to do: run realtime is complete; its failed units get another chance by: caravan"
                        + " retry-failures " + run.root())
                .doesNotContain("going on");
        assertThat(run.journal()).hasBinaryContent(journal);
    }
}
