package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.base.RecordPath;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.RunMaker;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.testing.KeptRequests;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The short way of records, requests and rows comes to the bytes of the long one. */
class RecordPathTest {
    private static final String FAULTS = "brokenJson=0.1,wrongSchema=0.05,refusal=0.03,missingRow=0.05,errorRow=0.05,"
            + "cached=0.3,reasoning=0.3,cacheWrite=0.2";

    @TempDir
    Path folder;

    static Stream<Arguments> all() {
        return Stream.concat(
                Stream.of("openai", "anthropic", "gemini").map(provider -> Arguments.of("ticket-triage", provider)),
                Stream.of("blackjack", "drunken-sailor", "npc-dialog", "fact-check")
                        .map(pipeline -> Arguments.of(pipeline, "openai")));
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_batch_run_comes_to_the_same_files_on_either_way(String pipeline, String provider) throws Exception {
        Map<String, String> shorter = files(run(pipeline, provider, "short"));
        System.setProperty(RecordPath.SETTING, "tree");
        Map<String, String> longer;
        try {
            longer = files(run(pipeline, provider, "long"));
        } finally {
            System.clearProperty(RecordPath.SETTING);
        }

        assertThat(shorter).isEqualTo(longer);
        assertThat(shorter.keySet()).anyMatch(each -> each.endsWith("_results.jsonl"));
        assertThat(shorter.keySet()).anyMatch(each -> each.endsWith("requests.jsonl"));
    }

    private RunFolder run(String name, String provider, String side) throws Exception {
        Path copy =
                ShippedRun.copy(name, folder.resolve(side).resolve("pipelines").resolve(name));
        Path config = copy.resolve("config.yaml");
        Files.writeString(
                config, Files.readString(config).replaceFirst("chunk_size: [0-9]+", "chunk_size: 10\n  brake: off"));
        var registry = ModelRegistry.shipped();
        var overrides = ShippedRun.at(provider);
        RunFolder made = new RunMaker(registry, Caravan.kinds(), new RealDisk(), Clock.systemUTC(), "test")
                .make(
                        new PipelineReader(registry, Map.copyOf(Caravan.kinds())).read(copy, overrides),
                        new RunOptions(overrides, 30, true),
                        folder.resolve(side).resolve("runs").resolve("run"),
                        "test");
        try (Engine engine = ShippedRun.engine(FAULTS)) {
            return KeptRequests.during(() -> ShippedRun.drive(engine, made, Lane.BATCH));
        }
    }

    /**
     * All that the run's steps wrote, without what follows from chance: who was asked in which job, in which order, and
     * the numbers and chunks of children.
     */
    private static Map<String, String> files(RunFolder run) throws IOException {
        var texts = new TreeMap<String, String>();
        try (Stream<Path> files = Files.walk(run.root())) {
            for (Path each : files.filter(file -> file.toString().endsWith(".jsonl"))
                    .filter(file -> !file.endsWith("journal.jsonl"))
                    .toList()) {
                String name = run.root().relativize(each).toString();
                String text = Files.readString(each);
                if (name.startsWith("outputs") || name.startsWith("input")) {
                    texts.put(name, text);
                } else {
                    String all = String.valueOf(each.getFileName());
                    texts.merge(all, sorted(text), (a, b) -> sorted(a + "\n" + b));
                }
            }
        }
        return texts;
    }

    private static String sorted(String lines) {
        Object[] plain = lines.lines()
                .map(each -> {
                    ObjectNode node = (ObjectNode) Json.parse(each);
                    node.remove("crc");
                    node.remove("work");
                    node.remove("_n");
                    if (node.path("custom_id").asText().contains("_n")) {
                        node.put("custom_id", node.get("custom_id").asText().replaceFirst("_n[0-9a-f]+$", ""));
                    }
                    return Json.text(node);
                })
                .sorted()
                .toArray();
        return String.join("\n", Arrays.copyOf(plain, plain.length, String[].class));
    }
}
