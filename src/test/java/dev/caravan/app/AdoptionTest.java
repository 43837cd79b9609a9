package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.RealDisk;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
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
        var overrides = Shipped.at(provider);
        var shipped = new Shipped(folder);
        RunFolder run = shipped.make(Shipped.read(shipped.pipeline("adopt", 10), overrides), "adopt", 60, overrides);
        try (var engine = Shipped.engine(faults, 700, GRACE, new RealDisk())) {
            Shipped.drive(engine, run, Lane.BATCH);
        }

        RunState state = RunStore.read(run);
        JsonNode bill = Shipped.bill(run);
        assertThat(Files.readString(run.root().resolve("RUN_LOG.txt"))).contains("adopted");
        assertThat(bill.path("totals").path("calls").intValue()).isEqualTo(120);
        Shipped.lawHolds(state, bill, Lane.BATCH);
    }
}
