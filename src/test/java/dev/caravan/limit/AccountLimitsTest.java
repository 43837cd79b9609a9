package dev.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.simulator.Simulator;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RealProgram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an account takes, and for how long it keeps what it made, between real processes. */
@Tag("crash")
class AccountLimitsTest {
    /** Where a file of an account's pace holds the requests that are allowed each minute. */
    private static final int TOLD_REQUESTS = 4 * Long.BYTES;

    @TempDir
    Path folder;

    @Test
    void jobs_of_two_processes_wait_until_the_account_s_queue_has_room() throws Exception {
        Files.writeString(folder.resolve("models.yaml"), "providers: {openai: {enqueued_tokens: 8000}}\n");
        try (var simulator = simulator("enqueued=8000", 300)) {
            var processes = new ArrayList<Process>();
            for (String name : List.of("one", "two")) {
                processes.add(program(simulator)
                        .start(List.of(), List.of("run", "ticket-triage", "--yes", "--interval=0", "--name=" + name)));
            }
            for (Process each : processes) {
                assertThat(each.waitFor())
                        .as(Files.readString(folder.resolve("output.txt")))
                        .isZero();
            }

            JsonNode jobs = simulator.bill().path("jobs");
            assertThat(jobs.size()).isGreaterThan(6);
            jobs.forEach(each -> assertThat(each.path("status").asText()).isEqualTo("completed"));
        }
        assertThat(journal("one") + journal("two")).contains("\"enqueued\"");
        try (var left = Files.walk(folder.resolve("state"))) {
            assertThat(left.filter(each -> each.getFileName().toString().contains(".w")))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic"})
    void what_a_provider_tells_of_its_limit_in_headers_is_known_to_all_processes(String provider) throws Exception {
        try (var simulator = simulator("rpm=3000", 300)) {
            int code = program(simulator)
                    .start(
                            List.of(),
                            List.of(
                                    "run",
                                    "ticket-triage",
                                    "--provider",
                                    provider,
                                    "--mode=realtime",
                                    "--max-units=6",
                                    "--yes",
                                    "--name=told"))
                    .waitFor();
            assertThat(code).as(Files.readString(folder.resolve("output.txt"))).isZero();
        }
        try (var files = Files.list(folder.resolve("state/accounts"))) {
            assertThat(files.toList())
                    .anySatisfy(each -> assertThat(
                                    ByteBuffer.wrap(Files.readAllBytes(each)).getLong(TOLD_REQUESTS))
                            .isEqualTo(3000));
        }
    }

    @Test
    void whoever_looks_at_a_run_that_was_left_is_warned_before_its_results_go_away() throws Exception {
        try (var simulator = simulator("", 3_600_000)) {
            int code = program(simulator)
                    .start(
                            List.of(),
                            List.of(
                                    "run",
                                    "ticket-triage",
                                    "--provider=gemini",
                                    "--yes",
                                    "--name=left",
                                    "--timeout=3s"))
                    .waitFor();
            assertThat(code).as(Files.readString(folder.resolve("output.txt"))).isEqualTo(3);
        }
        String run = folder.resolve("runs/left").toString();

        assertThat(CommandResult.of("status", run).out()).contains("job     ").doesNotContain("WARNING");
        assertThat(CommandResult.at(Clock.offset(Clock.systemUTC(), Duration.ofHours(30)), "status", run)
                        .out())
                .containsPattern(
                        "WARNING results of [0-9]+ jobs go away at their provider from .* caravan resume left");
    }

    private String journal(String run) throws IOException {
        return Files.readString(folder.resolve("runs/" + run + "/journal.jsonl"));
    }

    private Simulator simulator(String faults, long jobMillis) {
        return OutsideProvider.simulator(folder, faults, jobMillis);
    }

    private RealProgram program(Simulator simulator) {
        return new RealProgram(folder, OutsideProvider.environment(simulator, folder));
    }
}
