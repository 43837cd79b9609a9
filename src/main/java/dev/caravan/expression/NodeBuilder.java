package dev.caravan.expression;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.expr.ArgumentListExpression;
import org.codehaus.groovy.ast.expr.AttributeExpression;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.BooleanExpression;
import org.codehaus.groovy.ast.expr.CastExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.ElvisOperatorExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.GStringExpression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.MapEntryExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.NotExpression;
import org.codehaus.groovy.ast.expr.PostfixExpression;
import org.codehaus.groovy.ast.expr.PrefixExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.RangeExpression;
import org.codehaus.groovy.ast.expr.SpreadExpression;
import org.codehaus.groovy.ast.expr.SpreadMapExpression;
import org.codehaus.groovy.ast.expr.TernaryExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.ast.expr.UnaryMinusExpression;
import org.codehaus.groovy.ast.expr.UnaryPlusExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.jspecify.annotations.Nullable;

/** Compiles the kinds of expression that are allowed; each becomes a node that counts itself and calls only our code. */
final class NodeBuilder {
    private static final int DEEPEST = 200;
    /** What these names mean in Groovy is not there; as a field they would only be misread. */
    private static final Set<String> MACHINERY =
            Set.of("class", "metaClass", "properties", "classLoader", "owner", "delegate", "thisObject", "binding");

    private final ExpressionCompiler compiler;
    private final NameScope scope;

    NodeBuilder(ExpressionCompiler compiler, NameScope scope) {
        this.compiler = compiler;
        this.scope = scope;
    }

    NameScope scope() {
        return scope;
    }

    ExpressionCompiler compiler() {
        return compiler;
    }

    ExpressionNode build(Expression expression) {
        if (scope.enter() > DEEPEST) {
            throw ExpressionCompiler.refused(expression, "is nested more than " + DEEPEST + " levels deep");
        }
        ExpressionNode node = node(expression);
        scope.leave();
        return frame -> {
            frame.meter().step();
            return node.eval(frame);
        };
    }

    private ExpressionNode node(Expression e) {
        if (e instanceof ConstantExpression constant) {
            return constant(constant);
        }
        if (e instanceof VariableExpression variable) {
            return variable(variable);
        }
        if (e instanceof BinaryExpression binary) {
            return new BinaryOperators(this).build(binary);
        }
        if (e instanceof MethodCallExpression call) {
            return call(call);
        }
        if (e instanceof AttributeExpression) {
            throw ExpressionCompiler.refused(e, "the operator .@ has no place in an expression");
        }
        if (e instanceof PropertyExpression property) {
            return property(property);
        }
        if (e instanceof ElvisOperatorExpression elvis) {
            ExpressionNode value = build(elvis.getTrueExpression());
            ExpressionNode otherwise = build(elvis.getFalseExpression());
            return frame -> {
                Object found = value.eval(frame);
                return ExpressionValues.truth(found) ? found : otherwise.eval(frame);
            };
        }
        if (e instanceof TernaryExpression choice) {
            ExpressionNode condition = build(choice.getBooleanExpression());
            ExpressionNode then = build(choice.getTrueExpression());
            ExpressionNode otherwise = build(choice.getFalseExpression());
            return frame -> ExpressionValues.truth(condition.eval(frame)) ? then.eval(frame) : otherwise.eval(frame);
        }
        if (e instanceof NotExpression not) {
            ExpressionNode value = build(not.getExpression());
            return frame -> !ExpressionValues.truth(value.eval(frame));
        }
        if (e instanceof BooleanExpression truth) {
            return build(truth.getExpression());
        }
        if (e instanceof UnaryMinusExpression minus) {
            ExpressionNode value = build(minus.getExpression());
            return frame -> ExactNumbers.negated(OperatorMeanings.number(value.eval(frame), "-"));
        }
        if (e instanceof UnaryPlusExpression plus) {
            ExpressionNode value = build(plus.getExpression());
            return frame -> OperatorMeanings.number(value.eval(frame), "+");
        }
        return collection(e);
    }

