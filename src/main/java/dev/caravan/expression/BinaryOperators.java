package dev.caravan.expression;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClassExpression;
import org.codehaus.groovy.ast.expr.DeclarationExpression;
import org.codehaus.groovy.ast.expr.EmptyExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.RangeExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;

/** Compiles operators between two operands: arithmetic, comparison, logic, index, and assignment to local variables. */
final class BinaryOperators {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=", "<=>");
    private static final Map<String, String> WITH_ASSIGNMENT =
            Map.of("+=", "+", "-=", "-", "*=", "*", "/=", "/", "%=", "%", "**=", "**", "<<=", "<<");

    private final NodeBuilder builder;

    BinaryOperators(NodeBuilder builder) {
        this.builder = builder;
    }

    ExpressionNode build(BinaryExpression e) {
        if (e instanceof DeclarationExpression declaration) {
            return declaration(declaration);
        }
        String operator = e.getOperation().getText();
        if (operator.equals("=")) {
            return assignment(e, builder.build(e.getRightExpression()));
        }
        if (WITH_ASSIGNMENT.containsKey(operator)) {
            return change(e, OperatorMeanings.of(WITH_ASSIGNMENT.get(operator)));
        }
        if (operator.equals("instanceof") || operator.equals("!instanceof")) {
            return instance(e, operator.startsWith("!"));
        }
        ExpressionNode left = builder.build(e.getLeftExpression());
        if (operator.equals("[") && e.getRightExpression() instanceof RangeExpression range) {
            return slice(e, left, range);
        }
        if (operator.endsWith("in") && e.getRightExpression() instanceof RangeExpression range) {
            return within(left, range, operator.equals("!in"));
        }
        if (COMPARISONS.contains(operator) && builder.scope().outermost()) {
            builder.compiler().compares(left);
        }
        return ofValues(e, left, builder.build(e.getRightExpression()));
    }

    private ExpressionNode change(BinaryExpression e, OperatorMeanings.Meaning meaning) {
        ExpressionNode old = builder.build(e.getLeftExpression());
        ExpressionNode by = builder.build(e.getRightExpression());
        return assignment(e, frame -> OperatorMeanings.apply(meaning, old.eval(frame), by.eval(frame), frame.meter()));
    }

    private ExpressionNode slice(BinaryExpression e, ExpressionNode left, RangeExpression range) {
        ExpressionNode from = builder.build(range.getFrom());
        ExpressionNode to = builder.build(range.getTo());
        boolean openRight = range.isExclusiveRight();
        if (range.isExclusiveLeft()) {
            throw ExpressionCompiler.refused(e, "a slice is written [from..to] or [from..<to]");
        }
        return frame ->
                OperatorMeanings.slice(left.eval(frame), from.eval(frame), to.eval(frame), openRight, frame.meter());
    }

    private ExpressionNode ofValues(BinaryExpression e, ExpressionNode left, ExpressionNode right) {
        String operator = e.getOperation().getText();
        return switch (operator) {
            case "&&" -> frame -> ExpressionValues.truth(left.eval(frame)) && ExpressionValues.truth(right.eval(frame));
            case "||" -> frame -> ExpressionValues.truth(left.eval(frame)) || ExpressionValues.truth(right.eval(frame));
            case "[", "?[" -> safe(e, left, right);
            default -> {
                if (!OperatorMeanings.known(operator)) {
                    throw ExpressionCompiler.refused(
                            e, "the operator '" + operator + "' has no place in an expression");
                }
                OperatorMeanings.Meaning meaning = OperatorMeanings.of(operator);
                yield frame -> OperatorMeanings.apply(meaning, left.eval(frame), right.eval(frame), frame.meter());
            }
        };
    }

    /** Whether a number lies in a range, without making the range. */
    private ExpressionNode within(ExpressionNode value, RangeExpression range, boolean not) {
        ExpressionNode from = builder.build(range.getFrom());
        ExpressionNode to = builder.build(range.getTo());
        boolean openLeft = range.isExclusiveLeft();
        boolean openRight = range.isExclusiveRight();
        return frame -> OperatorMeanings.within(
                        value.eval(frame), from.eval(frame), to.eval(frame), openLeft, openRight, frame.meter())
                != not;
    }

    private static ExpressionNode safe(BinaryExpression e, ExpressionNode left, ExpressionNode right) {
        boolean safe = e.isSafe() || e.getOperation().getText().equals("?[");
        return frame -> {
            Object value = left.eval(frame);
            return safe && value == ExpressionValues.NULL
                    ? value
                    : OperatorMeanings.at(value, right.eval(frame), frame.meter());
        };
    }

