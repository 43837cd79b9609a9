package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.validation.Finding;
import java.util.List;

/** Lines that tell of a unit in the failures and findings of a step. */
record SettledLine(StepSettling step, Member member) {
    /** The stage of a line in the failures file that tells of no failure. */
    static final String DROPPED = "dropped";

    static String id(ObjectNode record) {
        return record.path("unit_id").asText();
    }

    private ObjectNode ended(String unitId, String stage) {
        return Json.object()
                .put("unit_id", unitId)
                .put("_n", member.unit())
                .put("step", step.name())
                .put("failure_stage", stage);
    }

    /** It left the run as the pipeline says. */
    ObjectNode dropped(String unitId) {
        return ended(unitId, DROPPED);
    }

    /** It failed where nobody was asked. */
    ObjectNode failed(String unitId, String stage, List<Finding> reasons) {
        ObjectNode line = ended(unitId, stage);
        line.set("errors", errors(reasons));
        return line.put("retry_count", member.attempts()).put("attempts", 1);
    }

    /** It failed by the outcome of its call. */
    ObjectNode failed(ReplyRow row, List<Finding> reasons) {
        ObjectNode line = ended(row.unitId(), row.outcome().stage());
        line.set("errors", errors(reasons));
        line.put("retry_count", member.attempts())
                .put("attempts", member.attempts() + (row.paid() ? 1 : 0))
                .put("tries", member.tries() + 1);
        if (row.paid()) {
            line.put("raw_response", row.text());
        }
        if (!row.code().isEmpty()) {
            line.put("provider_code", row.code());
        }
        return line;
    }

    /** It is asked again at this step. */
    ObjectNode retried(String unitId, List<Finding> reasons) {
        return again(unitId, member.attempts() + 1).set("errors", errors(reasons));
    }

    /** It goes back to an earlier step. */
    ObjectNode sentBack(String unitId, List<Finding> reasons) {
        return again(unitId, member.back() + 1).put("for", step.returnsTo()).set("errors", errors(reasons));
    }

    private ObjectNode again(String unitId, int attempt) {
        return Json.object().put("_n", member.unit()).put("unit_id", unitId).put("attempt", attempt);
    }

    private static ArrayNode errors(List<Finding> reasons) {
        ArrayNode errors = Json.mapper().createArrayNode();
        reasons.forEach(each -> errors.addObject()
                .put("code", each.code())
                .put("place", each.place())
                .put("message", each.message()));
        return errors;
    }
}
