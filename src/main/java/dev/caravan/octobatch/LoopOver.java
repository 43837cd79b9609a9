package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What a loop goes over. */
final class LoopOver {
    private static final int LONGEST_RANGE = 100;

    private final VelocityExprWriter writer;
    private final TemplateScope scope;

    LoopOver(VelocityExprWriter writer, TemplateScope scope) {
        this.writer = writer;
        this.scope = scope;
    }

    static boolean isEntries(PythonExpr e) {
        return ComprehensionWriter.isEntries(e)
                || (e instanceof PythonExpr.Filter filter && filter.name().equals("items"));
    }

    VelocityExpr over(JinjaPart.Loop loop, boolean entries) {
        PythonExpr over = loop.over();
        if (entries) {
            return writer.reference(writer.value(map(over)));
        }
        PythonExpr values = PythonExpr.calledOn(over, "values");
        if (values != null) {
            return writer.reference(writer.value(values));
        }
        List<String> numbers = range(over);
        if (!numbers.isEmpty()) {
            return VelocityExpr.literal("[" + String.join(", ", numbers) + "]");
        }
        if (over instanceof PythonExpr.Filter filter && isOrNone(filter)) {
            return writer.reference(writer.quietly(filter.of()));
        }
        VelocityExpr v = writer.value(over);
        if (over instanceof PythonExpr.Name name && scope.isMap(name.id())) {
            return VelocityExpr.reference(v.text() + ".keySet()", v.quiet(), v.prelude());
        }
        return v.kind() == VelocityExpr.Kind.FORMULA ? writer.reference(v) : v;
    }

    /** Of which these are the entries. */
    private static PythonExpr map(PythonExpr entries) {
        return entries instanceof PythonExpr.Filter filter
                ? filter.of()
                : ((PythonExpr.Attribute) ((PythonExpr.Call) entries).on()).of();
    }

    private static boolean isOrNone(PythonExpr.Filter filter) {
        return filter.name().equals("default")
                && filter.arguments().equals(List.of(new PythonExpr.Listed(PythonExpr.Shape.LIST, List.of())));
    }

    /** The numbers of a range that is written out; else none. */
    private static List<String> range(PythonExpr over) {
        var numbers = new ArrayList<String>();
        if (over instanceof PythonExpr.Call call && call.on().equals(new PythonExpr.Name("range"))) {
            List<Integer> given =
                    call.arguments().stream().map(PythonExpr::number).toList();
            if (given.stream().anyMatch(Objects::isNull) || given.isEmpty() || given.size() > 2) {
                return List.of();
            }
            int from = given.size() == 2 ? given.get(0) : 0;
            int to = given.get(given.size() - 1);
            for (int i = from; i < to && numbers.size() <= LONGEST_RANGE; i++) {
                numbers.add(String.valueOf(i));
            }
        }
        return numbers.size() > LONGEST_RANGE ? List.of() : numbers;
    }
}
