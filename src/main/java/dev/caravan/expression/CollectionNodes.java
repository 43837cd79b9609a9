package dev.caravan.expression;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.GStringExpression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.MapEntryExpression;
import org.codehaus.groovy.ast.expr.MapExpression;
import org.codehaus.groovy.ast.expr.RangeExpression;
import org.codehaus.groovy.ast.expr.SpreadExpression;
import org.codehaus.groovy.ast.expr.SpreadMapExpression;
import org.jspecify.annotations.Nullable;

/** Compiles what is made of several values: lists, maps, ranges, and texts with values in them. */
final class CollectionNodes {
    private final NodeBuilder builder;

    CollectionNodes(NodeBuilder builder) {
        this.builder = builder;
    }

    CountedNode list(ListExpression list) {
        var elements = new ArrayList<CountedNode>();
        var spread = new BitSet();
        for (Expression each : list.getExpressions()) {
            spread.set(elements.size(), each instanceof SpreadExpression);
            elements.add(builder.build(each instanceof SpreadExpression several ? several.getExpression() : each));
        }
        if (spread.isEmpty()) {
            return elements.stream().allMatch(ValueNodes.Constant.class::isInstance)
                    ? new ConstantList(elements)
                    : plain(elements.toArray(CountedNode[]::new));
        }
        return CountedNode.of(frame -> {
            frame.meter.make(elements.size());
            var made = new ArrayList<Object>(elements.size());
            for (int i = 0; i < elements.size(); i++) {
                Object value = elements.get(i).eval(frame);
                if (spread.get(i)) {
                    List<Object> several = MethodTables.elements(value, frame.meter);
                    frame.meter.make(several.size());
                    made.addAll(several);
                } else {
                    made.add(value);
                }
            }
            return made;
        });
    }

    private static CountedNode plain(CountedNode[] elements) {
        return CountedNode.of(frame -> {
            frame.meter.make(elements.length);
            var made = new ArrayList<Object>(elements.length);
            for (CountedNode each : elements) {
                made.add(each.eval(frame));
            }
            return made;
        });
    }

    /** A list whose elements stand in the text: the same again and again for whoever only looks into it. */
    private static final class ConstantList extends CountedNode {
        private final List<Object> elements;
        private final int stepsInside;

        ConstantList(List<CountedNode> constants) {
            elements = constants.stream()
                    .map(each -> ((ValueNodes.Constant) each).value())
                    .toList();
            stepsInside = constants.stream().mapToInt(CountedNode::steps).sum();
        }

        @Override
        List<Object> look(CallFrame frame) {
            count(frame);
            frame.meter.make(elements.size());
            frame.meter.steps(stepsInside);
            return elements;
        }

        @Override
        Object eval(CallFrame frame) {
            return new ArrayList<>(look(frame));
        }
    }

    CountedNode map(MapExpression map) {
        var keys = new ArrayList<@Nullable ExpressionNode>();
        var values = new ArrayList<ExpressionNode>();
        for (MapEntryExpression each : map.getMapEntryExpressions()) {
            keys.add(
                    each.getKeyExpression() instanceof SpreadMapExpression
                            ? null
                            : builder.build(each.getKeyExpression()));
            values.add(builder.build(each.getValueExpression()));
        }
        return CountedNode.of(frame -> {
            frame.meter.make(keys.size());
            Map<String, Object> made = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                ExpressionNode key = keys.get(i);
                Object value = values.get(i).eval(frame);
                if (key != null) {
                    made.put(ExpressionValues.key(key.eval(frame)), value);
                } else if (value instanceof Map<?, ?> more) {
                    frame.meter.make(more.size());
                    made.putAll(ExpressionValues.map(value));
                } else {
                    throw EvaluationException.type("*: needs a map, not " + ExpressionValues.kind(value));
                }
            }
            return made;
        });
    }

    CountedNode range(RangeExpression range) {
        ExpressionNode from = builder.build(range.getFrom());
        ExpressionNode to = builder.build(range.getTo());
        boolean openLeft = range.isExclusiveLeft();
        boolean openRight = range.isExclusiveRight();
        return CountedNode.of(
                frame -> OperatorMeanings.range(from.eval(frame), to.eval(frame), openLeft, openRight, frame.meter));
    }

    CountedNode text(GStringExpression text) {
        ExpressionNode[] values = builder.all(text.getValues());
        String[] parts = text.getStrings().stream()
                .map(each -> String.valueOf(each.getValue()))
                .toArray(String[]::new);
        return CountedNode.of(frame -> {
            var out = new StringBuilder();
            for (int i = 0; i < parts.length; i++) {
                out.append(parts[i]);
                if (i < values.length) {
                    String value = ExpressionValues.text(values[i].look(frame), frame.meter);
                    frame.meter.make(value.length());
                    out.append(value);
                }
            }
            return out.toString();
        });
    }
}
