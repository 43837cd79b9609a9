package dev.caravan.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitReview;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets the real program die while it asks, while somebody answers, and while the run goes on; and types the same command
 * again. {@code -Dcaravan.trials} says how often.
 */
@Tag("crash")
class ApprovalDeathTest {
    private static final int UNITS = 12;
    private static final int WAITING = 3;

    @TempDir
    Path folder;

    private Path pipeline() throws IOException {
        Path pipeline = folder.resolve("pipelines/asks");
        Files.createDirectories(pipeline.resolve("templates"));
        Files.writeString(pipeline.resolve("templates/label.vm"), "Mark $text. Answer {\"mark\": 1 to 5}.");
        Files.writeString(pipeline.resolve("items.jsonl"), RunningService.items(UNITS));
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline:
                  steps:
                    - {name: label, max_tokens: 50, validation: {required: [mark]}, simulate: {mark: {integer: [1, 5]}}}
                    - {name: review, scope: approval, sample: 3}
                    - {name: after, scope: expression, expressions: {double: mark * 2}}
                api: {provider: simulator, model: gpt-4o-mini}
                processing: {chunk_size: 5, items: {source: items.jsonl, name_field: id}}
                """);
        return pipeline;
    }

    private int program(String property, String... arguments) throws Exception {
        return new RealProgram(folder, Map.of())
                .start(List.of(property), List.of(arguments))
                .waitFor();
    }

    /** The three commands of a run's life, in turn. */
    private List<String[]> commands(String name) {
        return List.of(
                new String[] {"run", folder.resolve("pipelines/asks").toString(), "--name", name, "--quiet"},
                new String[] {"approve", name, "--actor", "ana"},
                new String[] {"resume", name, "--quiet"});
    }

    @Test
    void a_question_is_asked_once_and_a_word_counts_once_whenever_the_process_dies() throws Exception {
        pipeline();
        var seen = new ArrayList<Map<String, Integer>>();
        int[] codes = {WAITING, 0, 0};
        List<String[]> calm = commands("calm");
        for (int i = 0; i < calm.size(); i++) {
            Path file = folder.resolve("seen-" + i);
            assertThat(program("-Dcaravan.failpoints.seen=" + file, calm.get(i)))
                    .isEqualTo(codes[i]);
            seen.add(passed(file));
        }
        byte[] expected = holds("calm");

        var random = new Random(Long.getLong("caravan.seed", 11));
        int trials = Integer.getInteger("caravan.trials", 6);
        int died = 0;
        for (int trial = 0; trial < trials; trial++) {
            String name = "trial-" + trial;
            List<String[]> commands = commands(name);
            for (int i = 0; i < commands.size(); i++) {
                var names = new ArrayList<>(seen.get(i).keySet());
                String at = names.get(random.nextInt(names.size()));
                int times =
                        1 + random.nextInt(Objects.requireNonNull(seen.get(i).get(at)));
                int code = program("-Dcaravan.failpoint=" + at + "@" + times, commands.get(i));
                assertThat(code).as("%s, %s@%d", name, at, times).isIn(codes[i], RealProgram.KILLED);
                if (code == RealProgram.KILLED) {
                    died++;
                    again(name, i, codes[i], commands.get(i));
                }
            }
            assertThat(holds(name)).as(name).isEqualTo(expected);
        }
        assertThat(died).isGreaterThan(trials);
    }

    /** The word may have been taken before the process died: then it does not count a second time. */
    private void again(String name, int place, int expected, String[] command) throws Exception {
        boolean taken = place == 1
                && !RunStore.read(new RunFolder(folder.resolve("runs").resolve(name)))
                        .waitsForApproval();
        assertThat(program("-Dnothing", command)).as(name).isEqualTo(taken ? 2 : expected);
    }

    private byte[] holds(String name) throws IOException {
        var run = new RunFolder(folder.resolve("runs").resolve(name));
        RunState state = RunStore.read(run);
        assertThat(state.status()).as(name).isEqualTo(RunStatus.COMPLETE);
        assertThat(state.reviews())
                .as(name)
                .singleElement()
                .satisfies(review -> assertThat(review.word()).hasValue(new UnitReview.Word(true, "ana", "")));
        assertThat(RunVerification.of(run).trouble()).as(name).isEmpty();
        ShippedRun.booksEqual(run, ShippedRun.bill(run).path("totals"));
        return Files.readAllBytes(run.outputs().resolve("results.jsonl"));
    }

    private static Map<String, Integer> passed(Path seen) throws IOException {
        var passed = new TreeMap<String, Integer>();
        for (String line : Files.readAllLines(seen)) {
            String[] pair = line.split(" ", 2);
            passed.put(pair[0], Integer.valueOf(pair[1]));
        }
        return passed;
    }
}
