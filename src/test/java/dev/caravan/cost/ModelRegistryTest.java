package dev.caravan.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.UserMistakeException;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelRegistryTest {
    @TempDir
    Path folder;

    private static Clock on(String day) {
        return Clock.fixed(Instant.parse(day + "T12:00:00Z"), ZoneOffset.UTC);
    }

    private ModelRegistry registry(String day) {
        return ModelRegistry.with(folder.resolve("models.yaml"), on(day));
    }

    private static BigDecimal usd(ModelRegistry registry, String model, Lane lane, Usage usage) {
        return BigDecimal.valueOf(registry.price(model).orElseThrow().picos(lane, usage), 12)
                .stripTrailingZeros();
    }

    /** A million tokens in, with half of them cached or a tenth written, and a million out. */
    @ParameterizedTest
    @CsvSource({
        "gpt-4o-mini,            REALTIME, 1000000, 0,      0,      1000000, 0.75",
        "gpt-4o-mini,            BATCH,    1000000, 0,      0,      1000000, 0.375",
        "gpt-4o-mini,            REALTIME, 1000000, 500000, 0,      0,       0.1125",
        "gpt-6.1-terra,          BATCH,    200000,  100000, 0,      0,       0.0525",
        "gpt-6-luna,             REALTIME, 300000,  0,      0,      100000,  0.135",
        "gpt-6-luna,             REALTIME, 272000,  0,      0,      0,       0.0272",
        "claude-haiku-5-5,       REALTIME, 100000,  0,      0,      10000,   0.015",
        "claude-haiku-5-5,       REALTIME, 100001,  0,      0,      0,       0.0500005",
        "claude-haiku-4-5,       REALTIME, 100000,  0,      50000,  0,       0.1125",
        "claude-haiku-4-5,       BATCH,    100000,  50000,  50000,  0,       0.03375",
        "gemini-2.5-pro,         REALTIME, 200001,  0,      0,      0,       0.5000025",
        "gemini-2.5-flash,       BATCH,    1000000, 1000000,0,      0,       0.03",
    })
    void prices_follow_each_providers_rules(
            String model, Lane lane, long input, long cached, long written, long output, BigDecimal expected) {
        assertThat(usd(registry("2026-11-21"), model, lane, new Usage(input, cached, output, 0, written)))
                .isEqualByComparingTo(expected);
    }

    @Test
    void an_announced_price_holds_from_its_day_on() {
        var million = new Usage(1_000_000, 0, 0, 0, 0);

        assertThat(usd(registry("2026-12-31"), "gemini-3.8-flash", Lane.REALTIME, million))
                .isEqualByComparingTo("0.75");
        assertThat(usd(registry("2027-01-01"), "gemini-3.8-flash", Lane.REALTIME, million))
                .isEqualByComparingTo("1.5");
        assertThat(usd(registry("2027-01-01"), "gemini-3.8-flash", Lane.BATCH, million))
                .isEqualByComparingTo("0.75");
    }

    @Test
    void dated_snapshots_and_aliases_cost_what_their_model_costs_and_strangers_have_no_price() {
        ModelRegistry registry = registry("2026-11-21");

        assertThat(registry.price("gpt-4o-mini-2024-07-18")).isEqualTo(registry.price("gpt-4o-mini"));
        assertThat(registry.price("claude-haiku-4-5-20251001")).isPresent();
        assertThat(registry.price("llama3.2")).isEmpty();
    }

    @Test
    void no_worst_case_is_below_what_a_call_can_cost() {
        for (Model each : registry("2026-11-21").models()) {
            Price price = each.price();
            if (price != null) {
                for (Lane lane : Lane.values()) {
                    long worst = price.worst(lane, 1000, 500);
                    for (Usage usage : new Usage[] {
                        new Usage(1000, 0, 500, 0, 0),
                        new Usage(1000, 1000, 500, 0, 0),
                        new Usage(1000, 0, 500, 0, 1000)
                    }) {
                        assertThat(price.picos(lane, usage)).as(each.id()).isLessThanOrEqualTo(worst);
                    }
                }
            }
        }
    }

    @Test
    void a_file_of_the_users_adds_models_and_providers_and_overrides_prices() throws Exception {
        Files.writeString(folder.resolve("models.yaml"), """
                providers:
                  vllm: {routes: openai, flavour: compatible, base_url: "http://gpu:8000/v1", default_model: qwen, key_optional: true, batch: no}
                models:
                  - {id: qwen, provider: vllm, input: 0, output: 0}
                  - {id: gpt-4o-mini, input: 0.30}
                """);
        ModelRegistry registry = registry("2026-11-21");

        assertThat(registry.providers()).contains("vllm", "anthropic");
        assertThat(registry.provider("vllm").keyVariable()).isEqualTo("VLLM_API_KEY");
        assertThat(registry.provider("vllm").batch()).isEqualTo("no");
        assertThat(usd(registry, "qwen", Lane.REALTIME, new Usage(10, 0, 10, 0, 0)))
                .isZero();
        assertThat(usd(registry, "gpt-4o-mini", Lane.REALTIME, new Usage(1_000_000, 0, 0, 0, 0)))
                .isEqualByComparingTo("0.3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "models: [{id: x, provider: nobody}]|there is no provider 'nobody'",
                "models: [{provider: openai}]|has no id",
                "models: [{id: gpt-4o-mini, input: cheap}]|must be a number, not 'cheap'",
                "models: [{id: gpt-4o-mini, input: -1}]|must not be below 0",
                "model: []|model: unknown key; did you mean 'models'?",
                "providers: {x: {base_url: 'http://y'}}|has no default_model",
                "models: [|is not YAML",
            })
    void a_file_that_is_wrong_is_told_with_its_place(String text, String message) throws Exception {
        Files.writeString(folder.resolve("models.yaml"), text);

        assertThatThrownBy(() -> registry("2026-11-21"))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void a_known_provider_that_was_moved_is_told_with_its_place() throws Exception {
        Files.writeString(folder.resolve("models.yaml"), """
                providers:
                  openai: {base_url: "https://mirror.example:8443/v1"}
                  mine: {base_url: "http://127.0.0.1:9/v1", default_model: m}
                """);

        ModelRegistry registry = registry("2026-11-21");

        assertThat(registry.moved(registry.providers()))
                .containsExactly(folder.resolve("models.yaml")
                        + ": providers.openai.base_url: calls to openai and its key go to"
                        + " https://mirror.example:8443/v1");
        assertThat(registry.moved(List.of("anthropic"))).isEmpty();
        assertThat(ModelRegistry.shipped().moved(List.of("openai"))).isEmpty();
    }

    @Test
    void a_byte_order_mark_is_passed_over_and_another_encoding_is_named() throws Exception {
        Path file = folder.resolve("models.yaml");
        String text = "models: [{id: gpt-4o-mini, context: 7}]\n";
        Files.writeString(file, "\uFEFF" + text);

        assertThat(registry("2026-11-21").model("gpt-4o-mini").orElseThrow().context())
                .isEqualTo(7);
        Files.write(file, text.getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> registry("2026-11-21"))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("models.yaml: is not UTF-8 text but UTF-16; save it as UTF-8");
    }

    @Test
    void a_file_that_is_nested_too_deeply_is_refused() throws Exception {
        Files.writeString(folder.resolve("models.yaml"), "[".repeat(100_000));

        assertThatThrownBy(() -> registry("2026-11-21"))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("is nested too deeply");
    }
}
