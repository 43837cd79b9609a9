package dev.caravan.camel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.simulator.Simulator;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RunningService;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application under the Camel CLI: {@code camel run application.properties}, as the documents say.
 * {@code ./mvnw test -Pcamel-cli} brings the CLI's jars.
 */
@Tag("camel-cli")
class CamelCliTest {
    private static final Pattern ROUTE = Pattern.compile(
            "(?m)^- (?:route:\\n {4}id|templatedRoute:\\n {4}routeTemplateRef: .*\\n {4}routeId): (\\S+)$");
    private static final Pattern DEPENDENCY = Pattern.compile("(?m)^camel.jbang.dependencies = \\S+:(\\S+):(\\S+)$");

    /** Long enough that a step's route is looked at while its job is out, by a process that must start first. */
    private static final String SIMULATED_MILLIS = "45000";

    /** Long enough that a job is out when the service is stopped. */
    private static final long JOB_MILLIS = 20_000;

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();
    private RunningService served;

    @BeforeEach
    void checkOut() throws IOException {
        served = new RunningService(folder, Map.of());
        copy(Path.of("routes"), folder.resolve("routes"));
        Files.copy(Path.of("application.properties"), folder.resolve("application.properties"));
    }

    @AfterEach
    void close() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void it_starts_every_route_serves_pipelines_and_stops_in_order() throws Exception {
        try (Simulator provider = OutsideProvider.simulator(folder, "", JOB_MILLIS)) {
            provider.answers("label", Json.parse("{\"fields\":{\"mark\":{\"integer\":[1,5]}}}"));
            Map<String, String> environment = OutsideProvider.environment(provider, folder);
            served.drop("early", "simulator");
            Process camel = serve(environment);

            served.drop("free", "simulator");
            served.drop("paid", "openai");

            RunFolder free = served.run("free", CamelCliTest::hasJobOut);
            awaitRoute(environment, free, "label");
            RunFolder paid = served.run("paid", RunState::waitsForApproval);
            complete(free);
            assertThat(provider.totals().path("calls").longValue()).isZero();
            assertThat(CommandResult.of("approve", paid.root().toString()).code())
                    .isZero();
            served.run("paid", CamelCliTest::hasJobOut);

            camel.destroy();

            assertThat(camel.waitFor(RunningService.LONGEST.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(served.output()).contains("stopping: nothing new is sent", "job paid_", "stopped: ");
            everyRouteStartedAndStopped();
            assertThat(RunStore.read(paid).status()).isEqualTo(RunStatus.RUNNING);
            serve(environment);
            complete(paid);
            ShippedRun.lawHolds(RunStore.read(paid), provider.bill(), Lane.BATCH);
            assertThat(provider.totals().path("calls").longValue()).isEqualTo(12);
            assertThat(served.runs("early")).isEmpty();
            assertThat(served.output()).contains("ready early: was there before the service");
        }
    }

    @Test
    void what_is_wrong_is_said_before_it_starts() throws Exception {
        served.start();

        Process camel = camel(Map.of(), "run", "application.properties", "--logging-color=false");

        assertThat(camel.waitFor(RunningService.LONGEST.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(camel.exitValue()).isNotZero();
        assertThat(served.output()).contains("another service is at work here: process ");
    }

    private Process serve(Map<String, String> environment) throws IOException {
        long before = ready();
        Process camel = camel(
                environment,
                "run",
                "application.properties",
                "--logging-color=false",
                "--prop=caravan.poll-seconds=1",
                "--prop=caravan.simulated-job-millis=" + SIMULATED_MILLIS);
        await().atMost(RunningService.LONGEST).until(() -> ready() > before || !camel.isAlive());
        assertThat(camel.isAlive()).as(served::output).isTrue();
        return camel;
    }

    /** How often somebody said that it serves. */
    private long ready() {
        return served.output()
                .lines()
                .filter(each -> each.contains(": ready; "))
                .count();
    }

    private static boolean hasJobOut(RunState state) {
        return state.works().stream().anyMatch(each -> each.providerJob() != null);
    }

    /** The CLI shows it, in a process of its own. */
    private void awaitRoute(Map<String, String> environment, RunFolder run, String step) {
        String id = run.name() + "/" + step;
        await(id).atMost(RunningService.LONGEST).until(() -> {
            Process look = camel(environment, "get", "route", "--filter=" + id, "--wide-uri");
            assertThat(look.waitFor(RunningService.LONGEST.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            return served.output().contains("file://" + run.queue(step).toAbsolutePath());
        });
    }

    private static void complete(RunFolder run) throws IOException {
        await(run.name())
                .atMost(RunningService.LONGEST)
                .until(() -> RunStore.read(run).status() == RunStatus.COMPLETE);
        assertThat(RunStore.read(run).done()).isEqualTo(12);
        assertThat(Files.readAllLines(run.root().resolve("outputs/results.jsonl")))
                .hasSize(12);
        assertThat(RunVerification.of(run).trouble()).isEmpty();
    }

    private void everyRouteStartedAndStopped() throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("routes"))) {
            List<Path> files =
                    all.filter(each -> each.toString().endsWith(".camel.yaml")).toList();
            assertThat(files).isNotEmpty();
            for (Path each : files) {
                String file = Files.readString(each);
                var routes = ROUTE.matcher(file);
                while (routes.find()) {
                    if (file.contains("precondition: \"{{caravan.http}}\"")) {
                        assertThat(served.output()).doesNotContain("Started " + routes.group(1) + " (");
                        continue;
                    }
                    assertThat(served.output())
                            .contains("Started " + routes.group(1) + " (")
                            .contains("Stopped " + routes.group(1) + " (");
                }
            }
        }
    }

    /** The application's jar lies on the class path, so that the CLI need not find it in a repository. */
    private Process camel(Map<String, String> environment, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + folder,
                "-cp",
                jar() + System.getProperty("path.separator") + System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output.txt").toFile()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** Named as the properties ask for it. */
    private Path jar() throws IOException {
        var dependency = DEPENDENCY.matcher(Files.readString(folder.resolve("application.properties")));
        assertThat(dependency.find()).isTrue();
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("<artifactId>" + dependency.group(1) + "</artifactId>\n    <version>" + dependency.group(2));
        Path jar = folder.resolve(dependency.group(1) + "-" + dependency.group(2) + ".jar");
        if (!Files.exists(jar)) {
            Path classes = Path.of("target/classes");
            try (var out = new JarOutputStream(Files.newOutputStream(jar));
                    Stream<Path> all = Files.walk(classes)) {
                for (Path each : all.filter(Files::isRegularFile).toList()) {
                    out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                    Files.copy(each, out);
                }
            }
        }
        return jar;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(each -> {
                try {
                    Files.copy(each, to.resolve(from.relativize(each).toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    /** The Camel CLI has no main method of its own. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws ReflectiveOperationException {
            Class.forName("org.apache.camel.dsl.jbang.core.commands.CamelJBangMain")
                    .getMethod("run", String[].class)
                    .invoke(null, (Object) arguments);
        }
    }
}
