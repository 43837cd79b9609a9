package dev.caravan.expression;

import java.util.ArrayList;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;

/** Compiles calls of methods, of functions, and of closures by their names. */
final class CallNodes {
    private static final Object[] NONE = {};

    private final NodeBuilder builder;

    CallNodes(NodeBuilder builder) {
        this.builder = builder;
    }

    CountedNode call(MethodCallExpression call) {
        String name = name(call);
        ExpressionNode[] arguments = arguments(call.getArguments());
        if (call.isImplicitThis() || isOf(call, "Math")) {
            return function(call, name, arguments);
        }
        if (isOf(call, "random")) {
            return random(call, name, arguments);
        }
        if (!MethodTables.known(name)) {
            throw ExpressionCompiler.refused(call, "there is no method '" + name + "'" + MethodTables.hint(name));
        }
        ExpressionNode receiver = builder.build(call.getObjectExpression());
        var method = new MethodTables.Named(name);
        if (call.isSpreadSafe()) {
            return spread(receiver, method, arguments, call.isSafe());
        }
        boolean safe = call.isSafe();
        return CountedNode.of(frame -> {
            Object self = receiver.eval(frame);
            return safe && self == ExpressionValues.NULL
                    ? self
                    : method.call(self, evaluated(arguments, frame), frame.meter);
        });
    }

    private static String name(MethodCallExpression call) {
        if (!(call.getMethod() instanceof ConstantExpression constant)
                || !(constant.getValue() instanceof String name)) {
            throw ExpressionCompiler.refused(call, "the name of a method must be written out");
        }
        if (name.equals("call") && call.getObjectExpression() instanceof ConstantExpression) {
            throw ExpressionCompiler.refused(call, "two values side by side need an operator between them");
        }
        return name;
    }

    /** Whether it is called on a name of ours that is no variable. */
    private boolean isOf(MethodCallExpression call, String name) {
        return call.getObjectExpression() instanceof VariableExpression on
                && on.getName().equals(name)
                && builder.scope().find(name) == null;
    }

    private CountedNode random(MethodCallExpression call, String name, ExpressionNode[] arguments) {
        RandomMethods.Method method = RandomMethods.find(name);
        if (method == null) {
            throw ExpressionCompiler.refused(call, "random has no '" + name + "'; known: " + RandomMethods.NAMES);
        }
        builder.compiler().usesRandom();
        return CountedNode.of(frame -> {
            SeededRandom random = frame.evaluation().random();
            var values = new Object[arguments.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments[i].look(frame);
            }
            return method.call(random, values, frame.meter);
        });
    }

    /** Of each element; null stays null. */
    private static CountedNode spread(
            ExpressionNode receiver, MethodTables.Named method, ExpressionNode[] arguments, boolean safe) {
        return CountedNode.of(frame -> {
            Object self = receiver.look(frame);
            if (safe && self == ExpressionValues.NULL) {
                return self;
            }
            var results = new ArrayList<Object>();
            for (Object each : MethodTables.elements(self, frame.meter)) {
                results.add(
                        each == ExpressionValues.NULL
                                ? each
                                : method.call(each, evaluated(arguments, frame), frame.meter));
            }
            return results;
        });
    }

    private CountedNode function(MethodCallExpression call, String name, ExpressionNode[] arguments) {
        NameScope.Place place = builder.scope().find(name);
        if (place != null) {
            int up = place.up();
            int slot = place.slot();
            return CountedNode.of(
                    frame -> OperatorMeanings.closure(frame.up(up).get(slot)).callWith(evaluated(arguments, frame)));
        }
        if (name.equals("has") && arguments.length == 1) {
            return CountedNode.of(
                    frame -> frame.evaluation().has(ExpressionValues.text(arguments[0].eval(frame), frame.meter)));
        }
        GlobalFunctions.Function function = GlobalFunctions.find(name);
        if (function == null) {
            throw ExpressionCompiler.refused(call, "there is no function '" + name + "'" + GlobalFunctions.hint(name));
        }
        return CountedNode.of(frame -> function.call(evaluated(arguments, frame), frame.meter));
    }

    private ExpressionNode[] arguments(Expression arguments) {
        if (arguments instanceof ArgumentListExpression list) {
            return builder.all(list.getExpressions());
        }
        if (arguments instanceof TupleExpression tuple && tuple.getExpressions().isEmpty()) {
            return new ExpressionNode[0];
        }
        throw ExpressionCompiler.refused(arguments, "named arguments have no place in an expression");
    }

    private static Object[] evaluated(ExpressionNode[] arguments, CallFrame frame) {
        if (arguments.length == 0) {
            return NONE;
        }
        var values = new Object[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments[i].eval(frame);
        }
        return values;
    }
}
