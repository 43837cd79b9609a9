package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final Usage USED = new Usage(5, 0, 2, 0, 0);

    private final Ledger ledger = new Ledger();

    /** A reply at a price; of the model of that name. */
    private void paid(String model, Money cost) {
        ledger.settle(new RunEvent.RepliesSettled("w", 0, 0, 0, 9, "0", 1, "openai", model, Lane.BATCH, USED, cost));
    }

    /** Replies of units 0 and on that told no usage, each with its bound. */
    private void untold(Money... bounds) {
        ledger.settle(new RunEvent.RepliesSettled(
                "w",
                0,
                0,
                0,
                9,
                "0-" + (bounds.length - 1),
                bounds.length,
                "openai",
                "m",
                Lane.BATCH,
                Usage.NONE,
                Money.ZERO,
                "0-" + (bounds.length - 1),
                List.of(bounds)));
    }

    @Test
    void one_unknown_price_makes_unknown_what_was_paid() {
        paid("m", new Money(7));
        assertThat(ledger.settled()).isEqualTo(new Money(7));

        paid("nobody-knows-it", Money.UNKNOWN);
        paid("m", new Money(3));

        assertThat(ledger.settled()).isEqualTo(Money.UNKNOWN);
        assertThat(ledger.lines()).extracting(Ledger.Line::cost).containsExactly(new Money(10), Money.UNKNOWN);
    }

    @Test
    void one_unknown_bound_makes_unknown_what_is_at_risk_and_the_known_ones_still_count_below_a_cap() {
        untold(new Money(7), new Money(2));
        assertThat(ledger.unknown().bound()).isEqualTo(new Money(9));

        untold(new Money(1), Money.UNKNOWN);

        assertThat(ledger.unknown().bound()).isEqualTo(Money.UNKNOWN);
        assertThat(ledger.unknown().known()).isEqualTo(new Money(10));
        assertThat(ledger.unknown().bound(0, UnitRanges.parse("0"))).isEqualTo(new Money(8));
        assertThat(ledger.settled()).isEqualTo(Money.ZERO);
    }

    @Test
    void what_a_person_says_is_settled_and_no_longer_at_risk() {
        untold(new Money(7), Money.UNKNOWN);

        ledger.settle(new RunEvent.UsageSettled(0, "1", false, 1, Money.UNKNOWN, new Money(4), "ada", ""));

        assertThat(ledger.settled()).isEqualTo(new Money(4));
        assertThat(ledger.unknown().bound()).isEqualTo(new Money(7));
    }

    @Test
    void sums_that_are_too_large_stay_at_the_largest_amount() {
        ledger.lose(1, Money.MOST);
        ledger.lose(1, Money.MOST);
        assertThat(ledger.lost()).isEqualTo(Money.MOST);

        ledger.lose(1, Money.UNKNOWN);

        assertThat(ledger.lost()).isEqualTo(Money.UNKNOWN);
    }

    @Test
    void on_disk_money_is_numbers_by_their_old_names() {
        paid("m", Money.UNKNOWN);
        ledger.settle(new RunEvent.UsageSettled(0, "0", false, 1, new Money(9), new Money(4), "ada", "bill"));
        ledger.lose(2, new Money(6));

        String json = Json.text(ledger.toJson());

        assertThat(json)
                .contains("\"calls\":1,\"usage\":{\"input\":5,\"cached\":0,\"output\":2,\"reasoning\":0,\"written\":0},"
                        + "\"picos\":-1,\"unknown\":0,\"unknownPicos\":0}")
                .contains("{\"step\":0,\"calls\":1,\"picos\":4,\"actor\":\"ada\",\"reason\":\"bill\"}")
                .endsWith("\"lostCalls\":2,\"lostPicos\":6}");
        assertThat(Json.text(Ledger.fromJson(ledger.toJson()).toJson())).isEqualTo(json);
    }

    @Test
    void strays_of_an_earlier_version_have_nothing_unknown() throws Exception {
        var event = Json.mapper()
                .readValue("{\"nonce\":\"n\",\"step\":0,\"paid\":1,\"picos\":3}", RunEvent.StraySettled.class);

        assertThat(event.picos()).isEqualTo(new Money(3));
        assertThat(event.unknownPicos()).isEqualTo(Money.ZERO);
    }
}
