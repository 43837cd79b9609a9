package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.BlockedReason;
import com.google.genai.types.Content;
import com.google.genai.types.FinishReason;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GenerateContentResponseUsageMetadata;
import com.google.genai.types.ListModelsConfig;
import com.google.genai.types.Model;
import com.google.genai.types.Schema;
import com.google.genai.types.Type;
import dev.caravan.base.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** generateContent, token counting, models. */
@Tag("conformance")
class GeminiSdkTest {
    @TempDir
    static Path folder;

    private static Counterpart counterpart;
    private static Client client;

    @BeforeAll
    static void start() {
        counterpart = Counterpart.at(folder);
        client = GeminiClients.of(counterpart);
    }

    @AfterAll
    static void stop() {
        client.close();
        counterpart.close();
    }

    private static GenerateContentResponse answered(String prompt, GenerateContentConfig.Builder config) {
        return client.models.generateContent(GeminiClients.MODEL, prompt, config.build());
    }

    private static GenerateContentResponse answered(String prompt) {
        return answered(prompt, GeminiClients.terse());
    }

    private static String text(GenerateContentResponse response) {
        return Objects.requireNonNull(response.text());
    }

    private static GenerateContentResponseUsageMetadata usage(GenerateContentResponse response) {
        return response.usageMetadata().orElseThrow();
    }

    @Test
    void an_answer_has_its_text_its_reason_and_its_counts() {
        GenerateContentResponse response = answered(
                "Say hello.",
                GeminiClients.terse()
                        .temperature(0f)
                        .maxOutputTokens(500)
                        .seed(7)
                        .topK(3f));

        assertThat(text(response)).isNotBlank();
        assertThat(response.finishReason().knownEnum()).isEqualTo(FinishReason.Known.STOP);
        assertThat(response.modelVersion()).contains(GeminiClients.MODEL);
        assertThat(response.responseId()).isPresent();
        int prompt = usage(response).promptTokenCount().orElseThrow();
        int candidates = usage(response).candidatesTokenCount().orElseThrow();
        assertThat(usage(response).totalTokenCount()).contains(prompt + candidates);
        assertThat(usage(response).thoughtsTokenCount()).isEmpty();
        assertThat(usage(response).cachedContentTokenCount()).isEmpty();
    }

    @Test
    void thoughts_stand_beside_the_candidates_and_cached_tokens_are_a_part_of_the_prompt() {
        GenerateContentResponseUsageMetadata usage =
                usage(answered("Think. [[simulate: reasoning cached cacheWrite]]"));

        int prompt = usage.promptTokenCount().orElseThrow();
        int thoughts = usage.thoughtsTokenCount().orElseThrow();
        assertThat(thoughts).isPositive();
        assertThat(usage.cachedContentTokenCount().orElseThrow()).isPositive().isLessThan(prompt);
        assertThat(usage.totalTokenCount())
                .contains(prompt + thoughts + usage.candidatesTokenCount().orElseThrow());
    }

    @Test
    void thoughts_count_against_the_limit_so_that_nothing_may_be_left() {
        GenerateContentResponse response =
                answered("Think. [[simulate: reasoning]]", GeminiClients.terse().maxOutputTokens(10));

        assertThat(response.finishReason().knownEnum()).isEqualTo(FinishReason.Known.MAX_TOKENS);
        assertThat(usage(response).thoughtsTokenCount()).contains(10);
        assertThat(usage(response).candidatesTokenCount()).isEmpty();
        assertThat(response.parts()).isNullOrEmpty();
    }

    @Test
    void the_token_limit_cuts_the_answer() {
        GenerateContentResponse response =
                answered("Say a lot.", GeminiClients.terse().maxOutputTokens(3));

        assertThat(response.finishReason().knownEnum()).isEqualTo(FinishReason.Known.MAX_TOKENS);
        assertThat(text(response)).hasSize(8);
    }

    @Test
    void a_stop_sequence_ends_the_answer_before_it() {
        String cut = text(answered("Say something.", GeminiClients.terse().stopSequences(List.of("."))));

        assertThat(text(answered("Say something."))).endsWith(".");
        assertThat(cut).isNotEmpty().doesNotContain(".");
    }

    @Test
    void a_refusal_ends_for_safety_and_has_no_text_to_take() {
        GenerateContentResponse response = answered("Do harm. [[simulate: refusal]]");

        assertThat(response.finishReason().knownEnum()).isEqualTo(FinishReason.Known.SAFETY);
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(response::text);
    }

    @Test
    void a_blocked_prompt_has_no_candidates_and_no_text() {
        GenerateContentResponse response = answered("Do harm. [[simulate: blocked]]");

        assertThat(response.candidates()).isEmpty();
        assertThat(response.promptFeedback()
                        .orElseThrow()
                        .blockReason()
                        .orElseThrow()
                        .knownEnum())
                .isEqualTo(BlockedReason.Known.PROHIBITED_CONTENT);
        assertThat(usage(response).promptTokenCount().orElseThrow()).isPositive();
        assertThat(usage(response).candidatesTokenCount()).isEmpty();
        assertThat(response.text()).isNull();
    }

