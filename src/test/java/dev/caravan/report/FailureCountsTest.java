package dev.caravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Failed units, counted by finding and by item. */
class FailureCountsTest {
    private static final List<String> STEPS = List.of("first", "second");

    private static ObjectNode failure(String step, String unit, String code) {
        ObjectNode failure =
                Json.object().put("step", step).put("unit_id", unit).put("failure_stage", "validation");
        failure.put("region", unit.startsWith("a") ? "north" : "south");
        if (!code.isEmpty()) {
            failure.putArray("errors").addObject().put("code", code).put("message", "is wrong");
        }
        return failure;
    }

    @Test
    void the_commonest_findings_of_a_step_come_first_and_others_are_left_out() {
        var counts = new FailureCounts(STEPS, "");
        for (String code : List.of("late", "early", "late", "odd", "even", "late", "odd")) {
            counts.add(failure("second", "u", code));
        }
        counts.add(failure("first", "u", ""));

        assertThat(counts.codes(1).toString()).isEqualTo("{late=3, odd=2, early=1}");
        assertThat(counts.codes(0)).as("without a finding, where it failed").containsOnlyKeys("validation");
    }

    @Test
    void repetitions_and_children_count_for_the_item_they_came_of() {
        var counts = new FailureCounts(STEPS, "");
        for (String unit : List.of("a__rep1", "a__rep2__fan0", "b__fan3", "a")) {
            counts.add(failure("first", unit, "late"));
        }

        assertThat(counts.items().toString()).isEqualTo("{a=3, b=1}");
        assertThat(counts.groups().isEmpty()).isFalse();
    }

    @Test
    void a_field_of_the_failures_can_be_counted_by_in_place_of_the_item() {
        var counts = new FailureCounts(STEPS, "region");
        for (String unit : List.of("a1", "b1", "b2")) {
            counts.add(failure("first", unit, "late"));
        }
        var absent = new FailureCounts(STEPS, "country");
        absent.add(failure("first", "a1", "late"));

        assertThat(counts.items().toString()).isEqualTo("{south=2, north=1}");
        assertThat(absent.items()).containsOnlyKeys("(missing)");
    }
}
