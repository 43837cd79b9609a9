package dev.caravan.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testing.OutsideProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulator outlives its own death, as a provider does. */
class SimulatorRestartTest {
    @TempDir
    Path folder;

    @Test
    void a_record_that_was_being_written_is_as_if_it_had_not_been() throws Exception {
        OutsideProvider.simulator(folder, "", 1).close();
        List<Path> torn = List.of(
                folder.resolve("provider/batches/.batch_torn.json"), folder.resolve("provider/files/.file-torn.json"));
        for (Path each : torn) {
            assertThat(each.getParent()).isDirectory();
            Files.writeString(each, "{\"id\":\"torn\",\"prov");
        }

        try (var again = OutsideProvider.simulator(folder, "", 1)) {
            assertThat(again.totals().path("calls").intValue()).isZero();
        }
    }
}
