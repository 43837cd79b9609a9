package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.ReasoningEffort;
import com.openai.models.ResponseFormatJsonObject;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletion.Choice.FinishReason;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.models.Model;
import dev.caravan.base.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chat completions and models. */
@Tag("conformance")
class OpenAiSdkTest {
    @TempDir
    static Path folder;

    private static Counterpart counterpart;
    private static OpenAIClient client;

    @BeforeAll
    static void start() {
        counterpart = Counterpart.at(folder);
        client = OpenAiClients.of(counterpart);
    }

    @AfterAll
    static void stop() {
        client.close();
        counterpart.close();
    }

    private static ChatCompletion completed(ChatCompletionCreateParams.Builder params) {
        return client.chat().completions().create(params.build()).validate();
    }

    private static ChatCompletionCreateParams.Builder asking(String prompt) {
        return ChatCompletionCreateParams.builder().model("gpt-test").addUserMessage(prompt);
    }

    private static BadRequestException refused(ChatCompletionCreateParams.Builder params) {
        return assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> completed(params))
                .actual();
    }

    @Test
    @SuppressWarnings("deprecation")
    void an_answer_has_all_that_the_sdk_wants_of_it() {
        ChatCompletion answer = completed(
                OpenAiClients.hello().maxCompletionTokens(200).temperature(0.0).seed(7));

        assertThat(answer.id()).startsWith("chatcmpl-");
        assertThat(answer.model()).isEqualTo("gpt-test");
        assertThat(answer.created()).isPositive();
        assertThat(answer.serviceTier()).contains(ChatCompletion.ServiceTier.DEFAULT);
        assertThat(answer.choices()).singleElement().satisfies(choice -> {
            assertThat(choice.index()).isZero();
            assertThat(choice.finishReason()).isEqualTo(FinishReason.STOP);
            assertThat(choice.logprobs()).isEmpty();
            assertThat(choice.message().content())
                    .hasValueSatisfying(text -> assertThat(text).isNotBlank());
            assertThat(choice.message().refusal()).isEmpty();
        });
    }

    @Test
    void cached_and_reasoning_tokens_are_parts_of_the_counts() {
        ChatCompletion answer = completed(asking("Say hello. [[simulate: cached reasoning cacheWrite]]"));

        assertThat(answer.usage()).hasValueSatisfying(usage -> {
            long cached =
                    usage.promptTokensDetails().orElseThrow().cachedTokens().orElseThrow();
            long reasoning = usage.completionTokensDetails()
                    .orElseThrow()
                    .reasoningTokens()
                    .orElseThrow();
            assertThat(cached).isPositive().isLessThan(usage.promptTokens());
            assertThat(reasoning).isPositive().isLessThan(usage.completionTokens());
            assertThat(usage.totalTokens()).isEqualTo(usage.promptTokens() + usage.completionTokens());
        });
    }

    @Test
    void what_is_not_asked_for_is_counted_as_zero() {
        ChatCompletion answer = completed(asking("Say hello, plainly."));

        assertThat(answer.usage()).hasValueSatisfying(usage -> {
            assertThat(usage.promptTokensDetails().orElseThrow().cachedTokens()).contains(0L);
            assertThat(usage.completionTokensDetails().orElseThrow().reasoningTokens())
                    .contains(0L);
        });
    }

    @Test
    void the_token_limit_cuts_the_answer_and_says_so() {
        ChatCompletion.Choice choice =
                completed(asking("Say a lot.").maxCompletionTokens(3)).choices().get(0);

        assertThat(choice.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(choice.message().content().orElseThrow()).hasSize(8);
    }

    @Test
    void a_stop_sequence_ends_the_answer_before_it() {
        String whole = text(completed(asking("Say something.")));

        String cut = text(completed(asking("Say something.").stop(".")));

        assertThat(whole).endsWith(".");
        assertThat(cut).isNotEmpty().doesNotContain(".");
    }

    @Test
    void a_refusal_has_its_text_and_no_content() {
        ChatCompletion.Choice choice =
                completed(asking("Do harm. [[simulate: refusal]]")).choices().get(0);

        assertThat(choice.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(choice.message().refusal()).contains("I can't help with that.");
        assertThat(choice.message().content()).isEmpty();
    }

    @Test
    void a_blocked_prompt_is_a_content_filter() {
        ChatCompletion answer = completed(asking("Do harm. [[simulate: blocked]]"));

        assertThat(answer.choices().get(0).finishReason()).isEqualTo(FinishReason.CONTENT_FILTER);
        assertThat(answer.choices().get(0).message().content()).isEmpty();
        assertThat(answer.usage().orElseThrow().completionTokens()).isZero();
        assertThat(answer.usage().orElseThrow().promptTokens()).isPositive();
    }

    @Test
    void a_cut_document_is_half_a_document() {
        ChatCompletion.Choice choice = completed(
                        asking("Judge. [[simulate: truncation]]").responseFormat(format("verdict", true, verdict())))
                .choices()
                .get(0);

        assertThat(choice.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(choice.message().content().orElseThrow()).startsWith("{").doesNotEndWith("}");
    }

    @Test
    void a_strict_schema_is_followed() {
        JsonNode answer =
                Json.parse(text(completed(asking("Judge.").responseFormat(format("verdict", true, verdict())))));

        assertThat(answer.path("verdict").textValue()).isIn("good", "bad");
        assertThat(answer.path("score").isIntegralNumber()).isTrue();
        assertThat(answer).hasSize(2);
    }

    /** What a caller wants back, as a class. */
    public static class Verdict {
        public String summary = "";
        public int score;
    }

    @Test
    void a_class_of_the_caller_is_filled() {
        Verdict verdict = client.chat()
                .completions()
                .create(asking("Judge.").responseFormat(Verdict.class).build())
                .choices()
                .get(0)
                .message()
                .content()
                .orElseThrow();

        assertThat(verdict.summary).isNotBlank();
    }

    @Test
    void a_schema_that_is_called_strict_and_is_not_is_refused() {
        var open = Map.<String, Object>of("type", "object", "properties", Map.of("a", Map.of("type", "string")));
        var optional = Map.<String, Object>of(
                "type",
                "object",
                "additionalProperties",
                false,
                "required",
                List.of(),
                "properties",
                Map.of("a", Map.of("type", "string")));

        assertThat(List.of(open, optional)).allSatisfy(schema -> {
            BadRequestException refusal = refused(asking("Judge.").responseFormat(format("verdict", true, schema)));
            assertThat(refusal.type()).contains("invalid_request_error");
            assertThat(refusal.param()).contains("response_format");
            assertThat(refusal.code()).isEmpty();
            assertThat(refusal.getMessage()).contains("Invalid schema for response_format");
        });
        assertThat(text(completed(asking("Judge.").responseFormat(format("verdict", false, open)))))
                .startsWith("{");
    }

    @Test
    void the_name_of_a_format_has_few_characters() {
        assertThat(refused(asking("Judge.").responseFormat(format("what a name", true, verdict())))
                        .param())
                .contains("response_format.json_schema.name");
        assertThat(refused(asking("Judge.").responseFormat(format("n".repeat(65), true, verdict())))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void the_old_json_mode_wants_the_word_in_the_prompt() {
        var format = ResponseFormatJsonObject.builder().build();

        assertThat(refused(asking("Judge.").responseFormat(format)).param()).contains("messages");
        assertThat(completed(asking("Judge in JSON.").responseFormat(format)).choices())
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"gpt-6-sol, LOW, temperature", "gpt-6-sol, '', temperature", "gpt-6-astra, NONE, temperature"})
    void what_reasons_takes_no_temperature(String model, String effort, String param) {
        var params = OpenAiClients.hello().model(model).temperature(0.2);
        if (!effort.isEmpty()) {
            params.reasoningEffort(ReasoningEffort.of(effort.toLowerCase(Locale.ROOT)));
        }

        assertThat(refused(params).param()).contains(param);
        assertThat(refused(params).code()).contains("unsupported_value");
    }

    @Test
    void sampling_is_taken_when_nothing_is_reasoned() {
        var params = OpenAiClients.hello().model("gpt-6-sol").reasoningEffort(ReasoningEffort.NONE);

        assertThat(completed(params.temperature(0.2).topP(0.5)).choices()).hasSize(1);
        assertThat(refused(OpenAiClients.hello().model("gpt-6-sol").topP(0.5)).param())
                .contains("top_p");
    }

    @Test
    @SuppressWarnings("deprecation")
    void the_old_token_limit_is_refused_by_what_reasons() {
        BadRequestException refusal =
                refused(OpenAiClients.hello().model("gpt-6-sol").maxTokens(20));

        assertThat(refusal.param()).contains("max_tokens");
        assertThat(refusal.code()).contains("unsupported_parameter");
        assertThat(text(completed(OpenAiClients.hello().maxTokens(3)))).hasSize(8);
    }

    @Test
    void requests_that_make_no_sense_are_refused_by_their_part() {
        assertThat(refused(OpenAiClients.hello().temperature(2.5)).code()).contains("decimal_above_max_value");
        assertThat(refused(ChatCompletionCreateParams.builder()
                                .model("gpt-test")
                                .messages(List.of()))
                        .code())
                .contains("empty_array");
        assertThat(refused(OpenAiClients.hello().putAdditionalBodyProperty("stream", JsonValue.from(true)))
                        .param())
                .contains("stream");
    }

    @Test
    void the_same_request_is_answered_by_the_system_prompt_too() {
        String terse = text(completed(OpenAiClients.hello()));
        String other = text(completed(asking("Say hello.").addSystemMessage("You are verbose.")));

        assertThat(terse).isNotEqualTo(other);
    }

    @Test
    void models_are_listed_and_found_by_id() {
        List<Model> models = client.models().list().data();

        assertThat(models).extracting(Model::id).containsExactlyInAnyOrder("gpt-4.1-mini", "gpt-6-sol", "gpt-6-astra");
        assertThat(models).allSatisfy(each -> each.validate());
        assertThat(client.models().retrieve("gpt-test").validate().id()).isEqualTo("gpt-test");
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.models().retrieve("no-such-model"))
                .satisfies(e -> assertThat(e.code()).contains("model_not_found"));
    }

    @Test
    void headers_name_the_request_and_the_version() {
        try (var raw = client.withRawResponse()
                .chat()
                .completions()
                .create(OpenAiClients.hello().build())) {
            assertThat(raw.requestId()).hasValueSatisfying(id -> assertThat(id).startsWith("req_"));
            assertThat(raw.headers().values("openai-version")).containsExactly("2020-10-01");
            assertThat(raw.headers().values("openai-organization")).hasSize(1);
        }
    }

    private static String text(ChatCompletion answer) {
        return answer.choices().get(0).message().content().orElseThrow();
    }

    private static Map<String, Object> verdict() {
        return Map.of(
                "type",
                "object",
                "additionalProperties",
                false,
                "required",
                List.of("verdict", "score"),
                "properties",
                Map.of(
                        "verdict",
                        Map.of("type", "string", "enum", List.of("good", "bad")),
                        "score",
                        Map.of("type", "integer")));
    }

    private static ResponseFormatJsonSchema format(String name, boolean strict, Map<String, Object> schema) {
        var node = ResponseFormatJsonSchema.JsonSchema.Schema.builder();
        schema.forEach((key, value) -> node.putAdditionalProperty(key, JsonValue.from(value)));
        return ResponseFormatJsonSchema.builder()
                .jsonSchema(ResponseFormatJsonSchema.JsonSchema.builder()
                        .name(name)
                        .strict(strict)
                        .schema(node.build())
                        .build())
                .build();
    }
}
