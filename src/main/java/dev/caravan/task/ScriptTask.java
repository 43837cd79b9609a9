package dev.caravan.task;

import dev.caravan.base.Disk;
import dev.caravan.base.FolderTrees;
import dev.caravan.pipeline.DurationText;
import dev.caravan.pipeline.Task;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunLog;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a script of the pipeline's author: {@code <interpreter> <script> <run folder> <args…>}, in a fresh folder of its
 * own, {@code tasks/<name>.attempt-<n>}, which becomes {@code tasks/<name>} when it ends well. It gets a time limit and
 * no input, none of our environment (keys among it), no network where the system lets us take it, and dies with us
 * where the system lets us ask for that. What it writes to its outputs is kept in that folder.
 */
final class ScriptTask {
    private static final Duration USUAL_LIMIT = Duration.ofMinutes(10);
    private static final long LOOK_MILLIS = 100;
    private static final int LOGGED_LINES = 10;
    private static final String MARK = ".attempt";
    private static final Map<String, String> INTERPRETERS =
            Map.of("py", "python3", "sh", "sh", "js", "node", "rb", "ruby", "pl", "perl");
    /** What holds a program back, if the system has it: no network, and an end with its parent. */
    private static final List<List<String>> CONFINEMENTS = List.of(
            List.of("setpriv", "--no-new-privs", "--pdeathsig", "KILL", "unshare", "--net"),
            List.of("setpriv", "--no-new-privs", "--pdeathsig", "KILL", "unshare", "--map-root-user", "--net"),
            List.of("setpriv", "--no-new-privs", "--pdeathsig", "KILL"),
            List.of());

    private final RunFolder folder;
    private final Task task;
    private final int attempt;
    private final Disk disk;
    private final RunLog log;
    private final BooleanSupplier stopped;

    ScriptTask(RunFolder folder, Task task, int attempt, Disk disk, RunLog log, BooleanSupplier stopped) {
        this.folder = folder;
        this.task = task;
        this.attempt = attempt;
        this.disk = disk;
        this.log = log;
        this.stopped = stopped;
    }

    /** Whether this attempt ended well and was put in place. */
    static boolean completed(RunFolder folder, Task task, int attempt) {
        Path mark = folder.task(task.slug()).resolve(MARK);
        try {
            return Files.exists(mark) && Files.readString(mark).strip().equals(Integer.toString(attempt));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + mark, e);
        }
    }

    /** Why it failed, empty when it is done, null when the run stopped on the way. */
    @Nullable String run() {
        String script = task.source().path("script").asText();
        String interpreter = INTERPRETERS.get(script.replaceFirst(".*[.]", ""));
        if (interpreter == null) {
            return script + " has no ending that tells what runs it: " + String.join(", ", INTERPRETERS.keySet());
        }
        Path home = folder.task(task.slug() + ".attempt-" + attempt).toAbsolutePath();
        try {
            FolderTrees.delete(home);
            Files.createDirectories(home);
            String trouble = run(interpreter, script, home);
            if (trouble == null) {
                return null;
            }
            tell(home.resolve("stderr.txt"));
            if (trouble.isEmpty()) {
                settle(home);
            }
            return trouble;
        } catch (IOException e) {
            return "cannot be run: " + e.getMessage();
        }
    }

    private @Nullable String run(String interpreter, String script, Path home) throws IOException {
        var command = new ArrayList<>(confinement());
        command.add(interpreter);
        command.add(folder.config().resolve(script).toAbsolutePath().normalize().toString());
        command.add(folder.root().toAbsolutePath().normalize().toString());
        task.source().path("args").forEach(each -> command.add(each.asText()));
        var builder = new ProcessBuilder(command).directory(home.toFile());
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.clear();
        environment.putAll(Map.of(
                "PATH", path,
                "HOME", home.toString(),
                "TMPDIR", home.toString(),
                "LANG", "C.UTF-8",
                "CARAVAN_RUN_DIR", folder.root().toAbsolutePath().normalize().toString(),
                "CARAVAN_TASK", task.name(),
                "CARAVAN_ATTEMPT", Integer.toString(attempt)));
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.redirectOutput(home.resolve("stdout.txt").toFile());
        builder.redirectError(home.resolve("stderr.txt").toFile());
        return await(builder.start());
    }

    private @Nullable String await(Process process) {
        long until = System.nanoTime() + limit().toNanos();
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (stopped.getAsBoolean()) {
                    end(process);
                    return null;
                }
                if (System.nanoTime() > until) {
                    end(process);
                    return "did not end within " + limit().toSeconds() + " s; give it a time_limit";
                }
            }
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            return null;
        }
        return process.exitValue() == 0 ? "" : "ended with exit code " + process.exitValue();
    }

    private Duration limit() {
        return DurationText.of(task.source().path("time_limit"), USUAL_LIMIT);
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Everything durable, then its place, then its output where the pipeline wants it. */
    private void settle(Path home) throws IOException {
        Files.writeString(home.resolve(MARK), Integer.toString(attempt));
        FolderTrees.force(home);
        Path place = folder.task(task.slug());
        FolderTrees.delete(place);
        disk.rename(home, place);
        publish(folder, task, disk);
    }

    /** What the script printed, into the outputs, if the pipeline names a file there. Twice is the same as once. */
    static void publish(RunFolder folder, Task task, Disk disk) throws IOException {
        if (task.source().has("output")) {
            Path target = folder.outputs().resolve(task.source().path("output").asText());
            disk.createDirectories(Objects.requireNonNull(target.getParent()));
            try (var file = disk.replaceStreaming(target)) {
                Files.copy(folder.task(task.slug()).resolve("stdout.txt"), file.out());
                file.commit();
            }
        }
    }

    private void tell(Path stderr) throws IOException {
        try (Stream<String> lines = Files.lines(stderr, StandardCharsets.ISO_8859_1)) {
            lines.limit(LOGGED_LINES).forEach(each -> log.log("TASK", task.name() + ": " + RunLog.clean(each)));
        }
    }

    private static final class Confinement {
        static final List<String> BEST =
                CONFINEMENTS.stream().filter(Confinement::works).findFirst().orElse(List.of());

        private static boolean works(List<String> prefix) {
            if (prefix.isEmpty()) {
                return true;
            }
            try {
                var command = new ArrayList<>(prefix);
                command.add("true");
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private static List<String> confinement() {
        return Confinement.BEST;
    }
}
