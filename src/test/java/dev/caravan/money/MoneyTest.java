package dev.caravan.money;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.Json;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {
    private static Money of(long picos) {
        return new Money(picos);
    }

    @Test
    void what_is_unknown_makes_all_that_is_worked_out_with_it_unknown() {
        List<BinaryOperator<Money>> all = List.of(Money::plus, Money::minus, Money::max, Money::min);
        for (BinaryOperator<Money> each : all) {
            assertThat(each.apply(of(5), Money.UNKNOWN)).isEqualTo(Money.UNKNOWN);
            assertThat(each.apply(Money.UNKNOWN, of(5))).isEqualTo(Money.UNKNOWN);
            assertThat(each.apply(Money.UNKNOWN, Money.UNKNOWN)).isEqualTo(Money.UNKNOWN);
        }
        assertThat(Money.UNKNOWN.times(0)).isEqualTo(Money.UNKNOWN);
        assertThat(Money.UNKNOWN.dividedBy(2)).isEqualTo(Money.UNKNOWN);
        assertThat(Money.UNKNOWN.isUnknown()).isTrue();
        assertThat(Money.ZERO.isUnknown()).isFalse();
    }

    @Test
    void sums_are_exact_and_stay_at_the_largest_amount() {
        assertThat(of(3).plus(of(4))).isEqualTo(of(7));
        assertThat(of(3).times(4)).isEqualTo(of(12));
        assertThat(of(3).max(of(4))).isEqualTo(of(4));
        assertThat(of(3).min(of(4))).isEqualTo(of(3));
        assertThat(Money.MOST.plus(of(1))).isEqualTo(Money.MOST);
        assertThat(of(1L << 40).times(1L << 40)).isEqualTo(Money.MOST);
    }

    @Test
    void what_is_taken_leaves_no_less_than_nothing_and_a_share_is_cut_below_a_pico_dollar() {
        assertThat(of(7).minus(of(4))).isEqualTo(of(3));
        assertThat(of(4).minus(of(7))).isEqualTo(Money.ZERO);
        assertThat(of(7).dividedBy(2)).isEqualTo(of(3));
        assertThatThrownBy(() -> of(7).dividedBy(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_is_known_of_an_unknown_amount_is_nothing() {
        assertThat(Money.UNKNOWN.known()).isEqualTo(Money.ZERO);
        assertThat(of(7).known()).isEqualTo(of(7));
    }

    @Test
    void nothing_unknown_fits_below_a_limit_and_nothing_fits_below_an_unknown_one() {
        assertThat(of(5).fits(of(5))).isTrue();
        assertThat(of(6).fits(of(5))).isFalse();
        assertThat(Money.UNKNOWN.fits(Money.MOST)).isFalse();
        assertThat(of(0).fits(Money.UNKNOWN)).isFalse();
        assertThat(new TreeSet<>(List.of(Money.UNKNOWN, Money.MOST, of(2), Money.ZERO)))
                .containsExactly(Money.ZERO, of(2), Money.MOST, Money.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, $0.0000",
        "1, 0.000000000001, $0.000000000001",
        "127500000, 0.0001275, $0.000128",
        "33100000, 0.0000331, $0.0000331",
        "1234567890123, 1.234567890123, $1.2346",
        "9223372036854775807, 9223372.036854775807, $9223372.0369"
    })
    void amounts_are_told_exactly_and_shown_with_some_figures(long picos, String usd, String shown) {
        assertThat(of(picos).usd()).isEqualTo(usd);
        assertThat(of(picos).display()).isEqualTo(shown);
    }

    @Test
    void an_unknown_amount_has_no_number() {
        assertThat(Money.UNKNOWN.usd()).isNull();
        assertThat(Money.UNKNOWN.display()).isEqualTo("unknown");
        assertThatThrownBy(() -> of(-2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> of(2).times(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void in_json_it_is_its_number() throws Exception {
        record Row(Money cost, Money bound) {}

        var row = new Row(of(12), Money.UNKNOWN);

        assertThat(Json.mapper().writeValueAsString(row)).isEqualTo("{\"cost\":12,\"bound\":-1}");
        assertThat(Json.mapper().readValue("{\"cost\":12,\"bound\":-1}", Row.class))
                .isEqualTo(row);
    }

    @Test
    void a_share_is_cut_to_whole_pico_dollars_and_of_what_is_unknown_it_is_unknown() {
        assertThat(new Money(20).dividedBy(3)).isEqualTo(new Money(6));
        assertThat(Money.UNKNOWN.dividedBy(3)).isEqualTo(Money.UNKNOWN);
        assertThatThrownBy(() -> Money.ZERO.dividedBy(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
