package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.RealDisk;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders as build servers, cloud drives and people call them. */
class FolderNamesTest {
    private static final long LONGEST_MILLIS = 120_000;
    private static final List<String> NAMES =
            List.of("feature%2Flogin a%20b 100%", "a{{b}}${c}", "a?delete=false&x=1#RAW(y+z)", "Übung 7 – 日本\n;,'\"");

    @TempDir
    Path folder;

    @Test
    void runs_end_in_folders_of_any_name() throws Exception {
        var runs = new ArrayList<LiveRun>();
        try (var engine = ShippedRun.engine("", 5, new RealDisk())) {
            for (String each : NAMES) {
                RunFolder made = new ShippedRun(folder.resolve(each)).make(each, 2, 2);
                runs.add(engine.launch(made, runs.isEmpty() ? Lane.BATCH : Lane.REALTIME, "test"));
            }
            for (LiveRun each : runs) {
                assertThat(each.awaitEnd(LONGEST_MILLIS)).as(each.facts().run()).isTrue();
                assertThat(each.failure()).isNull();
                assertThat(each.summary().status()).isEqualTo(RunStatus.COMPLETE);
                assertThat(each.summary().progress().done()).isEqualTo(2);
                engine.release(each);
            }
        }
        assertThat(runs.stream().map(each -> each.facts().run())).containsExactlyElementsOf(NAMES);
    }

    @Test
    void a_backslash_is_refused_before_anything_is_made() {
        Path odd = folder.resolve("a\\b");

        CommandResult said = CommandResult.of(
                "run",
                "ticket-triage",
                "--provider",
                "simulator",
                "--run-dir",
                odd.resolve("r").toString());

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("has a backslash in its path, and no run can work there");
        assertThat(odd).doesNotExist();
    }
}
