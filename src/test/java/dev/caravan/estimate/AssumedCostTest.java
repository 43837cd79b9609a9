package dev.caravan.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Caravan;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.Price;
import dev.caravan.money.Money;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.StepKind;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Prices of calls that nobody has made: two steps, of which the shipped pipeline sets {@code max_tokens}. */
class AssumedCostTest {
    private static final ModelRegistry REGISTRY = ModelRegistry.shipped();

    private final Pipeline pipeline = ShippedRun.read(Path.of("pipelines/ticket-triage"));

    private static SampledCall call(int step, long input, long output) {
        return new SampledCall(step, Interval.ONE, input, 4 * input, output, 0);
    }

    private AssumedCost assumed(Pipeline of, List<List<SampledCall>> units) {
        return new AssumedCost(of, REGISTRY, Lane.REALTIME, units);
    }

    private CostBreakdown parts(Pipeline of, List<List<SampledCall>> units, int total) {
        List<PreparedStep> steps = StepKind.prepared(of, Caravan.kinds());
        TokenCounter tokens = TokenCounter.simulated();
        var walk = new DryWalk(steps, tokens, new AnswerLengths(REGISTRY), units.size());
        var factors = new TokenFactors(REGISTRY, true, tokens, PromptCounter.NOBODY);
        return assumed(of, units).parts(total, false, factors, walk);
    }

    private static List<List<SampledCall>> alike(int units) {
        return Stream.generate(() -> List.of(call(0, 100, 20), call(1, 60, 10)))
                .limit(units)
                .toList();
    }

    @Test
    void figures_of_a_sample_are_scaled_to_all_units_and_what_is_expected_lies_in_the_interval() {
        CostBreakdown sample = parts(pipeline, alike(4), 4);
        CostBreakdown all = parts(pipeline, alike(4), 40);

        assertThat(all.steps()).extracting(StepCost::calls).containsExactly(40L, 40L);
        assertThat(all.steps()).extracting(StepCost::input).containsExactly(4000L, 2400L);
        assertThat(all.steps().get(0).cost())
                .isEqualTo(sample.steps().get(0).cost().times(10));
        assertThat(all.total().low()).isPositive().isLessThan(all.total().expected());
        assertThat(all.total().expected()).isLessThan(all.total().high());
    }

    @Test
    void the_worst_case_is_the_longest_answer_as_often_as_it_may_be_asked_for() {
        List<List<SampledCall>> units = List.of(List.of(call(0, 100, 20)), List.of(call(0, 100, 20)));
        int longest = Objects.requireNonNull(pipeline.steps().get(0).maxTokens());
        Price price = REGISTRY.price(pipeline.steps().get(0).model()).orElseThrow();
        long once = price.picos(Lane.REALTIME, new Usage(400, 0, longest, 0, 0));

        Money worst = assumed(pipeline, units).worst(2);

        assertThat(worst.picos()).isGreaterThanOrEqualTo(2 * once * (1 + pipeline.maxRetries()));
        assertThat(worst.picos() % 2).isZero();
    }

    @Test
    void a_prompt_that_nobody_could_render_has_no_worst_case_and_is_as_long_as_others() {
        List<List<SampledCall>> units =
                List.of(List.of(call(0, 100, 20)), List.of(SampledCall.unseen(0, Interval.ONE, 0)));

        assertThat(assumed(pipeline, units).worst(2)).isEqualTo(Money.UNKNOWN);
        assertThat(parts(pipeline, units, 2).steps().get(0).input()).isEqualTo(200);
    }

    @Test
    void a_model_without_a_price_makes_all_unknown_but_the_tokens() {
        Pipeline unheard = ShippedRun.read(
                Path.of("pipelines/ticket-triage"), new CallOverrides(null, "gpt-7-unheard-of", null, null, null));

        CostBreakdown parts = parts(unheard, alike(2), 2);

        assertThat(parts.total().expected()).isNegative();
        assertThat(parts.steps()).extracting(StepCost::cost).containsOnly(Money.UNKNOWN);
        assertThat(parts.steps().get(0).input()).isEqualTo(200);
        assertThat(assumed(unheard, alike(2)).worst(2)).isEqualTo(Money.UNKNOWN);
    }
}
