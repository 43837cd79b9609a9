package dev.caravan.estimate;

import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.Forecast;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.money.Money;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.pipeline.Step;
import dev.caravan.provider.Lane;
import dev.caravan.run.Ledger;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.run.StepFact;
import dev.caravan.settle.PaidReplies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the units of an earlier run took, priced as this one will be. */
final class MeasuredCost {
    private static final int LEAST_UNITS = 5;
    private static final int FEW_UNITS = 20;
    /** Units that are looked at, spread over the run. */
    private static final int MOST_UNITS = 5_000;
    /** Runs that are looked at, the newest ones. */
    private static final int MOST_RUNS = 100;
    /** Prompts that differ by more are of another kind. */
    private static final double DRIFT = 0.1;
    /** Another model writes shorter, or longer, or thinks first. */
    private static final Interval OTHER_MODEL = new Interval(0.5, 1, 2);

    private final RunFolder folder;
    private final RunState state;
    private final PaidReplies replies;

    private MeasuredCost(RunFolder folder, RunState state, PaidReplies replies) {
        this.folder = folder;
        this.state = state;
        this.replies = replies;
    }

    /**
     * The newest run of this pipeline and these steps of which enough units are through and were paid for.
     *
     * @param local places of the steps that ask nobody
     */
    static Optional<MeasuredCost> newest(
            List<RunFolder> runs, Pipeline pipeline, List<Integer> local, boolean simulated) {
        return runs.stream()
                .limit(MOST_RUNS)
                .map(each -> measured(each, pipeline, local, simulated))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<MeasuredCost> measured(
            RunFolder run, Pipeline pipeline, List<Integer> local, boolean simulated) {
        try {
            RunState state = RunStore.read(run);
            if (!state.created()
                    || !like(state.facts(), pipeline, local, simulated)
                    || state.ledger().calls() == 0) {
                return Optional.empty();
            }
            PaidReplies replies = PaidReplies.of(run, state, MOST_UNITS);
            boolean enough = replies.through().cardinality() >= LEAST_UNITS
                    && !replies.replies().isEmpty();
            return enough ? Optional.of(new MeasuredCost(run, state, replies)) : Optional.empty();
        } catch (UserMistakeException | CorruptJournalException e) {
            // A damaged run measures nothing; whoever wants to use it is told then.
            return Optional.empty();
        }
    }

    /** What the simulator answers says nothing of a provider's answers, nor the other way round. */
    private static boolean like(RunFacts facts, Pipeline pipeline, List<Integer> local, boolean simulated) {
        return facts.simulated() == simulated
                && facts.places(StepFact::local).equals(local)
                && facts.pipeline().equals(pipeline.name())
                && facts.steps()
                        .equals(pipeline.steps().stream().map(Step::name).toList());
    }

    String run() {
        return folder.name();
    }

    int units() {
        return replies.through().cardinality();
    }

    /**
     * How much longer the first prompts of this input are than those that were measured; 1 where the difference may be
     * the tokenizers'.
     *
     * @param step the first that asks
     * @param prompt tokens of one prompt of this input, by our own count
     * @param factor what that count stands for
     */
    double drift(int step, double prompt, Interval factor) {
        double[] measured = replies.replies().stream()
                .filter(each -> each.step() == step && !each.again())
                .mapToDouble(each -> each.usage().input())
                .toArray();
        double mean = Arrays.stream(measured).average().orElse(0);
        double ratio = mean == 0 || prompt == 0 ? 1 : prompt * factor.expected() / mean;
        boolean alike = ratio > factor.low() / factor.expected() * (1 - DRIFT)
                && ratio < factor.high() / factor.expected() * (1 + DRIFT);
        return alike ? 1 : ratio;
    }

    /** @param drift of the prompts; the interval is opened to where it leads */
    CostBreakdown parts(Pipeline pipeline, ModelRegistry registry, Lane lane, int total, double drift) {
        List<StepTally> tallies = StepTally.forEach(pipeline);
        Map<Integer, Money> costs = new HashMap<>();
        replies.through().stream().forEach(unit -> costs.put(unit, Money.ZERO));
        for (PaidReplies.Reply each : replies.replies()) {
            String model = pipeline.steps().get(each.step()).model(each.again());
            Money cost = registry.price(model)
                    .map(price -> new Money(price.picos(lane, each.usage())))
                    .orElse(Money.UNKNOWN);
            costs.merge(each.root(), cost, Money::plus);
            tallies.get(each.step())
                    .add(1, (double) each.usage().input(), (double) each.usage().output(), cost);
        }
        List<StepCost> steps = pipeline.steps().stream()
                .filter(each -> tallies.get(each.index()).any())
                .map(each -> step(each, registry, tallies.get(each.index()), total))
                .toList();
        Forecast drifted =
                wider(forecast(costs.values(), total), new Interval(Math.min(1, drift), 1, Math.max(1, drift)));
        return new CostBreakdown(steps, sameModels(pipeline, registry) ? drifted : wider(drifted, OTHER_MODEL));
    }

    private StepCost step(Step step, ModelRegistry registry, StepTally tally, int total) {
        return tally.cost(
                step,
                registry,
                CostBreakdown.scaled((long) tally.calls(), total, units()),
                CostBreakdown.scaled((long) tally.input().sum(), total, units()),
                CostBreakdown.scaled((long) tally.output().sum(), total, units()),
                CostBreakdown.scaled(tally.cost(), total, units()));
    }

    /** @param costs of each unit that was measured */
    private static Forecast forecast(Collection<Money> costs, int total) {
        return costs.stream().anyMatch(Money::isUnknown)
                ? Forecast.UNKNOWN
                : Forecast.anew(costs.stream().mapToLong(Money::picos).toArray(), total);
    }

    private static Forecast wider(Forecast one, Interval by) {
        return one.expected() < 0
                ? one
                : new Forecast((long) Math.floor(one.low() * by.low()), one.expected(), (long)
                        Math.ceil(one.high() * by.high()));
    }

    /** What makes the new run another one than that which was measured. */
    List<String> notes(Pipeline pipeline, ModelRegistry registry, double drift) {
        var notes = new ArrayList<String>();
        if (drift != 1) {
            notes.add(String.format(
                    Locale.ROOT,
                    "first prompts of this input are %.2f times as long as those of %s: the interval goes so far",
                    drift,
                    run()));
        }
        if (units() < FEW_UNITS) {
            notes.add("only " + units() + " units of " + run() + " were measured: few units say little");
        }
        if (!replies.untold().isEmpty()) {
            notes.add(replies.untold().cardinality() + " units of " + run()
                    + " are left out: replies of theirs told no usage, so nobody knows what they cost");
        }
        if (!state.facts().digests().config().equals(PipelineSnapshot.digest(pipeline))) {
            notes.add("the pipeline was changed since " + run() + ": its prompts or answers may have other lengths");
        }
        if (!state.facts().digests().items().equals(PipelineSnapshot.itemsDigest(pipeline))) {
            notes.add("the items are not those of " + run() + ": its figures hold if they are alike");
        }
        if (!sameModels(pipeline, registry)) {
            notes.add("another model answered in " + run() + ": the interval is half of that and twice that");
        }
        return notes;
    }

    private boolean sameModels(Pipeline pipeline, ModelRegistry registry) {
        Map<Integer, String> first = new HashMap<>();
        for (Ledger.Line each : state.ledger().lines()) {
            Step step = pipeline.steps().get(each.step());
            boolean same = same(each.model(), step.model(), registry) || same(each.model(), step.model(true), registry);
            first.merge(each.step(), same ? "same" : "other", (one, two) -> one.equals(two) ? one : "other");
        }
        return !first.containsValue("other");
    }

    private static boolean same(String one, String two, ModelRegistry registry) {
        return one.equals(two)
                || (registry.model(one).isPresent() && registry.model(one).equals(registry.model(two)));
    }
}
