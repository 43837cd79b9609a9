package dev.caravan.extension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.Json;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.simulator.Simulator;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.RunningService;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes, mappings and jars of an operator's own beside the installation's; and what is refused before a run is made. */
class ExtensionsTest {
    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private Simulator provider;

    @BeforeEach
    void start() throws IOException {
        provider = OutsideProvider.simulator(folder, "", 50);
        provider.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
        environment.putAll(OutsideProvider.environment(provider, folder));
        environment.put("MINE_API_KEY", OutsideProvider.KEY);
        RunningService.write(folder.resolve("pipelines"), "p", "provider: mine, model: gpt-4o-mini", "");
        registry("");
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    /** @param more of the provider */
    private void registry(String more) throws IOException {
        Files.writeString(folder.resolve("models.yaml"), """
                providers:
                  mine: {base_url: "%s", default_model: gpt-4o-mini%s}
                models:
                  - {id: gpt-4o-mini, provider: mine, input: 1, output: 2, batch_input: 0.5, batch_output: 1}
                """.formatted(provider.baseUrl("openai"), more));
    }

    private int caravan(String... arguments) throws Exception {
        Files.deleteIfExists(folder.resolve("output.txt"));
        return RunningService.ended(new RealProgram(folder, environment).start(List.of(), List.of(arguments)));
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    private List<String> runs() throws IOException {
        if (!Files.exists(folder.resolve("runs"))) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder.resolve("runs"))) {
            return all.map(each -> String.valueOf(each.getFileName()))
                    .filter(each -> !each.startsWith("."))
                    .toList();
        }
    }

    private void refused(String words, String... arguments) throws Exception {
        assertThat(caravan(arguments)).as(said()).isEqualTo(2);
        assertThat(said()).contains(words).doesNotContain("our fault", "\tat ");
        assertThat(runs()).isEmpty();
    }

    /** A provider's routes, copied from those of openai as the page on adding one says. */
    private void copyRoutes() throws IOException {
        Path mine = Files.createDirectories(folder.resolve("routes/mine"));
        try (Stream<Path> files = Files.list(Path.of("routes/openai"))) {
            for (Path each : files.toList()) {
                Files.writeString(
                        mine.resolve(String.valueOf(each.getFileName())),
                        Files.readString(each).replace("openai", "mine"));
            }
        }
    }

