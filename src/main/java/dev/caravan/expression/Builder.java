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
final class Builder {
    private static final int DEEPEST = 200;
    /** What these names mean in Groovy is not there; as a field they would only be misread. */
    private static final Set<String> MACHINERY =
            Set.of("class", "metaClass", "properties", "classLoader", "owner", "delegate", "thisObject", "binding");

    private final Compiler compiler;
    private final Scope scope;

    Builder(Compiler compiler, Scope scope) {
        this.compiler = compiler;
        this.scope = scope;
    }

    Scope scope() {
        return scope;
    }

    Compiler compiler() {
        return compiler;
    }

    Node build(Expression expression) {
        if (scope.enter() > DEEPEST) {
            throw Compiler.refused(expression, "is nested more than " + DEEPEST + " levels deep");
        }
        Node node = node(expression);
        scope.leave();
        return frame -> {
            frame.meter().step();
            return node.eval(frame);
        };
    }

    private Node node(Expression e) {
        if (e instanceof ConstantExpression constant) {
            return constant(constant);
        }
        if (e instanceof VariableExpression variable) {
            return variable(variable);
        }
        if (e instanceof BinaryExpression binary) {
            return new Binaries(this).build(binary);
        }
        if (e instanceof MethodCallExpression call) {
            return call(call);
        }
        if (e instanceof AttributeExpression) {
            throw Compiler.refused(e, "the operator .@ has no place in an expression");
        }
        if (e instanceof PropertyExpression property) {
            return property(property);
        }
        if (e instanceof ElvisOperatorExpression elvis) {
            Node value = build(elvis.getTrueExpression());
            Node otherwise = build(elvis.getFalseExpression());
            return frame -> {
                Object found = value.eval(frame);
                return Values.truth(found) ? found : otherwise.eval(frame);
            };
        }
        if (e instanceof TernaryExpression choice) {
            Node condition = build(choice.getBooleanExpression());
            Node then = build(choice.getTrueExpression());
            Node otherwise = build(choice.getFalseExpression());
            return frame -> Values.truth(condition.eval(frame)) ? then.eval(frame) : otherwise.eval(frame);
        }
        if (e instanceof NotExpression not) {
            Node value = build(not.getExpression());
            return frame -> !Values.truth(value.eval(frame));
        }
        if (e instanceof BooleanExpression truth) {
            return build(truth.getExpression());
        }
        if (e instanceof UnaryMinusExpression minus) {
            Node value = build(minus.getExpression());
            return frame -> Numbers.negated(Operators.number(value.eval(frame), "-"));
        }
        if (e instanceof UnaryPlusExpression plus) {
            Node value = build(plus.getExpression());
            return frame -> Operators.number(value.eval(frame), "+");
        }
        return collection(e);
    }

