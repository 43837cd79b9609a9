package dev.caravan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.base.Json;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The service as an operator starts it, in a process of its own over folders of its own, and what is dropped there. */
public final class RunningService implements AutoCloseable {
    public static final Duration LONGEST = Duration.ofMinutes(3);

    /** Looks five times a second, so that tests wait less. */
    private static final String SOON = "-Dcaravan.serve-millis=200";

    private static final int UNITS = 12;

    private final Path folder;
    private final Map<String, String> environment;
    private final int files;
    private final List<Process> started = new ArrayList<>();

    public RunningService(Path folder, Map<String, String> environment) throws IOException {
        this(folder, environment, 0);
    }

    /** @param files that it may have open; 0 for as many as we may */
    public RunningService(Path folder, Map<String, String> environment, int files) throws IOException {
        this.files = files;
        this.folder = folder;
        this.environment = environment;
        Files.createDirectories(folder.resolve("pipelines"));
    }

    /** Starts it, and waits until it says that it is ready. */
    public Process start(String... options) throws IOException {
        return start(List.of(), List.of(options));
    }

    /** @param properties of the virtual machine */
    public Process start(List<String> properties, List<String> options) throws IOException {
        long before = ready();
        var arguments = new ArrayList<>(List.of("serve"));
        arguments.addAll(options);
        if (!options.contains("--port") && !options.contains("--no-http")) {
            arguments.addAll(List.of("--port", "0"));
        }
        var settings = new ArrayList<>(List.of(SOON));
        settings.addAll(properties);
        Process process = new RealProgram(folder, environment, files).start(settings, arguments);
        started.add(process);
        await().atMost(LONGEST).until(() -> ready() > before || !process.isAlive());
        assertThat(process.isAlive()).as(this::output).isTrue();
        return process;
    }

    /** Another command, in the same folder. */
    public Process run(List<String> arguments) throws IOException {
        Process process = new RealProgram(folder, environment).start(List.of(), arguments);
        started.add(process);
        return process;
    }

    private long ready() {
        return output().lines().filter(each -> each.contains(": ready; ")).count();
    }

    public String output() {
        try {
            Path file = folder.resolve("output.txt");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static int ended(Process process) throws InterruptedException {
        assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    public static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        assertThat(ended(process)).isEqualTo(RealProgram.KILLED);
    }

    /** Where it answers over HTTP. */
    public ServiceHttp http() throws IOException {
        return new ServiceHttp(Json.parse(Files.readString(folder.resolve("runs/.service/http.json")))
                .path("url")
                .asText());
    }

    public Path pipelines() {
        return folder.resolve("pipelines");
    }

    /** Copies a pipeline in, file by file. */
    public Path drop(String name, String provider) throws IOException {
        return write(name, "provider: " + provider + ", model: gpt-4o-mini", "");
    }

    public Path write(String name, String api, String more) throws IOException {
        return write(pipelines(), name, api, more);
    }

    /** @param into what holds the pipeline's folder */
    public static Path write(Path into, String name, String api, String more) throws IOException {
        Path pipeline = into.resolve(name);
        Files.createDirectories(pipeline.resolve("templates"));
        Files.writeString(pipeline.resolve("templates/label.vm"), "Mark $text. Answer {\"mark\": 1 to 5}.");
        Files.writeString(pipeline.resolve("items.jsonl"), items(UNITS));
        Files.writeString(pipeline.resolve("config.yaml"), """
                pipeline:
                  name: %s
                  steps:
                    - name: label
                      max_tokens: 50
                      validation: {required: [mark], types: {mark: integer}}
                      simulate: {mark: {integer: [1, 5]}}
                api: {%s}
                processing: {chunk_size: 3, items: {source: items.jsonl, name_field: id}}
                %s
                """.formatted(name, api, more));
        return pipeline;
    }

    public static String items(int count) {
        var items = new StringBuilder();
        for (int i = 0; i < count; i++) {
            items.append("{\"id\":\"i%d\",\"text\":\"text number %d\"}\n".formatted(i, i));
        }
        return items.toString();
    }

    /** Runs of a pipeline, whole ones. */
    public List<RunFolder> runs(String pipeline) {
        Path runs = folder.resolve("runs");
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(runs)) {
            return all.filter(each -> String.valueOf(each.getFileName()).startsWith(pipeline + "_"))
                    .map(RunFolder::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only run of a pipeline, once it is as wanted. */
    public RunFolder run(String pipeline, Predicate<RunState> wanted) {
        await(pipeline)
                .atMost(LONGEST)
                .until(() -> runs(pipeline).size() == 1
                        && wanted.test(RunStore.read(runs(pipeline).get(0))));
        return runs(pipeline).get(0);
    }

    /** The only run of a pipeline, once it is complete and the service let go of it. */
    public RunFolder complete(String pipeline) {
        RunFolder run = run(pipeline, state -> state.status() == RunStatus.COMPLETE);
        await(pipeline).atMost(LONGEST).until(() -> output().contains("complete " + run.name()));
        return run;
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
    }
}
