package dev.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobQueueTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path folder;

    private JobQueue queue() {
        return new JobQueue(SharedNumbersFile.of(folder.resolve("a.pace")), folder.resolve("a.jobs"));
    }

    @Test
    void jobs_of_all_runs_share_what_the_account_takes() {
        assertThat(queue().enter("one.w1", 600, 1000, NOW)).isTrue();
        assertThat(queue().enter("two.w1", 600, 1000, NOW)).isFalse();
        assertThat(queue().enter("two.w2", 400, 1000, NOW)).isTrue();

        queue().leave("one.w1");

        assertThat(queue().enter("two.w1", 600, 1000, NOW)).isTrue();
    }

    @Test
    void a_job_that_is_tried_again_is_not_counted_twice() {
        assertThat(queue().enter("one.w1", 600, 1000, NOW)).isTrue();

        assertThat(queue().enter("one.w1", 600, 1000, NOW)).isTrue();
        assertThat(queue().enter("one.w2", 400, 1000, NOW)).isTrue();
    }

    @Test
    void what_is_too_much_alone_enters_an_empty_queue() {
        assertThat(queue().enter("one.w1", 5000, 1000, NOW)).isTrue();
        assertThat(queue().enter("one.w2", 1, 1000, NOW)).isFalse();
    }

    @Test
    void what_a_dead_run_left_is_forgotten_after_two_days() throws Exception {
        assertThat(queue().enter("gone.w1", 1000, 1000, NOW)).isTrue();
        Path file = folder.resolve("a.jobs/gone.w1");
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(Duration.ofHours(51))));

        assertThat(queue().enter("one.w1", 1000, 1000, NOW)).isTrue();
        assertThat(file).doesNotExist();
    }

    @Test
    void a_run_that_goes_on_tidies_up_behind_itself() {
        queue().enter("one.w1", 400, 1000, NOW);
        queue().enter("one.w2", 400, 1000, NOW);

        queue().tidy("one.", job -> job.equals("one.w2"));

        assertThat(folder.resolve("a.jobs/one.w1")).doesNotExist();
        assertThat(folder.resolve("a.jobs/one.w2")).exists();
    }
}
