package dev.caravan.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PriceTest {
    private static final Rates USUAL = new Rates(300, 30, 400, 2_000);
    private static final Rates BATCH = new Rates(150, 15, 200, 1_000);
    private static final Rates DEAR = new Rates(551, 55, 733, 3_001);
    private static final Price PRICE = new Price(
            "m@2026-11-01", USUAL, BATCH, new LongPrompt.AtRates(1_000, DEAR, new Rates(276, 28, 367, 1_501)));

    private static Price stored(String text) {
        return StoredPrice.read((ObjectNode) Json.parse(text));
    }

    @Test
    void a_long_prompt_costs_its_own_rates_to_the_last_pico_dollar() {
        assertThat(PRICE.cost(Lane.REALTIME, new Usage(1_000, 100, 7, 0, 200)))
                .isEqualTo(new Money(700 * 300 + 100 * 30 + 200 * 400 + 7 * 2_000));
        assertThat(PRICE.cost(Lane.REALTIME, new Usage(1_001, 100, 7, 0, 200)))
                .isEqualTo(new Money(701 * 551 + 100 * 55 + 200 * 733 + 7 * 3_001));
        assertThat(PRICE.cost(Lane.BATCH, new Usage(1_001, 0, 1, 0, 0))).isEqualTo(new Money(1_001 * 276 + 1_501));
    }

    @Test
    void a_lane_without_a_price_has_no_cost_and_no_bound() {
        var realtime = new Price("m@2026-11-01", USUAL, null, null);

        assertThat(realtime.cost(Lane.BATCH, new Usage(1, 0, 1, 0, 0))).isEqualTo(Money.UNKNOWN);
        assertThat(realtime.worstCost(Lane.BATCH, 1, 1)).isEqualTo(Money.UNKNOWN);
        assertThat(realtime.picos(Lane.BATCH, Usage.NONE)).isEqualTo(Price.UNKNOWN);
    }

    /** What others tell must not throw. */
    @Test
    void absurd_counts_stay_at_the_largest_amount() {
        var absurd = new Usage(Long.MAX_VALUE, 0, Long.MAX_VALUE, 0, 0);

        assertThat(PRICE.cost(Lane.REALTIME, absurd)).isEqualTo(new Money(Long.MAX_VALUE));
        assertThat(PRICE.worstCost(Lane.BATCH, Long.MAX_VALUE, 1)).isEqualTo(new Money(Long.MAX_VALUE));
    }

    /** Also where a prompt that is counted shorter than we think costs more than a long one. */
    @ParameterizedTest
    @EnumSource(Lane.class)
    void the_worst_case_is_the_dearest_of_all_that_may_be(Lane lane) {
        var cheapWhenLong = new Price("m@2026-11-01", USUAL, BATCH, new LongPrompt.AtRates(1_000, BATCH, BATCH));
        var dearToRead = new Price("m@2026-11-01", new Rates(1, 9, 5, 1), new Rates(1, 9, 5, 1), null);

        for (Price each : new Price[] {PRICE, cheapWhenLong, dearToRead}) {
            Money worst = each.worstCost(lane, 1_200, 50);
            for (long input : new long[] {0, 1, 999, 1_000, 1_001, 1_200}) {
                for (Usage usage : new Usage[] {
                    new Usage(input, 0, 50, 0, 0), new Usage(input, input, 50, 0, 0), new Usage(input, 0, 50, 0, input)
                }) {
                    assertThat(each.cost(lane, usage).fits(worst))
                            .as(usage.toString())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void a_run_keeps_its_price_as_it_is() {
        ObjectNode stored = Json.mapper().valueToTree(PRICE);

        assertThat(stored).hasToString("""
                {"id":"m@2026-11-01",\
                "realtime":{"input":300,"cached":30,"written":400,"output":2000},\
                "batch":{"input":150,"cached":15,"written":200,"output":1000},\
                "longPrompt":{"above":1000,\
                "realtime":{"input":551,"cached":55,"written":733,"output":3001},\
                "batch":{"input":276,"cached":28,"written":367,"output":1501}}}""");
        assertThat(stored(stored.toString())).isEqualTo(PRICE);
        for (Model each : ModelRegistry.shipped().models()) {
            if (each.price() != null) {
                assertThat(stored(Json.text(Json.mapper().valueToTree(each.price()))))
                        .isEqualTo(each.price());
            }
        }
    }

    /** With its percents, rounded down as they were: 184 % of 300,001 and 150 % of 3. */
    @Test
    void the_price_of_a_run_of_an_earlier_version_comes_to_the_same_sums() {
        Price price = stored("""
                {"id":"m@given","input":300001,"cached":30000,"output":3,"batchInput":150000,"batchCached":15000,\
                "batchOutput":1,"longAbove":1000,"longInputPercent":184,"longOutputPercent":150,"written":0,\
                "batchWritten":0}""");

        assertThat(price.cost(Lane.REALTIME, new Usage(1_000, 0, 1, 0, 500))).isEqualTo(new Money(300_001_000L + 3));
        assertThat(price.cost(Lane.REALTIME, new Usage(1_001, 0, 1, 0, 500)))
                .isEqualTo(new Money(1_001L * 300_001 * 184 / 100 + 4));
        assertThat(price.cost(Lane.BATCH, new Usage(1_001, 1, 1, 0, 500)))
                .isEqualTo(new Money((1_000L * 150_000 + 15_000) * 184 / 100 + 1));
        assertThat(stored(Json.text(Json.mapper().valueToTree(price)))).isEqualTo(price);
    }

    @Test
    void a_price_of_an_earlier_version_may_have_no_batch_and_no_long_prompts() {
        Price price = stored("""
                {"id":"m@given","input":10,"cached":1,"output":20,"batchInput":-1,"batchCached":1,"batchOutput":-1,\
                "longAbove":0,"longInputPercent":100,"longOutputPercent":100,"written":12,"batchWritten":12}""");

        assertThat(price).isEqualTo(new Price("m@given", new Rates(10, 1, 12, 20), null, null));
    }
}
