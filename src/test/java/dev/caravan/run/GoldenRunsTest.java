package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.testing.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Folders of runs as earlier versions left them, with what those versions reported of them and what became of them when
 * they went on: {@code golden-runs/VERSION/RUN} and {@code golden-runs/VERSION/expected/RUN}. Nothing in there is ever
 * made anew; a new form of what a run writes is a new version beside the others.
 */
class GoldenRunsTest {
    private static final Path KEPT = Path.of("src/test/resources/golden-runs");

    /** Some of them have jobs at a provider whose clock goes on: it is the day on which they were left. */
    private final Clock then =
            Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), Instant.parse("2026-11-30T03:00:00Z")));

    @TempDir
    Path folder;

    static Stream<String> kept() throws IOException {
        try (Stream<Path> runs = Files.list(KEPT.resolve("1"))) {
            return runs
                    .map(each -> each.getFileName().toString())
                    .filter(each -> !each.startsWith(".") && !each.equals("expected"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private RunFolder copied(String name) throws IOException {
        for (String each : List.of(name, ".simulator/" + name)) {
            Path from = KEPT.resolve("1").resolve(each);
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to = folder.resolve("runs").resolve(each).resolve(from.relativize(file));
                    Files.createDirectories(Objects.requireNonNull(to.getParent()));
                    Files.copy(file, to);
                }
            }
        }
        return new RunFolder(folder.resolve("runs").resolve(name));
    }

    private static Path expected(String name, String file) {
        return KEPT.resolve("1/expected").resolve(name).resolve(file);
    }

    private CommandResult say(String... line) {
        CommandResult said = CommandResult.at(then, line);
        assertThat(said.code()).as(String.join(" ", line) + said.all()).isNotEqualTo(4);
        return said;
    }

    @ParameterizedTest
    @MethodSource("kept")
    void every_kept_run_is_whole_and_reported_as_it_was(String name) throws Exception {
        RunFolder run = copied(name);

        CommandResult verified = say("verify", run.root().toString());
        assertThat(verified.code()).as(verified.all()).isZero();
        CommandResult report = say("report", run.root().toString(), "--json");

        ObjectNode before = (ObjectNode) Json.parse(Files.readString(expected(name, "report.json")));
        if (before.path("status").asText().equals("running")) {
            // Those versions called a run so that nobody was at.
            before.put("status", "interrupted");
        }
        holds(name, before, Json.parse(report.out()));
        assertThat(say("status", run.root().toString()).code()).isZero();
        assertThat(RunStore.read(run).facts().run()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource({"approval, 1", "crashed-batch, 0", "crashed-realtime, 0", "jobs-out, 0", "revised, 0"})
    void a_kept_run_that_was_not_over_goes_on_to_the_same_results(String name, int code) throws Exception {
        RunFolder run = copied(name);
        String path = run.root().toString();
        CommandResult refused = say(name.equals("approval") ? "approve" : "resume", path);
        assertThat(refused.code()).as(refused.all()).isEqualTo(2);
        assertThat(refused.err()).contains("caravan moved " + name);
        assertThat(say("moved", path).code()).isZero();
        if (name.equals("approval")) {
            assertThat(say("approve", path).code()).isZero();
        }

        CommandResult said = say("resume", path, "--interval", "1", "--quiet");

        assertThat(said.code()).as(said.all()).isEqualTo(code);
        assertThat(RunStore.read(run).status()).isEqualTo(RunStatus.COMPLETE);
        for (String output : List.of("results.jsonl", "failures.jsonl")) {
            assertThat(run.outputs().resolve(output)).hasSameBinaryContentAs(expected(name, output));
        }
        assertThat(say("verify", path).code()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"batch, 1", "fanout, 0", "killed, 3", "realtime, 0"})
    void a_kept_run_that_was_over_stays_as_it_is(String name, int code) throws Exception {
        RunFolder run = copied(name);
        byte[] journal = Files.readAllBytes(run.journal());

        CommandResult said = say("resume", run.root().toString(), "--quiet");

        assertThat(said.code()).as(said.all()).isEqualTo(code);
        assertThat(say("resume", run.root().toString(), "--cap", "abc").code())
                .as("what makes no sense is told all the same")
                .isEqualTo(2);
        assertThat(run.journal()).hasBinaryContent(journal);
    }

    /** All that was told is told still; more may be told by now. */
    private static void holds(String place, JsonNode before, JsonNode now) {
        if (before.isObject()) {
            before.properties().forEach(each -> {
                String inner = place + "/" + each.getKey();
                assertThat(now.has(each.getKey())).as(inner).isTrue();
                holds(inner, each.getValue(), now.get(each.getKey()));
            });
        } else if (before.isArray()) {
            assertThat(now).as(place).hasSameSizeAs(before);
            var nows = new ArrayList<JsonNode>();
            now.forEach(nows::add);
            for (int i = 0; i < before.size(); i++) {
                holds(place + "/" + i, before.get(i), nows.get(i));
            }
        } else {
            assertThat(now).as(place).isEqualTo(before);
        }
    }
}
