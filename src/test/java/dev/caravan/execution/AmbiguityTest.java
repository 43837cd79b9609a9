package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.RealDisk;
import dev.caravan.provider.Lane;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls whose outcome nobody knows, without any crash: found and adopted, never repeated blindly, booked once. */
@Tag("crash")
class AmbiguityTest {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final long GRACE = 60_000;

    @TempDir
    Path folder;

    /** Uploads, creates, looks, lists, downloads and deletes fail before or after they were carried out. */
    @ParameterizedTest
    @ValueSource(strings = {"control=0.4", "control=0.2,createLost=0.4,lateList=0.5,young404=0.5", "young404=1"})
    void control_calls_that_fail_or_lose_their_answer_buy_nothing_twice(String faults) throws Exception {
        RunFolder run = new ShippedRun(folder).run("control", Lane.BATCH, faults, 10);

        RunState state = RunStore.read(run);
        assertThat(state.done()).isEqualTo(60);
        assertThat(state.ledger().strayCalls()).isZero();
        JsonNode bill = ShippedRun.bill(run);
        ShippedRun.lawHolds(state, bill, Lane.BATCH);
        assertThat(bill.path("jobs")).hasSize(state.jobsCreated());
    }

    @Test
    void a_job_that_is_listed_late_is_waited_for_and_adopted() throws Exception {
        RunFolder run = new ShippedRun(folder).run("late", Lane.BATCH, "createLost=0.6,lateList=1", 10);

        assertThat(Files.readString(run.root().resolve("RUN_LOG.txt")))
                .contains("not_listed")
                .contains("adopted");
        assertThat(ShippedRun.bill(run).path("jobs")).hasSize(RunStore.read(run).jobsCreated());
    }

    /** With no time of grace the intent is given up too early: the job turns up later, and its bill is in the books. */
    @Test
    void a_job_that_turns_up_after_its_intent_was_given_up_is_booked() throws Exception {
        RunFolder made = new ShippedRun(folder).make("stray", 10, 60);
        try (var engine = ShippedRun.engine("createLost=0.6,lateList=1", 20, 0, new RealDisk())) {
            ShippedRun.drive(engine, made, Lane.BATCH);
        }
        RunState state = RunStore.read(made);
        assertThat(state.ledger().strayCalls())
                .as("bought in vain, and said so")
                .isPositive();
        assertThat(state.strays()).isEmpty();
        assertThat(Files.readString(made.root().resolve("RUN_LOG.txt"))).contains("nobody waits for it", "in vain");
        assertThat(RunVerification.of(made).trouble()).isEmpty();
        assertThat(state.atRiskPicos()).isZero();
        ShippedRun.lawHolds(state, ShippedRun.bill(made), Lane.BATCH);
    }

    @Test
    void a_job_that_turns_up_while_it_still_runs_is_cancelled_and_costs_nothing() throws Exception {
        RunFolder made = new ShippedRun(folder).make("stray", 10, 60);
        try (var engine = ShippedRun.engine("createLost=0.6,lateList=1", 8_000, 0, new RealDisk())) {
            ShippedRun.drive(engine, made, Lane.BATCH);
        }
        RunState state = RunStore.read(made);
        assertThat(Files.readString(made.root().resolve("RUN_LOG.txt"))).contains("nobody waits for it");
        assertThat(ShippedRun.bill(made).path("jobs"))
                .extracting(each -> each.path("status").asText())
                .contains("cancelled", "completed");
        assertThat(state.strays()).isEmpty();
        ShippedRun.lawHolds(state, ShippedRun.bill(made), Lane.BATCH);
    }

    @Test
    void cancels_that_are_lost_are_made_again() throws Exception {
        RunFolder made = new ShippedRun(folder).make("killed", 10, 60);
        try (var engine = ShippedRun.engine("control=0.5", 600_000, GRACE, new RealDisk())) {
            LiveRun run = engine.launch(made, Lane.BATCH, "test");
            try {
                await().atMost(LONGEST)
                        .until(() -> run.jobsOut().stream()
                                        .filter(each -> !each.providerJob().isEmpty())
                                        .count()
                                == 6);
                new CommandFolder(made)
                        .send(
                                CommandFolder.Verb.KILL,
                                "tester",
                                Clock.systemUTC().instant());
                await().atMost(LONGEST).until(() -> run.is(RunStatus.KILLED) && !run.hasJobsOut());

                assertThat(Objects.requireNonNull(engine.simulator(run)).bill().path("jobs"))
                        .hasSize(6)
                        .allSatisfy(
                                each -> assertThat(each.path("status").asText()).isEqualTo("cancelled"));
            } finally {
                engine.release(run);
            }
        }
        assertThat(RunStore.read(made).atRiskPicos()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset=0.3", "error500=0.2,error503=0.2", "reset=0.1,error500=0.1,throttle=0.1"})
    void realtime_calls_without_an_answer_stay_at_risk_to_the_token(String faults) throws Exception {
        RunFolder made = new ShippedRun(folder).make("realtime", 10, 60);
        JsonNode bill;
        try (var engine = ShippedRun.engine(faults, 20, GRACE, new RealDisk())) {
            LiveRun run = engine.launch(made, Lane.REALTIME, "test");
            assertThat(run.awaitEnd(LONGEST.toMillis())).isTrue();
            bill = Objects.requireNonNull(engine.simulator(run)).bill();
            engine.release(run);
        }
        RunState state = RunStore.read(made);
        assertThat(state.done()).isEqualTo(60);
        ShippedRun.lawHolds(state, bill, Lane.REALTIME);
        long unbooked =
                bill.path("totals").path("calls").longValue() - state.ledger().calls();
        assertThat(unbooked).isEqualTo(state.ledger().lostCalls());
    }
}
