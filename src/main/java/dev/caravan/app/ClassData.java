package dev.caravan.app;

import dev.caravan.base.Disk;
import dev.caravan.base.RealDisk;
import dev.caravan.base.Sha256;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file in which the JVM finds the classes of this program as it had them loaded once (class data sharing), so that a
 * start need not read and link them again. It is worth nothing but time: who has none, or one that does not fit, starts
 * without. The launcher names it, and uses it when it is whole by the label beside it.
 */
final class ClassData {
    /** Names the file; not set where nobody wants one. */
    private static final String PROPERTY = "caravan.class-data";

    /** One that could not be made is tried again after this. */
    private static final Duration PATIENCE = Duration.ofDays(1);

    static final Disk DISK = new RealDisk();

    /** By its name, for it begins with what this class knows. */
    private static final String MAKER = "dev.caravan.app.ClassDataMaker";

    /** The launcher chooses others for the program; here all is to be cheap, and silent. */
    private static final List<String> FLAGS =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m", "-Xlog:disable");

    private final Path file;

    ClassData(Path file) {
        this.file = file.toAbsolutePath();
    }

    /** The one that the launcher looks for, where it does. */
    static Optional<ClassData> wanted() {
        return Optional.ofNullable(System.getProperty(PROPERTY))
                .filter(each -> !each.isEmpty())
                .map(each -> new ClassData(Path.of(each)));
    }

    /**
     * Has it made by a process of its own, which outlives this one, when it is missing or was made of something else.
     * What goes wrong is nobody's concern: the next start is as slow as this one was.
     */
    void refresh(Clock clock) {
        try {
            if (isDue(clock)) {
                new ProcessBuilder(java(List.of(), MAKER, file.toString()))
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
            }
        } catch (IOException | RuntimeException e) {
            // no file then
        }
    }

    /** A process of this Java, with the class path of this one. */
    static List<String> java(List<String> more, String main, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(more);
        command.add("-Dcaravan.home=" + Installation.home());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Whether it is to be made: nobody tried for what runs here now, or nothing came of it a day ago. */
    boolean isDue(Clock clock) throws IOException {
        Path label = label();
        if (!Files.isRegularFile(label)) {
            return isOurs();
        }
        List<String> lines = Files.readAllLines(label);
        if (!isOf(lines)) {
            return isOurs();
        }
        boolean whole = Files.isRegularFile(file) && lines.get(0).equals(String.valueOf(Files.size(file)));
        return !whole
                && Files.getLastModifiedTime(label)
                        .toInstant()
                        .isBefore(clock.instant().minus(PATIENCE));
    }

    /** Whether it could be made, or else each start would try. */
    private boolean isOurs() {
        Path folder = file.getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        return folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
    }

    private static boolean isOf(List<String> lines) {
        return lines.size() == 2 && lines.get(1).equals(origin());
    }

    /** What it is made of: this JVM and the files of its class path, by their sizes and times. */
    static String origin() {
        var text = new StringBuilder();
        for (String each : List.of("java.vm.vendor", "java.vm.name", "java.vm.version", "java.home")) {
            text.append(System.getProperty(each)).append('\n');
        }
        for (Path each : classPath()) {
            File jar = each.toFile();
            text.append(each).append(' ').append(jar.length()).append(' ').append(jar.lastModified());
            text.append('\n');
        }
        return Sha256.hex(text.toString());
    }

    /** The jars of this program, in the order in which the JVM looks into them. */
    static List<Path> classPath() {
        return List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
                .map(Path::of)
                .toList();
    }

    Path file() {
        return file;
    }

    /** Beside the file: its length, which the launcher holds it to, and what it was made of. */
    Path label() {
        return file.resolveSibling(file.getFileName() + ".of");
    }

    /** @param length of the file; 0 while there is none */
    void label(long length) {
        DISK.replace(label(), (length + "\n" + origin() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
