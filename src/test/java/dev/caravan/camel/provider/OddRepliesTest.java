package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers answer beside what is documented, at the wire: each has one meaning, and none is an exception. */
class OddRepliesTest {
    private static final String DONE =
            "\"choices\":[{\"message\":{\"content\":\"{\\\"team\\\":\\\"ops\\\"}\"},\"finish_reason\":\"stop\"}]";

    private static ProviderWire wire(String provider) {
        return new ProviderWire(Path.of("routes", provider));
    }

    private static HttpReply reply(int status, String body) {
        JsonNode json = HttpCalls.json(body);
        return new HttpReply(status, json, json == null ? body : "", null, null, 0, 0, null, null);
    }

    private static Answer answer(String provider, int status, String body) {
        return wire(provider).answer(reply(status, body));
    }

    private static String kind(Answer answer) {
        return answer.getClass().getSimpleName();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 206, 299})
    void every_status_of_success_is_one(int status) {
        String job = "{\"id\":\"batch_1\",\"object\":\"batch\",\"status\":\"in_progress\"}";

        assertThat(kind(answer("openai", status, "{" + DONE + "}"))).isEqualTo("Completed");
        assertThat(wire("openai").created(reply(status, job))).isInstanceOf(JobAnswer.Known.class);
        assertThat(wire("openai").created(reply(status, "accepted")))
                .as("it may have been made, so it is looked for")
                .isInstanceOf(JobAnswer.Unknown.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "openai|402|{\"error\":{\"message\":\"no money left\",\"code\":\"invalid_request_error\"}}|no money left",
                "openai|404|{\"error\":{\"message\":\"model \\\"m\\\" not found, try pulling it\",\"code\":null}}|try pulling it",
                "openai|429|{\"error\":{\"message\":\"quota\",\"type\":\"insufficient_quota\",\"code\":null}}|quota",
                "openai|429|[{\"error\":{\"message\":\"in a list\",\"code\":\"insufficient_quota\"}}]|in a list",
                "anthropic|400|{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low.\"}}|credit balance",
                "anthropic|402|{\"error\":\"pay\"}|pay",
                "gemini|402|{\"error\":{\"status\":\"X\",\"message\":\"pay\"}}|pay",
                "mistral|402|{\"message\":\"pay\"}|pay",
            })
    void what_only_the_accounts_owner_can_mend_stops_the_run_with_the_providers_words(
            String provider, int status, String body, String words) {
        Answer answer = answer(provider, status, body);

        assertThat(answer).isInstanceOf(Answer.Fatal.class);
        assertThat(((Answer.Fatal) answer).detail()).contains(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "openai|{\"custom_id\":\"a-1-1\",\"response\":{\"status_code\":402,\"body\":{\"error\":{\"message\":\"pay\"}}}}",
                "openai|{\"custom_id\":\"a-1-1\",\"response\":null,\"error\":{\"code\":\"insufficient_quota\",\"message\":\"m\"}}",
                "mistral|{\"custom_id\":\"a-1-1\",\"response\":{\"status_code\":\"402\",\"body\":{\"message\":\"pay\"}}}",
                "anthropic|{\"custom_id\":\"a-1-1\",\"result\":{\"type\":\"errored\",\"error\":{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low\"}}}}",
                "anthropic|{\"custom_id\":\"a-1-1\",\"result\":{\"type\":\"errored\",\"error\":{\"error\":{\"type\":\"not_found_error\",\"message\":\"model: x\"}}}}",
                "gemini|{\"key\":\"a-1-1\",\"error\":{\"code\":7,\"message\":\"billing\"}}",
            })
    void a_row_tells_of_the_account_as_a_call_does(String provider, String row) {
        assertThat(wire(provider).read(Json.parse(row)).answer()).isInstanceOf(Answer.Fatal.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "openai|{\"error\":{\"message\":\"slow down\",\"code\":429}}|Throttled|HTTP 429: slow down",
                "openai|{\"error\":{\"message\":\"slow down\",\"code\":\"429\"},\"choices\":null}|Throttled|HTTP 429: slow down",
                "openai|{\"error\":{\"message\":\"no key\",\"code\":401}}|Fatal|HTTP 401: no key",
                "openai|{\"error\":{\"message\":\"no money\",\"code\":402}}|Fatal|HTTP 402: no money",
                "openai|{\"error\":{\"message\":\"too long\",\"code\":400}}|Rejected|HTTP 400: too long",
                "openai|{\"error\":{\"message\":\"down\",\"code\":502}}|Transient|HTTP 502: down",
                "openai|{\"error\":{\"message\":\"wait\",\"type\":\"rate_limit_error\"}}|Throttled|HTTP 429: wait",
                "openai|{\"choices\":[{\"error\":{\"message\":\"busy\",\"code\":429},\"message\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}|Throttled|HTTP 429: busy",
                "openai|{\"choices\":[{\"error\":{\"message\":\"broke off\",\"code\":502},\"message\":{\"content\":\"so far\"},\"finish_reason\":\"error\"}]}|Ambiguous|HTTP 502: broke off",
                "openai|{\"error\":\"who knows\"}|Ambiguous|the provider answered 200 with an error in it: who knows",
                "mistral|{\"object\":\"error\",\"message\":\"slow\",\"type\":\"rate_limited\"}|Throttled|HTTP 429: slow",
                "anthropic|{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"}}|Transient|HTTP 529: busy",
                "gemini|{\"error\":{\"code\":429,\"status\":\"RESOURCE_EXHAUSTED\",\"message\":\"slow\"}}|Throttled|HTTP 429: slow",
            })
    void an_error_inside_of_a_200_is_what_it_says(String provider, String body, String kind, String detail) {
        Answer answer = answer(provider, 200, body);

        assertThat(kind(answer)).isEqualTo(kind);
        assertThat(answer.toString()).contains("detail=" + detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"error\":null", "\"error\":{}", "\"error\":\"\"", "\"error\":false"})
    void an_empty_error_is_none(String error) {
        assertThat(answer("openai", 200, "{" + error + "," + DONE + "}")).isInstanceOf(Answer.Completed.class);
    }

    @Test
    void an_answer_that_ended_in_an_error_and_was_counted_was_paid_for() {
        Answer answer = answer(
                "openai",
                200,
                "{\"choices\":[{\"error\":{\"code\":502},\"message\":{\"content\":\"so f\"},\"finish_reason\":\"error\"}],"
                        + "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}");

        assertThat(answer).isInstanceOf(Answer.Truncated.class);
        assertThat(((Answer.Truncated) answer).usage().usage().output()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "openai|{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"a\\\"\"},{\"type\":\"text\",\"text\":\":1}\"}]}",
                "openai|{\"content\":[\"{\\\"a\\\"\",\":1}\"]}",
                "openai|{\"content\":{\"a\":1}}",
                "openai|{\"content\":\"{\\\"a\\\":1}\",\"refusal\":\"\"}",
                "mistral|{\"content\":[{\"type\":\"thinking\",\"thinking\":[]},{\"type\":\"text\",\"text\":\"{\\\"a\\\":1}\"}]}",
                "mistral|{\"content\":\"{\\\"a\\\":1}\",\"refusal\":\"\"}",
            })
    void content_is_read_in_each_of_its_forms(String provider, String message) {
        Answer answer =
                answer(provider, 200, "{\"choices\":[{\"message\":" + message + ",\"finish_reason\":\"stop\"}]}");

        assertThat(answer).isInstanceOf(Answer.Completed.class);
        assertThat(((Answer.Completed) answer).text()).isEqualTo("{\"a\":1}");
        assertThat(((Answer.Completed) answer).note()).isEmpty();
    }

    @Test
    void a_part_that_refuses_is_a_refusal() {
        Answer answer = answer(
                "openai",
                200,
                "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"refusal\",\"refusal\":\"I will not\"}]}}]}");

        assertThat(answer).isInstanceOf(Answer.Refused.class);
        assertThat(((Answer.Refused) answer).reason()).isEqualTo("I will not");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "openai|{\"choices\":[{\"message\":{\"content\":\"\",\"reasoning_content\":\"{\\\"a\\\":1}\"}}]}|reasoning_content",
                "openai|{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}]}}]}|a call of a tool",
                "mistral|{\"choices\":[{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}]}}]}|a call of a tool",
                "anthropic|{\"type\":\"message\",\"content\":[{\"type\":\"tool_use\",\"input\":{\"a\":1}}]}|a call of a tool",
                "gemini|{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"args\":{\"a\":1}}}]}}]}|a call of a function",
            })
    void an_object_that_stands_elsewhere_is_the_answer_with_a_note(String provider, String body, String place) {
        Answer answer = answer(provider, 200, body);

        assertThat(answer).isInstanceOf(Answer.Completed.class);
        assertThat(((Answer.Completed) answer).text()).isEqualTo("{\"a\":1}");
        assertThat(((Answer.Completed) answer).note()).contains(place);
    }

    @Test
    void thoughts_in_prose_are_no_answer_and_it_is_told_where_the_text_stood() {
        Answer answer = answer(
                "openai",
                200,
                "{\"choices\":[{\"message\":{\"content\":\"\",\"reasoning_content\":\"First {\\\"a\\\":1}, then more\"}}]}");

        assertThat(((Answer.Completed) answer).text()).isEmpty();
        assertThat(((Answer.Completed) answer).note()).contains("reasoning_content");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"response\":{\"status_code\":\"200\",\"body\":{BODY}}|Completed",
                "\"response\":{\"status_code\":200.0,\"body\":{BODY}}|Completed",
                "\"response\":{\"status_code\":201,\"body\":{BODY}}|Completed",
                "\"response\":{\"body\":{BODY}}|Completed",
                "\"response\":{\"status_code\":200,\"body\":{BODY}},\"error\":{}|Completed",
                "\"response\":{\"status_code\":200,\"body\":{BODY}},\"error\":\"\"|Completed",
                "\"response\":{\"status_code\":\"429\",\"body\":{}}|Transient",
                "\"response\":{\"status_code\":\"much\",\"body\":{}}|Ambiguous",
                "\"response\":{\"status_code\":0,\"body\":{}}|Ambiguous",
                "\"response\":{\"status_code\":200,\"body\":null}|Ambiguous",
                "\"response\":{\"status_code\":200,\"body\":[1]}|Ambiguous",
                "\"response\":{\"status_code\":200,\"body\":7}|Ambiguous",
                "\"response\":{\"status_code\":200,\"body\":\"no JSON\"}|Ambiguous",
                "\"response\":{\"status_code\":200,\"body\":{\"choices\":7}}|Ambiguous",
                "\"response\":{\"status_code\":200,\"body\":{\"error\":{\"code\":429,\"message\":\"m\"}}}|Transient",
                "\"response\":null,\"error\":{}|Ambiguous",
                "\"response\":null,\"error\":\"\"|Ambiguous",
                "\"response\":\"text\",\"error\":[1]|Ambiguous",
                "\"response\":{\"status_code\":1000,\"body\":{}}|Ambiguous",
                "\"response\":[1,2],\"error\":null|Ambiguous",
                "\"responseX\":{\"status_code\":200,\"body\":{BODY}},\"error\":null|Ambiguous",
                "\"response\":null,\"error\":{\"code\":\"batch_expired\",\"message\":\"m\"}|Transient",
            })
    void a_row_says_by_its_status_or_its_body_what_came(String row, String kind) {
        for (String provider : List.of("openai", "mistral")) {
            var read = wire(provider)
                    .read(Json.parse("{\"custom_id\":\"a-1-1\"," + row.replace("{BODY}", "{" + DONE + "}") + "}"));

            assertThat(read.customId()).isEqualTo("a-1-1");
            assertThat(kind(read.answer())).as(provider).isEqualTo(kind);
        }
    }

    /** Only what is said to be unbought is; a word that nobody knows is not such a saying. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "anthropic|\"result\":{\"type\":\"succeeded\",\"message\":{MESSAGE}}|Completed",
                "anthropic|\"result\":{\"type\":7,\"message\":{MESSAGE}}|Completed",
                "anthropic|\"result\":{\"type\":\"succeeded\"}|Ambiguous",
                "anthropic|\"result\":{\"type\":\"paused\"}|Ambiguous",
                "anthropic|\"result\":{}|Ambiguous",
                "anthropic|\"result\":null|Ambiguous",
                "anthropic|\"resultX\":{\"type\":\"succeeded\",\"message\":{MESSAGE}}|Ambiguous",
                "anthropic|\"result\":{\"type\":\"canceled\"}|Transient",
                "anthropic|\"result\":{\"type\":\"expired\"}|Transient",
                "anthropic|\"result\":{\"type\":\"errored\",\"message\":\"m\"}|Transient",
                "gemini|\"response\":null,\"error\":{\"code\":13,\"message\":\"m\"}|Transient",
                "gemini|\"error\":{\"code\":13,\"message\":\"m\"}|Transient",
                "gemini|\"response\":null|Ambiguous",
                "gemini|\"x\":1|Ambiguous",
                "gemini|\"response\":{},\"error\":null|Ambiguous",
            })
    void a_row_that_does_not_say_that_nothing_was_bought_may_have_been(String provider, String row, String kind) {
        String message = "\"role\":\"assistant\",\"stop_reason\":\"end_turn\",\"content\":"
                + "[{\"type\":\"text\",\"text\":\"{}\"}],\"usage\":{\"input_tokens\":3,\"output_tokens\":4}";
        var read = wire(provider)
                .read(Json.parse("{\"custom_id\":\"a-1-1\",\"key\":\"a-1-1\","
                        + row.replace("{MESSAGE}", "{" + message + "}") + "}"));

        assertThat(read.customId()).isEqualTo("a-1-1");
        assertThat(kind(read.answer())).isEqualTo(kind);
    }

    @Test
    void a_body_that_is_written_as_a_text_is_read() {
        String body = Json.text(Json.mapper().getNodeFactory().textNode("{" + DONE + "}"));
        Answer answer = wire("openai")
                .read(Json.parse("{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":" + body + "}}"))
                .answer();

        assertThat(((Answer.Completed) answer).text()).isEqualTo("{\"team\":\"ops\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "<html>login</html>", "[]", "[{\"a\":1}]", "null", "7", "{\"a\":", "{}"})
    void a_200_without_an_answer_may_have_been_paid_for_and_is_kept(String body) {
        for (String provider : List.of("openai", "mistral", "anthropic", "gemini")) {
            Answer answer = answer(provider, 200, body);

            assertThat(answer).as(provider).isInstanceOf(Answer.Ambiguous.class);
            assertThat(((Answer.Ambiguous) answer).raw()).isEqualTo(body);
            assertThat(answer.toString()).doesNotContain("login");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "openai|{}",
                "openai|{\"id\":\"batch_1\"}",
                "openai|{\"id\":\"../x\",\"status\":\"completed\"}",
                "openai|{\"id\":\"batch_1\",\"status\":\"completed\",\"output_file_id\":\"../../v1/keys\"}",
                "openai|{\"id\":\"batch_1\",\"status\":7}",
                "anthropic|{\"id\":\"b\"}",
                "anthropic|{\"id\":\"b\",\"processing_status\":null,\"request_counts\":[]}",
                "gemini|{\"metadata\":{}}",
                "mistral|{\"id\":\"b\",\"status\":null}",
            })
    void a_status_that_cannot_be_read_is_trouble_and_a_create_with_it_is_in_doubt(String provider, String body) {
        assertThat(wire(provider).status(Json.parse(body))).isNull();
        assertThat(wire(provider).created(reply(200, body))).isInstanceOf(JobAnswer.Unknown.class);
        assertThat(wire(provider).harmless(reply(200, body))).isInstanceOf(Answer.Transient.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "openai|{\"id\":\"b\",\"status\":\"completed\",\"output_file_id\":\"f\",\"request_counts\":{\"total\":\"3\",\"completed\":\"2\"},\"errors\":7}|2",
                "openai|{\"id\":\"b\",\"status\":\"completed\",\"output_file_id\":\"f\",\"request_counts\":null,\"created_at\":\"x\"}|-1",
                "anthropic|{\"id\":\"b\",\"processing_status\":\"ended\",\"request_counts\":{\"succeeded\":\"2\"},\"created_at\":\"soon\"}|2",
                "anthropic|{\"id\":\"b\",\"processing_status\":\"ended\"}|-1",
                "gemini|{\"name\":\"batches/b\",\"metadata\":{\"state\":\"BATCH_STATE_SUCCEEDED\",\"createTime\":5}}|-1",
                "gemini|{\"name\":\"batches/b\",\"metadata\":{\"state\":\"BATCH_STATE_SUCCEEDED\",\"batchStats\":{\"requestCount\":\"3\"}}}|0",
                "mistral|{\"id\":\"b\",\"status\":\"SUCCESS\",\"output_file\":\"f\",\"succeeded_requests\":\"2\",\"errors\":{}}|2",
            })
    void counts_are_read_as_texts_too_and_what_is_not_counted_is_unknown(String provider, String body, int completed) {
        JobStatus status = Objects.requireNonNull(wire(provider).status(Json.parse(body)));

        assertThat(status.state()).isEqualTo(JobStatus.State.ENDED);
        assertThat(status.completed()).isEqualTo(completed);
        assertThat(status.results()).hasSize(1);
    }

    @Test
    void a_complete_job_that_names_no_results_is_not_over_unless_nothing_was_answered() {
        String job = "{\"id\":\"b\",\"status\":\"completed\",\"request_counts\":{\"total\":2,\"completed\":COUNT}}";

        assertThat(lacksResults("openai", job.replace("COUNT", "2"))).isTrue();
        assertThat(lacksResults("openai", job.replace("COUNT", "null"))).isTrue();
        assertThat(lacksResults("openai", job.replace("COUNT", "0"))).isFalse();
        assertThat(lacksResults(
                        "anthropic",
                        "{\"id\":\"b\",\"processing_status\":\"ended\",\"archived_at\":\"2026-01-01T00:00:00Z\"}"))
                .as("kept no longer: waiting brings nothing")
                .isFalse();
    }

    private static boolean lacksResults(String provider, String body) {
        return Objects.requireNonNull(wire(provider).status(Json.parse(body))).lacksResults();
    }

    /** After a list without the job it is made again; so what is no list must not be taken for an empty one. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"data\":null}", "{\"data\":\"x\"}", "{\"data\":{}}", "{\"data\":7}"})
    void what_is_no_list_of_jobs_is_not_one_without_jobs(String body) {
        for (String provider : List.of("openai", "anthropic", "mistral")) {
            assertThat(wire(provider).list(Json.parse(body), "")).as(provider).isNull();
            assertThat(wire(provider).models(Json.parse(body), "")).as(provider).isNull();
            assertThat(wire(provider).list(Json.parse("{\"data\":[]}"), "")).isNotNull();
        }
        assertThat(wire("gemini").list(Json.parse("{\"operations\":\"x\"}"), ""))
                .isNull();
        assertThat(wire("gemini").list(Json.parse("{}"), "")).isNotNull();
    }

    @Test
    void a_prompt_without_a_candidate_was_declined() {
        assertThat(answer("gemini", 200, "{\"candidates\":[],\"promptFeedback\":{\"safetyRatings\":[]}}"))
                .isInstanceOf(Answer.Refused.class);
        assertThat(answer("gemini", 200, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"{}\"}]}}]}"))
                .as("no reason to finish")
                .isInstanceOf(Answer.Completed.class);
        assertThat(answer("anthropic", 200, "{\"type\":\"message\",\"content\":\"{}\"}"))
                .isInstanceOf(Answer.Completed.class);
    }
}
