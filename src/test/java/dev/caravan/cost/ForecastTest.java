package dev.caravan.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForecastTest {

    /** As printed in tables of the distribution. */
    @ParameterizedTest
    @CsvSource({
        "1, 63.657",
        "2, 9.925",
        "3, 5.841",
        "4, 4.604",
        "5, 4.032",
        "10, 3.169",
        "20, 2.845",
        "30, 2.750",
        "31, 2.744",
        "40, 2.704",
        "60, 2.660",
        "100, 2.626",
        "1000, 2.581"
    })
    void students_t_is_what_tables_print(int degrees, double quantile) {
        assertThat(Forecast.student(degrees)).isEqualTo(quantile, within(0.0005));
    }

    /** By the sum that is exact for whole degrees: Abramowitz and Stegun 26.7.3 and 26.7.4. */
    @Test
    void nine_and_ninety_of_a_hundred_lie_between_for_all_degrees() {
        for (int degrees = 1; degrees <= 200; degrees++) {
            assertThat(between(Forecast.student(degrees), degrees))
                    .as(degrees + " degrees")
                    .isEqualTo(0.99, within(0.00002));
        }
    }

    private static double between(double t, int degrees) {
        double angle = Math.atan(t / Math.sqrt(degrees));
        boolean odd = degrees % 2 == 1;
        double term = odd ? Math.cos(angle) : 1;
        double sum = degrees == 1 ? 0 : term;
        for (int n = odd ? 3 : 2; n <= degrees - 2; n += 2) {
            term *= Math.cos(angle) * Math.cos(angle) * (n - 1) / n;
            sum += term;
        }
        return odd ? 2 / Math.PI * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
    }

    /** Means 10 and 20; spreads 10 ÷ √2 and 10; 98 and 97 units to come. */
    @Test
    void two_and_three_units_say_little_and_the_interval_shows_it() {
        Forecast two = Forecast.of(new long[] {5_000, 15_000}, 100);
        double half = 63.657 * 10_000 / Math.sqrt(2) * Math.sqrt(98 * 98 / 2.0 + 98);
        assertThat(two.expected()).isEqualTo(1_000_000);
        assertThat(two.low()).isEqualTo(20_000);
        assertThat(two.high()).isEqualTo((long) Math.ceil(1_000_000 + half));

        Forecast three = Forecast.of(new long[] {10_000, 20_000, 30_000}, 100);
        half = 9.925 * 10_000 * Math.sqrt(97 * 97 / 3.0 + 97);
        assertThat(three.expected()).isEqualTo(2_000_000);
        assertThat(three.high()).isEqualTo((long) Math.ceil(2_000_000 + half));
    }
}
