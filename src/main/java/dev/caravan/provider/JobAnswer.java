package dev.caravan.provider;

import dev.caravan.base.SecretBlotter;
import java.nio.file.Path;
import java.util.List;

/** What came of a control call about batch jobs. */
public sealed interface JobAnswer {

    /** The job exists, and this is how it is. */
    record Known(JobStatus status) implements JobAnswer {}

    /** Jobs that carry the nonce asked for; none if the list is empty. */
    record Found(List<JobStatus> jobs) implements JobAnswer {
        public Found {
            jobs = List.copyOf(jobs);
        }
    }

    /** Result files lie on disk. */
    record Collected(List<Path> files) implements JobAnswer {
        public Collected {
            files = List.copyOf(files);
        }
    }

    /** It did not work, and for sure nothing was bought by it. */
    record Trouble(Answer answer) implements JobAnswer {}

    /** A create was sent and no definite answer came: the job may exist. */
    record Unknown(String code, String detail) implements JobAnswer {
        public Unknown {
            code = SecretBlotter.all(code);
            detail = SecretBlotter.all(detail);
        }
    }

    /** Done; there is nothing to say. */
    record Done() implements JobAnswer {}
}
