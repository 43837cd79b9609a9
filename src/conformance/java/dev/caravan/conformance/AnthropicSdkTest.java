package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.models.ErrorType;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.JsonOutputFormat;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.OutputConfig;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Usage;
import com.anthropic.models.models.ModelInfo;
import com.anthropic.models.models.ModelListParams;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in both versions of the API, token counting, models. */
@Tag("conformance")
class AnthropicSdkTest {
    @TempDir
    static Path folder;

    private static Counterpart counterpart;
    private static AnthropicClient client;

    @BeforeAll
    static void start() {
        counterpart = Counterpart.at(folder);
        client = AnthropicClients.of(counterpart);
    }

    @AfterAll
    static void stop() {
        client.close();
        counterpart.close();
    }

    private static Message answered(MessageCreateParams.Builder params) {
        return client.messages().create(params.build()).validate();
    }

    private static String text(Message message) {
        return message.content().stream()
                .filter(ContentBlock::isText)
                .map(each -> each.asText().text())
                .collect(Collectors.joining());
    }

    private static BadRequestException refused(MessageCreateParams.Builder params) {
        BadRequestException refusal = assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> answered(params))
                .actual();
        assertThat(refusal.type()).contains(ErrorType.INVALID_REQUEST_ERROR);
        return refusal;
    }

    private static String why(AnthropicServiceException refusal) {
        return refusal.apiMessage().orElseThrow();
    }

    @Test
    void an_answer_has_all_that_the_sdk_wants_of_it() {
        Message message = answered(AnthropicClients.asking("Say hello."));

        assertThat(message.id()).startsWith("msg_");
        assertThat(message.model().asString()).isEqualTo("claude-test");
        assertThat(message.stopReason()).contains(StopReason.END_TURN);
        assertThat(message.stopSequence()).isEmpty();
        assertThat(message.stopDetails()).isEmpty();
        assertThat(text(message)).isNotBlank();
        assertThat(message.usage().inputTokens()).isPositive();
        assertThat(message.usage().outputTokens()).isPositive();
        assertThat(message.usage().serviceTier()).contains(Usage.ServiceTier.STANDARD);
    }

    @Test
    void cached_tokens_stand_beside_the_input_and_thinking_is_a_part_of_the_output() {
        long whole = counted("Say it. [[simulate: cached cacheWrite reasoning]]");

        Message message = answered(AnthropicClients.asking("Say it. [[simulate: cached cacheWrite reasoning]]"));

        Usage usage = message.usage();
        long read = usage.cacheReadInputTokens().orElseThrow();
        long written = usage.cacheCreationInputTokens().orElseThrow();
        assertThat(read).isPositive();
        assertThat(written).isPositive();
        assertThat(usage.inputTokens() + read + written).isEqualTo(whole);
        assertThat(usage.cacheCreation().orElseThrow().ephemeral5mInputTokens()).isEqualTo(written);
        assertThat(usage.outputTokensDetails().orElseThrow().thinkingTokens())
                .isPositive()
                .isLessThan(usage.outputTokens());
        assertThat(message.content().get(0).isThinking()).isTrue();
        assertThat(message.content().get(1).isText()).isTrue();
    }

    private static long counted(String prompt) {
        return client.messages()
                .countTokens(MessageCountTokensParams.builder()
                        .model("claude-test")
                        .system("You are terse.")
                        .addUserMessage(prompt)
                        .build())
                .validate()
                .inputTokens();
    }

    @Test
    void tokens_are_counted_as_they_are_billed_and_cost_nothing() {
        Message message = answered(AnthropicClients.asking("Say hello once."));
        long billed = counterpart.billed();

        assertThat(counted("Say hello once.")).isEqualTo(message.usage().inputTokens());
        assertThat(counterpart.billed()).isEqualTo(billed);
    }

    @Test
    void the_token_limit_cuts_the_answer_and_says_so() {
        Message message = answered(AnthropicClients.asking("Say a lot.").maxTokens(3));

        assertThat(message.stopReason()).contains(StopReason.MAX_TOKENS);
        assertThat(message.usage().outputTokens()).isEqualTo(3);
        assertThat(text(message)).hasSize(8);
    }

    @Test
    void a_stop_sequence_ends_the_answer_and_is_named() {
        String whole = text(answered(AnthropicClients.asking("Say something.")));

        Message cut = answered(AnthropicClients.asking("Say something.").addStopSequence("."));

        assertThat(whole).endsWith(".");
        assertThat(cut.stopReason()).contains(StopReason.STOP_SEQUENCE);
        assertThat(cut.stopSequence()).contains(".");
        assertThat(text(cut)).isNotEmpty().doesNotContain(".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"refusal", "blocked"})
    void a_refusal_has_details_and_no_text(String fault) {
        Message message = answered(AnthropicClients.asking("Do harm. [[simulate: " + fault + "]]"));

        assertThat(message.stopReason()).contains(StopReason.REFUSAL);
        assertThat(message.stopDetails()).isPresent();
        assertThat(text(message)).isEmpty();
    }

    @Test
    void an_output_format_is_followed() {
        JsonNode answer =
                Json.parse(text(answered(AnthropicClients.asking("Judge.").outputConfig(format(verdict())))));

        assertThat(answer.path("verdict").textValue()).isIn("good", "bad");
        assertThat(answer).hasSize(1);
    }

    /** What a caller wants back, as a class. */
    public static class Verdict {
        public String summary = "";
        public boolean good;
    }

    @Test
    void a_class_of_the_caller_is_filled() {
        Verdict verdict = client.messages()
                .create(AnthropicClients.asking("Judge.")
                        .outputConfig(Verdict.class)
                        .build())
                .content()
                .get(0)
                .asText()
                .text();

        assertThat(verdict.summary).isNotBlank();
    }

    @Test
    void an_open_output_format_is_refused() {
        BadRequestException refusal = refused(AnthropicClients.asking("Judge.")
                .outputConfig(format(Map.of("type", "object", "properties", Map.of("a", Map.of("type", "string"))))));

        assertThat(why(refusal)).contains("additionalProperties");
    }

    @ParameterizedTest
    @ValueSource(strings = {"temperature", "top_p", "top_k", "seed", "frequency_penalty"})
    void the_present_version_takes_no_sampling(String name) {
        BadRequestException refusal =
                refused(AnthropicClients.asking("Hi.").putAdditionalBodyProperty(name, JsonValue.from(1)));

        assertThat(why(refusal)).isEqualTo(name + ": Extra inputs are not permitted");
    }

    @Test
    void the_version_before_takes_a_temperature_where_the_model_does() {
        AnthropicClient old = AnthropicClients.old(counterpart);
        var params = AnthropicClients.asking("Hi.").putAdditionalBodyProperty("temperature", JsonValue.from(0.3));

        assertThat(old.messages()
                        .create(params.model("claude-haiku-4-5").build())
                        .content())
                .isNotEmpty();
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() ->
                        old.messages().create(params.model("claude-opus-5-5").build()));
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> old.messages()
                        .create(params.putAdditionalBodyProperty("seed", JsonValue.from(1))
                                .build()))
                .satisfies(e -> assertThat(why(e)).startsWith("seed: "));
    }

    @Test
    void the_present_version_refuses_what_the_one_before_took() {
        var document = List.of(Map.of(
                "type",
                "document",
                "source",
                Map.of("type", "text", "media_type", "text/plain", "data", "It says so.")));
        var cited =
                List.of(Map.of("type", "text", "text", "Hi.", "citations", List.of(Map.of("type", "char_location"))));
        var prefill = List.<Map<String, Object>>of(
                Map.of("role", "user", "content", "Hi."), Map.of("role", "assistant", "content", "{"));

        assertThat(why(refused(saying(List.of(
                        Map.of("role", "user", "content", "Hi."),
                        Map.of("role", "assistant", "content", document),
                        Map.of("role", "user", "content", "Go on."))))))
                .contains("document");
        assertThat(why(refused(saying(List.of(Map.of("role", "user", "content", cited))))))
                .contains("citations");
        assertThat(why(refused(saying(prefill)))).contains("prefill");
        AnthropicClient old = AnthropicClients.old(counterpart);
        assertThat(old.messages().create(saying(prefill).build()).content()).isNotEmpty();
        assertThat(old.messages()
                        .create(saying(List.of(Map.of("role", "user", "content", cited)))
                                .build())
                        .content())
                .isNotEmpty();
    }

    private static MessageCreateParams.Builder saying(List<Map<String, Object>> messages) {
        return AnthropicClients.asking("Hi.").putAdditionalBodyProperty("messages", JsonValue.from(messages));
    }

    @Test
    void instructions_may_come_later_but_not_first() {
        var later = List.<Map<String, Object>>of(
                Map.of("role", "user", "content", "Hi."),
                Map.of("role", "system", "content", "Be kind."),
                Map.of("role", "user", "content", "Go on."));

        assertThat(text(answered(saying(later)))).isNotBlank();
        assertThat(why(refused(saying(List.of(Map.of("role", "system", "content", "Be kind."))))))
                .contains("role");
    }

    @Test
    void a_version_must_be_named_and_known() {
        AnthropicClient unknown = AnthropicClients.with(counterpart, 0, new Pauses())
                .apiKey(Counterpart.KEY)
                .putHeader("anthropic-version", "2030-01-01")
                .build();

        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> unknown.models().list())
                .satisfies(e -> assertThat(why(e)).contains("anthropic-version"));
        assertThat(counterpart.get("anthropic", "/v1/models", Counterpart.KEY).statusCode())
                .isEqualTo(400);
    }

    @Test
    void a_key_is_taken_in_either_header_and_its_own_header_first() {
        assertThat(client.models().list().data()).isNotEmpty();
        AnthropicClient own = AnthropicClients.with(counterpart, 0, new Pauses())
                .putHeader("x-api-key", Counterpart.KEY)
                .build();
        AnthropicClient both = AnthropicClients.with(counterpart, 0, new Pauses())
                .putHeader("x-api-key", "sk-ant-wrong")
                .putHeader("Authorization", "Bearer " + Counterpart.KEY)
                .build();

        assertThat(own.models().list().data()).isNotEmpty();
        assertThatExceptionOfType(UnauthorizedException.class)
                .isThrownBy(() -> both.models().list())
                .satisfies(e -> assertThat(e.type()).contains(ErrorType.AUTHENTICATION_ERROR));
    }

    @Test
    void models_are_listed_in_pages_both_ways_and_found_by_id() {
        var forward = client.models().list(ModelListParams.builder().limit(2).build());
        List<String> all = forward.autoPager().stream()
                .map(ModelInfo::validate)
                .map(ModelInfo::id)
                .toList();
        var backward = client.models()
                .list(ModelListParams.builder().limit(1).beforeId(all.get(2)).build());

        assertThat(forward.hasMore()).contains(true);
        assertThat(all).containsExactly("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5");
        assertThat(backward.autoPager().stream().map(ModelInfo::id)).containsExactly(all.get(1), all.get(0));
        assertThat(client.models().retrieve("claude-test").validate().lifecycle())
                .isEqualTo(ModelInfo.Lifecycle.ACTIVE);
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.models().retrieve("no-such-model"))
                .satisfies(e -> assertThat(why(e)).isEqualTo("model: no-such-model"));
    }

    private static Map<String, Object> verdict() {
        return Map.of(
                "type",
                "object",
                "additionalProperties",
                false,
                "required",
                List.of("verdict"),
                "properties",
                Map.of("verdict", Map.of("type", "string", "enum", List.of("good", "bad"))));
    }

    private static OutputConfig format(Map<String, Object> schema) {
        var node = JsonOutputFormat.Schema.builder();
        schema.forEach((key, value) -> node.putAdditionalProperty(key, JsonValue.from(value)));
        return OutputConfig.builder()
                .format(JsonOutputFormat.builder().schema(node.build()).build())
                .build();
    }
}
