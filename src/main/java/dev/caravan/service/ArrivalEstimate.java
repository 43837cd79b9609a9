package dev.caravan.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.CapCheck;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.estimate.CostWords;
import dev.caravan.estimate.Estimate;
import dev.caravan.estimate.Estimator;
import dev.caravan.estimate.PromptCounter;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Lane;
import dev.caravan.run.CostOutlook;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunsFolder;
import dev.caravan.step.StepKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what a run that came in will cost, as far as that can be said at once: others wait at the door meanwhile. So few
 * prompts are rendered, few earlier runs are read, and nobody is asked over the network.
 */
final class ArrivalEstimate {
    private static final Logger log = LoggerFactory.getLogger(ArrivalEstimate.class);
    /** Units whose prompts are rendered. */
    private static final int SAMPLE = 40;
    /** Earlier runs of the pipeline that may have been measured, the newest ones. */
    private static final int MOST_RUNS = 10;

    /**
     * What was found.
     *
     * @param words one clause for people
     */
    record Seen(CostOutlook outlook, String words) {}

    private final Path runs;
    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;

    ArrivalEstimate(Path runs, ModelRegistry registry, Map<String, StepKind> kinds) {
        this.runs = runs;
        this.registry = registry;
        this.kinds = kinds;
    }

    /** Whatever goes wrong, it only means that the cost is not known. */
    Seen look(Pipeline pipeline, RunOptions options, Lane lane) {
        try {
            Estimate estimate = estimate(pipeline, options, lane);
            CostOutlook outlook = CostWords.outlook(estimate);
            boolean known = outlook.expectedPicos() >= 0;
            return new Seen(outlook, CostWords.sum(estimate, 0, -1) + (known ? "; " + outlook.basis() : ""));
        } catch (RuntimeException e) {
            log.warn("what a run of {} costs could not be estimated", pipeline.name(), e);
            String why = "it could not be estimated: " + e.getMessage();
            return new Seen(CostOutlook.unknown(why), "what that costs is not known, for " + why);
        }
    }

    Estimate estimate(Pipeline pipeline, RunOptions options, Lane lane) {
        return new Estimator(registry, kinds, earlier(pipeline.name()), PromptCounter.NOBODY)
                .estimate(pipeline, options, lane, SAMPLE);
    }

    /** Why a limit cannot be kept while the run goes; empty when it can. */
    Optional<String> cannotKeep(Pipeline pipeline, Lane lane, long limitPicos) {
        try {
            CapCheck.check(pipeline, kinds, registry, lane, limitPicos);
            return Optional.empty();
        } catch (UserMistakeException e) {
            return Optional.of(String.valueOf(e.problems().get(0)));
        }
    }

    /** Runs of that pipeline, the newest first, by what lies beside their journals for lists: none is folded for it. */
    private List<RunFolder> earlier(String pipeline) {
        return new RunsFolder(runs)
                .all().stream()
                        .filter(each -> bought(each.manifestSummary(), pipeline))
                        .sorted(RunsFolder.newestFirst(RunFolder::manifestSummary))
                        .limit(MOST_RUNS)
                        .toList();
    }

    private static boolean bought(Path summary, String pipeline) {
        try {
            JsonNode run = Json.mapper().readTree(Files.readAllBytes(summary));
            return run.path("pipeline_name").asText().equals(pipeline)
                    && run.path("total_tokens").asLong() > 0;
        } catch (IOException e) {
            return false;
        }
    }
}
