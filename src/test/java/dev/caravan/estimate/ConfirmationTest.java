package dev.caravan.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.Simulator;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.PartsPipeline;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.RunningService;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Estimates and what is agreed to, against servers that would charge for it. */
class ConfirmationTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "gemini"})
    void with_a_key_the_provider_counts_and_nothing_is_bought_or_written(String provider) throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        try (var simulator = simulator()) {
            int code = program(home, simulator, "estimate", "ticket-triage", "--provider", provider);

            String said = Files.readString(home.resolve("output.txt"));
            assertThat(code).as(said).isZero();
            assertThat(said)
                    .contains("10 prompts counted by " + provider)
                    .contains("expected  $")
                    .doesNotContain(OutsideProvider.KEY);
            assertThat(simulator.totals().path("calls").intValue()).isZero();
        }
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.toList()).containsExactly(home.resolve("output.txt"));
        }
    }

    @Test
    void who_says_yes_agrees_to_a_sum_that_holds_the_bill() throws Exception {
        try (var simulator = simulator()) {
            int code = program(
                    folder,
                    simulator,
                    "run",
                    "ticket-triage",
                    "--mode",
                    "realtime",
                    "--max-units",
                    "6",
                    "--name",
                    "agreed",
                    "--yes");

            String said = Files.readString(folder.resolve("output.txt"));
            assertThat(code).as(said).isZero();
            assertThat(said).contains("cost    about $").contains("in the worst case");
            RunFolder run = new RunFolder(folder.resolve("runs/agreed"));
            RunEvent.CostApproved approved = RunStore.approval(run).orElseThrow();
            JsonNode bill = simulator.totals();
            assertThat(approved.actor()).isEqualTo(System.getProperty("user.name") + " by --yes");
            assertThat(approved.highPicos()).isGreaterThan(approved.expectedPicos());
            assertThat(bill.path("usd").decimalValue())
                    .isPositive()
                    .isLessThan(BigDecimal.valueOf(approved.highPicos(), 12));
            assertThat(CommandResult.of("info", run.root().toString()).out())
                    .containsPattern("approved  about \\$[0-9.]+, up to \\$[0-9.]+, by .* by --yes");
            assertThat(CommandResult.of("info", run.root().toString(), "--json").out())
                    .contains("\"expected_usd\":\"0.");
        }
    }

    @Test
    void who_sits_at_the_terminal_is_asked_and_is_on_record() throws Exception {
        try (var simulator = simulator()) {
            Process process = program(simulator)
                    .start(
                            List.of("-Dcaravan.terminal=true"),
                            List.of("run", "ticket-triage", "--mode=realtime", "--max-units=3", "--name=asked"));
            try (var typed = process.getOutputStream()) {
                typed.write("y\n".getBytes(StandardCharsets.UTF_8));
            }

            assertThat(process.waitFor()).isZero();
            assertThat(Files.readString(folder.resolve("output.txt")))
                    .contains("This buys answers from openai")
                    .contains("Go on? [y/N]");
            assertThat(RunStore.approval(new RunFolder(folder.resolve("runs/asked"))))
                    .hasValueSatisfying(each -> assertThat(each.actor()).isEqualTo(System.getProperty("user.name")));
        }
    }

    @Test
    void nobody_is_asked_where_nobody_sits_and_the_sum_is_told() {
        CommandResult said = CommandResult.of(
                "run",
                "ticket-triage",
                "--new",
                "--run-dir",
                folder.resolve("run").toString());

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err())
                .contains("--yes")
                .contains("about $")
                .contains("at most $")
                .contains("worst case");
        assertThat(folder.resolve("run")).doesNotExist();
        assertThat(CommandResult.of("run", "ticket-triage", "--new", "--cap", "0.01", "--pilot", "5")
                        .err())
                .contains("for the 5 units of the pilot")
                .contains("at most $0.0100 by its cap");
    }

    @Test
    void a_run_that_is_made_and_not_started_waits_for_a_word() throws Exception {
        String run = folder.resolve("made").toString();

        CommandResult made = CommandResult.of("init", "ticket-triage", "--max-units", "6", "--run-dir", run);

        assertThat(made.code()).isZero();
        assertThat(made.out()).contains("caravan approve made", "6 units at openai: in realtime about $");
        assertThat(CommandResult.of("watch", run).code()).isEqualTo(3);
        assertThat(CommandResult.of("approve", run, "--actor", "ana").code()).isZero();
        assertThat(RunStore.approval(new RunFolder(Path.of(run))))
                .hasValueSatisfying(each -> assertThat(each.actor()).isEqualTo("ana"));
        String agreed = folder.resolve("agreed").toString();
        assertThat(CommandResult.of("init", "ticket-triage", "--run-dir", agreed, "--yes")
                        .out())
                .doesNotContain("caravan approve");
        assertThat(RunStore.approval(new RunFolder(Path.of(agreed)))).isPresent();
        String free = folder.resolve("free").toString();
        assertThat(CommandResult.of("init", "ticket-triage", "--run-dir", free, "--simulate")
                        .out())
                .doesNotContain("caravan approve");
    }

    @Test
    void yes_on_the_way_says_the_word_that_a_run_waits_for() throws Exception {
        try (var simulator = simulator()) {
            assertThat(program(folder, simulator, "init", "ticket-triage", "--max-units", "3", "--name", "older"))
                    .isZero();
            assertThat(program(folder, simulator, "realtime", "older")).isEqualTo(3);

            int code = program(folder, simulator, "--realtime", "--run-dir", "runs/older", "--yes");

            assertThat(code).as(Files.readString(folder.resolve("output.txt"))).isZero();
            assertThat(RunStore.approval(new RunFolder(folder.resolve("runs/older"))))
                    .hasValueSatisfying(each -> assertThat(each.actor()).endsWith(" by --yes"));
        }
    }

    /** The model has come to name six parts where it named one when it was measured. */
    @Test
    void A15_a_run_that_outgrows_what_was_approved_pauses_and_whoever_goes_on_approves_more() throws Exception {
        Path pipeline = PartsPipeline.write(folder, "parts", 1, 1);
        Path config = pipeline.resolve("config.yaml");
        Files.writeString(
                config,
                Files.readString(config).replace("required: [title]", "required: [parts], types: {parts: array}"));
        Files.writeString(pipeline.resolve("templates/sum.vm"), "Take $id apart.");
        Files.writeString(pipeline.resolve("items.jsonl"), RunningService.items(30));
        try (var simulator = simulator()) {
            simulator.answers("part", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
            simulator.answers("sum", Json.parse("{\"fields\":{\"parts\":{\"constant\":[\"a\"]}}}"));
            assertThat(run(simulator, "measured")).isZero();
            simulator.answers(
                    "sum", Json.parse("{\"fields\":{\"parts\":{\"constant\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"]}}}"));

            assertThat(run(simulator, "grown")).isEqualTo(3);

            var grown = new RunFolder(folder.resolve("runs/grown"));
            RunState state = RunStore.read(grown);
            long high = RunStore.approval(grown).orElseThrow().highPicos();
            assertThat(state.reason()).isEqualTo("overrun");
            assertThat(state.ledger().settledPicos()).isGreaterThan(high + high / 2);
            assertThat(Files.readString(folder.resolve("output.txt")))
                    .contains("approved by " + System.getProperty("user.name"), "going on approves up to $");

            assertThat(program(folder, simulator, "resume", "grown", "--concurrency", "4"))
                    .isZero();

            RunEvent.CostApproved more = RunStore.approval(grown).orElseThrow();
            assertThat(more.reason()).isEqualTo("went on above what was approved");
            assertThat(more.highPicos()).isEqualTo(2 * state.ledger().settledPicos());
            assertThat(RunStore.read(grown).done()).isEqualTo(30 * 6);
            assertThat(run(simulator, "capped", "--cap", "1"))
                    .as("a cap says what may be spent")
                    .isZero();
        }
    }

    private int run(Simulator simulator, String name, String... more) throws Exception {
        var arguments = new ArrayList<>(
                List.of("run", "parts", "--mode", "realtime", "--concurrency", "4", "--yes", "--new", "--name", name));
        arguments.addAll(List.of(more));
        return program(folder, simulator, arguments.toArray(String[]::new));
    }

    private Simulator simulator() {
        return OutsideProvider.simulator(folder, "", 50);
    }

    private int program(Path at, Simulator simulator, String... arguments) throws Exception {
        return new RealProgram(at, OutsideProvider.environment(simulator, folder))
                .start(List.of(), List.of(arguments))
                .waitFor();
    }

    private RealProgram program(Simulator simulator) {
        return new RealProgram(folder, OutsideProvider.environment(simulator, folder));
    }
}