    private ExpressionNode collection(Expression e) {
        if (e instanceof ListExpression list) {
            return list(list);
        }
        if (e instanceof MapExpression map) {
            return map(map);
        }
        if (e instanceof RangeExpression range) {
            ExpressionNode from = build(range.getFrom());
            ExpressionNode to = build(range.getTo());
            boolean openLeft = range.isExclusiveLeft();
            boolean openRight = range.isExclusiveRight();
            return frame ->
                    OperatorMeanings.range(from.eval(frame), to.eval(frame), openLeft, openRight, frame.meter());
        }
        if (e instanceof GStringExpression text) {
            return text(text);
        }
        if (e instanceof ClosureExpression closure) {
            return closure(closure);
        }
        if (e instanceof CastExpression cast) {
            ExpressionNode value = build(cast.getExpression());
            String type = cast.getType().getName();
            if (!TypeConversions.known(type)) {
                throw ExpressionCompiler.refused(e, "cannot convert to " + type + "; known: " + TypeConversions.NAMES);
            }
            return frame -> TypeConversions.cast(value.eval(frame), type, frame.meter());
        }
        if (e instanceof PostfixExpression step) {
            return new BinaryOperators(this)
                    .step(step.getExpression(), step.getOperation().getText(), false);
        }
        if (e instanceof PrefixExpression step) {
            return new BinaryOperators(this)
                    .step(step.getExpression(), step.getOperation().getText(), true);
        }
        throw ExpressionCompiler.refused(e, what(e) + " has no place in an expression");
    }

    private static String what(Expression e) {
        return switch (e.getClass().getSimpleName()) {
            case "ConstructorCallExpression" -> "'new'";
            case "MethodPointerExpression", "MethodReferenceExpression" -> "a method pointer";
            case "ClassExpression" -> "a class";
            case "SpreadExpression", "SpreadMapExpression" -> "the spread operator *";
            case "BitwiseNegationExpression" -> "the operator ~";
            case "ArrayExpression" -> "an array";
            default -> "this construct";
        };
    }

    ExpressionNode[] all(List<? extends Expression> expressions) {
        var nodes = new ExpressionNode[expressions.size()];
        for (int i = 0; i < nodes.length; i++) {
            if (expressions.get(i) instanceof SpreadExpression || expressions.get(i) instanceof SpreadMapExpression) {
                throw ExpressionCompiler.refused(
                        expressions.get(i), "the spread operator * has no place in an expression");
            }
            nodes[i] = build(expressions.get(i));
        }
        return nodes;
    }

    private static ExpressionNode constant(ConstantExpression constant) {
        Object value = constant.getValue();
        Object known;
        if (value == null) {
            known = ExpressionValues.NULL;
        } else if (value instanceof Double || value instanceof Float) {
            known = ExactNumbers.of(((Number) value).doubleValue());
        } else if (value instanceof java.math.BigDecimal decimal) {
            known = ExactNumbers.decimal(decimal);
        } else if (value instanceof Number number) {
            known = ExactNumbers.whole(ExactNumbers.big(number));
        } else if (value instanceof Boolean || value instanceof String) {
            known = value;
        } else {
            throw ExpressionCompiler.refused(constant, "this constant has no place in an expression");
        }
        return frame -> known;
    }

    private ExpressionNode variable(VariableExpression variable) {
        String name = variable.getName();
        NameScope.Place place = scope.find(name);
        if (place != null) {
            int up = place.up();
            int slot = place.slot();
            return frame -> frame.up(up).get(slot);
        }
        if (variable.isThisExpression() || variable.isSuperExpression()) {
            throw ExpressionCompiler.refused(variable, "'" + name + "' has no place in an expression");
        }
        if (name.equals("record")) {
            return frame -> frame.evaluation().has(name)
                    ? frame.evaluation().field(name)
                    : frame.evaluation().record();
        }
        compiler.reads(name);
        return frame -> frame.evaluation().field(name);
    }

