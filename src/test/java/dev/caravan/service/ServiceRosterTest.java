package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.NotReadyException;
import dev.caravan.base.RealDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.LiveRun;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Lane;
import dev.caravan.run.CostOutlook;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.testing.ShippedRun;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which run's turn it is, at a machine that lacks a key: every start is tried and refused. */
class ServiceRosterTest {
    @TempDir
    Path folder;

    private final List<String> tried = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Clock clock = Clock.systemUTC();

    /** Notes whose turn it was. */
    private final class NoKey implements RunLauncher {
        @Override
        public Lane lane(Pipeline pipeline, boolean simulated, @Nullable Lane wanted, Lane usual) {
            return usual;
        }

        @Override
        public void check(Pipeline pipeline, boolean simulated, Lane lane) {}

        @Override
        public LiveRun start(RunFolder run, Lane lane) {
            tried.add(run.name());
            throw new NotReadyException(new UserMistakeException("environment", "OPENAI_API_KEY", "is not set"));
        }

        @Override
        public LiveRun collect(RunFolder run) {
            throw new IllegalStateException("nothing of " + run.name() + " is out");
        }

        @Override
        public void release(LiveRun run) {}
    }

    private ServiceRoster roster() {
        NoticeSink notices = notice -> told.add(notice.what() + " " + notice.about() + " " + notice.text());
        return new ServiceRoster(
                1,
                new NoKey(),
                notices,
                new PendingApprovals(new RealDisk(), clock),
                new ResultExpiry(ModelRegistry.shipped(), clock, notices));
    }

    private RunFolder run(String name, RunEvent... events) throws Exception {
        RunFolder run = new ShippedRun(folder).make(name, 4, 4);
        record(run, events);
        return run;
    }

    private void record(RunFolder run, RunEvent... events) {
        try (RunStore store = RunStore.open(run, new RealDisk(), clock, "test")) {
            List.of(events).forEach(store::recordAndWait);
        }
    }

    private RunFolder queued(String name) throws Exception {
        return run(name, new RunEvent.RunQueued(Lane.BATCH));
    }

    @Test
    void runs_start_in_the_order_in_which_they_came() throws Exception {
        ServiceRoster roster = roster();
        roster.take(queued("second-by-name"));
        roster.take(queued("first-by-name"));

        roster.tend();

        assertThat(tried).containsExactly("second-by-name", "first-by-name");
    }

    @Test
    void what_is_missing_is_told_once_of_each_run_and_not_tried_again_at_once() throws Exception {
        ServiceRoster roster = roster();
        RunFolder run = queued("r");
        roster.take(run);
        roster.take(run);

        roster.tend();
        roster.tend();

        assertThat(tried).containsExactly("r");
        assertThat(told).hasSize(2);
        assertThat(told.get(0)).startsWith("QUEUED r");
        assertThat(told.get(1))
                .startsWith("TROUBLE r")
                .contains("OPENAI_API_KEY")
                .endsWith("it is tried again");
    }

    @Test
    void a_run_that_nobody_approved_is_not_tried_until_somebody_does() throws Exception {
        ServiceRoster roster = roster();
        RunFolder run = run(
                "dear",
                new RunEvent.RunQueued(Lane.BATCH),
                new RunEvent.ApprovalAsked("4 units at openai", CostOutlook.UNKNOWN));
        roster.take(run);
        roster.tend();
        assertThat(tried).isEmpty();
        assertThat(told).singleElement().asString().startsWith("WAITING dear").contains("caravan approve dear");

        record(run, new RunEvent.CostApproved("Ada", -1, -1));
        roster.tend();

        assertThat(tried).containsExactly("dear");
        assertThat(told).anyMatch(each -> each.equals("QUEUED dear approved by Ada"));
    }

    @Test
    void a_run_of_somebody_else_is_left_alone_and_cannot_be_resumed_here() throws Exception {
        ServiceRoster roster = roster();
        RunFolder run = run("foreign");

        roster.take(run);
        roster.tend();

        assertThat(tried).isEmpty();
        assertThatThrownBy(() -> roster.resume(run, "Ada", () -> {}))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("was not made by the service");
    }

    @Test
    void a_paused_run_takes_its_turn_when_somebody_resumes_it_and_not_when_what_comes_first_fails() throws Exception {
        ServiceRoster roster = roster();
        RunFolder run = run(
                "paused",
                new RunEvent.RunQueued(Lane.BATCH),
                new RunEvent.RunStarted(Lane.BATCH, "test"),
                new RunEvent.RunPaused("person", ""));
        roster.take(run);
        roster.tend();
        assertThat(tried).as("it waits for a word").isEmpty();

        assertThatThrownBy(() -> roster.resume(run, "Ada", () -> {
                    throw new UserMistakeException("models", "", "no such model");
                }))
                .isInstanceOf(UserMistakeException.class);
        roster.tend();
        assertThat(tried).isEmpty();

        roster.resume(run, "Ada", () -> {});
        roster.tend();
        assertThat(tried).containsExactly("paused");
        assertThat(told).contains("QUEUED paused resumed by Ada");
    }
}
