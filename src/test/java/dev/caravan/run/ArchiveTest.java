package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.Lane;
import dev.caravan.testing.RealProgram;
import dev.caravan.testing.ShippedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs move to the archive and back whole, and never into one another. */
class ArchiveTest {
    @TempDir
    Path folder;

    private int caravan(String... arguments) throws Exception {
        return new RealProgram(folder, Map.of())
                .start(List.of(), List.of(arguments))
                .waitFor();
    }

    private List<String> content(Path root) throws IOException {
        var found = new ArrayList<String>();
        try (var files = Files.walk(root)) {
            files.filter(Files::isRegularFile)
                    .filter(each -> !String.valueOf(each.getFileName()).contains("lease"))
                    .filter(each -> !each.toString().contains("MANIFEST")
                            && !each.toString().contains(".manifest"))
                    .sorted()
                    .forEach(each -> found.add(
                            root.relativize(each) + " " + each.toFile().length()));
        }
        return found;
    }

    @Test
    void A69_archive_and_unarchive_are_a_round_trip_and_refuse_a_name_that_is_taken() throws Exception {
        RunFolder run = new ShippedRun(folder).run("one", Lane.REALTIME, "", 20);
        List<String> before = content(run.root());
        Path archived = folder.resolve("runs/.archive/one");

        assertThat(caravan("archive", "one")).isZero();
        assertThat(run.root()).doesNotExist();
        assertThat(content(archived)).isEqualTo(before);
        Files.createDirectories(run.root());
        assertThat(caravan("unarchive", "one"))
                .as("a folder of that name is there")
                .isEqualTo(2);
        assertThat(content(archived)).isEqualTo(before);
        Files.delete(run.root());
        assertThat(caravan("unarchive", "one")).isZero();
        assertThat(content(run.root())).isEqualTo(before);
        assertThat(caravan("verify", "one")).isZero();
        assertThat(Files.readString(folder.resolve("output.txt"))).contains("already exists; nothing was moved");
    }
}
