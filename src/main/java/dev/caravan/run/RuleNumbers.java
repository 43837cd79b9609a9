package dev.caravan.run;

/**
 * Numbers of the rules that a run keeps to for good, each 1 for runs of a version that had no other.
 *
 * @param reading by which replies are read and mended
 * @param ids by which names became ids of units. The units of a run keep them, and with them their seeds and keys
 * @param outputsForm what a line of {@code outputs/failures.jsonl} holds: 1 without the unit's fields and its last reply,
 *     2 with them
 * @param rendering by which prompts are made
 */
public record RuleNumbers(int reading, int ids, int outputsForm, int rendering) {
    /** The form in which runs that are made now tell of their failures. */
    public static final int NEWEST_OUTPUTS_FORM = 2;

    public RuleNumbers {
        reading = Math.max(1, reading);
        ids = Math.max(1, ids);
        outputsForm = Math.max(1, outputsForm);
        rendering = Math.max(1, rendering);
    }
}
