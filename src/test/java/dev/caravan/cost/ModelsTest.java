package dev.caravan.cost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.caravan.base.Json;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.OutsideProvider;
import dev.caravan.testing.RealProgram;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code caravan models}, as a user calls it. */
class ModelsTest {
    @TempDir
    Path folder;

    @Test
    void models_are_listed_with_their_prices_and_what_is_not_known_says_so() {
        CommandResult said = CommandResult.of("models", "4o");
        CommandResult json = CommandResult.of("models", "--provider", "gemini", "--json");

        assertThat(said.out()).contains("gpt-4o-mini").contains("0.15").contains("OPENAI_API_KEY");
        assertThat(said.out()).doesNotContain("claude-opus");
        JsonNode lite = Json.parse(json.out()).path("models").path(2);
        assertThat(lite.path("id").asText()).isEqualTo("gemini-3.5-flash-lite");
        assertThat(lite.path("batch_output").decimalValue()).isEqualByComparingTo("1.25");
        assertThat(CommandResult.of("models", "nothing-like-it").code()).isEqualTo(1);
        assertThat(CommandResult.of("models", "--provider", "opnai").err()).contains("openai");
    }

    @Test
    void a_model_that_goes_away_says_so_and_what_to_ask_instead() {
        assertThat(CommandResult.of("models", "4o").out()).contains("deprecated, ask gpt-6-luna");
        assertThat(Json.parse(CommandResult.of("models", "4o", "--json").out())
                        .at("/models/0/replaced_by")
                        .asText())
                .isEqualTo("gpt-6-luna");
    }

    /** As a server of one's own that was built without it. */
    @Test
    void refresh_of_a_provider_without_a_list_says_so() throws Exception {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        try {
            int code = new RealProgram(
                            folder,
                            Map.of(
                                    "OPENAI_COMPATIBLE_BASE_URL",
                                    "http://127.0.0.1:" + server.getAddress().getPort() + "/v1"))
                    .start(List.of(), List.of("models", "refresh", "--provider", "openai-compatible"))
                    .waitFor();

            String said = Files.readString(folder.resolve("output.txt"));
            assertThat(code).as(said).isEqualTo(1);
            assertThat(said).contains("openai-compatible: it gives no list of its models (http_404)");
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai", "anthropic", "gemini"})
    void refresh_tells_what_a_provider_has_and_we_do_not(String provider) throws Exception {
        // What we know is what the simulator lists, but for what the user's own file changes.
        Files.writeString(
                folder.resolve("models.yaml"),
                "models:\n  - {id: only-here, provider: " + provider + ", input: 1, output: 2}\n");
        try (var simulator = OutsideProvider.simulator(folder, "", 50)) {
            int code = new RealProgram(folder, OutsideProvider.environment(simulator, folder))
                    .start(List.of(), List.of("models", "refresh", "--provider", provider))
                    .waitFor();

            String said = Files.readString(folder.resolve("output.txt"));
            assertThat(code).as(said).isEqualTo(1);
            assertThat(said)
                    .contains("gone:")
                    .contains("only-here")
                    .doesNotContain("new:")
                    .doesNotContain(OutsideProvider.KEY);
        }
    }
}
