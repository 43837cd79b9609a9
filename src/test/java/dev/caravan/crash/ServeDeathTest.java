package dev.caravan.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service dies on the way from what arrived to the run of it; started again, it makes that run once. */
@Tag("crash")
class ServeDeathTest {
    @TempDir
    Path folder;

    /** The third time its memory is written a run is chosen, the fourth time the run is there. */
    @ParameterizedTest
    @ValueSource(strings = {"arrivals.replaced@3", "run.renamed@1"})
    void between_the_claim_and_the_run(String place) throws Exception {
        diesAt(place);
    }

    @Tag("crash")
    @ParameterizedTest
    @ValueSource(strings = {"arrivals.before-replace@3", "run.before-rename@1", "arrivals.before-replace@4"})
    void beside_the_claim_and_the_run(String place) throws Exception {
        diesAt(place);
    }

    private void diesAt(String place) throws Exception {
        try (var served = new RunningService(folder, Map.of())) {
            Process dying = served.start(List.of("-Dcaravan.failpoint=" + place), List.of("--job-millis", "50"));
            served.drop("late", "simulator");
            assertThat(RunningService.ended(dying)).isEqualTo(RealProgram.KILLED);

            served.start("--job-millis", "50");

            once(served, "late", 12);
        }
    }

    /** The first thing that is renamed is the file of items, the second the run that was made of it. */
    @Tag("crash")
    @Test
    void between_a_run_of_items_and_the_word_that_they_are_taken() throws Exception {
        try (var served = new RunningService(folder, Map.of())) {
            served.drop("tickets", "simulator");
            Process dying = served.start(List.of("-Dcaravan.failpoint=run.renamed@2"), List.of());
            Path inbox = Files.createDirectories(served.pipelines().resolve("tickets/inbox"));
            Files.writeString(inbox.resolve("more.jsonl"), RunningService.items(3));
            assertThat(RunningService.ended(dying)).isEqualTo(RealProgram.KILLED);

            served.start("--job-millis", "50");

            once(served, "tickets", 3);
        }
    }

    private static void once(RunningService served, String pipeline, int units) {
        RunFolder run = served.complete(pipeline);
        assertThat(RunStore.read(run).done()).isEqualTo(units);
        ShippedRun.lawHolds(RunStore.read(run), ShippedRun.bill(run), Lane.BATCH);
        assertThat(served.runs(pipeline)).hasSize(1);
    }
}
