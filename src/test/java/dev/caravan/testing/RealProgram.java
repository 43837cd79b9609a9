package dev.caravan.testing;

import dev.caravan.app.Caravan;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real program as a user would start it, in a process of its own that may be killed. */
public final class RealProgram {
    public static final int KILLED = 137;

    private final Path folder;
    private final Map<String, String> environment;
    private final int files;

    /** @param folder where it is started, and where {@code output.txt} gathers what it prints */
    public RealProgram(Path folder, Map<String, String> environment) {
        this(folder, environment, 0);
    }

    /** @param files that it may have open; 0 for as many as we may */
    public RealProgram(Path folder, Map<String, String> environment, int files) {
        this.files = files;
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    /** @param properties of the virtual machine, such as {@code -Dcaravan.failpoint=…} */
    public Process start(List<String> properties, List<String> arguments) throws IOException {
        return start(folder, properties, arguments);
    }

    /** As the other, but started in another folder. */
    public Process startIn(Path where, List<String> arguments) throws IOException {
        return start(where, List.of(), arguments);
    }

    private Process start(Path where, List<String> properties, List<String> arguments) throws IOException {
        var command = new ArrayList<String>();
        if (files > 0) {
            command.addAll(List.of("bash", "-c", "ulimit -n " + files + " && exec \"$@\"", "limited"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dcaravan.home=" + Path.of("").toAbsolutePath()));
        command.addAll(properties);
        command.addAll(List.of("-cp", classPath(), Caravan.class.getName()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("output.txt").toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** As absolute paths: the program is started in another folder than the tests. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(each -> Path.of(each).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
