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
public record Standing(
        String name,
        String digest,
        Phase phase,
        String run,
        String reason,
        boolean fresh,
        boolean present,
        Instant at) {

    /** A name that comes up for the first time. */
    static Standing first(String name, Phase phase, String digest, Instant now) {
        return new Standing(name, digest, phase, "", "", phase == Phase.SEEN, true, now);
    }

    Standing there(boolean is) {
        return new Standing(name, digest, phase, run, reason, fresh, is, at);
    }

    /** A person is asked, or has it to himself: what comes later under this name is no arrival. */
    Standing accepted(Phase next, Instant now) {
        return new Standing(name, digest, next, run, "", false, present, now);
    }

    Standing claimed(String chosen, Instant now) {
        return new Standing(name, digest, Phase.CLAIMED, chosen, "", false, present, now);
    }

    Standing refused(String why, Instant now) {
        return new Standing(name, digest, Phase.REFUSED, run, why, fresh, present, now);
    }

    /** Other content was found under this name: an arrival while it is fresh, else ready for a person. */
    Standing changed(String now, Instant at) {
        return new Standing(name, now, fresh ? Phase.SEEN : Phase.READY, run, "", fresh, true, at);
    }
}
