package dev.caravan.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Units at an approval step: when somebody is asked, and what follows from what they say. */
class UnitReviewTest {
    private static final RunEvent.Part NOTHING = new RunEvent.Part(0, 0, 0);
    private static final int REVIEW = 1;

    private final Planner planner = new Planner(Duration.ZERO, PlainFacts.NO_CAP);
    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final RunState state = new RunState();

    @BeforeEach
    void start() {
        var review = new StepFact("review", StepFact.Role.APPROVAL, true, StepFact.NOWHERE, false);
        RunFacts facts = PlainFacts.of(
                "r",
                6,
                2,
                List.of(PlainFacts.asking("one"), review, PlainFacts.asking("two")),
                List.of(),
                RunFacts.Pilot.NONE,
                new FailureBrake(1, 1));
        apply(new RunEvent.RunCreated(facts));
        apply(new RunEvent.RunStarted(Lane.REALTIME, "test"));
        planner.form(state, now).forEach(this::apply);
    }

    private void apply(RunEvent event) {
        EventFold.apply(state, EventJson.read(EventNames.of(event), EventJson.body(event)), now);
    }

    private void settle(String work, int step, int chunk, String done, String failed) {
        apply(new RunEvent.ChunkSettled(
                work, step, chunk, NOTHING, NOTHING, NOTHING, done, failed, "", "", "", "", List.of(), "", -1, Map.of(),
                0));
        apply(new RunEvent.WorkDone(work));
    }

    private void allArrive() {
        settle("w000001", 0, 0, "0-1", "");
        settle("w000002", 0, 1, "2", "3");
        settle("w000003", 0, 2, "4-5", "");
    }

    private void asked(int round) {
        apply(new RunEvent.ReviewAsked(
                REVIEW, round, UnitRanges.text(state.waitingAt(REVIEW)), "p" + round, "look", CostOutlook.UNKNOWN));
    }

    private void answered(int round, boolean approved) {
        apply(new RunEvent.ReviewAnswered(REVIEW, round, "p" + round, approved, "ana", "so"));
    }

    @Test
    void nobody_is_asked_before_all_that_can_come_are_there() {
        settle("w000001", 0, 0, "0-1", "");
        settle("w000002", 0, 1, "2", "3");
        assertThat(state.reviewDue()).isEmpty();
        assertThat(planner.form(state, now)).as("they wait").isEmpty();

        settle("w000003", 0, 2, "4-5", "");

        assertThat(state.reviewDue()).hasValue(REVIEW);
        assertThat(UnitRanges.text(state.waitingAt(REVIEW))).isEqualTo("0-2,4-5");
        asked(1);
        assertThat(state.reviewDue()).isEmpty();
        assertThat(state.status()).isEqualTo(RunStatus.WAITING);
        assertThat(state.everyUnitSettled()).isFalse();
    }

    @Test
    void what_is_approved_is_bound_as_any_work_and_goes_on() {
        allArrive();
        asked(1);
        answered(1, true);

        assertThat(state.status()).isEqualTo(RunStatus.PENDING);
        assertThat(state.reviewDue()).isEmpty();
        apply(new RunEvent.RunStarted(Lane.REALTIME, "test"));
        List<RunEvent.WorkFormed> formed = planner.form(state, now);
        assertThat(formed).extracting(RunEvent.WorkFormed::step).containsOnly(REVIEW);
        assertThat(formed).extracting(RunEvent.WorkFormed::units).containsExactly("0-1", "2,4", "5");
        assertThat(state.word(REVIEW, 4)).hasValue(new UnitReview.Word(true, "ana", "so"));
        assertThat(state.word(REVIEW, 3)).isEmpty();
    }

    @Test
    void the_first_word_counts_and_a_word_on_another_round_does_not() {
        allArrive();
        asked(1);
        answered(2, true);
        assertThat(state.waitsForApproval()).isTrue();

        answered(1, false);
        answered(1, true);

        assertThat(state.word(REVIEW, 0))
                .hasValueSatisfying(each -> assertThat(each.approved()).isFalse());
    }

    @Test
    void many_rejections_are_no_sign_of_a_bad_prompt() {
        allArrive();
        asked(1);
        answered(1, false);
        apply(new RunEvent.RunStarted(Lane.REALTIME, "test"));
        planner.form(state, now).forEach(this::apply);
        settle("w000004", REVIEW, 0, "", "0-1");

        assertThat(state.steps().get(REVIEW).answered()).isZero();
        assertThat(state.failed()).isEqualTo(3);
    }

    @Test
    void failed_units_that_get_another_chance_withdraw_the_question() {
        allArrive();
        asked(1);
        apply(new RunEvent.UnitsReopened(0, "3", "", "", -1));

        assertThat(state.waitsForApproval()).isFalse();
        assertThat(state.status()).isEqualTo(RunStatus.PAUSED);
        answered(1, true);
        apply(new RunEvent.RunStarted(Lane.REALTIME, "test"));
        planner.form(state, now).forEach(this::apply);
        settle("w000004", 0, 1, "3", "");
        assertThat(state.nextRound(REVIEW)).isEqualTo(2);
        assertThat(state.reviewDue()).hasValue(REVIEW);
        assertThat(UnitRanges.text(state.waitingAt(REVIEW))).isEqualTo("0-5");
    }

    @Test
    void a_snapshot_keeps_what_was_asked_and_said() {
        allArrive();
        asked(1);
        RunState open = Manifest.restore(Manifest.of(state, 1, now));
        assertThat(open.review())
                .hasValueSatisfying(each -> assertThat(each.packet()).isEqualTo("p1"));
        answered(1, true);

        RunState restored = Manifest.restore(Manifest.of(state, 2, now));

        assertThat(Manifest.fold(restored)).isEqualTo(Manifest.fold(state));
        assertThat(restored.word(REVIEW, 5)).isPresent();
        assertThat(restored.review()).isEmpty();
    }
}
