package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Prompt;
import dev.caravan.provider.Usage;
import dev.caravan.provider.UsageReading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderWireTest {
    private final ProviderWire wire = new ProviderWire(Path.of("routes/openai"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "500|{\"error\":{\"message\":\"payload of 1400 bytes, code 401\",\"code\":null}}|Transient",
                "503|{\"error\":{\"message\":\"slow down\",\"code\":503}}|Transient",
                "502|null|Ambiguous",
                "429|{\"error\":{\"code\":\"rate_limit_exceeded\"}}|Throttled",
                "429|{\"error\":{\"code\":\"insufficient_quota\"}}|Fatal",
                "401|{\"error\":\"Unauthorized\"}|Fatal",
                "403|{\"error\":{\"code\":null}}|Fatal",
                "404|{\"error\":{\"code\":\"model_not_found\"}}|Fatal",
                "400|{\"error\":{\"message\":\"429 rate limit\",\"code\":null}}|Rejected",
                "200|null|Ambiguous",
                "200|{\"choices\":[]}|Ambiguous",
            })
    void B17_trouble_is_typed_by_status_and_code_and_never_by_words(int status, String body, String type) {
        Answer answer = wire.answer(reply(status, body.equals("null") ? null : Json.parse(body)));

        assertThat(answer.getClass().getSimpleName()).isEqualTo(type);
    }

    @Test
    void C25_C26_a_received_answer_says_whether_it_was_finished_cut_or_refused() {
        assertThat(received("\"finish_reason\":\"stop\",\"message\":{\"content\":\"{}\"}"))
                .isInstanceOf(Answer.Completed.class);
        assertThat(received("\"finish_reason\":\"length\",\"message\":{\"content\":\"{\"}"))
                .isInstanceOf(Answer.Truncated.class);
        assertThat(received("\"finish_reason\":\"stop\",\"message\":{\"content\":null,\"refusal\":\"no\"}"))
                .isInstanceOf(Answer.Refused.class);
        assertThat(received("\"finish_reason\":\"content_filter\",\"message\":{\"content\":null}"))
                .isInstanceOf(Answer.Refused.class);
    }

    @Test
    void a_row_that_was_never_run_costs_nothing_and_goes_again() {
        Answer answer = wire.read(
                        Json.parse(
                                "{\"custom_id\":\"a-0-1\",\"response\":null,\"error\":{\"code\":\"batch_expired\",\"message\":\"late\"}}"))
                .answer();

        assertThat(answer).isEqualTo(new Answer.Transient("batch_expired", "late"));
    }

    private Answer received(String choice) {
        return wire.answer(reply(
                200,
                Json.parse("{\"model\":\"m\",\"choices\":[{" + choice
                        + "}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}")));
    }

    private static HttpReply reply(int status, @Nullable JsonNode body) {
        return new HttpReply(status, body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "anthropic|401|{\"error\":{\"type\":\"authentication_error\"}}|Fatal",
                "anthropic|402|{\"error\":{\"type\":\"billing_error\"}}|Fatal",
                "anthropic|404|{\"error\":{\"type\":\"not_found_error\",\"message\":\"model: x\"}}|Fatal",
                "anthropic|400|{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"529 429\"}}|Rejected",
                "anthropic|429|{\"error\":{\"type\":\"rate_limit_error\"}}|Throttled",
                "anthropic|529|{\"error\":{\"type\":\"overloaded_error\"}}|Transient",
                "anthropic|502|null|Ambiguous",
                "gemini|400|{\"error\":{\"status\":\"INVALID_ARGUMENT\"}}|Rejected",
                "gemini|400|{\"error\":{\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}}|Fatal",
                "gemini|403|{\"error\":{\"status\":\"PERMISSION_DENIED\"}}|Fatal",
                "gemini|429|{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\"}}|Throttled",
                "gemini|429|{\"error\":{\"details\":[{\"violations\":[{\"quotaId\":\"XPerDay\"}]}]}}|Fatal",
                "gemini|503|{\"error\":{\"status\":\"UNAVAILABLE\"}}|Transient",
                "gemini|504|null|Ambiguous",
            })
    void the_others_type_their_trouble_too(String provider, int status, String body, String type) {
        Answer answer = other(provider).answer(reply(status, body.equals("null") ? null : Json.parse(body)));

        assertThat(answer.getClass().getSimpleName()).isEqualTo(type);
    }

    @Test
    void an_unknown_model_stops_the_run_and_an_unknown_job_does_not() {
        JsonNode missing = Json.parse("{\"error\":{\"status\":\"NOT_FOUND\",\"type\":\"not_found_error\"}}");
        for (String provider : List.of("anthropic", "gemini")) {
            assertThat(other(provider).answer(reply(404, missing))).isInstanceOf(Answer.Fatal.class);
            assertThat(other(provider).harmless(reply(404, missing))).isInstanceOf(Answer.Rejected.class);
        }
    }

    @Test
    void gemini_says_in_the_body_how_long_to_wait() {
        Answer answer = other("gemini")
                .answer(
                        reply(
                                429,
                                Json.parse(
                                        "{\"error\":{\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"retryDelay\":\"34.5s\"}]}}")));

        assertThat(((Answer.Throttled) answer).retryAfter()).isEqualTo(Duration.ofMillis(34_500));
    }

    /** Anthropic counts cached tokens beside the input, Gemini thoughts beside the output. */
    @Test
    void tokens_are_counted_in_one_convention() {
        Answer anthropic = other("anthropic")
                .answer(
                        reply(
                                200,
                                Json.parse(
                                        "{\"type\":\"message\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"x\"},{\"type\":\"text\",\"text\":\"a\"},"
                                                + "{\"type\":\"text\",\"text\":\"b\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":5,"
                                                + "\"cache_creation_input_tokens\":2,\"output_tokens\":7,\"output_tokens_details\":{\"thinking_tokens\":3}}}")));
        Answer gemini = other("gemini")
                .answer(
                        reply(
                                200,
                                Json.parse(
                                        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ab\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":"
                                                + "{\"promptTokenCount\":17,\"cachedContentTokenCount\":5,\"candidatesTokenCount\":4,\"thoughtsTokenCount\":3}}")));

        assertThat(anthropic).isEqualTo(new Answer.Completed("ab", null, UsageReading.told(new Usage(17, 5, 7, 3, 2))));
        assertThat(gemini).isEqualTo(new Answer.Completed("ab", null, UsageReading.told(new Usage(17, 5, 7, 3, 0))));
    }

    @Test
    void answers_that_were_not_given_are_told_apart_in_every_wire() {
        assertThat(
                        other("gemini")
                                .answer(
                                        reply(
                                                200,
                                                Json.parse(
                                                        "{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":3}}"))))
                .isInstanceOf(Answer.Refused.class);
        assertThat(other("gemini")
                        .answer(reply(
                                200,
                                Json.parse("{\"candidates\":[{\"content\":{},\"finishReason\":\"MAX_TOKENS\"}]}"))))
                .isInstanceOf(Answer.Truncated.class);
        assertThat(other("anthropic")
                        .answer(reply(
                                200, Json.parse("{\"type\":\"message\",\"content\":[],\"stop_reason\":\"refusal\"}"))))
                .isInstanceOf(Answer.Refused.class);
        assertThat(
                        wire.answer(
                                reply(
                                        200,
                                        Json.parse(
                                                "{\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},\"output\":[]}"))))
                .isInstanceOf(Answer.Truncated.class);
    }

    @Test
    void a_temperature_asks_for_the_version_of_the_api_that_has_one() {
        ProviderWire anthropic = other("anthropic");
        Prompt plain = Prompt.of("a-1-1", "claude-haiku-4-5", "Hello", 10);
        Prompt warm = new Prompt(
                "a-1-1",
                "claude-haiku-4-5",
                null,
                "Hello",
                10,
                Json.parse("0.5"),
                null,
                false,
                "a",
                List.of(),
                null,
                "",
                "",
                "");

        assertThat(anthropic.request(plain, "").headers()).containsEntry("anthropic-version", "2026-10-21");
        assertThat(anthropic.request(warm, "").headers()).containsEntry("anthropic-version", "2023-06-01");
    }

    private static ProviderWire other(String provider) {
        return new ProviderWire(Path.of("routes", provider));
    }
}
