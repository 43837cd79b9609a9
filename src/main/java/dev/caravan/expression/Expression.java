package dev.caravan.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ConcurrentModificationException;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** A compiled expression or rule. Safe for many threads; each evaluation has its own {@link Evaluation}. */
public final class Expression {
    private final String text;
    private final Code code;
    private final FieldNames names;
    private final int[] places;

    /**
     * What the text was compiled to.
     *
     * @param compared what stands left of its first comparison, or null
     * @param slots its local variables
     * @param closures whether it makes any
     * @param reads names it reads from the record
     */
    record Code(
            ExpressionNode body,
            @Nullable ExpressionNode compared,
            int slots,
            boolean closures,
            SortedSet<String> reads,
            boolean usesRandom) {}

    private Expression(String text, Code code, FieldNames names, int[] places) {
        this.text = text;
        this.code = code;
        this.names = names;
        this.places = places;
    }

    /** @param names all that it may ask the evaluation for, in the places that its nodes know */
    Expression(String text, Code code, FieldNames names) {
        this(text, code, names, new FieldNames().addAll(names));
    }

    /** @throws ExpressionSyntaxException with the place, when it is no expression or asks for what none may do */
    public static Expression compile(String text) {
        return new ExpressionCompiler(text).compile();
    }

    Expression linked(FieldNames shared) {
        int[] elsewhere = shared.addAll(names);
        int[] linked = new int[places.length];
        for (int i = 0; i < linked.length; i++) {
            linked[i] = elsewhere[places[i]];
        }
        return new Expression(text, code, shared, linked);
    }

    public String text() {
        return text;
    }

    /** Fields it reads from the record: every name that it does not define itself. */
    public SortedSet<String> names() {
        return code.reads();
    }

    public boolean usesRandom() {
        return code.usesRandom();
    }

    Object value(Evaluation evaluation) {
        return run(code.body(), evaluation);
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
        ExpressionNode compared = code.compared();
        return compared == null ? "" : ExpressionValues.text(run(compared, evaluation), evaluation.meter());
    }

    private Object run(ExpressionNode node, Evaluation evaluation) {
        evaluation.opens(names);
        try {
            return node.eval(
                    code.closures() || code.slots() > 0
                            ? CallFrame.outermost(evaluation, places, code.slots())
                            : evaluation.frame(places));
        } catch (StackOverflowError e) {
            throw EvaluationException.limit("is nested too deeply");
        } catch (ConcurrentModificationException e) {
            throw EvaluationException.value(
                    "a closure changes the list or map that is gone over; go over a copy of it");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