    private ExpressionNode property(PropertyExpression property) {
        String name = property.getPropertyAsString();
        if (name == null) {
            throw ExpressionCompiler.refused(property, "the name of a property must be written out; use map[name]");
        }
        if (MACHINERY.contains(name)) {
            throw ExpressionCompiler.refused(
                    property, "'." + name + "' has no place in an expression; for a field write map['" + name + "']");
        }
        if (property.getObjectExpression() instanceof VariableExpression on
                && on.getName().equals("Math")
                && scope.find("Math") == null
                && (name.equals("PI") || name.equals("E"))) {
            Number constant = ExactNumbers.of(name.equals("PI") ? StrictMath.PI : StrictMath.E);
            return frame -> constant;
        }
        ExpressionNode receiver = build(property.getObjectExpression());
        boolean safe = property.isSafe() || property.isSpreadSafe();
        return frame -> {
            Object value = receiver.eval(frame);
            return safe && value == ExpressionValues.NULL
                    ? value
                    : OperatorMeanings.property(value, name, frame.meter());
        };
    }

    private ExpressionNode list(ListExpression list) {
        var elements = new ArrayList<ExpressionNode>();
        var spread = new java.util.BitSet();
        for (Expression each : list.getExpressions()) {
            spread.set(elements.size(), each instanceof SpreadExpression);
            elements.add(build(each instanceof SpreadExpression several ? several.getExpression() : each));
        }
        return frame -> {
            frame.meter().make(elements.size());
            var made = new ArrayList<Object>(elements.size());
            for (int i = 0; i < elements.size(); i++) {
                Object value = elements.get(i).eval(frame);
                if (spread.get(i)) {
                    List<Object> several = MethodTables.elements(value, frame.meter());
                    frame.meter().make(several.size());
                    made.addAll(several);
                } else {
                    made.add(value);
                }
            }
            return made;
        };
    }

