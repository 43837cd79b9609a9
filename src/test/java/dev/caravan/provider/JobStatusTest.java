package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.provider.JobStatus.JobError;
import dev.caravan.provider.JobStatus.Result;
import dev.caravan.provider.JobStatus.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobStatusTest {
    private static final List<Result> RESULTS = List.of(new Result("out", "/files/out", ""));
    private static final List<JobError> ERRORS = List.of(new JobError("failed", "", null));

    private static JobStatus job(State state, int completed, List<Result> results, List<JobError> errors) {
        return new JobStatus("job_1", state, "word", 2, completed, 0, results, List.of(), errors, 5, 9, "nonce");
    }

    @Test
    void a_job_with_answers_and_no_file_of_them_lacks_its_results() {
        assertThat(job(State.ENDED, 2, List.of(), List.of()).lacksResults()).isTrue();
        assertThat(job(State.ENDED, JobStatus.UNKNOWN, List.of(), List.of()).lacksResults())
                .isTrue();
    }

    @Test
    void a_job_lacks_nothing_that_runs_on_answered_nothing_names_a_file_or_says_what_went_wrong() {
        assertThat(List.of(
                        job(State.RUNNING, 2, List.of(), List.of()),
                        job(State.ENDED, 0, List.of(), List.of()),
                        job(State.ENDED, 2, RESULTS, List.of()),
                        job(State.ENDED, 2, List.of(), ERRORS)))
                .noneMatch(JobStatus::lacksResults);
    }

    @Test
    void without_its_results_it_is_the_same_job() {
        JobStatus job = job(State.CANCELLED, 1, RESULTS, ERRORS);

        assertThat(job.withoutResults()).isEqualTo(job(State.CANCELLED, 1, List.of(), ERRORS));
    }
}
