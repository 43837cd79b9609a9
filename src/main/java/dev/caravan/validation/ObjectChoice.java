package dev.caravan.validation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answer among the objects of a reply: the one that fits. Of several that fit and differ never the first. Where the
 * model says something between them the last counts, with a warning, for that is how it corrects itself; where nothing
 * stands between they are several answers, none is better than another, and the reply fails.
 *
 * @param object the answer, mended as far as it could be; null when there is none
 * @param findings why it does not hold, if so, and what was mended
 */
record ObjectChoice(@Nullable ObjectNode object, List<Finding> findings) {
    /** @param fit mends an object as far as the schema allows, and says what still does not hold */
    static ObjectChoice of(ReplyParser.Parsed parsed, Function<ObjectNode, List<Finding>> fit) {
        ObjectChoice chosen = new ObjectChoice(null, parsed.findings());
        boolean fits = false;
        boolean differs = false;
        boolean worded = true;
        boolean said = false;
        for (ReplyParser.Candidate each : parsed.candidates()) {
            said |= each.worded();
            var findings = new ArrayList<>(each.findings());
            if (!each.fails()) {
                findings.addAll(fit.apply(each.object()));
            }
            boolean holds = findings.stream().noneMatch(Finding::fails);
            if (!holds && fits) {
                continue;
            }
            if (holds && fits && !each.object().equals(chosen.object())) {
                differs = true;
                worded &= said;
            }
            said &= !holds;
            chosen = new ObjectChoice(each.object(), findings);
            fits = holds;
        }
        return differs ? chosen.amongSeveral(worded) : chosen;
    }

    private ObjectChoice amongSeveral(boolean worded) {
        var all = new ArrayList<>(findings);
        if (!worded) {
            all.add(Finding.error(
                    ReplyParser.SEVERAL,
                    "$",
                    "the reply holds several objects that fit and differ; answer with one object"));
            return new ObjectChoice(null, all);
        }
        all.add(Finding.warning(
                "several_objects", "$", "the reply holds several objects that fit and differ; the last one counts"));
        return new ObjectChoice(object, all);
    }
}
