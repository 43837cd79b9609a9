package dev.caravan.run;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why a run does not go on by itself. The word stands in journals, in JSON and on screens: it is never changed. One that a
 * later version made up is kept and shown as it is, and is none of these.
 */
public enum PauseReason {
    APPROVAL("approval", "it would cost money, and nobody said that it may"),
    ASKED("asked", "somebody paused it, or took it over"),
    CAP("cap", "the next request could make the run cost more than its cap, at worst"),
    OVERRUN("overrun", "it cost half as much again as the upper end of what was approved"),
    PILOT("pilot", "the units that go first are through"),
    THROTTLED("throttled", "requests, or a job, were turned away without any answer between them"),
    PROVIDER("provider", "key, credit, quota, permission or an unknown model"),
    REFUSED("refused", "the first requests of a step were refused alike, or answered with something that is no answer"),
    DETACHED("detached", "the provider does not know a job that we made"),
    QUALITY("quality", "most of the first answers of a step did not hold"),
    INTEGRITY("integrity", "files do not hold what the journal says, or a paid reply is not what was written"),
    DISK("disk", "a write was refused"),
    RETRY("retry", "`retry-failures` or `revalidate` gave a finished run something to do"),
    UNUSABLE("unusable", "it could not be taken up, or go on"),
    FAULT("fault", "our fault");

    private final String word;
    private final String sentence;

    PauseReason(String word, String sentence) {
        this.word = word;
        this.sentence = sentence;
    }

    /** As the journal has it. */
    public String word() {
        return word;
    }

    /** What it means, for people; the operator's guide says more, in the same words. */
    public String sentence() {
        return sentence;
    }

    /** Whether a run's reason is this one. */
    public boolean is(String reason) {
        return word.equals(reason);
    }

    /** The reason of a word; empty for a word of another version. */
    public static Optional<PauseReason> of(String word) {
        return Arrays.stream(values()).filter(each -> each.is(word)).findFirst();
    }
}