    /** The same without templates, route by route, as whoever added one before they were there has it. */
    private void plainRoutes() throws IOException {
        copyRoutes();
        Path mine = folder.resolve("routes/mine");
        Files.delete(mine.resolve("provider.camel.yaml"));
        for (String each : List.of("calls", "jobs", "results")) {
            String file = each + ".camel.yaml";
            try (InputStream plain = ExtensionsTest.class.getResourceAsStream("/own-routes/plain/" + file)) {
                Files.copy(Objects.requireNonNull(plain), mine.resolve(file));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void own_routes_are_read_once_they_are_trusted_and_no_longer_when_a_byte_changes(boolean plain) throws Exception {
        refused("there is none in " + Path.of("routes").toAbsolutePath(), "run", "p", "--yes");
        if (plain) {
            plainRoutes();
        } else {
            copyRoutes();
        }
        refused("is not read: nobody trusted it as it is", "run", "p", "--yes");

        assertThat(caravan("trust", "--home")).as(said()).isZero();
        assertThat(said()).contains("routes/mine/" + (plain ? "calls" : "provider") + ".camel.yaml");
        for (String mode : List.of("batch", "realtime")) {
            assertThat(caravan("run", "p", "--yes", "--mode", mode, "--name", mode, "--interval", "0"))
                    .as(said())
                    .isZero();
            assertThat(said()).contains(" are in use, as trusted (");
        }
        assertThat(provider.totals().path("calls").longValue()).isEqualTo(24);

        Files.writeString(folder.resolve("routes/mine/plain-row.json"), "{\"row\": {}}");
        assertThat(caravan("run", "p", "--yes", "--new")).isEqualTo(2);
        assertThat(said()).contains("is not read: nobody trusted it as it is");
        Files.delete(folder.resolve("routes/mine/plain-row.json"));
        Path mapping = folder.resolve("routes/mine/error.jslt");
        Files.writeString(mapping, Files.readString(mapping) + "\n");
        assertThat(caravan("run", "p", "--yes", "--new")).isEqualTo(2);
        assertThat(said()).contains("is not read: nobody trusted it as it is");
        assertThat(runs()).containsExactlyInAnyOrder("batch", "realtime");
    }

    @Test
    void a_bean_comes_from_a_trusted_jar() throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/hello.camel.yaml"), """
                - route:
                    id: hello
                    from:
                      uri: "quartz:hello?trigger.repeatCount=0&trigger.repeatInterval=1000"
                      steps:
                        - bean: {beanType: own.Hello}
                """);
        jar();
        assertThat(caravan("trust", "--home")).as(said()).isZero();

        assertThat(caravan("run", "p", "--simulate", "--provider", "openai", "--model", "gpt-4.1-mini"))
                .as(said())
                .isZero();

        assertThat(folder.resolve("hello.txt")).as("written by the bean").exists();
        Files.delete(folder.resolve("lib/hello.jar"));
        assertThat(caravan("trust", "--home")).as(said()).isZero();
        assertThat(caravan("run", "p", "--simulate", "--provider", "openai", "--model", "gpt-4.1-mini", "--new"))
                .isEqualTo(2);
        assertThat(said()).contains("hello.camel.yaml: line 6").doesNotContain("our fault");
    }

    private void jar() throws IOException {
        Path source = folder.resolve("source/own/Hello.java");
        Files.createDirectories(Objects.requireNonNull(source.getParent()));
        Files.writeString(source, """
                package own;

                public class Hello {
                    public void say() throws Exception {
                        java.nio.file.Files.writeString(java.nio.file.Path.of("hello.txt"), "hello");
                    }
                }
                """);
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
                .isZero();
        Path lib = Files.createDirectories(folder.resolve("lib")).resolve("hello.jar");
        try (OutputStream file = Files.newOutputStream(lib);
                var jar = new JarOutputStream(file)) {
            jar.putNextEntry(new JarEntry("own/Hello.class"));
            jar.write(Files.readAllBytes(source.resolveSibling("Hello.class")));
        }
    }

    @Test
    void a_mistake_in_own_routes_or_mappings_is_told_before_a_run_is_made() throws Exception {
        copyRoutes();
        Files.writeString(folder.resolve("routes/mine/complete-reply.jslt"), "{\n  \"text\": .a b\n}");
        assertThat(caravan("trust", "--home")).isZero();
        refused("complete-reply.jslt: line 2, column ", "run", "p", "--yes");

        plainRoutes();
        Files.delete(folder.resolve("routes/mine/jobs.camel.yaml"));
        assertThat(caravan("trust", "--home")).isZero();
        refused("no route begins at direct:mine-submit, direct:mine-poll", "run", "p", "--yes");
    }

    @Test
    void a_missing_key_untrusted_scripts_and_an_unknown_mode_leave_no_folder() throws Exception {
        refused("there is none in", "init", "p");
        registry(", routes: openai, key: OPENAI_NOT_SET");
        refused("OPENAI_NOT_SET: is not set", "run", "p", "--yes");
        refused("must be batch or realtime", "run", "p", "--yes", "--mode", "sometimes");
        Path scripts = Files.createDirectories(folder.resolve("pipelines/p/scripts"));
        Files.writeString(scripts.resolve("end.sh"), "echo end");
        Path config = folder.resolve("pipelines/p/config.yaml");
        Files.writeString(config, Files.readString(config) + "post_process: [{name: end, script: scripts/end.sh}]\n");
        refused("runs scripts, and this content was not trusted", "run", "p", "--simulate");
        assertThat(caravan("validate-config", "p")).as(said()).isZero();
        assertThat(said()).contains("hint: config.yaml: runs scripts").contains("caravan trust p");
    }

    @Test
    void a_provider_without_batches_is_asked_in_realtime_unless_batches_were_asked_for() throws Exception {
        registry(", routes: openai, batch: no");
        refused(
                "mine at " + provider.baseUrl("openai") + " has no batch API; use --mode realtime",
                "run",
                "p",
                "--yes",
                "--mode",
                "batch");

        assertThat(caravan("run", "p", "--yes", "--name", "it")).as(said()).isZero();

        assertThat(said()).contains("mine is not known to take batches: it is asked in realtime");
        assertThat(Files.readString(folder.resolve("runs/it/journal.jsonl"))).contains("\"lane\":\"REALTIME\"");
    }

    @Test
    void the_service_makes_no_run_before_a_key_is_there_and_makes_it_then() throws Exception {
        registry(", routes: openai, key: MINE_SECRET");
        try (var served = new RunningService(folder, environment)) {
            served.start();
            served.drop("late", "mine");
            await().atMost(RunningService.LONGEST).until(() -> served.output().contains("MINE_SECRET: is not set"));
            assertThat(served.runs("late")).isEmpty();

            Files.writeString(folder.resolve(".env"), "MINE_SECRET=" + OutsideProvider.KEY + "\n");

            RunFolder run = served.run("late", RunState::waitsForApproval);
            assertThat(run.name()).startsWith("late_");
        }
    }
}
