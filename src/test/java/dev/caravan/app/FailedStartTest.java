package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.execution.LiveRun;
import dev.caravan.fuzz.FuzzedRun;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a run from being started: nothing that an editor writes, and what does stands in its state. */
class FailedStartTest {
    private static Engine engine;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        engine = ShippedRun.engine("", 20, new RealDisk());
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void a_byte_order_mark_in_every_file_of_a_pipeline_keeps_nothing_from_running() throws Exception {
        for (String form : new String[] {"items.jsonl", "items.json", "items.csv"}) {
            Path pipeline = FuzzedRun.pipeline(folder.resolve(form + "/p"), "openai", 2, 1);
            Files.delete(pipeline.resolve("items.jsonl"));
            Files.writeString(
                    pipeline.resolve(form),
                    switch (form) {
                        case "items.csv" -> "id,title\nt1,One\nt2,Two\n";
                        case "items.json" -> "[{\"id\":\"t1\",\"title\":\"One\"}]";
                        default -> "{\"id\":\"t1\",\"title\":\"One\"}\n";
                    });
            Path config = pipeline.resolve("config.yaml");
            Files.writeString(
                    config,
                    Files.readString(config)
                            .replace("source: items.jsonl", "source: " + form)
                            .replace("    - name: sum", "    - {name: shape, scope: transform}\n    - name: sum"));
            Files.createDirectories(pipeline.resolve("transforms"));
            Files.writeString(pipeline.resolve("transforms/shape.jslt"), "{\"verdict\": .verdict, * : .}");
            mark(pipeline);
            Path run = folder.resolve(form + "/run");

            CommandResult said = CommandResult.of(
                    "run", pipeline.toString(), "--simulate", "--mode", "realtime", "--run-dir", run.toString());

            assertThat(said.code()).as(said.all()).isZero();
            assertThat(Files.readString(run.resolve("outputs/results.jsonl"))).doesNotContain("\uFEFF");
        }
    }

    private static void mark(Path pipeline) throws IOException {
        try (Stream<Path> files = Files.walk(pipeline)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                Files.writeString(each, "\uFEFF" + Files.readString(each));
            }
        }
    }

    @Test
    void a_run_that_cannot_be_started_says_why_in_its_state_and_goes_on_when_it_can() throws Exception {
        RunFolder run = new ShippedRun(folder).make("run", 5, 10);
        Path overrides = run.config().resolve("config.yaml");
        byte[] made = Files.readAllBytes(overrides);
        Files.writeString(overrides, "pipeline: 1\n");

        assertThatThrownBy(() -> engine.launch(run, Lane.REALTIME, "test")).isInstanceOf(UserMistakeException.class);

        RunState state = RunStore.read(run);
        assertThat(state.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(state.reason()).isEqualTo("unusable");
        assertThat(RunStore.summary(state).detail()).contains("config.yaml");
        Files.write(overrides, made);
        LiveRun live = engine.launch(run, Lane.REALTIME, "test");
        assertThat(live.awaitEnd(60_000)).isTrue();
        engine.release(live);
        assertThat(RunStore.read(run).status()).isEqualTo(RunStatus.COMPLETE);
    }

    @Test
    void a_fault_of_ours_before_the_first_call_stands_in_the_state_too() throws Exception {
        RunFolder run = new ShippedRun(folder).make("run", 5, 10);

        assertThatThrownBy(() -> engine.launch(run, Lane.REALTIME, "test", -1, each -> {
                    throw new IllegalStateException("odd");
                }))
                .isInstanceOf(IllegalStateException.class);

        RunState state = RunStore.read(run);
        assertThat(state.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(state.reason()).isEqualTo("fault");
        assertThat(RunStore.summary(state).detail()).isEqualTo("IllegalStateException: odd");
    }
}
