package dev.caravan.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.RealDisk;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report of a run that is nothing but a few events: two works of the first step, nobody was asked. */
class RunReportTest {
    private static final RunEvent.Part NOTHING = new RunEvent.Part(0, 0, 0);
    /** Half a cent. */
    private static final Money HALF = new Money(5_000_000_000L);

    @TempDir
    Path folder;

    private RunFolder run;

    @BeforeEach
    void make() throws Exception {
        run = new ShippedRun(folder).make("r", 4, 8);
        record(new RunEvent.RunStarted(Lane.REALTIME, "test"));
        settled("w000001", 0, "0-3", "", "0-2", "3");
    }

    private void record(RunEvent... events) {
        try (RunStore store = RunStore.open(run, new RealDisk(), Clock.systemUTC(), "test")) {
            List.of(events).forEach(store::recordAndWait);
        }
    }

    /** A work whose four replies cost half a cent. */
    private void settled(String work, int chunk, String units, String untold, String done, String failed) {
        record(
                new RunEvent.WorkFormed(work, 0, Lane.REALTIME, units),
                new RunEvent.CallsIntended(work, units, List.of(HALF, HALF, HALF, HALF)),
                new RunEvent.RepliesSettled(
                        work,
                        0,
                        chunk,
                        0,
                        0,
                        units,
                        4,
                        "openai",
                        "m",
                        Lane.REALTIME,
                        new Usage(100, 0, 40, 0, 0),
                        HALF,
                        untold,
                        untold.isEmpty() ? List.of() : List.of(HALF.times(2))),
                new RunEvent.ChunkSettled(
                        work,
                        0,
                        chunk,
                        NOTHING,
                        NOTHING,
                        NOTHING,
                        done,
                        failed,
                        "",
                        "",
                        "",
                        "",
                        List.of(),
                        "",
                        -1,
                        Map.of("parse_error", 1),
                        0),
                new RunEvent.WorkDone(work));
    }

    private JsonNode step(int place) {
        return RunReport.of(run, "").json().path("funnel").path(place);
    }

    @Test
    void the_funnel_counts_who_came_held_and_failed_and_what_that_cost() {
        assertThat(step(0).path("in").intValue()).isEqualTo(8);
        assertThat(step(0).path("valid").intValue()).isEqualTo(3);
        assertThat(step(0).path("failed").intValue()).isEqualTo(1);
        assertThat(step(0).path("pass_pct").doubleValue()).isEqualTo(75.0);
        assertThat(step(0).path("cost").textValue()).isEqualTo("0.005");
        assertThat(step(1).path("in").intValue()).isEqualTo(3);
        assertThat(step(1).path("cost").textValue())
                .as("nobody was asked there")
                .isEqualTo("0");
        assertThat(RunReport.of(run, "").text())
                .contains(
                        "classify                     8         3        1   75.0%        4        0        0     $0.00500")
                .contains(
                        "check                        3         0        0      -%        0        0        0            -")
                .contains("tokens   100 in, 40 out; 0.0% of them to ask again", "seen     {parse_error=1}");
    }

    @Test
    void a_reply_that_told_no_usage_makes_the_sum_unknown_until_somebody_says_what_it_cost() {
        settled("w000002", 1, "4-7", "5", "4-7", "");

        JsonNode unknown = RunReport.of(run, "").json();
        assertThat(unknown.path("funnel").path(0).path("cost").isNull()).isTrue();
        assertThat(unknown.path("cost").isNull()).isTrue();
        assertThat(unknown.path("cost_known").textValue()).isEqualTo("0.01");
        assertThat(RunReport.of(run, "").text()).contains("$0.0100 + ?", "unknown  1 reply told no usage");

        record(new RunEvent.UsageSettled(0, "5", false, 1, HALF.times(2), HALF, "Ada", "as the bill says"));

        JsonNode said = RunReport.of(run, "").json();
        assertThat(said.path("funnel").path(0).path("cost").textValue()).isEqualTo("0.015");
        assertThat(said.path("words").path(0).path("usd").textValue()).isEqualTo("0.005");
        assertThat(RunReport.of(run, "").text())
                .contains("by Ada", "as the bill says")
                .doesNotContain("+ ?");
    }

    @Test
    void a_price_that_nobody_knows_makes_the_sum_unknown() {
        record(
                new RunEvent.WorkFormed("w000002", 0, Lane.REALTIME, "4"),
                new RunEvent.CallsIntended("w000002", "4", List.of(Money.UNKNOWN)),
                new RunEvent.RepliesSettled(
                        "w000002",
                        0,
                        1,
                        0,
                        0,
                        "4",
                        1,
                        "openai",
                        "other",
                        Lane.REALTIME,
                        new Usage(1, 0, 1, 0, 0),
                        Money.UNKNOWN));

        assertThat(step(0).path("calls").intValue()).isEqualTo(5);
        assertThat(step(0).path("cost").isNull()).isTrue();
        assertThat(RunReport.of(run, "").text()).contains("unknown").doesNotContain("$-");
    }

    @Test
    void whoever_is_gone_left_a_way_on() {
        assertThat(RunReport.of(run, "").text()).contains("r: ticket-triage, interrupted", "nobody is at it");
        assertThat(RunReport.of(run, "").json().path("next").textValue()).startsWith("caravan resume ");
    }
}
