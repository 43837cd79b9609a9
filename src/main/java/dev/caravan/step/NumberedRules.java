package dev.caravan.step;

import dev.caravan.prompt.RenderingRule;
import dev.caravan.validation.ReadingRule;

/**
 * By which of the numbered rules a run asks and judges: those of the version that made it, or its revision.
 *
 * @param reading how an answer is found in a reply
 * @param rendering how a prompt is made of a record
 */
public record NumberedRules(ReadingRule reading, RenderingRule rendering) {
    /** Of new runs. */
    public static final NumberedRules NEWEST = new NumberedRules(ReadingRule.NEWEST, RenderingRule.NEWEST);
}
