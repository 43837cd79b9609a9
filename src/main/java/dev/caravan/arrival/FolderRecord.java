package dev.caravan.arrival;

import java.time.Instant;

/**
 * What is remembered of one pipeline folder.
 *
 * @param digest of the content that was last seen at rest; empty while there was none
 * @param run name of the run that was claimed for it, or empty
 * @param reason why it was refused, or empty
 * @param fresh whether nobody has accepted it yet, so that other content under its name is an arrival too
 * @param present whether the folder is there
 * @param at when it came into this phase
 */
public record FolderRecord(
        String name,
        String digest,
        ArrivalPhase phase,
        String run,
        String reason,
        boolean fresh,
        boolean present,
        Instant at) {

    /** A name that comes up for the first time. */
    static FolderRecord first(String name, ArrivalPhase phase, String digest, Instant now) {
        return new FolderRecord(name, digest, phase, "", "", phase == ArrivalPhase.SEEN, true, now);
    }

    FolderRecord there(boolean is) {
        return new FolderRecord(name, digest, phase, run, reason, fresh, is, at);
    }

    /** A person is asked, or has it to himself: what comes later under this name is no arrival. */
    FolderRecord accepted(ArrivalPhase next, Instant now) {
        return new FolderRecord(name, digest, next, run, "", false, present, now);
    }

    FolderRecord claimed(String chosen, Instant now) {
        return new FolderRecord(name, digest, ArrivalPhase.CLAIMED, chosen, "", false, present, now);
    }

    FolderRecord refused(String why, Instant now) {
        return new FolderRecord(name, digest, ArrivalPhase.REFUSED, run, why, fresh, present, now);
    }

    /** Other content was found under this name: an arrival while it is fresh, else ready for a person. */
    FolderRecord changed(String now, Instant at) {
        return new FolderRecord(name, now, fresh ? ArrivalPhase.SEEN : ArrivalPhase.READY, run, "", fresh, true, at);
    }
}
