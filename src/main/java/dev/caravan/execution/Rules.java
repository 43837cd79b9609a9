package dev.caravan.execution;

import dev.caravan.prompt.Rendering;
import dev.caravan.validation.Reading;

/**
 * By which of the numbered rules a run asks and judges: those of the version that made it, or its revision.
 *
 * @param reading how an answer is found in a reply
 * @param rendering how a prompt is made of a record
 */
public record Rules(Reading reading, Rendering rendering) {
    /** Of new runs. */
    public static final Rules NEWEST = new Rules(Reading.NEWEST, Rendering.NEWEST);
}
