package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.SecretBlotter;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private static final String KEY = "tk-AnswerTest-0815";

    @Test
    void a_key_that_a_provider_says_back_is_in_no_answer() {
        SecretBlotter.add(KEY);
        String said = "your key " + KEY + " is odd";

        List<Object> answers = List.of(
                new Answer.Completed(said, said, UsageReading.NONE),
                new Answer.Refused(said, said, said, UsageReading.NONE),
                new Answer.Truncated(said, said, UsageReading.NONE),
                new Answer.Throttled(said, said, null),
                new Answer.Transient(said, said),
                new Answer.Rejected(said, said),
                new Answer.Fatal(said, said),
                new JobAnswer.Unknown(said, said),
                new JobStatus.JobError(said, said, 1));

        assertThat(answers).noneMatch(each -> each.toString().contains(KEY));
        assertThat(new Answer.Ambiguous("lost", said, said).raw()).doesNotContain(KEY);
    }

    @Test
    void of_a_long_message_the_beginning_is_kept() {
        String detail = new Answer.Transient("full", "x".repeat(10_000)).detail();

        assertThat(detail).hasSize(Answer.MOST_WORDS + 1).endsWith("x…");
    }

    /** Logs hold no answers of models. */
    @Test
    void what_came_in_place_of_an_answer_is_kept_and_not_told() {
        var answer = new Answer.Ambiguous(Answer.Ambiguous.UNREADABLE, "a web page", "<html>private</html>");

        assertThat(answer.raw()).contains("private");
        assertThat(answer.toString()).doesNotContain("private").contains("a web page");
    }

    @Test
    void of_what_may_have_been_bought_some_came_and_some_did_not() {
        assertThat(new Answer.Ambiguous(Answer.Ambiguous.UNREADABLE, "").came()).isTrue();
        assertThat(new Answer.Ambiguous(Answer.Ambiguous.ERROR_INSIDE, "").came())
                .isTrue();
        assertThat(new Answer.Ambiguous("lost", "").came()).isFalse();
    }
}
