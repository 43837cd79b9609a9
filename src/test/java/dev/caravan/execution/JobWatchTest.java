package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.MovableClock;
import dev.caravan.base.RealDisk;
import dev.caravan.money.Money;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Lane;
import dev.caravan.run.PauseReason;
import dev.caravan.run.PlainFacts;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobWatchTest {
    private static final Tempo NO_PAUSE = Tempo.SIMULATED.looking(0, 1_000);
    private static final Tempo LONG_PAUSE = Tempo.SIMULATED.looking(15_000, 1_000);

    @TempDir
    Path folder;

    private final MovableClock clock = new MovableClock();
    private final AtomicLong nanos = new AtomicLong();
    private RunStore store;
    private RunLog log;
    private RunControl control;

    @BeforeEach
    void hold() {
        store = RunStore.open(new RunFolder(folder), new RealDisk(), clock, "test");
        store.recordAndWait(PlainFacts.made("r", 4, 2));
        store.recordAndWait(new RunEvent.RunStarted(Lane.BATCH, "test"));
        store.recordAndWait(new RunEvent.WorkFormed("w000001", 0, Lane.BATCH, "0-1"));
        store.recordAndWait(new RunEvent.JobIntended(
                "w000001", "r.w000001.x", "f", "simulator", "openai", "m", 2, 100, "", new Money(1_000)));
        log = new RunLog(folder, clock);
        control = new RunControl(store, () -> {});
    }

    @AfterEach
    void giveBack() {
        store.close();
        log.close();
    }

    private JobWatch watch(Tempo tempo) {
        var access = new ProviderAccess(List.of(Account.NONE), tempo, CallListener.NONE);
        return new JobWatch(store, log, control, access, nanos::get);
    }

    private void create() {
        store.recordAndWait(new RunEvent.JobCreated("w000001", "batch_1", false));
    }

    private String reason() {
        return store.onState(RunState::reason);
    }

    private static JobStatus status(JobStatus.State state, String said) {
        return new JobStatus("batch_1", state, said, 2, 1, 0, List.of(), List.of(), List.of(), 0, 0, null);
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    void a_job_that_was_there_before_is_looked_at_at_once_and_not_again_before_its_time() {
        create();
        JobWatch watch = watch(LONG_PAUSE);

        assertThat(watch.due()).singleElement().satisfies(each -> {
            assertThat(each.kind()).isEqualTo(JobLook.Kind.POLL);
            assertThat(each.work()).isEqualTo("w000001");
            assertThat(each.providerJob()).isEqualTo("batch_1");
        });
        pass(14_999);
        assertThat(watch.due()).isEmpty();

        watch.hurry();

        assertThat(watch.due()).hasSize(1);
    }

    @Test
    void a_new_job_is_looked_at_first_when_it_may_be_over_and_a_hurry_looks_at_once() {
        JobWatch watch = watch(LONG_PAUSE);
        assertThat(watch.due()).isEmpty();
        create();

        assertThat(watch.due()).isEmpty();
        pass(2_000);
        assertThat(watch.due()).hasSize(1);
        assertThat(watch.due()).isEmpty();

        watch.hurry();

        assertThat(watch.due()).hasSize(1);
    }

    @Test
    void a_job_that_cannot_be_looked_at_is_asked_for_again_at_the_next_interval_only() {
        JobWatch watch = watch(LONG_PAUSE);
        assertThat(watch.due()).isEmpty();
        create();
        assertThat(watch.due()).isEmpty();
        pass(2_000);
        watch.looked(watch.due().get(0), new JobAnswer.Trouble(new Answer.Transient("io", "connection refused")));

        pass(12_999);
        assertThat(watch.due()).isEmpty();
        pass(1);
        assertThat(watch.due()).hasSize(1);
    }

    @Test
    void a_job_that_runs_on_changes_nothing_and_one_that_ended_is_journalled() {
        create();
        JobWatch watch = watch(NO_PAUSE);
        JobLook look = watch.due().get(0);

        assertThat(watch.looked(look, new JobAnswer.Known(status(JobStatus.State.RUNNING, "in_progress"))))
                .isNull();
        assertThat(watch.looked(look, new JobAnswer.Known(status(JobStatus.State.ENDED, "completed"))))
                .isInstanceOfSatisfying(
                        RunEvent.JobEnded.class,
                        ended -> assertThat(ended.state()).isEqualTo("ENDED"));
    }

    @Test
    void jobs_of_a_killed_run_are_cancelled_until_the_provider_does_so() {
        create();
        JobWatch watch = watch(NO_PAUSE);
        control.kill("by a test");

        JobLook look = watch.due().get(0);
        assertThat(look.kind()).isEqualTo(JobLook.Kind.CANCEL);

        watch.looked(look, new JobAnswer.Known(status(JobStatus.State.RUNNING, "cancelling")));
        assertThat(watch.due().get(0).kind()).isEqualTo(JobLook.Kind.POLL);

        watch.looked(watch.due().get(0), new JobAnswer.Known(status(JobStatus.State.RUNNING, "in_progress")));
        assertThat(watch.due().get(0).kind()).as("the call was lost").isEqualTo(JobLook.Kind.CANCEL);
    }

    @Test
    void a_job_that_the_provider_does_not_know_pauses_the_run_only_once_it_was_given_up() {
        create();
        JobWatch watch = watch(NO_PAUSE);
        JobLook look = watch.due().get(0);
        var unknown = new JobAnswer.Trouble(new Answer.Rejected("not_found", "no such batch"));

        watch.looked(look, unknown);
        assertThat(control.admits()).isTrue();

        clock.jump(Duration.ofHours(25));
        watch.looked(look, unknown);

        assertThat(control.admits()).isFalse();
        assertThat(reason()).isEqualTo(PauseReason.DETACHED.word());
    }

    @Test
    void a_refused_key_pauses_at_once_and_a_provider_that_is_not_reached_does_not() {
        create();
        JobWatch watch = watch(NO_PAUSE);
        JobLook look = watch.due().get(0);

        watch.looked(look, new JobAnswer.Trouble(new Answer.Transient("io", "connection refused")));
        assertThat(control.admits()).isTrue();
        assertThat(watch.unseen(store.clock().instant())).containsKey("w000001");

        watch.looked(look, new JobAnswer.Trouble(new Answer.Fatal("invalid_api_key", "no such key")));

        assertThat(reason()).isEqualTo(PauseReason.PROVIDER.word());
    }

    @Test
    void a_job_that_may_exist_is_given_its_grace() {
        JobWatch watch = watch(NO_PAUSE);
        var doubted = store.clock().instant();

        assertThat(watch.graceIsOver(doubted)).isFalse();

        clock.jump(Duration.ofSeconds(2));

        assertThat(watch.graceIsOver(doubted)).isTrue();
    }
}
