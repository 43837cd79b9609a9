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

    CountedNode build(BinaryExpression e) {
        if (e instanceof DeclarationExpression declaration) {
            return declaration(declaration);
        }
        String operator = e.getOperation().getText();
        if (operator.equals("=")) {
            return assignment(e, builder.build(e.getRightExpression()));
        }
        String arithmetic = WITH_ASSIGNMENT.get(operator);
        if (arithmetic != null) {
            return change(e, arithmetic);
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

    /** The operator is part of the assignment, and no step of its own. */
    private CountedNode change(BinaryExpression e, String operator) {
        ExpressionNode old = builder.build(e.getLeftExpression());
        ExpressionNode by = builder.build(e.getRightExpression());
        return assignment(e, OperatorNodes.of(operator, old, by).with(-1));
    }

    private CountedNode slice(BinaryExpression e, ExpressionNode left, RangeExpression range) {
        ExpressionNode from = builder.build(range.getFrom());
        ExpressionNode to = builder.build(range.getTo());
        boolean openRight = range.isExclusiveRight();
        if (range.isExclusiveLeft()) {
            throw ExpressionCompiler.refused(e, "a slice is written [from..to] or [from..<to]");
        }
        return CountedNode.of(frame ->
                OperatorMeanings.slice(left.look(frame), from.eval(frame), to.eval(frame), openRight, frame.meter));
    }

    private static CountedNode ofValues(BinaryExpression e, ExpressionNode left, ExpressionNode right) {
        String operator = e.getOperation().getText();
        return switch (operator) {
            case "&&" -> ChoiceNodes.and(left, right);
            case "||" -> ChoiceNodes.or(left, right);
            case "[", "?[" -> safe(e, left, right);
            default -> {
                if (!OperatorMeanings.known(operator)) {
                    throw ExpressionCompiler.refused(
                            e, "the operator '" + operator + "' has no place in an expression");
                }
                yield OperatorNodes.of(operator, left, right);
            }
        };
    }

    /** Whether a number lies in a range, without making the range. */
    private CountedNode within(ExpressionNode value, RangeExpression range, boolean not) {
        ExpressionNode from = builder.build(range.getFrom());
        ExpressionNode to = builder.build(range.getTo());
        boolean openLeft = range.isExclusiveLeft();
        boolean openRight = range.isExclusiveRight();
        return CountedNode.of(frame -> OperatorMeanings.within(
                        value.eval(frame), from.eval(frame), to.eval(frame), openLeft, openRight, frame.meter)
                != not);
    }

    private static CountedNode safe(BinaryExpression e, ExpressionNode left, ExpressionNode right) {
        boolean safe = e.isSafe() || e.getOperation().getText().equals("?[");
        return CountedNode.of(frame -> {
            Object value = left.look(frame);
            return safe && value == ExpressionValues.NULL
                    ? value
                    : OperatorMeanings.at(value, right.look(frame), frame.meter);
        });
    }

    private CountedNode declaration(DeclarationExpression e) {
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
                ? ExpressionNode.of(frame -> ExpressionValues.NULL)
                : builder.build(e.getRightExpression());
        int slot = builder.scope().define(e.getVariableExpression().getName());
        return CountedNode.of(frame -> {
            Object found = value.eval(frame);
            if (typed && found != ExpressionValues.NULL) {
                found = TypeConversions.cast(found, type, frame.meter);
            }
            frame.set(slot, found);
            return found;
        });
    }

    /** {@code def (a, b) = list}: null for what the list does not have. */
    private CountedNode several(DeclarationExpression e, TupleExpression names) {
        ExpressionNode value = builder.build(e.getRightExpression());
        int[] slots = names.getExpressions().stream()
                .mapToInt(each -> builder.scope().define(((VariableExpression) each).getName()))
                .toArray();
        return CountedNode.of(frame -> {
            List<Object> all = MethodTables.elements(value.eval(frame), frame.meter);
            for (int i = 0; i < slots.length; i++) {
                frame.set(slots[i], i < all.size() ? all.get(i) : ExpressionValues.NULL);
            }
            return all;
        });
    }

    private CountedNode assignment(BinaryExpression e, ExpressionNode value) {
        Expression target = e.getLeftExpression();
        if (target instanceof VariableExpression variable) {
            return store(variable, value);
        }
        if (target instanceof BinaryExpression at && at.getOperation().getText().equals("[")) {
            ExpressionNode container = builder.build(at.getLeftExpression());
            ExpressionNode key = builder.build(at.getRightExpression());
            return CountedNode.of(frame ->
                    OperatorMeanings.put(container.eval(frame), key.eval(frame), value.eval(frame), frame.meter));
        }
        if (target instanceof PropertyExpression) {
            throw ExpressionCompiler.refused(e, "a property cannot be assigned; write map['name'] = value");
        }
        throw ExpressionCompiler.refused(e, "this cannot be assigned to");
    }

    private CountedNode store(VariableExpression variable, ExpressionNode value) {
        NameScope.Place place = builder.scope().find(variable.getName());
        if (place == null) {
            throw ExpressionCompiler.refused(
                    variable,
                    "'" + variable.getName() + "' is not a variable of this expression; declare it with def first");
        }
        int up = place.up();
        int slot = place.slot();
        return CountedNode.of(frame -> {
            Object found = value.eval(frame);
            frame.up(up).set(slot, found);
            return found;
        });
    }

    /** {@code i++} and its like. */
    CountedNode step(Expression target, String operator, boolean before) {
        if (!(target instanceof VariableExpression variable) || !(operator.equals("++") || operator.equals("--"))) {
            throw ExpressionCompiler.refused(target, "only a variable can be counted up or down");
        }
        ExpressionNode old = builder.build(variable);
        int held = builder.scope().define(" " + variable.getName());
        OperatorMeanings.Meaning arithmetic = OperatorMeanings.of(operator.substring(1));
        CountedNode stored = store(variable, ExpressionNode.of(frame -> {
            Object value = old.eval(frame);
            frame.set(held, value);
            return OperatorMeanings.apply(arithmetic, value, 1, frame.meter);
        }));
        return before
                ? stored
                : CountedNode.of(frame -> {
                            stored.eval(frame);
                            return frame.get(held);
                        })
                        .with(-1);
    }

    private CountedNode instance(BinaryExpression e, boolean not) {
        ExpressionNode value = builder.build(e.getLeftExpression());
        String type = e.getRightExpression() instanceof ClassExpression c
                ? c.getType().getName()
                : e.getRightExpression().getText();
        if (!TypeConversions.isType(type)) {
            throw ExpressionCompiler.refused(e, "cannot ask for " + type + "; known: " + TypeConversions.TYPES);
        }
        return CountedNode.of(frame -> TypeConversions.is(value.eval(frame), type) != not);
    }
}
