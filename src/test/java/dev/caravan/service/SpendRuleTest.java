package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.run.CostOutlook;
import org.junit.jupiter.api.Test;

class SpendRuleTest {
    private final SpendRule rule = new SpendRule(100);

    private static CostOutlook outlook(long high, long worst, String measuredIn) {
        return new CostOutlook(10, 50, high, worst, measuredIn, "test");
    }

    @Test
    void what_was_measured_is_held_to_its_upper_end() {
        assertThat(rule.allows(outlook(99, 500, "run"))).isTrue();
        assertThat(rule.allows(outlook(99, -1, "run"))).isTrue();
        assertThat(rule.allows(outlook(100, 500, "run"))).isFalse();
    }

    @Test
    void what_is_only_assumed_is_held_to_its_worst_case() {
        assertThat(rule.allows(outlook(60, 99, ""))).isTrue();
        assertThat(rule.allows(outlook(60, 100, ""))).isFalse();
        assertThat(rule.allows(outlook(60, -1, ""))).isFalse();
    }

    @Test
    void what_is_unknown_is_asked_for_and_without_a_limit_everything_is() {
        assertThat(rule.allows(CostOutlook.UNKNOWN)).isFalse();
        assertThat(rule.allows(CostOutlook.unknown("it broke"))).isFalse();
        assertThat(new SpendRule(0).allows(new CostOutlook(0, 0, 0, 0, "run", "")))
                .isFalse();
    }
}
