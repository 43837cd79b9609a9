package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Prompt;
import dev.caravan.provider.Usage;
import dev.caravan.provider.UsageReading;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistral's wire, member by member. */
class MistralWireTest {
    private final ProviderWire wire = new ProviderWire(Path.of("routes/mistral"));

    private static HttpReply reply(int status, String body) {
        return new HttpReply(status, body.equals("null") ? null : Json.parse(body));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "401|{\"detail\":\"Unauthorized\"}|Fatal|http_401",
                "402|{\"object\":\"error\",\"message\":\"pay\",\"type\":\"billing\"}|Fatal|billing",
                "403|null|Fatal|http_403",
                "404|{\"object\":\"error\",\"message\":\"none\",\"type\":\"not_found\"}|Fatal|not_found",
                "400|{\"object\":\"error\",\"message\":\"Invalid model\",\"type\":\"invalid_model\",\"code\":\"1500\"}|Fatal|unknown_model",
                "400|{\"object\":\"error\",\"message\":\"429 401\",\"type\":\"invalid_request_error\"}|Rejected|invalid_request_error",
                "422|{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"seed\"],\"msg\":\"no\"}]}|Rejected|http_422",
                "422|{\"object\":\"error\",\"message\":{\"detail\":[{\"msg\":\"no\"}]},\"type\":\"invalid_request_error\"}|Rejected|invalid_request_error",
                "429|{\"object\":\"error\",\"message\":\"Rate limit exceeded\",\"type\":\"rate_limited\",\"code\":\"1300\"}|Throttled|rate_limited",
                "429|{\"message\":\"Requests rate limit exceeded\"}|Throttled|http_429",
                "500|{\"object\":\"error\",\"message\":\"oh\",\"type\":\"internal_server_error\"}|Transient|internal_server_error",
                "502|{\"message\":\"An invalid response was received\"}|Ambiguous|http_502",
                "504|{\"object\":\"error\",\"message\":\"late\",\"type\":\"timeout\"}|Ambiguous|timeout",
                "503|null|Ambiguous|http_503",
            })
    void trouble_is_typed_by_status_and_type_in_all_four_forms(int status, String body, String kind, String code) {
        Answer answer = wire.answer(reply(status, body));

        assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(answer.toString()).contains("code=" + code + ",");
    }

    @Test
    void what_a_check_found_is_told_with_the_status() {
        Answer answer = wire.answer(reply(422, "{\"detail\":[{\"msg\":\"one\"},{\"msg\":\"two\"}]}"));

        assertThat(answer).isEqualTo(new Answer.Rejected("http_422", "HTTP 422: one; two"));
    }

    @Test
    void an_unknown_job_is_no_reason_to_stop() {
        assertThat(wire.harmless(reply(404, "{\"object\":\"error\",\"message\":\"none\",\"type\":\"not_found\"}")))
                .isInstanceOf(Answer.Rejected.class);
    }

    @Test
    void a_request_names_its_members_as_the_api_does() {
        var prompt = new Prompt(
                "a-1-1",
                "mistral-small-2603",
                "Be brief.",
                "Hello",
                10,
                Json.parse("0.5"),
                Json.parse("{\"type\":\"object\"}"),
                true,
                "label",
                List.of("END"),
                7L,
                "high",
                "",
                "");

        ProviderWire.Request request = wire.request(prompt, "");

        assertThat(request.path()).isEqualTo("/chat/completions");
        assertThat(Json.text(request.body()))
                .isEqualTo(
                        "{\"model\":\"mistral-small-2603\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                                + "{\"role\":\"user\",\"content\":\"Hello\"}],\"max_tokens\":10,\"temperature\":0.5,\"stop\":[\"END\"],"
                                + "\"random_seed\":7,\"reasoning_effort\":\"high\",\"response_format\":{\"type\":\"json_schema\","
                                + "\"json_schema\":{\"name\":\"label\",\"strict\":true,\"schema\":{\"type\":\"object\"}}}}");
        assertThat(wire.line(prompt, "a-1-1", "").line().properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("custom_id", "body");
    }

    @ParameterizedTest
    @CsvSource({"stop, Completed", "length, Truncated", "model_length, Truncated", "error, Truncated"})
    void only_an_answer_that_came_to_its_end_is_whole(String finish, String kind) {
        Answer answer = wire.answer(reply(
                200,
                "{\"choices\":[{\"finish_reason\":\"" + finish
                        + "\",\"message\":{\"content\":\"{}\"}}],\"usage\":{}}"));

        assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
    }

    @Test
    void thoughts_are_no_part_of_the_answer_and_cached_tokens_are_part_of_the_input() {
        Answer answer = wire.answer(reply(
                200,
                "{\"model\":\"m\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[]},"
                        + "{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}}],\"usage\":{\"prompt_tokens\":80,"
                        + "\"completion_tokens\":5,\"prompt_tokens_details\":{\"cached_tokens\":64}}}"));

        assertThat(answer).isEqualTo(new Answer.Completed("ab", "m", UsageReading.told(new Usage(80, 64, 5, 0, 0))));
    }

    @ParameterizedTest
    @CsvSource({
        "QUEUED, RUNNING, 0",
        "RUNNING, RUNNING, 0",
        "CANCELLATION_REQUESTED, RUNNING, 0",
        "SUCCESS, ENDED, 2",
        "FAILED, FAILED, 2",
        "TIMEOUT_EXCEEDED, EXPIRED, 2",
        "CANCELLED, CANCELLED, 2",
        "SOMETHING_NEW, RUNNING, 0",
    })
    void a_job_that_is_over_is_read_however_it_ended(String said, String state, int results) {
        JobStatus status = status(
                Json.parse(
                        "{\"id\":\"j-1\",\"status\":\"" + said
                                + "\",\"input_files\":[\"in\"],\"output_file\":\"out\",\"error_file\":\"err\",\"errors\":[{\"message\":\"no\",\"count\":2}],"
                                + "\"metadata\":{\"caravan_nonce\":\"n\"},\"created_at\":5,\"total_requests\":3,\"succeeded_requests\":1,\"failed_requests\":2}"));

        assertThat(status.state()).isEqualTo(JobStatus.State.valueOf(state));
        assertThat(status.results()).hasSize(results);
        assertThat(status.discards()).hasSize(results == 0 ? 0 : 3);
        assertThat(status.nonce()).isEqualTo("n");
        assertThat(status.completed()).isEqualTo(1);
        assertThat(status.providerState().startsWith("cancel")).isEqualTo(said.startsWith("CANCEL"));
    }

    private JobStatus status(JsonNode body) {
        return Objects.requireNonNull(wire.status(body));
    }

    private JsonNode list(String body, String asked) {
        return Objects.requireNonNull(wire.list(Json.parse(body), asked));
    }

    @ParameterizedTest
    @CsvSource({"'', 250, true, 1", "1, 250, true, 2", "2, 250, false, 3", "'', 100, false, 1"})
    void pages_have_numbers_and_end_with_the_total(String asked, int total, boolean more, String next) {
        JsonNode page = list("{\"total\":" + total + ",\"data\":[{}]}", asked);

        assertThat(page.path("more").booleanValue()).isEqualTo(more);
        assertThat(page.path("cursor").asText()).isEqualTo(next);
        assertThat(list("{\"total\":" + total + ",\"data\":[]}", asked)
                        .path("more")
                        .booleanValue())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"response\":{\"status_code\":500,\"body\":{\"object\":\"error\",\"type\":\"x\",\"message\":\"m\"}},\"error\":null|Transient",
                "\"response\":{\"status_code\":429,\"body\":{\"message\":\"m\"}},\"error\":null|Transient",
                "\"response\":{\"status_code\":422,\"body\":{\"detail\":[{\"msg\":\"m\"}]}},\"error\":null|Rejected",
                "\"response\":null,\"error\":\"not run\"|Transient",
                "\"response\":null,\"error\":{\"code\":1,\"message\":\"m\"}|Transient",
                "\"error\":null|Ambiguous",
            })
    void a_row_without_an_answer_says_whether_it_may_go_again(String row, String kind) {
        Answer answer =
                wire.read(Json.parse("{\"custom_id\":\"a-1-1\"," + row + "}")).answer();

        assertThat(answer.getClass().getSimpleName()).isEqualTo(kind);
    }
}
