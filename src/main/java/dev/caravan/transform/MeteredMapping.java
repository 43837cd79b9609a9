package dev.caravan.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.impl.DotExpression;
import com.schibsted.spt.data.jslt.impl.ExpressionNode;
import com.schibsted.spt.data.jslt.impl.LiteralExpression;
import com.schibsted.spt.data.jslt.impl.MultiplyOperator;
import com.schibsted.spt.data.jslt.impl.ObjectExpression;
import com.schibsted.spt.data.jslt.impl.PreparationContext;
import com.schibsted.spt.data.jslt.impl.Scope;
import com.schibsted.spt.data.jslt.impl.VariableExpression;
import dev.caravan.expression.EvaluationMeter;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts the work of a compiled mapping. JSLT has no bounds of its own and no place to hang them on, so each node that
 * another one asks is replaced, once after compiling, by one that counts and asks it: by the declared types of the
 * library's fields, which a test holds it to.
 */
final class MeteredMapping implements ExpressionNode {
    private final ExpressionNode inner;
    /** Whether it hands on what is there, and makes nothing. */
    private final boolean passes;

    private MeteredMapping(ExpressionNode inner) {
        this.inner = inner;
        passes = inner instanceof DotExpression
                || inner instanceof VariableExpression
                || inner instanceof LiteralExpression;
    }

    @Override
    public JsonNode apply(Scope scope, JsonNode input) {
        EvaluationMeter meter = EvaluationMeter.current();
        meter.step();
        meter.enter(1);
        JsonNode made =
                inner instanceof MultiplyOperator product ? product(product, scope, input) : inner.apply(scope, input);
        meter.leave(1);
        if (!passes && made != null) {
            meter.made(ValueWeights.of(made));
        }
        return made;
    }

    /** A text times a number repeats the text: how often is looked at before it is done. */
    private static JsonNode product(MultiplyOperator operator, Scope scope, JsonNode input) {
        JsonNode left = operator.getLeft().apply(scope, input);
        JsonNode right = operator.getRight().apply(scope, input);
        JsonNode text = left.isTextual() ? left : right;
        JsonNode times = left.isTextual() ? right : left;
        if (text.isTextual() && times.isNumber()) {
            double length = text.textValue().length() * times.doubleValue();
            EvaluationMeter.current().make(length > 1 ? (long) Math.min(length, Integer.MAX_VALUE) : 1);
        }
        return operator.perform(left, right);
    }

    @Override
    public void dump(int level) {
        inner.dump(level);
    }

    @Override
    public void computeMatchContexts(DotExpression parent) {
        inner.computeMatchContexts(parent);
    }

    @Override
    public void prepare(PreparationContext context) {
        inner.prepare(context);
    }

    @Override
    public ExpressionNode optimize() {
        return this;
    }

    @Override
    public List<ExpressionNode> getChildren() {
        return inner.getChildren();
    }

    /** Whether a mapping is an object whose keys are all written out. */
    static boolean fixedKeys(Expression expression) {
        try {
            Field body = expression.getClass().getDeclaredField("actual");
            body.setAccessible(true);
            if (!(body.get(expression) instanceof ObjectExpression object)) {
                return false;
            }
            Field dynamic = ObjectExpression.class.getDeclaredField("containsDynamicKeys");
            Field matcher = ObjectExpression.class.getDeclaredField("matcher");
            dynamic.setAccessible(true);
            matcher.setAccessible(true);
            return !dynamic.getBoolean(object) && matcher.get(object) == null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of JSLT is built otherwise", e);
        }
    }

    /** Puts a counting node before each node that another one holds. */
    static void wrap(Expression expression) {
        try {
            visit(expression, Collections.newSetFromMap(new IdentityHashMap<>()));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("this version of JSLT is built otherwise", e);
        }
    }

    private static void visit(Object node, Set<Object> seen) throws IllegalAccessException {
        if (!seen.add(node)) {
            return;
        }
        for (Class<?> type = node.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    field.setAccessible(true);
                    visit(node, field, seen);
                }
            }
        }
    }

    private static void visit(Object node, Field field, Set<Object> seen) throws IllegalAccessException {
        Object value = field.get(node);
        if (value instanceof ExpressionNode child) {
            visit(child, seen);
            if (field.getType() == ExpressionNode.class) {
                field.set(node, new MeteredMapping(child));
            }
        } else if (value instanceof Object[] children) {
            for (int i = 0; i < children.length; i++) {
                if (children[i] instanceof ExpressionNode child) {
                    visit(child, seen);
                    if (value.getClass().getComponentType() == ExpressionNode.class) {
                        children[i] = new MeteredMapping(child);
                    }
                }
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Object each : map.values()) {
                if (each instanceof ExpressionNode) {
                    visit(each, seen);
                }
            }
        }
    }
}
