package dev.caravan.run;

import dev.caravan.provider.Lane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of a run as a whole: its status and why, its lane, its name, by which rules it judges, and when was what. */
final class RunLifecycle {
    private static final String QUEUED = "queued";

    private final StageChanges changes;
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

    RunLifecycle(StageChanges changes) {
        this.changes = changes;
    }

    private void become(RunStatus next, Class<? extends RunEvent> event) {
        status = changes.next("", status, next, event);
    }

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
            become(RunStatus.WAITING, RunEvent.ApprovalAsked.class);
            reason = PauseReason.APPROVAL.word();
            detail = why;
        }
    }

    /** Units wait for a word on them. */
    void asks(String why) {
        if (status == RunStatus.RUNNING) {
            become(RunStatus.WAITING, RunEvent.ReviewAsked.class);
            reason = PauseReason.APPROVAL.word();
            detail = why;
        }
    }

    void answered(RunEvent.ReviewAnswered e) {
        if (status == RunStatus.WAITING) {
            become(RunStatus.PENDING, RunEvent.ReviewAnswered.class);
            reason = served ? QUEUED : e.approved() ? "approved" : "rejected";
            detail = "by " + e.actor();
        }
    }

    void approved() {
        if (status == RunStatus.WAITING) {
            become(RunStatus.PENDING, RunEvent.CostApproved.class);
            reason = served ? QUEUED : "";
            detail = "";
        }
    }

    void started(RunEvent.RunStarted e, Instant time) {
        become(RunStatus.RUNNING, RunEvent.RunStarted.class);
        lane = e.lane();
        reason = "";
        detail = "";
        startedAt = time;
    }

    void progressed(Instant time) {
        progressAt = time;
    }

    /** A pause that was asked for when the run came to its end is late, and counts for nothing. */
    void paused(RunEvent.RunPaused e) {
        if (!status.terminal()) {
            become(RunStatus.PAUSED, RunEvent.RunPaused.class);
            reason = e.reason();
            detail = e.detail();
        }
    }

    /** As late as a pause can be. */
    void killed(RunEvent.RunKilled e, Instant time) {
        if (!status.terminal()) {
            become(RunStatus.KILLED, RunEvent.RunKilled.class);
            reason = e.reason();
            detail = "";
            endedAt = time;
        }
    }

    void completed(Instant time) {
        become(RunStatus.COMPLETE, RunEvent.RunCompleted.class);
        endedAt = time;
    }

    /**
     * A run that was complete has something to do again.
     *
     * @param withdrawn whether what it waited for was withdrawn with that
     */
    void reopened(String why, boolean withdrawn, Class<? extends RunEvent> event) {
        if (status == RunStatus.COMPLETE || (withdrawn && status == RunStatus.WAITING)) {
            become(RunStatus.PAUSED, event);
            reason = PauseReason.RETRY.word();
            detail = why;
            endedAt = null;
        }
    }
}
