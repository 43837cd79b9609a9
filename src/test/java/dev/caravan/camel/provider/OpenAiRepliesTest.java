package dev.caravan.camel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiRepliesTest {
    private final OpenAiReplies replies = new OpenAiReplies(new Mappings(Path.of("routes/openai")));

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
        Answer answer = replies.answer(status, body.equals("null") ? null : Json.parse(body), null);

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
        Answer answer = replies.row(
                Json.parse(
                        "{\"custom_id\":\"a-0-1\",\"response\":null,\"error\":{\"code\":\"batch_expired\",\"message\":\"late\"}}"));

        assertThat(answer).isEqualTo(new Answer.Transient("batch_expired", "late"));
    }

    private Answer received(String choice) {
        return replies.answer(
                200,
                Json.parse("{\"model\":\"m\",\"choices\":[{" + choice
                        + "}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}"),
                null);
    }
}
