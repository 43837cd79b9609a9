package dev.caravan.app;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real program as a user would start it, in a process of its own that may be killed. */
final class Program {
    static final int KILLED = 137;

    private final Path folder;
    private final Map<String, String> environment;

    /** @param folder where it is started, and where {@code output.txt} gathers what it prints */
    Program(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    /** @param properties of the virtual machine, such as {@code -Dcaravan.failpoint=…} */
    Process start(List<String> properties, List<String> arguments) throws IOException {
        return start(folder, properties, arguments);
    }

    /** As the other, but started in another folder. */
    Process startIn(Path where, List<String> arguments) throws IOException {
        return start(where, List.of(), arguments);
    }

    private Process start(Path where, List<String> properties, List<String> arguments) throws IOException {
        var command = new ArrayList<>(List.of(
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
