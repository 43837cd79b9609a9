package dev.caravan.validation;

import dev.caravan.base.InvalidFileException;

/**
 * The rule by which an answer is found in a reply and mended. Each has a number, which stands in a run's facts: a run
 * and each of its revisions is judged by the rule of the version that made them, for ever, so that what was settled can
 * be made again. A change of what any reply comes to is a new rule; the classes of the older ones stay as they are.
 */
public enum Reading {
    /** Of the versions that had no other: the first object in a reply. */
    FIRST,
    /** What stands behind the thoughts and outside of lists, the object that fits the schema. */
    SECOND;

    /** By what new runs and revisions judge. */
    public static final Reading NEWEST = SECOND;

    public int number() {
        return ordinal() + 1;
    }

    /** @throws InvalidFileException for a run of a later version */
    public static Reading of(int number) {
        if (number < 1 || number > values().length) {
            throw new InvalidFileException(
                    "journal.jsonl",
                    "reading " + number,
                    "was made by a later version of Caravan, which judges replies by another rule; use that one");
        }
        return values()[number - 1];
    }
}
