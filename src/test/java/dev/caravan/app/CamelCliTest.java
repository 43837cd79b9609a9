package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped routes under the Camel CLI's main class: {@code ./mvnw test -Pcamel-cli} brings its jars. */
@Tag("camel-cli")
class CamelCliTest {
    private static final Pattern ROUTE = Pattern.compile("(?m)^- route:\\n {4}id: (\\S+)$");

    @TempDir
    Path folder;

    @Test
    void every_shipped_route_starts_under_camel_run_and_stops_in_order() throws Exception {
        var files = new ArrayList<Path>();
        try (Stream<Path> all = Files.walk(Path.of("routes"))) {
            all.filter(each -> each.toString().endsWith(".camel.yaml")).forEach(files::add);
        }
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Duser.home=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "run",
                "application.properties"));
        files.forEach(each -> command.add(each.toString()));
        command.addAll(List.of("--max-seconds=5", "--logging-color=false"));
        Path log = folder.resolve("output.txt");
        Process camel = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();

        assertThat(camel.waitFor()).as(() -> text(log)).isZero();

        for (Path each : files) {
            String file = Files.readString(each);
            var routes = ROUTE.matcher(file);
            while (routes.find()) {
                if (file.contains("precondition: \"{{caravan.http}}\"")) {
                    assertThat(text(log)).doesNotContain("Started " + routes.group(1) + " (");
                    continue;
                }
                assertThat(text(log))
                        .contains("Started " + routes.group(1) + " (")
                        .contains("Stopped " + routes.group(1) + " (");
            }
        }
    }

    private static String text(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
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
