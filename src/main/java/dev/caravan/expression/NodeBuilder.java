package dev.caravan.expression;

import dev.caravan.base.KindTable;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.Parameter;
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
import org.codehaus.groovy.ast.expr.UnaryMinusExpression;
import org.codehaus.groovy.ast.expr.UnaryPlusExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.syntax.Token;

/** Compiles the kinds of expression that are allowed; each becomes a node that counts itself and calls only our code. */
final class NodeBuilder {
    private static final int DEEPEST = 200;
    /** What these names mean in Groovy is not there; as a field they would only be misread. */
    private static final Map<String, Double> MATH = Map.of("PI", StrictMath.PI, "E", StrictMath.E);

    private static final Set<String> MACHINERY =
            Set.of("class", "metaClass", "properties", "classLoader", "owner", "delegate", "thisObject", "binding");

    private final ExpressionCompiler compiler;
    private final NameScope scope;
    private final KindTable<Expression, CountedNode> kinds;

    NodeBuilder(ExpressionCompiler compiler, NameScope scope) {
        this.compiler = compiler;
        this.scope = scope;
        kinds = kinds();
    }

    /** The kinds of expression that there are: what has no row here cannot be written. */
    private KindTable<Expression, CountedNode> kinds() {
        var collections = new CollectionNodes(this);
        var operators = new BinaryOperators(this);
        return new KindTable<Expression, CountedNode>()
                .on(ConstantExpression.class, NodeBuilder::constant)
                .on(VariableExpression.class, this::variable)
                .on(BinaryExpression.class, operators::build)
                .on(PostfixExpression.class, each -> step(operators, each.getExpression(), each.getOperation(), false))
                .on(PrefixExpression.class, each -> step(operators, each.getExpression(), each.getOperation(), true))
                .on(MethodCallExpression.class, new CallNodes(this)::call)
                .on(AttributeExpression.class, NodeBuilder::attribute)
                .on(PropertyExpression.class, this::property)
                .on(ElvisOperatorExpression.class, this::elvis)
                .on(TernaryExpression.class, this::choice)
                .on(NotExpression.class, this::not)
                .on(BooleanExpression.class, each -> build(each.getExpression()).with(1))
                .on(UnaryMinusExpression.class, this::minus)
                .on(UnaryPlusExpression.class, this::plus)
                .on(CastExpression.class, this::cast)
                .on(ListExpression.class, collections::list)
                .on(MapExpression.class, collections::map)
                .on(RangeExpression.class, collections::range)
                .on(GStringExpression.class, collections::text)
                .on(ClosureExpression.class, this::closure);
    }

    NameScope scope() {
        return scope;
    }

    ExpressionCompiler compiler() {
        return compiler;
    }

