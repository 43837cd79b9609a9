package dev.caravan.cost;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTextTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "2.50,2500000000000",
        "$2.50,2500000000000",
        "1e-3,1000000000",
        "0.0000000000019,1",
        "1000000,1000000000000000000"
    })
    void dollars_are_read_to_the_pico_and_never_above_what_was_written(String text, long picos) {
        assertThat(MoneyText.picos(text)).hasValue(picos);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$",
                "-1",
                "$-1",
                "-$1",
                "1,50",
                "2.50 USD",
                "1000000.01",
                "NaN",
                "1e999999999",
                "1e-999999999",
                "99999999999999999999",
                "00000000000000000000000000000000000000001"
            })
    void what_is_no_amount_from_nothing_to_a_million_is_none(String text) {
        assertThat(MoneyText.picos(text)).isEmpty();
    }

    @Test
    void what_is_shown_can_be_written_again() {
        long picos = 331_000_000_012L;

        assertThat(MoneyText.picos(MoneyText.usd(picos))).hasValue(picos);
    }
}
