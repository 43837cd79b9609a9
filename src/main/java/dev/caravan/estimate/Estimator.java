package dev.caravan.estimate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.cost.Forecast;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.Price;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.pipeline.Step;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.run.CostOutlook;
import dev.caravan.run.RunFolder;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.StepKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what a run will cost before it is made. Makes nothing and buys nothing. */
public final class Estimator {
    /** Units of the input whose prompts are rendered, unless told otherwise. */
    public static final int USUAL_SAMPLE = 200;

    private static final Logger log = LoggerFactory.getLogger(Estimator.class);

    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final List<RunFolder> runs;
    private final PromptCounter counting;

    /** @param runs that may have been measured, the newest first */
    public Estimator(
            ModelRegistry registry, Map<String, StepKind> kinds, List<RunFolder> runs, PromptCounter counting) {
        this.registry = registry;
        this.kinds = kinds;
        this.runs = runs;
        this.counting = counting;
    }

    /** @param sample units whose prompts are rendered, at least 2 */
    public Estimate estimate(Pipeline pipeline, RunOptions options, Lane lane, int sample) {
        List<PreparedStep> steps = StepKind.prepared(pipeline, kinds);
        UnitSample drawn = UnitSample.of(pipeline, options.maxUnits(), sample);
        TokenCounter tokens = options.simulated() ? TokenCounter.simulated() : TokenCounter.o200k();
        var walk = new DryWalk(
                steps, tokens, new AnswerLengths(registry), drawn.units().size());
        List<List<SampledCall>> calls = drawn.units().stream().map(walk::unit).toList();
        var assumed = new AssumedCost(pipeline, registry, lane, calls);
        Optional<MeasuredCost> measured = MeasuredCost.newest(runs, pipeline, local(pipeline), options.simulated());
        var notes = new ArrayList<String>();
        if (walk.failed() > 0) {
            notes.add(walk.failed() + " units or children of the sample fail before anybody is asked");
        }
        unpriced(pipeline, lane, notes);
        int total = drawn.total();
        int first = options.pilot() > 0 ? Math.min(options.pilot(), total) : total;
        CostBreakdown parts;
        CostBreakdown ahead;
        Estimate.Basis basis;
        if (measured.isPresent()) {
            MeasuredCost run = measured.get();
            double drift = drift(pipeline, options, run, assumed, tokens);
            parts = run.parts(pipeline, registry, lane, total, drift);
            ahead = run.parts(pipeline, registry, lane, first, drift);
            notes.addAll(run.notes(pipeline, registry, drift));
            String all = "measured in run " + run.run() + ", " + run.units() + " units";
            basis = new Estimate.Basis(all + ", repeats included", all, all);
        } else {
            var factors = new TokenFactors(registry, options.simulated(), tokens, counting);
            parts = assumed.parts(total, false, factors, walk);
            ahead = first == total ? parts : assumed.parts(first, true, factors, walk);
            notes.addAll(walk.notes());
            basis = assumedBasis(pipeline, drawn, factors);
            notes.add("nothing was measured: --pilot " + Math.min(50, total)
                    + " of `caravan run` says more, for the price of so many units");
        }
        long worst = assumed.worst(total);
        return new Estimate(
                pipeline.name(),
                lane,
                options.simulated(),
                total,
                drawn.units().size(),
                parts.steps(),
                parts.total(),
                ahead.total(),
                worst < 0
                        ? -1
                        : Math.max(
                                worst,
                                parts.total().expected() < 0
                                        ? -1
                                        : parts.total().high()),
                measured.map(MeasuredCost::run).orElse(""),
                basis,
                notes);
    }

    /**
     * What is still to be paid for units of a run that are about to pass a step; unknown where they are children, for
     * then others wait for them.
     *
     * @param sample records of some of them
     * @param units how many there are
     */
    public CostOutlook behind(
            Pipeline pipeline, Lane lane, boolean simulated, int step, List<ObjectNode> sample, int units) {
        try {
            List<PreparedStep> steps = StepKind.prepared(pipeline, kinds);
            TokenCounter tokens = simulated ? TokenCounter.simulated() : TokenCounter.o200k();
            var walk = new DryWalk(steps, tokens, new AnswerLengths(registry), sample.size());
            if (walk.isOfChildren(step)) {
                return CostOutlook.unknown("children of a fan_out are at the step");
            }
            List<List<SampledCall>> calls =
                    sample.stream().map(each -> walk.unit(each, step + 1)).toList();
            if (calls.stream().allMatch(List::isEmpty)) {
                return new CostOutlook(0, 0, 0, 0, "", "no step behind it asks a model");
            }
            var assumed = new AssumedCost(pipeline, registry, lane, calls);
            Forecast rest = assumed.parts(units, false, new TokenFactors(registry, simulated, tokens, counting), walk)
                    .total();
            return new CostOutlook(
                    rest.low(),
                    rest.expected(),
                    rest.high(),
                    assumed.worst(units),
                    "",
                    "assumed from prompts of " + sample.size() + " of the units, at the prices of now");
        } catch (RuntimeException e) {
            // Whoever is to decide must be asked all the same.
            log.warn("what the steps behind step {} cost could not be estimated", step, e);
            return CostOutlook.unknown("it could not be estimated: " + e.getMessage());
        }
    }

    private double drift(
            Pipeline pipeline, RunOptions options, MeasuredCost run, AssumedCost assumed, TokenCounter tokens) {
        var factors = new TokenFactors(registry, options.simulated(), tokens, PromptCounter.NOBODY);
        return asking(pipeline)
                .findFirst()
                .map(each -> run.drift(each.index(), assumed.prompt(each.index()), factors.of(each, List.of())))
                .orElse(1.0);
    }

    private Estimate.Basis assumedBasis(Pipeline pipeline, UnitSample drawn, TokenFactors factors) {
        return new Estimate.Basis(
                "units of the sample; repeats are assumed, at most every second answer once more",
                drawn.units().size() + " prompts rendered; " + String.join("; ", factors.basis())
                        + "; behind made-up answers where a prompt shows answers",
                "assumed, from half of a made-up answer to max_tokens"
                        + (asking(pipeline).allMatch(each -> each.maxTokens() != null)
                                ? ""
                                : ", or to " + AnswerLengths.MULTIPLE
                                        + " times the made-up answer where a step sets none"));
    }

    private Stream<Step> asking(Pipeline pipeline) {
        return pipeline.steps().stream()
                .filter(each -> Objects.requireNonNull(kinds.get(each.kind())).asks());
    }

    private List<Integer> local(Pipeline pipeline) {
        List<Step> asking = asking(pipeline).toList();
        return pipeline.steps().stream()
                .filter(each -> !asking.contains(each))
                .map(Step::index)
                .toList();
    }

    private void unpriced(Pipeline pipeline, Lane lane, List<String> notes) {
        pipeline.steps().stream()
                .filter(each ->
                        kinds.containsKey(each.kind()) && kinds.get(each.kind()).asks())
                .map(Step::model)
                .distinct()
                .filter(each -> registry.price(each)
                                .map(price -> price.picos(lane, Usage.NONE))
                                .orElse(Price.UNKNOWN)
                        < 0)
                .forEach(each -> notes.add("the price of '" + each + "' in "
                        + lane.name().toLowerCase(Locale.ROOT)
                        + " is not known, so the cost is not: name it in models.yaml"));
    }
}
