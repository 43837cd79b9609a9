package dev.caravan.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UnitRecord;
import dev.caravan.expression.Evaluation;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.SeededRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where units part ways at a step: {@code skip_if} lets a unit past the step with its record as it is, {@code drop_if}
 * takes it out of the run once the step has given its output. Both are counted, and neither is a failure.
 */
public record StepBranch(
        String step, @Nullable Expression skipIf, @Nullable Expression dropIf, long seed) {

    /** Nobody passes by and nobody leaves. */
    static final StepBranch NONE = new StepBranch("", null, null, 0);

    /** Whether a unit passes the step by. */
    public boolean skips(ObjectNode record) throws EvaluationException {
        return holds(skipIf, "skip", record);
    }

    /** Whether a unit leaves the run with what the step made of it. */
    public boolean drops(ObjectNode record) throws EvaluationException {
        return holds(dropIf, "drop", record);
    }

    /** The same record always parts the same way: its random numbers are those of its first attempt. */
    private boolean holds(@Nullable Expression expression, String what, ObjectNode record) throws EvaluationException {
        return expression != null
                && expression.test(
                        new Evaluation(record, SeededRandom.of(seed, UnitRecord.id(record), step + "#" + what, 0)));
    }
}
