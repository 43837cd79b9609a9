package dev.caravan.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplyScanTest {
    private static final int MANY = 100_000;

    /** Counted and not timed: each is quadratic for a reader that looks for the end of every bracket anew. */
    @Test
    void I4_a_reply_of_a_hundred_thousand_brackets_is_read_in_few_looks() {
        Map<String, String> hostile = new TreeMap<>(Map.of(
                "braces", "{".repeat(MANY),
                "braces that try", "{\"".repeat(MANY),
                "objects in objects", "{\"a\":".repeat(MANY),
                "lists", "[".repeat(MANY),
                "blanks between", "{ ".repeat(MANY),
                "comments", "{/*".repeat(MANY),
                "cut objects before ends of thoughts", "{\"a\":1 </think>".repeat(MANY / 10),
                "thoughts in thoughts", "<think>".repeat(MANY),
                "ends of thoughts", "</think>".repeat(MANY),
                "pairs", "{\"a\":1}{\"a\":2}".repeat(MANY / 10)));

        hostile.forEach((name, reply) -> {
            var scan = new ReplyScan(reply);
            assertThat(scan.looks()).as(name).isLessThan((ReplyScan.LOOKS_FOR_EACH + 4L) * reply.length() + 2_000);
            assertThat(ObjectChoice.of(ReplyParser.parse(reply), each -> List.of())
                            .findings())
                    .as(name)
                    .anyMatch(Finding::fails);
        });
    }

    @Test
    void a_long_answer_behind_long_thoughts_is_not_given_up() {
        String thoughts = "Perhaps {\"team\": \"x\"} or [1, 2]? ".repeat(MANY / 20);
        String answer = "{\"team\": \"" + "net {} ".repeat(MANY / 10) + "\"}";

        var scan = new ReplyScan("<think>" + thoughts + "</think>" + answer);

        assertThat(scan.tangled()).isFalse();
        assertThat(scan.segments())
                .singleElement()
                .satisfies(each -> assertThat(each.text()).isEqualTo(answer));
    }
}