    CountedNode build(Expression expression) {
        if (scope.enter() > DEEPEST) {
            throw ExpressionCompiler.refused(expression, "is nested more than " + DEEPEST + " levels deep");
        }
        CountedNode node = kinds.apply(expression, other -> {
            throw ExpressionCompiler.refused(other, what(other) + " has no place in an expression");
        });
        scope.leave();
        return node;
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

    private static CountedNode step(BinaryOperators operators, Expression on, Token operation, boolean before) {
        return operators.step(on, operation.getText(), before);
    }

    private static CountedNode attribute(AttributeExpression e) {
        throw ExpressionCompiler.refused(e, "the operator .@ has no place in an expression");
    }

    private CountedNode elvis(ElvisOperatorExpression elvis) {
        ExpressionNode value = build(elvis.getTrueExpression());
        ExpressionNode otherwise = build(elvis.getFalseExpression());
        return CountedNode.of(frame -> {
            Object found = value.eval(frame);
            return ExpressionValues.truth(found) ? found : otherwise.eval(frame);
        });
    }

    private CountedNode choice(TernaryExpression choice) {
        return ChoiceNodes.between(
                build(choice.getBooleanExpression()),
                build(choice.getTrueExpression()),
                build(choice.getFalseExpression()));
    }

    private CountedNode not(NotExpression not) {
        return ChoiceNodes.not(build(not.getExpression()));
    }

    private CountedNode minus(UnaryMinusExpression minus) {
        CountedNode value = build(minus.getExpression());
        if (value instanceof ValueNodes.Constant constant && constant.value() instanceof Number number) {
            return new ValueNodes.Constant(ExactNumbers.negated(number)).with(constant.steps());
        }
        return CountedNode.of(frame -> ExactNumbers.negated(OperatorMeanings.number(value.eval(frame), "-")));
    }

    private CountedNode plus(UnaryPlusExpression plus) {
        ExpressionNode value = build(plus.getExpression());
        return CountedNode.of(frame -> OperatorMeanings.number(value.eval(frame), "+"));
    }

    private CountedNode cast(CastExpression cast) {
        ExpressionNode value = build(cast.getExpression());
        String type = cast.getType().getName();
        if (!TypeConversions.known(type)) {
            throw ExpressionCompiler.refused(cast, "cannot convert to " + type + "; known: " + TypeConversions.NAMES);
        }
        return CountedNode.of(frame -> TypeConversions.cast(value.eval(frame), type, frame.meter));
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

    private static CountedNode constant(ConstantExpression constant) {
        try {
            return new ValueNodes.Constant(known(constant));
        } catch (EvaluationException e) {
            throw ExpressionCompiler.refused(constant, String.valueOf(e.getMessage()));
        }
    }

    private static Object known(ConstantExpression constant) throws EvaluationException {
        Object value = constant.getValue();
        if (value == null) {
            return ExpressionValues.NULL;
        }
        if (value instanceof Double || value instanceof Float) {
            return ExactNumbers.of(((Number) value).doubleValue());
        }
        if (value instanceof BigDecimal decimal) {
            return ExactNumbers.decimal(decimal);
        }
        if (value instanceof Number number) {
            return ExactNumbers.whole(ExactNumbers.big(number));
        }
        if (value instanceof Boolean || value instanceof String) {
            return value;
        }
        throw ExpressionCompiler.refused(constant, "this constant has no place in an expression");
    }

    private CountedNode variable(VariableExpression variable) {
        String name = variable.getName();
        NameScope.Place place = scope.find(name);
        if (place != null) {
            return ValueNodes.variable(place);
        }
        if (variable.isThisExpression() || variable.isSuperExpression()) {
            throw ExpressionCompiler.refused(variable, "'" + name + "' has no place in an expression");
        }
        int field = compiler.field(name);
        if (name.equals("record")) {
            return CountedNode.of(frame -> frame.evaluation().has(name)
                    ? frame.field(field)
                    : frame.evaluation().record());
        }
        compiler.reads(name);
        return new ValueNodes.Field(field);
    }

    private boolean isMath(Expression e) {
        return e instanceof VariableExpression on && on.getName().equals("Math") && scope.find("Math") == null;
    }

    private CountedNode property(PropertyExpression property) {
        String name = property.getPropertyAsString();
        if (name == null) {
            throw ExpressionCompiler.refused(property, "the name of a property must be written out; use map[name]");
        }
        if (MACHINERY.contains(name)) {
            throw ExpressionCompiler.refused(
                    property, "'." + name + "' has no place in an expression; for a field write map['" + name + "']");
        }
        Double known = MATH.get(name);
        if (known != null && isMath(property.getObjectExpression())) {
            return new ValueNodes.Constant(ExactNumbers.of(known));
        }
        ExpressionNode receiver = build(property.getObjectExpression());
        boolean safe = property.isSafe() || property.isSpreadSafe();
        return CountedNode.of(frame -> {
            Object value = receiver.look(frame);
            return safe && value == ExpressionValues.NULL ? value : OperatorMeanings.property(value, name, frame.meter);
        });
    }

    private CountedNode closure(ClosureExpression closure) {
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
        int levels = inner.levels() + 1;
        if (levels > DEEPEST) {
            throw ExpressionCompiler.refused(closure, "is nested more than " + DEEPEST + " levels deep");
        }
        compiler.makesClosure();
        var code = new ClosureValue.Code(arity, implicit, inner.slots(), levels, body);
        return CountedNode.of(frame -> new ClosureValue(code, frame));
    }
}
