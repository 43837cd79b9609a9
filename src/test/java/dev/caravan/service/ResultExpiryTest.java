package dev.caravan.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.MovableClock;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Results that were paid and are deleted at their provider before anybody collected them are lost. */
class ResultExpiryTest {
    private final MovableClock clock = new MovableClock();
    private final Instant since = clock.instant();
    private final List<ServiceNotice> told = new ArrayList<>();
    private final ResultExpiry expiry = new ResultExpiry(ModelRegistry.shipped(), clock, told::add);

    @Test
    void it_warns_once_when_half_the_time_of_a_provider_is_over() {
        RunSummary waits = run(false, new RunSummary.JobLine("w1", 0, "gemini", "batches/1", 10, since));

        clock.jump(Duration.ofHours(23));
        expiry.look(waits);
        assertThat(told).isEmpty();

        clock.jump(Duration.ofHours(2));
        expiry.look(waits);
        expiry.look(waits);
        assertThat(told).singleElement().satisfies(each -> {
            assertThat(each.what()).isEqualTo(ServiceNotice.What.EXPIRING);
            assertThat(each.about()).isEqualTo("run");
            assertThat(each.text())
                    .contains("1 jobs", since.plus(Duration.ofDays(2)).toString());
        });

        expiry.look(run(false));
        expiry.look(waits);
        assertThat(told).as("a later job is news").hasSize(2);
    }

    @Test
    void providers_that_keep_results_longer_are_warned_of_later_and_simulators_never() {
        clock.jump(Duration.ofHours(49));

        expiry.look(run(false, new RunSummary.JobLine("w1", 0, "openai", "batch_1", 10, since)));
        expiry.look(run(true, new RunSummary.JobLine("w1", 0, "gemini", "batches/1", 10, since)));

        assertThat(told).isEmpty();
    }

    @Test
    void it_looks_every_ten_minutes() {
        assertThat(expiry.isDue()).isTrue();
        clock.jump(Duration.ofMinutes(9));
        assertThat(expiry.isDue()).isFalse();
        clock.jump(Duration.ofMinutes(2));
        assertThat(expiry.isDue()).isTrue();
    }

    private RunSummary run(boolean simulated, RunSummary.JobLine... jobs) {
        return new RunSummary(
                "run",
                "pipeline",
                RunStatus.RUNNING,
                "",
                "",
                null,
                Lane.BATCH,
                simulated,
                new RunSummary.Progress(10, 0, 0, 0, 0, 0),
                List.of(),
                RunSummary.Cost.NONE,
                new RunSummary.Jobs(jobs.length, jobs.length, List.of(jobs)),
                Map.of(),
                List.of(),
                List.of(),
                new RunSummary.Times(since, since, null, since));
    }
}
