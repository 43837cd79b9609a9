package dev.caravan.estimate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.cost.Forecast;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.Price;
import dev.caravan.money.Money;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.run.CostOutlook;
import dev.caravan.run.RunFolder;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.StepKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what a run will cost before it is made. Makes nothing and buys nothing. */
public final class Estimator {
    /** Units of the input whose prompts are rendered, unless told otherwise. */
    public static final int USUAL_SAMPLE = 200;
    /** Units of a pilot, where one is advised. */
    private static final int USUAL_PILOT = 50;

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

    /**
     * A sample of the input, walked through the steps without asking anybody.
     *
     * @param total units of the whole input
     */
    private record Rehearsed(
            Pipeline pipeline,
            RunOptions options,
            Lane lane,
            int total,
            int sampled,
            TokenCounter tokens,
            DryWalk walk,
            AssumedCost assumed) {

        /** Units that are bought before anybody is asked again: those of the pilot, or all. */
        int first() {
            return options.pilot() > 0 ? Math.min(options.pilot(), total) : total;
        }
    }

    /**
     * What all units cost, and those that go first.
     *
     * @param run the earlier run that was measured, or empty
     */
    private record Figures(
            CostBreakdown all, CostBreakdown first, String run, Estimate.Basis basis, List<String> notes) {}

    /** @param sample units whose prompts are rendered, at least 2 */
    public Estimate estimate(Pipeline pipeline, RunOptions options, Lane lane, int sample) {
        Rehearsed rehearsed = rehearse(pipeline, options, lane, sample);
        Figures figures = MeasuredCost.newest(runs, pipeline, local(pipeline), options.simulated())
                .map(run -> measured(rehearsed, run))
                .orElseGet(() -> assumed(rehearsed));
        var notes = new ArrayList<String>();
        if (rehearsed.walk().failed() > 0) {
            notes.add(rehearsed.walk().failed() + " units or children of the sample fail before anybody is asked");
        }
        unpriced(pipeline, lane, notes);
        notes.addAll(figures.notes());
        Forecast all = figures.all().total();
        return new Estimate(
                pipeline.name(),
                lane,
                options.simulated(),
                rehearsed.total(),
                rehearsed.sampled(),
                figures.all().steps(),
                all,
                figures.first().total(),
                worst(rehearsed, all),
                figures.run(),
                figures.basis(),
                notes);
    }

    private Rehearsed rehearse(Pipeline pipeline, RunOptions options, Lane lane, int sample) {
        List<PreparedStep> steps = StepKind.prepared(pipeline, kinds);
        UnitSample drawn = UnitSample.of(pipeline, options.maxUnits(), sample);
        int sampled = drawn.units().size();
        TokenCounter tokens = options.simulated() ? TokenCounter.simulated() : TokenCounter.o200k();
        var walk = new DryWalk(steps, tokens, new AnswerLengths(registry), sampled);
        List<List<SampledCall>> calls = drawn.units().stream().map(walk::unit).toList();
        var assumed = new AssumedCost(pipeline, registry, lane, calls);
        return new Rehearsed(pipeline, options, lane, drawn.total(), sampled, tokens, walk, assumed);
    }

    private Figures measured(Rehearsed to, MeasuredCost run) {
        double drift = drift(to, run);
        String from = "measured in run " + run.run() + ", " + run.units() + " units";
        return new Figures(
                run.parts(to.pipeline(), registry, to.lane(), to.total(), drift),
                run.parts(to.pipeline(), registry, to.lane(), to.first(), drift),
                run.run(),
                new Estimate.Basis(from + ", repeats included", from, from),
                run.notes(to.pipeline(), registry, drift));
    }

    private Figures assumed(Rehearsed to) {
        var factors = new TokenFactors(registry, to.options().simulated(), to.tokens(), counting);
        CostBreakdown all = to.assumed().parts(to.total(), false, factors, to.walk());
        CostBreakdown first = to.first() == to.total() ? all : to.assumed().parts(to.first(), true, factors, to.walk());
        var notes = new ArrayList<>(to.walk().notes());
        notes.add("nothing was measured: --pilot " + Math.min(USUAL_PILOT, to.total())
                + " of `caravan run` says more, for the price of so many units");
        return new Figures(all, first, "", assumedBasis(to, factors), notes);
    }

    /** Never below the upper end of what is expected. */
    private static Money worst(Rehearsed rehearsed, Forecast all) {
        Money worst = rehearsed.assumed().worst(rehearsed.total());
        return all.expected() < 0 ? worst : worst.max(new Money(all.high()));
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
            return rest(pipeline, lane, simulated, step, sample, units);
        } catch (RuntimeException e) {
            // Whoever is to decide must be asked all the same.
            log.warn("what the steps behind step {} cost could not be estimated", step, e);
            return CostOutlook.unknown("it could not be estimated: " + e.getMessage());
        }
    }

    private CostOutlook rest(
            Pipeline pipeline, Lane lane, boolean simulated, int step, List<ObjectNode> sample, int units) {
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
        var factors = new TokenFactors(registry, simulated, tokens, counting);
        Forecast rest = assumed.parts(units, false, factors, walk).total();
        return new CostOutlook(
                rest.low(),
                rest.expected(),
                rest.high(),
                assumed.worst(units).picos(),
                "",
                "assumed from prompts of " + sample.size() + " of the units, at the prices of now");
    }

    private double drift(Rehearsed to, MeasuredCost run) {
        var factors = new TokenFactors(registry, to.options().simulated(), to.tokens(), PromptCounter.NOBODY);
        return asking(to.pipeline())
                .findFirst()
                .map(each -> run.drift(each.index(), to.assumed().prompt(each.index()), factors.of(each, List.of())))
                .orElse(1.0);
    }

    private Estimate.Basis assumedBasis(Rehearsed to, TokenFactors factors) {
        boolean bounded = asking(to.pipeline()).allMatch(each -> each.maxTokens() != null);
        return new Estimate.Basis(
                "units of the sample; repeats are assumed, at most every second answer once more",
                to.sampled() + " prompts rendered; " + String.join("; ", factors.basis())
                        + "; behind made-up answers where a prompt shows answers",
                "assumed, from half of a made-up answer to max_tokens"
                        + (bounded
                                ? ""
                                : ", or to " + AnswerLengths.MULTIPLE
                                        + " times the made-up answer where a step sets none"));
    }

    private Stream<Step> asking(Pipeline pipeline) {
        return pipeline.steps().stream()
                .filter(each -> StepGrammar.of(kinds, each).manner().asksProvider());
    }

    private List<Integer> local(Pipeline pipeline) {
        List<Step> asking = asking(pipeline).toList();
        return pipeline.steps().stream()
                .filter(each -> !asking.contains(each))
                .map(Step::index)
                .toList();
    }

    private void unpriced(Pipeline pipeline, Lane lane, List<String> notes) {
        asking(pipeline)
                .map(Step::model)
                .distinct()
                .filter(each -> isUnpriced(each, lane))
                .forEach(each -> notes.add("the price of '" + each + "' in "
                        + lane.word()
                        + " is not known, so the cost is not: name it in models.yaml"));
    }

    private boolean isUnpriced(String model, Lane lane) {
        return registry.price(model).map(price -> price.picos(lane, Usage.NONE)).orElse(Price.UNKNOWN) < 0;
    }
}
