package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordIndexTest {
    private static final int[] UNITS = {0, 1, 4_095, 4_096, 65_535, 65_536, 131_071, 131_072, 400_000};

    @TempDir
    Path folder;

    @Test
    void every_unit_has_a_row_of_its_own_wherever_segments_end() {
        try (var index = new RecordIndex(new RunFolder(folder))) {
            for (int unit = 400_000; unit >= 0; unit--) {
                assertThat(index.record(unit)).isEqualTo(-1);
                assertThat(index.findings(unit)).isEqualTo(-1);
                index.input(unit, 10L * unit);
                index.record(unit, 10L * unit + 1);
                index.findings(unit, unit % 7, 10L * unit + 2);
            }
            for (int unit = 0; unit <= 400_000; unit++) {
                assertThat(index.input(unit)).isEqualTo(10L * unit);
                assertThat(index.record(unit)).isEqualTo(10L * unit + 1);
                assertThat(index.findings(unit)).isEqualTo(10L * unit + 2);
                assertThat(index.findingsStep(unit)).isEqualTo(unit % 7);
            }
        }
    }

    @Test
    void a_small_run_has_a_small_index() throws Exception {
        try (var index = new RecordIndex(new RunFolder(folder))) {
            index.input(0, 1);
            assertThat(Files.size(new RunFolder(folder).index())).isLessThan(100_000);
            for (int unit : UNITS) {
                index.input(unit, unit);
            }
            assertThat(Files.size(new RunFolder(folder).index())).isLessThan(24L * 500_000);
        }
    }
}
