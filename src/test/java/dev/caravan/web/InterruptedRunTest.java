package dev.caravan.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.RealDisk;
import dev.caravan.lease.Lease;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told over HTTP of a run that was killed, as an earlier version left it. */
class InterruptedRunTest {
    private static final String NAME = "crashed-batch";
    private static final Path KEPT = Path.of("src/test/resources/golden-runs/1").resolve(NAME);

    @TempDir
    Path folder;

    private RunApi runs;
    private RunFolder run;

    @BeforeEach
    void copy() throws IOException {
        runs = new RunApi(folder, name -> Optional.empty());
        try (Stream<Path> files = Files.walk(KEPT)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = folder.resolve(NAME).resolve(KEPT.relativize(file));
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        Lease.settle(folder.resolve(NAME), new RealDisk(), Clock.systemUTC());
        run = runs.find(NAME);
    }

    @Test
    void it_is_interrupted_with_the_command_that_goes_on_and_running_while_somebody_has_it() {
        assertThat(runs.json(run).path("status").asText()).isEqualTo("interrupted");
        assertThat(runs.json(run).path("next").asText()).startsWith("caravan resume ");

        try (RunStore held = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            assertThat(held.folder()).isEqualTo(run);
            assertThat(runs.json(run).path("status").asText()).isEqualTo("running");
            assertThat(runs.json(run).has("next")).isFalse();
        }
    }

    @Test
    void whoever_follows_its_events_is_told_when_its_process_is_gone() {
        RunStore held = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test");
        var feed = new RunFeed(run, "{}", Optional::empty, "");
        assertThat(feed.next()).doesNotContain("interrupted");
        held.close();

        await().atMost(Duration.ofSeconds(30)).until(() -> feed.next().contains("\"status\":\"interrupted\""));
    }
}
