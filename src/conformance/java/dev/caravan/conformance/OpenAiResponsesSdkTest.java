package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseOutputItem;
import com.openai.models.responses.ResponseOutputMessage;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.inputtokens.InputTokenCountParams;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses, and the counting of their tokens. */
@Tag("conformance")
class OpenAiResponsesSdkTest {
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

    private static ResponseCreateParams.Builder asking(String input) {
        return ResponseCreateParams.builder()
                .model("gpt-test")
                .instructions("You are terse.")
                .input(input);
    }

    private static Response answered(ResponseCreateParams.Builder params) {
        return client.responses().create(params.build()).validate();
    }

    private static ResponseOutputMessage.Content content(Response response) {
        return response.output().stream()
                .filter(ResponseOutputItem::isMessage)
                .map(each -> each.asMessage().content().get(0))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void an_answer_has_all_that_the_sdk_wants_of_it() {
        Response response = answered(asking("Say hello.")
                .maxOutputTokens(200)
                .temperature(0.0)
                .topP(0.5)
                .metadata(ResponseCreateParams.Metadata.builder()
                        .putAdditionalProperty("run", JsonValue.from("r-1"))
                        .build()));

        assertThat(response.id()).startsWith("resp_");
        assertThat(response.status()).contains(ResponseStatus.COMPLETED);
        assertThat(response.error()).isEmpty();
        assertThat(response.incompleteDetails()).isEmpty();
        assertThat(response.temperature()).contains(0.0);
        assertThat(response.topP()).contains(0.5);
        assertThat(response.metadata().orElseThrow()._allProperties()).containsEntry("run", JsonValue.from("r-1"));
        assertThat(content(response).asOutputText().text()).isNotBlank();
        assertThat(response.usage())
                .hasValueSatisfying(
                        usage -> assertThat(usage.totalTokens()).isEqualTo(usage.inputTokens() + usage.outputTokens()));
    }

    @Test
    void reasoning_comes_before_the_message_and_counts_as_output() {
        Response response = answered(asking("Think. [[simulate: reasoning cached cacheWrite]]"));

        assertThat(response.output().get(0).isReasoning()).isTrue();
        assertThat(response.output().get(1).isMessage()).isTrue();
        assertThat(response.usage()).hasValueSatisfying(usage -> {
            assertThat(usage.outputTokensDetails().reasoningTokens())
                    .isPositive()
                    .isLessThan(usage.outputTokens());
            assertThat(usage.inputTokensDetails().cachedTokens()).isPositive().isLessThan(usage.inputTokens());
            assertThat(usage.inputTokensDetails().cacheWriteTokens()).isPositive();
        });
    }

    @Test
    void a_refusal_is_a_part_of_its_own_kind() {
        Response response = answered(asking("Do harm. [[simulate: refusal]]"));

        assertThat(response.status()).contains(ResponseStatus.COMPLETED);
        assertThat(content(response).asRefusal().refusal()).isNotBlank();
    }

    @Test
    void what_is_cut_is_incomplete_and_says_why() {
        Response cut = answered(asking("Say it. [[simulate: truncation]]"));
        Response blocked = answered(asking("Say it. [[simulate: blocked]]"));

        assertThat(cut.status()).contains(ResponseStatus.INCOMPLETE);
        assertThat(cut.incompleteDetails().orElseThrow().reason())
                .contains(Response.IncompleteDetails.Reason.MAX_OUTPUT_TOKENS);
        assertThat(blocked.incompleteDetails().orElseThrow().reason())
                .contains(Response.IncompleteDetails.Reason.CONTENT_FILTER);
        assertThat(blocked.output()).isEmpty();
    }

    /** What a caller wants back, as a class. */
    public static class Verdict {
        public String summary = "";
        public boolean good;
    }

    @Test
    void a_class_of_the_caller_is_filled() {
        var response =
                client.responses().create(asking("Judge.").text(Verdict.class).build());

        Verdict verdict = response.output()
                .get(0)
                .message()
                .orElseThrow()
                .content()
                .get(0)
                .asOutputText();
        assertThat(verdict.summary).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"seed", "stop", "n"})
    void parameters_of_chat_completions_are_refused(String name) {
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> answered(asking("Say hello.").putAdditionalBodyProperty(name, JsonValue.from(1))))
                .satisfies(e -> assertThat(e.param()).contains(name));
    }

    @Test
    void fewer_than_sixteen_tokens_are_refused() {
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> answered(asking("Say hello.").maxOutputTokens(15)))
                .satisfies(e -> assertThat(e.code()).contains("integer_below_min_value"));
    }

    @Test
    void tokens_are_counted_as_they_are_billed_and_cost_nothing() {
        Response response = answered(asking("Say hello."));
        long billed = counterpart.billed();

        long counted = client.responses()
                .inputTokens()
                .count(InputTokenCountParams.builder()
                        .model("gpt-test")
                        .input("Say hello.")
                        .instructions("You are terse.")
                        .build())
                .validate()
                .inputTokens();

        assertThat(counted).isEqualTo(response.usage().orElseThrow().inputTokens());
        assertThat(counterpart.billed()).isEqualTo(billed);
    }
}
