package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts the program, in the folder that the archive unpacks to. */
class LauncherTest {
    /** Has the JVM say what it is told, and leave. */
    private static final String TELL_FLAGS = " -XX:+PrintFlagsFinal -version";

    @TempDir
    static Path unpacked;

    @TempDir
    Path folder;

    @BeforeAll
    static void unpack() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path lib = Files.createDirectory(unpacked.resolve("lib"));
        Files.copy(here.resolve("caravan"), unpacked.resolve("caravan"));
        for (String each :
                List.of("application.properties", "routes", "pipelines/ticket-triage", "pipelines/drunken-sailor")) {
            copy(here.resolve(each), unpacked.resolve(each));
        }
        for (Path each : ClassData.classPath()) {
            Path jar = each.toAbsolutePath();
            if (jar.toString().endsWith(".jar") && !Files.exists(lib.resolve(jar.getFileName()))) {
                Files.copy(jar, lib.resolve(jar.getFileName()));
            }
        }
        pack(here.resolve("target/classes"), lib.resolve("caravan-1.jar"));
        Files.writeString(lib.resolve("caravan-1.jar.sha256"), "0a1b2c3d\n");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(each).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(each, copy);
            }
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> all = Files.walk(classes)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                Files.copy(each, out);
                out.closeEntry();
            }
        }
    }

    @BeforeEach
    void look_at_nothing_of_the_user() throws IOException {
        Files.createDirectories(folder.resolve("work"));
    }

    /** What a start says and ends with. */
    private record Said(int code, String out, String err) {}

    private Process start(String options, String... arguments) throws IOException {
        return start(Map.of("CARAVAN_OPTS", options), arguments);
    }

    private Process start(Map<String, String> more, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(unpacked.resolve("caravan").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .directory(folder.resolve("work").toFile())
                .redirectErrorStream(false);
        var environment = new TreeMap<>(Map.of(
                "PATH", System.getenv("PATH"),
                "JAVA_HOME", System.getProperty("java.home"),
                "HOME", folder.toString(),
                "CARAVAN_STATE", folder.resolve("state").toString()));
        environment.putAll(more);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Said end(Process process) throws IOException, InterruptedException {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), out, err);
    }

    private Said said(String options, String... arguments) throws IOException, InterruptedException {
        return end(start(options, arguments));
    }

    /** Where class data are looked for. */
    private Path classData() {
        String java = System.getProperty("java.version") + "-"
                + Path.of(System.getProperty("java.home")).getFileName();
        return Path.of(folder.resolve("state/classes") + String.valueOf(real(unpacked)))
                .resolve("0a1b2c3d-" + java + ".jsa");
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void label(Path data, long length) throws IOException {
        Files.writeString(data.resolveSibling(data.getFileName() + ".of"), length + "\nsomething else\n");
    }

    @Test
    void the_first_commands_have_class_data_made_which_later_ones_start_from() throws Exception {
        List<Process> first = List.of(start("", "ps"), start("", "ps"));
        for (Process each : first) {
            assertThat(end(each))
                    .isEqualTo(new Said(0, end(start(withoutData(), "ps")).out(), ""));
        }

        Path label = classData().resolveSibling(classData().getFileName() + ".of");
        await().atMost(Duration.ofMinutes(4))
                .until(() -> Files.exists(classData())
                        && Files.readString(label).startsWith(Files.size(classData()) + "\n"));
        Said later = said("-Xlog:class+load", "ps");

        assertThat(later.out()).contains("dev.caravan.cli.PsCommand source: shared objects file (top)");
        assertThat(later.err()).isEmpty();
        try (Stream<Path> left = Files.list(classData().getParent())) {
            assertThat(left.map(each -> String.valueOf(each.getFileName()))).noneMatch(each -> each.endsWith(".tmp"));
        }

        stale_and_broken_ones_are_passed_over_without_a_word();
    }

    /** Of a file that was right once; made here, for it takes a while. */
    private void stale_and_broken_ones_are_passed_over_without_a_word() throws Exception {
        Path jar = unpacked.resolve("lib/caravan-1.jar");
        Said right = said("", "--version");
        byte[] whole = Files.readAllBytes(classData());

        // Cut off: the JVM of Java 17 would end with SIGBUS.
        Files.delete(classData());
        Files.write(classData(), Arrays.copyOf(whole, whole.length / 2));
        assertThat(said("", "--version")).isEqualTo(right);

        Files.write(classData(), whole);
        FileTime before = Files.getLastModifiedTime(jar);
        Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2026-02-03T04:05:06Z")));
        assertThat(said("", "--version")).isEqualTo(right);
        Files.setLastModifiedTime(jar, before);
        assertThat(said("--limit-modules java.se,jdk.unsupported", "--version")).isEqualTo(right);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "this is no class data", "\u0000\u0000\u0000\u0000"})
    void what_is_no_class_data_is_passed_over_without_a_word(String content) throws Exception {
        Said right = end(start(withoutData(), "--version"));
        Files.createDirectories(classData().getParent());
        Files.writeString(classData(), content);
        label(classData(), content.length());

        assertThat(said("", "--version")).isEqualTo(right);
        assertThat(right.code()).isZero();
        assertThat(right.out()).startsWith("caravan ");
        assertThat(right.err()).isEmpty();
    }

    private static Map<String, String> withoutData() {
        return Map.of("CARAVAN_NO_CLASS_DATA", "1");
    }

    @Test
    void a_folder_that_may_not_be_written_to_is_nobodys_concern() throws Exception {
        Files.writeString(folder.resolve("state"), "a file where the folder should be");

        assertThat(said("", "ps").err()).isEmpty();
        assertThat(said("", "ps").code()).isZero();
    }

    @Test
    void nothing_is_made_where_nobody_wants_it() throws Exception {
        assertThat(end(start(withoutData(), "ps")).code()).isZero();

        assertThat(folder.resolve("state/classes")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:+UseParallelGC", "-Xms8m -XX:+UseG1GC"})
    void a_collector_that_is_asked_for_takes_the_place_of_ours(String collector) throws Exception {
        Said said = said(collector + TELL_FLAGS, "ps");

        assertThat(said.code()).isZero();
        assertThat(said.out())
                .containsPattern(collector.replaceFirst(".*\\+", "") + " += true")
                .containsPattern("UseSerialGC += false");
    }

    @ParameterizedTest
    @CsvSource({
        "ps, true",
        "verify some, true",
        "serve, false",
        "run ticket-triage, true",
        "run --mode batch ticket-triage --simulate, true",
        "run drunken-sailor --limit 3, false",
        "run ticket-triage --repeat 3000, false",
        "run ticket-triage --repeat=3000, false",
        "run many, false",
        "run many --limit 50, true",
        "run many --max-units=50, true",
        "run many --limit 50000, false",
        "run deep, false",
        "run combined, false",
        "run nowhere, false",
        "resume short, true",
        "resume long, false",
    })
    void runs_that_are_known_to_be_short_do_without_the_second_compiler(String command, boolean without)
            throws Exception {
        Path work = folder.resolve("work");
        write(work.resolve("pipelines/many/config.yaml"), "pipeline:\n");
        write(work.resolve("pipelines/many/items.jsonl"), "{}\n".repeat(20_001));
        write(work.resolve("pipelines/deep/config.yaml"), "pipeline:\n");
        write(work.resolve("pipelines/deep/data/items.csv"), "a,b\n".repeat(20_001));
        write(work.resolve("pipelines/combined/config.yaml"), "processing:\n  strategy: cross_product\n");
        write(work.resolve("runs/short/input/units.jsonl"), "{}\n".repeat(20));
        write(work.resolve("runs/long/input/units.jsonl"), "{}\n".repeat(20_001));

        Said said = said(TELL_FLAGS, command.split(" "));

        assertThat(said.code()).isZero();
        assertThat(said.out())
                .containsPattern("TieredStopAtLevel += " + (without ? 1 : 4) + " ")
                .containsPattern("Tier4InvocationThreshold += " + (without ? 5000 : 50000) + " ");
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
