package dev.caravan.validation;

import dev.caravan.base.UserMistakeException;

/**
 * The rule by which an answer is found in a reply and mended. Each has a number, which stands in a run's facts: a run
 * and each of its revisions is judged by the rule of the version that made them, for ever, so that what was settled can
 * be made again. A change of what any reply comes to is a new rule; the classes of the older ones stay as they are.
 */
public enum ReadingRule {
    /** Of the versions that had no other: the first object in a reply. */
    FIRST(1),
    /** What stands behind the thoughts and outside of lists, the object that fits the schema. */
    SECOND(2);

    /** By what new runs and revisions judge. */
    public static final ReadingRule NEWEST = SECOND;

    private final int number;

    ReadingRule(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** @throws UserMistakeException for a run of a later version */
    public static ReadingRule of(int number) {
        for (ReadingRule each : values()) {
            if (each.number == number) {
                return each;
            }
        }
        throw new UserMistakeException(
                "journal.jsonl",
                "reading " + number,
                "was made by a later version of Caravan, which judges replies by another rule; use that one");
    }
}
