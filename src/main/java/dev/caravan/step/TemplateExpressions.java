package dev.caravan.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UnitRecord;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.FieldNames;
import dev.caravan.expression.SeededRandom;
import dev.caravan.prompt.RenderException;
import java.util.List;
import java.util.Map;

/** {@code processing.expressions}: seen by templates alone, and the same at every attempt. */
final class TemplateExpressions {
    private final FieldNames names = new FieldNames();
    private final List<FieldNames.Named> expressions;

    TemplateExpressions(Map<String, Expression> expressions) {
        this.expressions = names.link(expressions);
    }

    /** The record with what the expressions make of it; itself where there are none. */
    ObjectNode added(ObjectNode record, long seed, String step) throws RenderException {
        if (expressions.isEmpty()) {
            return record;
        }
        Evaluation evaluation = names.evaluation(record, SeededRandom.of(seed, UnitRecord.id(record), step, 0));
        for (FieldNames.Named each : expressions) {
            try {
                evaluation.set(each);
            } catch (EvaluationException e) {
                throw new RenderException("processing.expressions." + each.name() + ": " + e.getMessage());
            }
        }
        try {
            return record.deepCopy().setAll(evaluation.results());
        } catch (EvaluationException e) {
            throw new RenderException("processing.expressions: " + e.getMessage());
        }
    }
}
