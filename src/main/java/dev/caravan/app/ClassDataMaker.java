package dev.caravan.app;

import dev.caravan.base.FolderTrees;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes class data, as a process of its own: rehearses the program's commands in another JVM, which writes down what it
 * loaded. The file appears whole or not at all, and one process at a time makes it.
 */
final class ClassDataMaker {
    private static final int LONGEST_MINUTES = 5;

    private static final String REHEARSAL = "dev.caravan.app.ClassDataRehearsal";
    private static final String PROGRAM = "dev.caravan.app.Caravan";

    private final ClassData data;

    private ClassDataMaker(ClassData data) {
        this.data = data;
    }

    /** @param arguments the file */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        new ClassDataMaker(new ClassData(Path.of(arguments[0]))).make(Clock.systemUTC());
    }

    private void make(Clock clock) throws IOException, InterruptedException {
        Path folder = folder();
        Files.createDirectories(folder);
        try (var channel =
                        FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                @Nullable FileLock lock = channel.tryLock()) {
            if (lock != null && data.isDue(clock)) {
                // Said first: one that cannot be made is not tried at each start.
                data.label(0);
                rehearse(folder);
            }
        }
    }

    private Path folder() {
        return Objects.requireNonNull(data.file().getParent());
    }

    private void rehearse(Path folder) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory("caravan-rehearsal");
        Path made = work.resolve("class-data");
        Path aside = folder.resolve(data.file().getFileName() + ".tmp");
        try {
            if (succeeds(work, List.of("-XX:ArchiveClassesAtExit=" + made), REHEARSAL)
                    && Files.isRegularFile(made)
                    && succeeds(work, List.of("-XX:SharedArchiveFile=" + made), PROGRAM, "--version")) {
                Files.copy(made, aside, StandardCopyOption.REPLACE_EXISTING);
                try (var whole = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                    whole.force(true);
                }
                ClassData.DISK.rename(aside, data.file());
                data.label(Files.size(data.file()));
                removeOlder(folder);
            }
        } finally {
            Files.deleteIfExists(aside);
            FolderTrees.delete(work);
        }
    }

    /** In a folder of its own, and with nothing of the user's: neither keys nor routes, jars or limits. */
    private static boolean succeeds(Path work, List<String> more, String main, String... arguments)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(ClassData.java(more, main, arguments))
                .directory(work.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(each -> !each.startsWith("LC_") && !each.equals("LANG") && !each.equals("PATH"));
        environment.put("HOME", work.toString());
        environment.put("CARAVAN_STATE", work.resolve("state").toString());
        Process process = builder.start();
        if (process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
            return process.exitValue() == 0;
        }
        process.destroyForcibly().waitFor();
        return false;
    }

    /** What was made of other jars that lay here; names begin with those they were made of. */
    private void removeOlder(Path folder) throws IOException {
        String name = data.file().getFileName().toString();
        String ours = name.substring(0, name.indexOf('-') + 1);
        try (DirectoryStream<Path> others = Files.newDirectoryStream(folder, "*.jsa{,.of}")) {
            for (Path each : others) {
                if (!each.getFileName().toString().startsWith(ours)) {
                    Files.deleteIfExists(each);
                }
            }
        }
    }
}