    private ExpressionNode map(MapExpression map) {
        var keys = new ArrayList<@Nullable ExpressionNode>();
        var values = new ArrayList<ExpressionNode>();
        for (MapEntryExpression each : map.getMapEntryExpressions()) {
            keys.add(each.getKeyExpression() instanceof SpreadMapExpression ? null : build(each.getKeyExpression()));
            values.add(build(each.getValueExpression()));
        }
        return frame -> {
            frame.meter().make(keys.size());
            Map<String, Object> made = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                ExpressionNode key = keys.get(i);
                Object value = values.get(i).eval(frame);
                if (key != null) {
                    made.put(ExpressionValues.key(key.eval(frame)), value);
                } else if (value instanceof Map<?, ?> more) {
                    frame.meter().make(more.size());
                    made.putAll(ExpressionValues.map(value));
                } else {
                    throw EvaluationException.type("*: needs a map, not " + ExpressionValues.kind(value));
                }
            }
            return made;
        };
    }

    private ExpressionNode text(GStringExpression text) {
        ExpressionNode[] values = all(text.getValues());
        List<String> parts = text.getStrings().stream()
                .map(each -> String.valueOf(each.getValue()))
                .toList();
        return frame -> {
            var out = new StringBuilder();
            for (int i = 0; i < parts.size(); i++) {
                out.append(parts.get(i));
                if (i < values.length) {
                    String value = ExpressionValues.text(values[i].eval(frame), frame.meter());
                    frame.meter().make(value.length());
                    out.append(value);
                }
            }
            return out.toString();
        };
    }

    private ExpressionNode closure(ClosureExpression closure) {
        Parameter[] parameters = closure.getParameters();
        boolean implicit = parameters != null && parameters.length == 0;
        var inner = new NameScope(scope);
        int arity = 0;
        if (implicit) {
            inner.define("it");
        } else if (parameters != null) {
            for (Parameter each : parameters) {
                if (each.hasInitialExpression()) {
                    throw ExpressionCompiler.refused(each, "a parameter of a closure has no default value here");
                }
                inner.define(each.getName());
                arity++;
            }
        }
        ExpressionNode body = new StatementCompiler(new NodeBuilder(compiler, inner)).block(closure.getCode());
        int named = arity;
        int levels = inner.levels() + 1;
        if (levels > DEEPEST) {
            throw ExpressionCompiler.refused(closure, "is nested more than " + DEEPEST + " levels deep");
        }
        return frame -> new ClosureValue(named, implicit, inner.slots(), levels, body, frame);
    }

    private ExpressionNode call(MethodCallExpression call) {
        if (!(call.getMethod() instanceof ConstantExpression constant)
                || !(constant.getValue() instanceof String name)) {
            throw ExpressionCompiler.refused(call, "the name of a method must be written out");
        }
        if (name.equals("call") && call.getObjectExpression() instanceof ConstantExpression) {
            throw ExpressionCompiler.refused(call, "two values side by side need an operator between them");
        }
        ExpressionNode[] arguments = arguments(call.getArguments());
        Expression on = call.getObjectExpression();
        if (call.isImplicitThis()) {
            return function(call, name, arguments);
        }
        if (on instanceof VariableExpression variable && scope.find(variable.getName()) == null) {
            if (variable.getName().equals("random")) {
                if (!RandomMethods.known(name)) {
                    throw ExpressionCompiler.refused(
                            call, "random has no '" + name + "'; known: " + RandomMethods.NAMES);
                }
                compiler.usesRandom();
                return frame -> RandomMethods.call(
                        frame.evaluation().random(), name, evaluated(arguments, frame), frame.meter());
            }
            if (variable.getName().equals("Math")) {
                return function(call, name, arguments);
            }
        }
        if (!MethodTables.known(name)) {
            throw ExpressionCompiler.refused(call, "there is no method '" + name + "'" + MethodTables.hint(name));
        }
        ExpressionNode receiver = build(on);
        boolean safe = call.isSafe();
        boolean spread = call.isSpreadSafe();
        return frame -> {
            Object self = receiver.eval(frame);
            if (safe && self == ExpressionValues.NULL) {
                return self;
            }
            if (!spread) {
                return MethodTables.call(self, name, evaluated(arguments, frame), frame.meter());
            }
            var results = new ArrayList<Object>();
            for (Object each : MethodTables.elements(self, frame.meter())) {
                results.add(
                        each == ExpressionValues.NULL
                                ? each
                                : MethodTables.call(each, name, evaluated(arguments, frame), frame.meter()));
            }
            return results;
        };
    }

    private ExpressionNode function(MethodCallExpression call, String name, ExpressionNode[] arguments) {
        NameScope.Place place = scope.find(name);
        if (place != null) {
            int up = place.up();
            int slot = place.slot();
            return frame -> OperatorMeanings.closure(frame.up(up).get(slot)).call(evaluated(arguments, frame));
        }
        if (name.equals("has") && arguments.length == 1) {
            return frame -> frame.evaluation().has(ExpressionValues.text(arguments[0].eval(frame), frame.meter()));
        }
        if (!GlobalFunctions.known(name)) {
            throw ExpressionCompiler.refused(call, "there is no function '" + name + "'" + GlobalFunctions.hint(name));
        }
        return frame -> GlobalFunctions.call(name, evaluated(arguments, frame), frame.meter());
    }

    private ExpressionNode[] arguments(Expression arguments) {
        if (arguments instanceof ArgumentListExpression list) {
            return all(list.getExpressions());
        }
        if (arguments instanceof TupleExpression tuple && tuple.getExpressions().isEmpty()) {
            return new ExpressionNode[0];
        }
        throw ExpressionCompiler.refused(arguments, "named arguments have no place in an expression");
    }

    private static Object[] evaluated(ExpressionNode[] arguments, CallFrame frame) {
        var values = new Object[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments[i].eval(frame);
        }
        return values;
    }
}
