package dev.caravan.prompt;

import dev.caravan.base.UserMistakeException;

/**
 * The rule by which a prompt is made of a template and a record. Each has a number, which stands in a run's facts: a run
 * asks by the rule of the version that made it, for ever, so that all its units are asked alike. A change of what any
 * record comes to is a new rule.
 */
public enum RenderingRule {
    /** Of the versions that had no other: a null is the word {@code null}, unless it is asked for quietly. */
    FIRST(1),
    /** A null is nothing; only inside of JSON it is a word. */
    SECOND(2);

    /** By what new runs ask. */
    public static final RenderingRule NEWEST = SECOND;

    private final int number;

    RenderingRule(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** @throws UserMistakeException for a run of a later version */
    public static RenderingRule of(int number) {
        for (RenderingRule each : values()) {
            if (each.number == number) {
                return each;
            }
        }
        throw new UserMistakeException(
                "journal.jsonl",
                "rendering " + number,
                "was made by a later version of Caravan, which makes prompts by another rule; use that one");
    }
}
