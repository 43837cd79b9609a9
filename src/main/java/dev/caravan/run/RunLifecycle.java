package dev.caravan.run;

import dev.caravan.provider.Lane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of a run as a whole: its status and why, its lane, its name, by which rules it judges, and when was what. */
final class RunLifecycle {
    private static final String QUEUED = "queued";

    RunStatus status = RunStatus.PENDING;
    Lane lane = Lane.BATCH;
    String reason = "";
    String detail = "";
    /** What a person called the run; empty when nobody did. */
    String title = "";
    /** Whether the service keeps the run. */
    boolean served;
    /** Revisions of schemas and rules since the run was made. */
    int revisions;
    /** By which rule of reading each revision judges, the first one first. */
    final List<Integer> readings = new ArrayList<>();

    Instant createdAt = Instant.EPOCH;
    Instant startedAt = Instant.EPOCH;

    @Nullable Instant endedAt;

    Instant progressAt = Instant.EPOCH;

    void created(Instant time) {
        createdAt = time;
        progressAt = time;
    }

    void revised(RunEvent.JudgingRevised e) {
        revisions = e.revision();
        readings.add(e.reading());
    }

    void queued(RunEvent.RunQueued e) {
        served = true;
        if (status == RunStatus.PENDING) {
            lane = e.lane();
            reason = QUEUED;
        }
    }

    void waits(String why) {
        if (status == RunStatus.PENDING) {
            status = RunStatus.WAITING;
            reason = PauseReason.APPROVAL.word();
            detail = why;
        }
    }

    /** Units wait for a word on them. */
    void asks(String why) {
        if (status == RunStatus.RUNNING) {
            status = RunStatus.WAITING;
            reason = PauseReason.APPROVAL.word();
            detail = why;
        }
    }

    void answered(RunEvent.ReviewAnswered e) {
        if (status == RunStatus.WAITING) {
            status = RunStatus.PENDING;
            reason = served ? QUEUED : e.approved() ? "approved" : "rejected";
            detail = "by " + e.actor();
        }
    }

    void approved() {
        if (status == RunStatus.WAITING) {
            status = RunStatus.PENDING;
            reason = served ? QUEUED : "";
            detail = "";
        }
    }

    void started(RunEvent.RunStarted e, Instant time) {
        status = RunStatus.RUNNING;
        lane = e.lane();
        reason = "";
        detail = "";
        startedAt = time;
    }

    void progressed(Instant time) {
        progressAt = time;
    }

    void paused(RunEvent.RunPaused e) {
        status = RunStatus.PAUSED;
        reason = e.reason();
        detail = e.detail();
    }

    void killed(RunEvent.RunKilled e, Instant time) {
        status = RunStatus.KILLED;
        reason = e.reason();
        detail = "";
        endedAt = time;
    }

    void completed(Instant time) {
        status = RunStatus.COMPLETE;
        endedAt = time;
    }

    /**
     * A run that was complete has something to do again.
     *
     * @param withdrawn whether what it waited for was withdrawn with that
     */
    void reopened(String why, boolean withdrawn) {
        if (status == RunStatus.COMPLETE || (withdrawn && status == RunStatus.WAITING)) {
            status = RunStatus.PAUSED;
            reason = PauseReason.RETRY.word();
            detail = why;
            endedAt = null;
        }
    }
}
