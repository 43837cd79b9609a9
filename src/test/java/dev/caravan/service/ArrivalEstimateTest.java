package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Caravan;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import dev.caravan.run.CostOutlook;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrivalEstimateTest {
    private static final RunOptions OPTIONS = new RunOptions(CallOverrides.NONE, Integer.MAX_VALUE, false);

    @TempDir
    Path runs;

    private final ModelRegistry registry = ModelRegistry.shipped();
    private final Pipeline pipeline = new PipelineReader(registry, Map.copyOf(Caravan.kinds()))
            .read(Path.of("pipelines/ticket-triage"), CallOverrides.NONE);

    @Test
    void a_pipeline_that_never_ran_has_an_assumed_cost_with_a_bound() {
        ArrivalEstimate.Seen seen =
                new ArrivalEstimate(runs, registry, Caravan.kinds()).look(pipeline, OPTIONS, Lane.BATCH);

        assertThat(seen.outlook().expectedPicos()).isPositive();
        assertThat(seen.outlook().cautiousPicos()).isEqualTo(seen.outlook().worstPicos());
        assertThat(seen.words()).startsWith("about $").contains("nothing was measured");
    }

    @Test
    void an_estimate_that_fails_leaves_the_cost_unknown_and_says_why() {
        ArrivalEstimate.Seen seen = new ArrivalEstimate(runs, registry, Map.of()).look(pipeline, OPTIONS, Lane.BATCH);

        assertThat(seen.outlook().expectedPicos()).isEqualTo(CostOutlook.UNKNOWN.expectedPicos());
        assertThat(seen.outlook().cautiousPicos()).isNegative();
        assertThat(seen.words()).startsWith("what that costs is not known, for it could not be estimated");
        assertThat(new SpendRule(Long.MAX_VALUE).allows(seen.outlook())).isFalse();
    }
}
