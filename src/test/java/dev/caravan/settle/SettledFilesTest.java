package dev.caravan.settle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Lane;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunFolder;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage to files of a run that lies still, and what the next start makes of it. */
class SettledFilesTest {
    private static final String FAULTS = "brokenJson=0.3,refusal=0.2,latency=5..15";

    @TempDir
    Path folder;

    @Test
    void damaged_settled_files_are_made_again_and_the_outputs_are_the_same() throws Exception {
        RunFolder calm = new ShippedRun(folder).run("calm", Lane.REALTIME, FAULTS, 7);
        RunFolder run = halfDone("damaged");
        List<Path> settled = files(run, "_validated.jsonl", "_failures.jsonl", "_findings.jsonl");
        assertThat(settled).hasSizeGreaterThan(6);
        for (int i = 0; i < settled.size(); i++) {
            damage(settled.get(i), i % 3);
        }

        try (var engine = ShippedRun.engine(FAULTS)) {
            ShippedRun.drive(engine, run, Lane.REALTIME);
        }

        for (String output : List.of("results.jsonl", "failures.jsonl")) {
            assertThat(run.outputs().resolve(output))
                    .hasSameBinaryContentAs(calm.outputs().resolve(output));
        }
        assertThat(Files.readString(run.journal())).contains("ChunkRebuilt");
    }

    @Test
    void missing_paid_replies_stop_the_start_with_the_file_named() throws Exception {
        RunFolder run = halfDone("robbed");
        Path results = files(run, "_results.jsonl").get(0);
        Files.writeString(results, "");

        try (var engine = ShippedRun.engine(FAULTS)) {
            assertThatThrownBy(() -> engine.launch(run, Lane.REALTIME, "test"))
                    .isInstanceOf(UserMistakeException.class)
                    .hasMessageContaining(String.valueOf(results.getFileName()))
                    .hasMessageContaining("paid answers are missing");
        }
    }

    /** A run that was paused in the middle, with nothing in flight. */
    private RunFolder halfDone(String name) throws Exception {
        RunFolder run = new ShippedRun(folder).make(name, 7, 60);
        try (var engine = ShippedRun.engine(FAULTS, 50, new RealDisk())) {
            LiveRun live = engine.launch(run, Lane.REALTIME, "test");
            try {
                Awaitility.await().until(() -> live.summary().steps().get(1).done() > 10);
                live.pause(PauseReason.ASKED, "half done");
                Awaitility.await().until(() -> live.callsInFlight() == 0 && !live.hasJobsOut());
            } finally {
                engine.release(live);
            }
        }
        return run;
    }

    private static void damage(Path file, int kind) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        switch (kind) {
            case 0 -> Files.delete(file);
            case 1 -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            default -> {
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
            }
        }
    }

    private static List<Path> files(RunFolder run, String... endings) throws IOException {
        try (Stream<Path> all = Files.walk(run.root().resolve("chunks"))) {
            return all.filter(each -> Stream.of(endings).anyMatch(each.toString()::endsWith))
                    .filter(each -> each.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
    }
}
