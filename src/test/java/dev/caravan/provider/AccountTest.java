package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.SecretBlotter;
import org.junit.jupiter.api.Test;

class AccountTest {
    private static final String KEY = "tk-AccountTest-0815";
    private static final Account PLAIN =
            new Account("acme", "openai", "", "", "", "", "X-Key", "Token ", true, AccountLimits.NONE);

    @Test
    void an_address_is_kept_without_a_slash_at_its_end() {
        assertThat(PLAIN.at(" https://host/v1// ", KEY).baseUrl()).isEqualTo("https://host/v1");
    }

    @Test
    void a_key_stands_in_its_header_and_nowhere_else() {
        Account account = PLAIN.at("https://host", KEY);

        assertThat(account.credential()).isEqualTo("Token " + KEY);
        assertThat(account.toString()).isEqualTo("acme at https://host as " + ProviderKeys.fingerprint(KEY));
        assertThat(SecretBlotter.known("it was " + KEY)).doesNotContain(KEY);
    }

    @Test
    void an_account_without_a_key_says_so() {
        assertThat(PLAIN.at("http://localhost", "").fingerprint()).isEqualTo("none");
    }
}
