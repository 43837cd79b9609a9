package dev.caravan.service;

import dev.caravan.base.Worded;

/**
 * Something that whoever watches the service should hear.
 *
 * @param about the pipeline, file or run it is about; empty for the service itself
 * @param text more of it, for people
 */
public record ServiceNotice(What what, String about, String text) {

    /** What happened. */
    public enum What implements Worded {
        /** The service is up. */
        SERVING,
        /** A pipeline may be started by a person. */
        READY,
        CHANGED,
        REMOVED,
        UNPACKED,
        /** Something cannot be used. */
        REFUSED,
        /** A run waits for approval. */
        WAITING,
        /** A run was made, or is gone on with, and takes its turn. */
        QUEUED,
        STARTED,
        COMPLETE,
        PAUSED,
        KILLED,
        /** A run that this service was at, or should be at, is left to others. */
        RELEASED,
        /** Something broke that is not to be mended by waiting. */
        FAILED,
        /** The disk, or another process, is in the way; it is tried again. */
        TROUBLE,
        /** Results of a run's jobs go away at their provider before long, and are not collected. */
        EXPIRING,
        /** A job that lies at its provider while nobody is at its run. */
        JOB,
        STOPPING,
        STOPPED
    }
}
