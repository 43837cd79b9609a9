package dev.caravan.lease;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program, started several times in the same moment for the same run. */
@Tag("crash")
class TwoStartsTest {
    private static final int AT_ONCE = 4;

    @TempDir
    Path folder;

    private Process start(String property, Path pipeline, String... more) throws IOException {
        var arguments = new ArrayList<>(List.of(
                "run", pipeline.toString(), "--simulate", "--quiet", "--mode", "realtime", "--max-units", "15"));
        arguments.addAll(List.of(more));
        return new RealProgram(folder, Map.of()).start(List.of(property), arguments);
    }

    private List<String> runs() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("runs"))) {
            return all.map(each -> String.valueOf(each.getFileName()))
                    .filter(each -> !each.equals(".simulator"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void four_starts_of_one_run_make_it_once_and_one_of_them_carries_it_out() throws Exception {
        Path pipeline = new ShippedRun(folder).pipeline("four", 5);
        RunFolder run = new RunFolder(folder.resolve("runs/r"));
        var started = new ArrayList<Process>();
        for (int i = 0; i < AT_ONCE; i++) {
            started.add(start("-Dnothing", pipeline, "--run-dir", "runs/r"));
        }
        var codes = new ArrayList<Integer>();
        for (Process each : started) {
            codes.add(each.waitFor());
        }

        String output = Files.readString(folder.resolve("output.txt"));
        assertThat(codes).as(output).contains(0).allMatch(each -> each == 0 || each == 2);
        long refused = codes.stream().filter(each -> each == 2).count();
        assertThat(output.lines().filter(each -> each.startsWith("caravan: ")))
                .hasSize((int) refused)
                .allMatch(each -> each.startsWith("caravan: run r is at work: process ")
                        && each.endsWith("`caravan restart` takes a run over"));
        assertThat(runs()).containsExactly("r");
        RunState state = RunStore.read(run);
        assertThat(state.status()).isEqualTo(RunStatus.COMPLETE);
        assertThat(state.done() + state.failed()).isEqualTo(15);
        ShippedRun.lawHolds(state, ShippedRun.bill(run), Lane.REALTIME);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    @Test
    void starts_that_find_names_of_their_own_get_one_each() throws Exception {
        Path pipeline = new ShippedRun(folder).pipeline("named", 5);
        var started = new ArrayList<Process>();
        for (int i = 0; i < AT_ONCE; i++) {
            started.add(start("-Dnothing", pipeline, "--new"));
        }
        for (Process each : started) {
            assertThat(each.waitFor())
                    .as(Files.readString(folder.resolve("output.txt")))
                    .isZero();
        }

        assertThat(runs()).hasSize(AT_ONCE).allMatch(each -> each.startsWith("named_"));
    }

    @Test
    void what_a_maker_that_was_killed_left_behind_is_gone_after_the_next_start() throws Exception {
        Path pipeline = new ShippedRun(folder).pipeline("killed", 5);
        for (String place : List.of("units.replaced@1", "journal.forced@1", "run.before-rename@1")) {
            assertThat(start("-Dcaravan.failpoint=" + place, pipeline, "--run-dir", "runs/k")
                            .waitFor())
                    .as(place)
                    .isEqualTo(RealProgram.KILLED);
            assertThat(runs()).as(place).hasSize(1).allMatch(each -> each.matches("\\.k\\.[0-9a-f]{8}\\.making"));
        }

        assertThat(start("-Dnothing", pipeline, "--run-dir", "runs/k").waitFor())
                .isZero();

        assertThat(runs()).containsExactly("k");
        assertThat(RunVerification.of(new RunFolder(folder.resolve("runs/k"))).trouble())
                .isEmpty();
    }
}
