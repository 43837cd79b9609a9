package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.RealDisk;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Creates whose answer is lost, at each provider: found again by name where a job carries one, else by its rows. */
class AdoptionTest {
    private static final int GRACE = 2_500;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "gemini, 'createLost=0.6,lateList=0.5,young404=0.5'",
        "anthropic, 'createLost=0.6,lateList=0.5,young404=0.5'",
        "anthropic, 'createLost=1'",
    })
    void a_job_whose_creation_was_not_answered_is_bought_once(String provider, String faults) throws Exception {
        var overrides = ShippedRun.at(provider);
        var shipped = new ShippedRun(folder);
        RunFolder run = shipped.make(ShippedRun.read(shipped.pipeline("adopt", 10), overrides), "adopt", 60, overrides);
        try (var engine = ShippedRun.engine(faults, 700, GRACE, new RealDisk())) {
            ShippedRun.drive(engine, run, Lane.BATCH);
        }

        RunState state = RunStore.read(run);
        JsonNode bill = ShippedRun.bill(run);
        assertThat(Files.readString(run.root().resolve("RUN_LOG.txt"))).contains("adopted");
        assertThat(bill.path("totals").path("calls").intValue()).isEqualTo(120);
        ShippedRun.lawHolds(state, bill, Lane.BATCH);
    }
}
