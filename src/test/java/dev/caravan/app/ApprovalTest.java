package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.Faults;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Estimates and what is agreed to, against servers that would charge for it. */
class ApprovalTest {
    private static final String KEY = "sk-of-no-worth-0123456789";

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
                    .doesNotContain(KEY);
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
            assertThat(Said.of("info", run.root().toString()).out())
                    .containsPattern("approved  about \\$[0-9.]+, up to \\$[0-9.]+, by .* by --yes");
            assertThat(Said.of("info", run.root().toString(), "--json").out()).contains("\"expected_usd\":\"0.");
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
        Said said = Said.of(
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
        assertThat(Said.of("run", "ticket-triage", "--new", "--cap", "0.01", "--pilot", "5")
                        .err())
                .contains("for the 5 units of the pilot")
                .contains("at most $0.0100 by its cap");
    }

    private Simulator simulator() throws IOException {
        return Simulator.start(new SimulatorSettings(
                folder.resolve("provider"),
                1,
                0,
                KEY,
                50,
                1,
                Faults.NONE,
                new Catalogue(ModelRegistry.shipped()),
                Clock.systemUTC()));
    }

    private static int program(Path at, Simulator simulator, String... arguments) throws Exception {
        return new Program(at, environment(simulator))
                .start(List.of(), List.of(arguments))
                .waitFor();
    }

    private Program program(Simulator simulator) {
        return new Program(folder, environment(simulator));
    }

    private static Map<String, String> environment(Simulator simulator) {
        return Map.of(
                "OPENAI_BASE_URL",
                simulator.baseUrl("openai"),
                "ANTHROPIC_BASE_URL",
                simulator.baseUrl("anthropic"),
                "GOOGLE_GEMINI_BASE_URL",
                simulator.baseUrl("gemini"),
                "OPENAI_API_KEY",
                KEY,
                "ANTHROPIC_API_KEY",
                KEY,
                "GOOGLE_API_KEY",
                KEY);
    }
}
