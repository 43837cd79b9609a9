package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses are looked at before the first call: paths are put behind them. */
class BaseUrlTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.openai.com/v1",
                "http://127.0.0.1:11434/v1/",
                "HTTPS://Host.example//",
                "http://[::1]:8000/v1",
                "http://llm_server:8000",
                "https://host/openai/deployments/x%20y/v1",
                " https://host/v1\n",
            })
    void an_address_of_scheme_host_and_path_is_taken(String url) {
        assertThat(BaseUrl.problem(url)).isEmpty();
        assertThat(BaseUrl.plain(url))
                .doesNotEndWith("/")
                .doesNotContain("\n")
                .startsWith(url.strip().substring(0, 4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://host/v1?api-version=2024-10-21|query",
                "https://host/v1#part|fragment",
                "host/v1|must begin with https://",
                "localhost:8000/v1|must begin with https://",
                "ftp://host/v1|must begin with https://",
                "https://ho st/v1|blank",
                "https://host/v 1|blank",
                "https://me:secret@host/v1|before the host",
                "https:///v1|no address",
                "https://host:99999/v1|port",
                "https://host:port/v1|no address",
                "https://höst/v1|no address",
            })
    void any_other_is_refused_with_what_would_be_right_and_without_being_repeated(String url, String why) {
        assertThat(BaseUrl.problem(url)).contains(why).doesNotContain("secret");
    }

    @Test
    void an_address_in_models_yaml_is_refused_with_its_place() throws Exception {
        Path models = folder.resolve("models.yaml");
        Files.writeString(models, "providers: {vllm: {routes: openai, base_url: 'gpu:8000/v1', default_model: q}}\n");

        assertThatThrownBy(() -> ModelRegistry.with(models, Clock.systemUTC()))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("providers.vllm.base_url")
                .hasMessageContaining("must begin with https://");
    }
}
