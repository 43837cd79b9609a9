package dev.caravan.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Lane;
import dev.caravan.run.CostOutlook;
import java.util.List;

/** Says what is still to be paid for units that go on behind a step. Whatever goes wrong, that is then unknown. */
@FunctionalInterface
public interface OutlookSource {
    /**
     * @param step they are at, place of the one they pass next
     * @param sample records of some of the units
     * @param units how many there are
     */
    CostOutlook behind(Pipeline pipeline, Lane lane, boolean simulated, int step, List<ObjectNode> sample, int units);
}