    private Node collection(Expression e) {
        if (e instanceof ListExpression list) {
            return list(list);
        }
        if (e instanceof MapExpression map) {
            return map(map);
        }
        if (e instanceof RangeExpression range) {
            Node from = build(range.getFrom());
            Node to = build(range.getTo());
            boolean openLeft = range.isExclusiveLeft();
            boolean openRight = range.isExclusiveRight();
            return frame -> Operators.range(from.eval(frame), to.eval(frame), openLeft, openRight, frame.meter());
        }
        if (e instanceof GStringExpression text) {
            return text(text);
        }
        if (e instanceof ClosureExpression closure) {
            return closure(closure);
        }
        if (e instanceof CastExpression cast) {
            Node value = build(cast.getExpression());
            String type = cast.getType().getName();
            if (!Casts.known(type)) {
                throw Compiler.refused(e, "cannot convert to " + type + "; known: " + Casts.NAMES);
            }
            return frame -> Casts.cast(value.eval(frame), type, frame.meter());
        }
        if (e instanceof PostfixExpression step) {
            return new Binaries(this)
                    .step(step.getExpression(), step.getOperation().getText(), false);
        }
        if (e instanceof PrefixExpression step) {
            return new Binaries(this)
                    .step(step.getExpression(), step.getOperation().getText(), true);
        }
        throw Compiler.refused(e, what(e) + " has no place in an expression");
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

    Node[] all(List<? extends Expression> expressions) {
        var nodes = new Node[expressions.size()];
        for (int i = 0; i < nodes.length; i++) {
            if (expressions.get(i) instanceof SpreadExpression || expressions.get(i) instanceof SpreadMapExpression) {
                throw Compiler.refused(expressions.get(i), "the spread operator * has no place in an expression");
            }
            nodes[i] = build(expressions.get(i));
        }
        return nodes;
    }

    private static Node constant(ConstantExpression constant) {
        Object value = constant.getValue();
        Object known;
        if (value == null) {
            known = Values.NULL;
        } else if (value instanceof Double || value instanceof Float) {
            known = Numbers.of(((Number) value).doubleValue());
        } else if (value instanceof java.math.BigDecimal decimal) {
            known = Numbers.decimal(decimal);
        } else if (value instanceof Number number) {
            known = Numbers.whole(Numbers.big(number));
        } else if (value instanceof Boolean || value instanceof String) {
            known = value;
        } else {
            throw Compiler.refused(constant, "this constant has no place in an expression");
        }
        return frame -> known;
    }

    private Node variable(VariableExpression variable) {
        String name = variable.getName();
        Scope.Place place = scope.find(name);
        if (place != null) {
            int up = place.up();
            int slot = place.slot();
            return frame -> frame.up(up).get(slot);
        }
        if (variable.isThisExpression() || variable.isSuperExpression()) {
            throw Compiler.refused(variable, "'" + name + "' has no place in an expression");
        }
        if (name.equals("record")) {
            return frame -> frame.evaluation().has(name)
                    ? frame.evaluation().field(name)
                    : frame.evaluation().record();
        }
        compiler.reads(name);
        return frame -> frame.evaluation().field(name);
    }

    private Node property(PropertyExpression property) {
        String name = property.getPropertyAsString();
        if (name == null) {
            throw Compiler.refused(property, "the name of a property must be written out; use map[name]");
        }
        if (MACHINERY.contains(name)) {
            throw Compiler.refused(
                    property, "'." + name + "' has no place in an expression; for a field write map['" + name + "']");
        }
        if (property.getObjectExpression() instanceof VariableExpression on
                && on.getName().equals("Math")
                && scope.find("Math") == null
                && (name.equals("PI") || name.equals("E"))) {
            Number constant = Numbers.of(name.equals("PI") ? StrictMath.PI : StrictMath.E);
            return frame -> constant;
        }
        Node receiver = build(property.getObjectExpression());
        boolean safe = property.isSafe() || property.isSpreadSafe();
        return frame -> {
            Object value = receiver.eval(frame);
            return safe && value == Values.NULL ? value : Operators.property(value, name, frame.meter());
        };
    }

    private Node list(ListExpression list) {
        var elements = new ArrayList<Node>();
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
                    List<Object> several = Methods.elements(value, frame.meter());
                    frame.meter().make(several.size());
                    made.addAll(several);
                } else {
                    made.add(value);
                }
            }
            return made;
        };
    }

    private Node map(MapExpression map) {
        var keys = new ArrayList<@Nullable Node>();
        var values = new ArrayList<Node>();
        for (MapEntryExpression each : map.getMapEntryExpressions()) {
            keys.add(each.getKeyExpression() instanceof SpreadMapExpression ? null : build(each.getKeyExpression()));
            values.add(build(each.getValueExpression()));
        }
        return frame -> {
            frame.meter().make(keys.size());
            Map<String, Object> made = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                Node key = keys.get(i);
                Object value = values.get(i).eval(frame);
                if (key != null) {
                    made.put(Values.key(key.eval(frame)), value);
                } else if (value instanceof Map<?, ?> more) {
                    frame.meter().make(more.size());
                    made.putAll(Values.map(value));
                } else {
                    throw EvaluationException.type("*: needs a map, not " + Values.kind(value));
                }
            }
            return made;
        };
    }

    private Node text(GStringExpression text) {
        Node[] values = all(text.getValues());
        List<String> parts = text.getStrings().stream()
                .map(each -> String.valueOf(each.getValue()))
                .toList();
        return frame -> {
            var out = new StringBuilder();
            for (int i = 0; i < parts.size(); i++) {
                out.append(parts.get(i));
                if (i < values.length) {
                    String value = Values.text(values[i].eval(frame), frame.meter());
                    frame.meter().make(value.length());
                    out.append(value);
                }
            }
            return out.toString();
        };
    }

    private Node closure(ClosureExpression closure) {
        Parameter[] parameters = closure.getParameters();
        boolean implicit = parameters != null && parameters.length == 0;
        var inner = new Scope(scope);
        int arity = 0;
        if (implicit) {
            inner.define("it");
        } else if (parameters != null) {
            for (Parameter each : parameters) {
                if (each.hasInitialExpression()) {
                    throw Compiler.refused(each, "a parameter of a closure has no default value here");
                }
                inner.define(each.getName());
                arity++;
            }
        }
        Node body = new Statements(new Builder(compiler, inner)).block(closure.getCode());
        int named = arity;
        int levels = inner.levels() + 1;
        if (levels > DEEPEST) {
            throw Compiler.refused(closure, "is nested more than " + DEEPEST + " levels deep");
        }
        return frame -> new Func(named, implicit, inner.slots(), levels, body, frame);
    }

    private Node call(MethodCallExpression call) {
        if (!(call.getMethod() instanceof ConstantExpression constant)
                || !(constant.getValue() instanceof String name)) {
            throw Compiler.refused(call, "the name of a method must be written out");
        }
        if (name.equals("call") && call.getObjectExpression() instanceof ConstantExpression) {
            throw Compiler.refused(call, "two values side by side need an operator between them");
        }
        Node[] arguments = arguments(call.getArguments());
        Expression on = call.getObjectExpression();
        if (call.isImplicitThis()) {
            return function(call, name, arguments);
        }
        if (on instanceof VariableExpression variable && scope.find(variable.getName()) == null) {
            if (variable.getName().equals("random")) {
                if (!RandomMethods.known(name)) {
                    throw Compiler.refused(call, "random has no '" + name + "'; known: " + RandomMethods.NAMES);
                }
                compiler.usesRandom();
                return frame -> RandomMethods.call(
                        frame.evaluation().random(), name, evaluated(arguments, frame), frame.meter());
            }
            if (variable.getName().equals("Math")) {
                return function(call, name, arguments);
            }
        }
        if (!Methods.known(name)) {
            throw Compiler.refused(call, "there is no method '" + name + "'" + Methods.hint(name));
        }
        Node receiver = build(on);
        boolean safe = call.isSafe();
        boolean spread = call.isSpreadSafe();
        return frame -> {
            Object self = receiver.eval(frame);
            if (safe && self == Values.NULL) {
                return self;
            }
            if (!spread) {
                return Methods.call(self, name, evaluated(arguments, frame), frame.meter());
            }
            var results = new ArrayList<Object>();
            for (Object each : Methods.elements(self, frame.meter())) {
                results.add(
                        each == Values.NULL
                                ? each
                                : Methods.call(each, name, evaluated(arguments, frame), frame.meter()));
            }
            return results;
        };
    }

    private Node function(MethodCallExpression call, String name, Node[] arguments) {
        Scope.Place place = scope.find(name);
        if (place != null) {
            int up = place.up();
            int slot = place.slot();
            return frame -> Operators.closure(frame.up(up).get(slot)).call(evaluated(arguments, frame));
        }
        if (name.equals("has") && arguments.length == 1) {
            return frame -> frame.evaluation().has(Values.text(arguments[0].eval(frame), frame.meter()));
        }
        if (!Functions.known(name)) {
            throw Compiler.refused(call, "there is no function '" + name + "'" + Functions.hint(name));
        }
        return frame -> Functions.call(name, evaluated(arguments, frame), frame.meter());
    }

    private Node[] arguments(Expression arguments) {
        if (arguments instanceof ArgumentListExpression list) {
            return all(list.getExpressions());
        }
        if (arguments instanceof TupleExpression tuple && tuple.getExpressions().isEmpty()) {
            return new Node[0];
        }
        throw Compiler.refused(arguments, "named arguments have no place in an expression");
    }

    private static Object[] evaluated(Node[] arguments, Frame frame) {
        var values = new Object[arguments.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = arguments[i].eval(frame);
        }
        return values;
    }
}
