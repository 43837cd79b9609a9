package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallIdTest {
    private static final String NONCE = "0123456789abcdef";

    @Test
    void a_key_that_has_room_stays_as_it_is() {
        assertThat(CallId.of("label-12-1", "")).isEqualTo("label-12-1");
        assertThat(CallId.of("label-12-1", NONCE)).isEqualTo("label-12-1_n89abcdef");
        assertThat(CallId.of("a".repeat(64), "")).isEqualTo("a".repeat(64));
    }

    @Test
    void a_long_one_is_cut_in_front_and_ends_as_it_did() {
        for (String nonce : new String[] {"", NONCE}) {
            String id = CallId.of("s".repeat(100) + "-12-1", nonce);

            assertThat(id)
                    .hasSize(64)
                    .startsWith("h")
                    .endsWith("-12-1" + CallId.mark(nonce))
                    .matches("[A-Za-z0-9_-]+");
        }
    }

    @Test
    void long_keys_that_end_alike_stay_apart() {
        assertThat(CallId.of("a" + "s".repeat(100), NONCE)).isNotEqualTo(CallId.of("b" + "s".repeat(100), NONCE));
    }
}