    @Test
    void a_schema_of_its_own_kind_is_followed() {
        Schema schema = Schema.builder()
                .type(Type.Known.OBJECT)
                .properties(Map.of(
                        "verdict",
                        Schema.builder()
                                .type(Type.Known.STRING)
                                .enum_(List.of("good", "bad"))
                                .build(),
                        "score",
                        Schema.builder().type(Type.Known.INTEGER).build()))
                .required("verdict", "score")
                .build();

        judged(GeminiClients.terse().responseMimeType("application/json").responseSchema(schema));
    }

    @Test
    void a_json_schema_is_followed() {
        judged(GeminiClients.terse()
                .responseMimeType("application/json")
                .responseJsonSchema(Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of(
                                "verdict",
                                Map.of("type", "string", "enum", List.of("good", "bad")),
                                "score",
                                Map.of("type", "integer")))));
    }

    private static void judged(GenerateContentConfig.Builder config) {
        JsonNode answer = Json.parse(text(answered("Judge.", config)));
        assertThat(answer.path("verdict").asText()).isIn("good", "bad");
        assertThat(answer.path("score").isIntegralNumber()).isTrue();
        assertThat(answer).hasSize(2);
    }

    @Test
    void a_cut_document_is_half_a_document() {
        GenerateContentResponse response = answered(
                "Judge. [[simulate: truncation]]",
                GeminiClients.terse()
                        .responseMimeType("application/json")
                        .responseJsonSchema(
                                Map.of("type", "object", "properties", Map.of("a", Map.of("type", "string")))));

        assertThat(response.finishReason().knownEnum()).isEqualTo(FinishReason.Known.MAX_TOKENS);
        assertThat(text(response)).startsWith("{").doesNotEndWith("}");
    }

    @Test
    void turns_have_two_roles_only() {
        var turns = List.of(
                GeminiClients.said("user", "Hi."),
                GeminiClients.said("model", "Hello."),
                GeminiClients.said("user", "Go on."));

        assertThat(text(client.models.generateContent(GeminiClients.MODEL, turns, null)))
                .isNotBlank();
        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(() -> client.models.generateContent(
                        GeminiClients.MODEL, List.of(GeminiClients.said("narrator", "Hi.")), null))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(400);
                    assertThat(e.status()).isEqualTo("INVALID_ARGUMENT");
                    assertThat(e.message()).contains("Please use a valid role: user, model.");
                });
    }

    @Test
    void a_temperature_beyond_two_is_refused() {
        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(() -> answered("Hi.", GeminiClients.terse().temperature(2.1f)))
                .satisfies(e -> assertThat(e.status()).isEqualTo("INVALID_ARGUMENT"));
    }

    @Test
    void tokens_are_counted_as_they_are_billed_and_cost_nothing() {
        GenerateContentResponse response = answered("Count me.", GenerateContentConfig.builder());
        long billed = counterpart.billed();

        int counted = client.models
                .countTokens(GeminiClients.MODEL, "Count me.", null)
                .totalTokens()
                .orElseThrow();

        assertThat(usage(response).promptTokenCount()).contains(counted);
        assertThat(counterpart.billed()).isEqualTo(billed);
        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(() -> client.models.countTokens("no-such-model", "Count me.", null));
    }

    @Test
    void the_system_instruction_is_counted() {
        int with = usage(answered("Hi there.")).promptTokenCount().orElseThrow();
        int without = usage(answered("Hi there.", GenerateContentConfig.builder()))
                .promptTokenCount()
                .orElseThrow();

        assertThat(with).isGreaterThan(without);
    }

    @Test
    void models_are_listed_in_pages_and_found_by_name() {
        var names = new ArrayList<String>();
        for (Model each :
                client.models.list(ListModelsConfig.builder().pageSize(2).build())) {
            names.add(each.name().orElseThrow());
        }

        assertThat(names)
                .containsExactly("models/gemini-3.8-flash", "models/gemini-2.5-pro", "models/gemini-2.5-flash");
        Model model = client.models.get(GeminiClients.MODEL, null);
        assertThat(model.name()).contains("models/" + GeminiClients.MODEL);
        assertThat(model.inputTokenLimit().orElseThrow()).isPositive();
        assertThat(model.supportedActions().orElseThrow())
                .contains("generateContent", "countTokens", "batchGenerateContent");
        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(() -> client.models.get("no-such-model", null))
                .satisfies(e -> assertThat(e.status()).isEqualTo("NOT_FOUND"));
    }

    @Test
    void an_empty_request_is_refused() {
        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(() -> client.models.generateContent(GeminiClients.MODEL, List.<Content>of(), null))
                .satisfies(e -> assertThat(e.code()).isEqualTo(400));
    }
}
