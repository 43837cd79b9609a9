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

    ExpressionNode list(ListExpression list) {
        var elements = new ArrayList<ExpressionNode>();
        var spread = new BitSet();
        for (Expression each : list.getExpressions()) {
            spread.set(elements.size(), each instanceof SpreadExpression);
            elements.add(builder.build(each instanceof SpreadExpression several ? several.getExpression() : each));
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

    ExpressionNode map(MapExpression map) {
        var keys = new ArrayList<@Nullable ExpressionNode>();
        var values = new ArrayList<ExpressionNode>();
        for (MapEntryExpression each : map.getMapEntryExpressions()) {
            keys.add(
                    each.getKeyExpression() instanceof SpreadMapExpression
                            ? null
                            : builder.build(each.getKeyExpression()));
            values.add(builder.build(each.getValueExpression()));
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

    ExpressionNode range(RangeExpression range) {
        ExpressionNode from = builder.build(range.getFrom());
        ExpressionNode to = builder.build(range.getTo());
        boolean openLeft = range.isExclusiveLeft();
        boolean openRight = range.isExclusiveRight();
        return frame -> OperatorMeanings.range(from.eval(frame), to.eval(frame), openLeft, openRight, frame.meter());
    }

    ExpressionNode text(GStringExpression text) {
        ExpressionNode[] values = builder.all(text.getValues());
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
}