    private ExpressionNode declaration(DeclarationExpression e) {
        if (!e.getAnnotations().isEmpty()) {
            throw ExpressionCompiler.refused(e, "annotations have no place in an expression");
        }
        if (e.getLeftExpression() instanceof TupleExpression several) {
            return several(e, several);
        }
        String type = e.getVariableExpression().getType().getName();
        boolean typed = !e.getVariableExpression().isDynamicTyped();
        if (typed && !TypeConversions.known(type)) {
            throw ExpressionCompiler.refused(e, "cannot declare a " + type + "; write def");
        }
        ExpressionNode value = e.getRightExpression() instanceof EmptyExpression
                ? frame -> ExpressionValues.NULL
                : builder.build(e.getRightExpression());
        int slot = builder.scope().define(e.getVariableExpression().getName());
        return frame -> {
            Object found = value.eval(frame);
            if (typed && found != ExpressionValues.NULL) {
                found = TypeConversions.cast(found, type, frame.meter());
            }
            frame.set(slot, found);
            return found;
        };
    }

    /** {@code def (a, b) = list}: null for what the list does not have. */
    private ExpressionNode several(DeclarationExpression e, TupleExpression names) {
        ExpressionNode value = builder.build(e.getRightExpression());
        int[] slots = names.getExpressions().stream()
                .mapToInt(each -> builder.scope().define(((VariableExpression) each).getName()))
                .toArray();
        return frame -> {
            List<Object> all = MethodTables.elements(value.eval(frame), frame.meter());
            for (int i = 0; i < slots.length; i++) {
                frame.set(slots[i], i < all.size() ? all.get(i) : ExpressionValues.NULL);
            }
            return all;
        };
    }

    private ExpressionNode assignment(BinaryExpression e, ExpressionNode value) {
        Expression target = e.getLeftExpression();
        if (target instanceof VariableExpression variable) {
            return store(variable, value);
        }
        if (target instanceof BinaryExpression at && at.getOperation().getText().equals("[")) {
            ExpressionNode container = builder.build(at.getLeftExpression());
            ExpressionNode key = builder.build(at.getRightExpression());
            return frame ->
                    OperatorMeanings.put(container.eval(frame), key.eval(frame), value.eval(frame), frame.meter());
        }
        if (target instanceof PropertyExpression) {
            throw ExpressionCompiler.refused(e, "a property cannot be assigned; write map['name'] = value");
        }
        throw ExpressionCompiler.refused(e, "this cannot be assigned to");
    }

    private ExpressionNode store(VariableExpression variable, ExpressionNode value) {
        NameScope.Place place = builder.scope().find(variable.getName());
        if (place == null) {
            throw ExpressionCompiler.refused(
                    variable,
                    "'" + variable.getName() + "' is not a variable of this expression; declare it with def first");
        }
        int up = place.up();
        int slot = place.slot();
        return frame -> {
            Object found = value.eval(frame);
            frame.up(up).set(slot, found);
            return found;
        };
    }

    /** {@code i++} and its like. */
    ExpressionNode step(Expression target, String operator, boolean before) {
        if (!(target instanceof VariableExpression variable) || !(operator.equals("++") || operator.equals("--"))) {
            throw ExpressionCompiler.refused(target, "only a variable can be counted up or down");
        }
        ExpressionNode old = builder.build(variable);
        int[] held = {builder.scope().define(" " + variable.getName())};
        String arithmetic = operator.substring(1);
        ExpressionNode stored = store(variable, frame -> {
            Object value = old.eval(frame);
            frame.set(held[0], value);
            return OperatorMeanings.apply(arithmetic, value, 1, frame.meter());
        });
        return frame -> {
            Object now = stored.eval(frame);
            return before ? now : frame.get(held[0]);
        };
    }

    private ExpressionNode instance(BinaryExpression e, boolean not) {
        ExpressionNode value = builder.build(e.getLeftExpression());
        String type = e.getRightExpression() instanceof ClassExpression c
                ? c.getType().getName()
                : e.getRightExpression().getText();
        if (!TypeConversions.isType(type)) {
            throw ExpressionCompiler.refused(e, "cannot ask for " + type + "; known: " + TypeConversions.TYPES);
        }
        return frame -> TypeConversions.is(value.eval(frame), type) != not;
    }
}
