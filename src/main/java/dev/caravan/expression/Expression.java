package dev.caravan.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ConcurrentModificationException;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** A compiled expression or rule. Safe for many threads; each evaluation has its own {@link Evaluation}. */
public final class Expression {
    private final String text;
    private final ExpressionNode body;
    private final @Nullable ExpressionNode compared;
    private final int slots;
    private final SortedSet<String> names;
    private final boolean usesRandom;

    Expression(
            String text,
            ExpressionNode body,
            @Nullable ExpressionNode compared,
            int slots,
            SortedSet<String> names,
            boolean usesRandom) {
        this.text = text;
        this.body = body;
        this.compared = compared;
        this.slots = slots;
        this.names = names;
        this.usesRandom = usesRandom;
    }

    /** @throws ExpressionSyntaxException with the place, when it is no expression or asks for what none may do */
    public static Expression compile(String text) {
        return new ExpressionCompiler(text).compile();
    }

    public String text() {
        return text;
    }

    /** Fields it reads from the record: every name that it does not define itself. */
    public SortedSet<String> names() {
        return names;
    }

    public boolean usesRandom() {
        return usesRandom;
    }

    Object value(Evaluation evaluation) {
        return run(body, evaluation);
    }

    /** @throws EvaluationException when it cannot be evaluated, or has no JSON form */
    public JsonNode evaluate(Evaluation evaluation) {
        return ExpressionValues.json(value(evaluation), evaluation.meter());
    }

    /** Groovy's truth of its value. */
    public boolean test(Evaluation evaluation) {
        return ExpressionValues.truth(value(evaluation));
    }

    /** Text of what stands left of its first comparison, for messages; empty when it compares nothing. */
    public String compared(Evaluation evaluation) {
        return compared == null ? "" : ExpressionValues.text(run(compared, evaluation), evaluation.meter());
    }

    private Object run(ExpressionNode node, Evaluation evaluation) {
        try {
            var frame = CallFrame.outermost(evaluation, slots);
            return frame.returned(node.eval(frame));
        } catch (StackOverflowError e) {
            throw EvaluationException.limit("is nested too deeply");
        } catch (ConcurrentModificationException e) {
            throw EvaluationException.value("a closure changes the list or map that is gone over; go over a copy of it");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
