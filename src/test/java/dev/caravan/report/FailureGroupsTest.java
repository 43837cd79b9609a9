package dev.caravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureGroupsTest {
    private final FailureGroups groups = new FailureGroups();

    private void add(String unit, String code, String message) {
        ObjectNode failure = Json.object().put("unit_id", unit).put("step", "check");
        failure.put("failure_stage", "validation");
        failure.putArray("errors")
                .addObject()
                .put("code", code)
                .put("place", "$")
                .put("message", message);
        groups.add(failure);
    }

    private JsonNode told() {
        ObjectNode report = Json.object();
        groups.tell(report);
        return report.path("failure_groups");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "quantity 17 is not <= 10 | quantity 23 is not <= 10",
                "quantity -1.5e3 is not <= 10 | quantity 2,000.25 is not <= 10",
                "'red' is none of a, b | 'it's blue' is none of a, b",
                "\"a \\\" b\" was not expected | \"\" was not expected",
                "order T-1006 is unknown | order T-7 is unknown",
                "request req_9f86d081e2 failed | request req_1b2c3d4e5f failed",
                "token 9f86d081 is bad | token 0badcafe1 is bad",
                "id 123e4567-e89b-12d3-a456-426614174000 | id 00000000-aaaa-4bbb-8ccc-111122223333",
                "the model refused: I can't help with 3 | the model refused: I can't help with 4",
                "unit u-one has none | unit u-two has none",
            })
    void messages_that_differ_in_values_alone_are_one_group(String one, String other) {
        add("u-one", "c", one);
        add("u-two", "c", other);

        assertThat(told()).singleElement().satisfies(each -> {
            assertThat(each.path("count").intValue()).isEqualTo(2);
            assertThat(each.path("examples").findValuesAsText("message")).containsExactly(one, other);
        });
    }

    @Test
    void what_differs_in_words_or_code_stays_apart_and_the_commonest_comes_first() {
        add("a", "c", "colour is missing");
        add("b", "c", "size 3 is too small");
        add("c", "c", "size 4 is too small");
        add("d", "other", "size 5 is too small");

        assertThat(told().findValuesAsText("count")).containsExactly("2", "1", "1");
        assertThat(told().path(0).path("message").asText()).isEqualTo("size # is too small");
        assertThat(groups.lines()).first().asString().contains("2 check, c: size # is too small");
    }

    @Test
    void a_stranger_s_message_stays_on_its_line_and_is_cut() {
        add("a", "c", "no\nfaked   line " + "x".repeat(5_000));

        assertThat(groups.lines())
                .allSatisfy(each -> assertThat(each).doesNotContain("\n").hasSizeLessThan(300));
    }

    @Test
    void as_many_kinds_of_messages_as_strangers_like_take_bounded_room() {
        for (int i = 0; i < 30_000; i++) {
            add("a", "c", "word " + Integer.toString(i, 26).replaceAll("[0-9]", "z") + (char) ('a' + i % 26) + "q");
        }

        ObjectNode report = Json.object();
        groups.tell(report);
        assertThat(report.path("failure_groups")).hasSizeLessThanOrEqualTo(100);
        assertThat(report.path("failure_groups_left_out").intValue()).isLessThanOrEqualTo(10_001);
    }
}
