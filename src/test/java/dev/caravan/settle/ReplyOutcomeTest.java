package dev.caravan.settle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.journal.JsonLines;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReplyOutcomeTest {

    private static ObjectNode line(String outcome) {
        return Json.object()
                .put("key", "ask-0-1")
                .put("_n", 0)
                .put("unit_id", "one")
                .put("work", "w000001")
                .put("lane", "batch")
                .put("outcome", outcome);
    }

    @Test
    void the_words_in_results_files_are_those_of_every_version() {
        assertThat(Arrays.stream(ReplyOutcome.values())
                        .collect(Collectors.toMap(ReplyOutcome::word, ReplyOutcome::stage)))
                .containsOnly(
                        Map.entry("completed", "validation"),
                        Map.entry("refused", "refused"),
                        Map.entry("truncated", "truncated"),
                        Map.entry("throttled", "transport"),
                        Map.entry("transient", "transport"),
                        Map.entry("ambiguous", "transport"),
                        Map.entry("fatal", "transport"),
                        Map.entry("rejected", "rejected"),
                        Map.entry("template_error", "template_error"),
                        Map.entry("expression_error", "expression_error"),
                        Map.entry("skipped", "skipped"));
    }

    @Test
    void three_outcomes_are_paid_for() {
        assertThat(Arrays.stream(ReplyOutcome.values()).filter(ReplyOutcome::isPaid))
                .containsExactly(ReplyOutcome.COMPLETED, ReplyOutcome.REFUSED, ReplyOutcome.TRUNCATED);
    }

    @Test
    void a_line_with_a_word_that_is_no_outcome_is_refused() {
        assertThat(ReplyRow.read(line("skipped")).outcome()).isEqualTo(ReplyOutcome.SKIPPED);

        assertThat(ReplyRow.readable(line("guessed"))).isFalse();
        assertThatThrownBy(() -> ReplyRow.read(line("guessed"))).isInstanceOf(JsonLines.ForeignLineException.class);
    }
}
