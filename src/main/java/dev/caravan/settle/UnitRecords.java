package dev.caravan.settle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What units bring to a step. */
public interface UnitRecords {
    /**
     * The record a unit brings to a step, or, behind the last step, to the outputs: its input at the first, else what
     * the step before made of it. A child's first record is made of its parent's; a parent brings to its gather what it
     * brought to the fan-out.
     */
    ObjectNode before(int step, int unit);

    /** The id in that record. */
    String id(int step, int unit);

    /** Findings of the unit's last answer at this step, as templates see them; empty at the first attempt. */
    JsonNode errors(int step, int unit, int attempts);
}
