package dev.caravan.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.simulator.Faults;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code caravan models}, as a user calls it. */
class ModelsTest {
    private static final String KEY = "sk-of-no-worth-0123456789";

    @TempDir
    Path folder;

    @Test
    void models_are_listed_with_their_prices_and_what_is_not_known_says_so() {
        Said said = Said.of("models", "4o");
        Said json = Said.of("models", "--provider", "gemini", "--json");

        assertThat(said.out()).contains("gpt-4o-mini").contains("0.15").contains("OPENAI_API_KEY");
        assertThat(said.out()).doesNotContain("claude-opus");
        JsonNode lite = Json.parse(json.out()).path("models").path(2);
        assertThat(lite.path("id").asText()).isEqualTo("gemini-3.5-flash-lite");
        assertThat(lite.path("batch_output").decimalValue()).isEqualByComparingTo("1.25");
        assertThat(Said.of("models", "nothing-like-it").code()).isEqualTo(1);
        assertThat(Said.of("models", "--provider", "opnai").err()).contains("openai");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "gemini"})
    void refresh_tells_what_a_provider_has_and_we_do_not(String provider) throws Exception {
        // What we know is what the simulator lists, but for what the user's own file changes.
        Files.writeString(
                folder.resolve("models.yaml"),
                "models:\n  - {id: only-here, provider: " + provider + ", input: 1, output: 2}\n");
        try (var simulator = Simulator.start(new SimulatorSettings(
                folder.resolve("provider"),
                1,
                0,
                KEY,
                50,
                1,
                Faults.NONE,
                new Catalogue(ModelRegistry.shipped()),
                Clock.systemUTC()))) {
            Map<String, String> environment = Map.of(
                    "OPENAI_BASE_URL",
                    simulator.baseUrl("openai"),
                    "ANTHROPIC_BASE_URL",
                    simulator.baseUrl("anthropic"),
                    "GOOGLE_GEMINI_BASE_URL",
                    simulator.baseUrl("gemini"),
                    "OPENAI_API_KEY",
                    KEY,
                    "ANTHROPIC_API_KEY",
                    KEY,
                    "GOOGLE_API_KEY",
                    KEY);
            int code = new Program(folder, environment)
                    .start(List.of(), List.of("models", "refresh", "--provider", provider))
                    .waitFor();

            String said = Files.readString(folder.resolve("output.txt"));
            assertThat(code).as(said).isEqualTo(1);
            assertThat(said)
                    .contains("gone:")
                    .contains("only-here")
                    .doesNotContain("new:")
                    .doesNotContain(KEY);
        }
    }
}
