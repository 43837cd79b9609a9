package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void every_kind_of_token_is_added_to_its_own() {
        assertThat(new Usage(1, 2, 3, 4, 5).plus(new Usage(10, 20, 30, 40, 50)))
                .isEqualTo(new Usage(11, 22, 33, 44, 55));
    }

    @Test
    void a_sum_that_is_too_large_stays_the_largest() {
        Usage most = new Usage(Long.MAX_VALUE, 0, 0, 0, 0);

        assertThat(most.plus(new Usage(1, 0, 0, 0, 0))).isEqualTo(most);
    }

    @Test
    void tokens_below_none_are_refused() {
        assertThatThrownBy(() -> new Usage(0, 0, 0, 0, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_is_not_known_has_no_tokens_and_says_why() {
        UsageReading unknown = UsageReading.unknown("no usage", "{}");

        assertThat(unknown.known()).isFalse();
        assertThat(unknown.usage()).isEqualTo(Usage.NONE);
        assertThat(UsageReading.NONE.known()).isTrue();
    }
}
