package dev.caravan.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.money.Money;
import org.junit.jupiter.api.Test;

/** What the calls of a step take together. */
class StepTallyTest {

    @Test
    void a_call_that_stands_for_three_weighs_as_three() {
        var tally = new StepTally();
        tally.add(3, 100, 10, new Money(30));
        tally.add(1, 200, 50, new Money(20));

        assertThat(tally.calls()).isEqualTo(4);
        assertThat(tally.input().mean()).isEqualTo(125);
        assertThat(tally.input().spread().deviation()).isEqualTo(Math.sqrt(1875));
        assertThat(tally.output().sum()).isEqualTo(80);
        assertThat(tally.cost()).isEqualTo(new Money(50));
    }

    @Test
    void one_unknown_price_makes_the_cost_of_the_step_unknown_and_its_tokens_stay() {
        var tally = new StepTally();
        tally.add(1, 100, 10, new Money(30));
        tally.add(1, 100, 10, Money.UNKNOWN);

        assertThat(tally.cost()).isEqualTo(Money.UNKNOWN);
        assertThat(CostBreakdown.scaled(tally.cost(), 10, 2)).isEqualTo(Money.UNKNOWN);
        assertThat(tally.input().mean()).isEqualTo(100);
    }

    @Test
    void nothing_has_no_mean_and_no_spread() {
        var tally = new StepTally();

        assertThat(tally.any()).isFalse();
        assertThat(tally.input().spread()).isEqualTo(new StepCost.Spread(0, 0));
        assertThat(tally.cost()).isEqualTo(Money.ZERO);
    }

    @Test
    void a_sum_over_some_is_scaled_to_all_and_rounded_half_up() {
        assertThat(CostBreakdown.scaled(5, 3, 2)).isEqualTo(8);
        assertThat(CostBreakdown.scaled(new Money(7), 20, 10)).isEqualTo(new Money(14));
        assertThat(CostBreakdown.scaled(Long.MAX_VALUE, 3, 2)).isEqualTo(Long.MAX_VALUE);
    }
}
