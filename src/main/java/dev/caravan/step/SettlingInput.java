package dev.caravan.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.run.UnitReview;
import java.util.List;

/** What a unit brings to a step that it is to be settled at. A step asks for what its form needs. */
public interface SettlingInput {
    /** What it brought to the step; at a gather, what it brought to the fan-out. */
    ObjectNode record();

    /** How often it was at this step before. */
    int attempts();

    /** At a gather, what became of its children. */
    Children children();

    /** At an approval, what was said of it. */
    UnitReview.Word word();

    /**
     * The children of a unit, all of which have their outcome.
     *
     * @param arrived what those that came brought, in their order
     * @param failed ids of those that did not come
     */
    record Children(List<ObjectNode> arrived, List<String> failed) {}
}
