package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.ArrayList;
import java.util.TreeSet;

/** Lists, tuples, sets and maps that are written out. */
final class CollectionWriter {
    private final ExprWords words;

    CollectionWriter(ExprWords words) {
        this.words = words;
    }

    OurExpr listed(PythonExpr.Listed list) {
        var parts = new ArrayList<String>();
        for (PythonExpr each : list.elements()) {
            parts.add(
                    each instanceof PythonExpr.Spread spread
                            ? "*" + words.value(spread.of()).part()
                            : words.value(each).within(OurExpr.CHOICE));
        }
        String text = "[" + String.join(", ", parts) + "]";
        if (list.shape() != Shape.SET) {
            return OurExpr.whole(text, ValueType.LIST);
        }
        boolean different = list.elements().stream()
                        .allMatch(each -> each instanceof PythonExpr.Text || each instanceof PythonExpr.Num)
                && new TreeSet<>(parts).size() == parts.size();
        return OurExpr.whole(different ? text : text + ".unique()", ValueType.SET);
    }

    OurExpr mapped(PythonExpr.Mapped map) {
        var parts = new ArrayList<String>();
        for (PythonExpr.Entry each : map.entries()) {
            PythonExpr key = each.key();
            parts.add(
                    key == null
                            ? "*: " + words.value(each.value()).part()
                            : key(key) + ": " + words.value(each.value()).text());
        }
        return OurExpr.whole(parts.isEmpty() ? "[:]" : "[" + String.join(", ", parts) + "]", ValueType.MAP);
    }

    private String key(PythonExpr key) {
        if (key instanceof PythonExpr.Text text) {
            return ReservedWords.admit(text.value())
                    ? text.value()
                    : words.value(key).text();
        }
        return "(" + words.value(key).text() + ")";
    }
}
