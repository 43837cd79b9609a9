package dev.caravan.octobatch;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Questions for the type of a value. */
final class InstanceWriter {
    private static final Map<String, String> TYPES = Map.of(
            "str", "String",
            "int", "Integer",
            "float", "BigDecimal",
            "bool", "Boolean",
            "list", "List",
            "tuple", "List",
            "dict", "Map");

    private static final Set<String> NUMBERS = Set.of("Integer", "BigDecimal");

    private final ExprWords words;

    InstanceWriter(ExprWords words) {
        this.words = words;
    }

    /** {@code isinstance(value, type)}, of one type or of several. */
    OurExpr instance(PythonExpr value, PythonExpr type) {
        List<String> names = names(type instanceof PythonExpr.Listed list ? list.elements() : List.of(type));
        String said = words.value(value).within(OurExpr.SHIFT);
        if (names.size() > 1) {
            RandomCalls.refuseTwice(value);
        }
        var parts = names.stream().map(each -> said + " instanceof " + each).toList();
        return parts.size() == 1
                ? new OurExpr(parts.get(0), OurExpr.RELATION, ValueType.TRUTH)
                : OurExpr.whole("(" + String.join(" || ", parts) + ")", ValueType.TRUTH);
    }

    private static List<String> names(List<PythonExpr> types) {
        var names = new LinkedHashSet<String>();
        for (PythonExpr each : types) {
            String name = each instanceof PythonExpr.Name known ? TYPES.get(known.id()) : null;
            if (name == null) {
                throw new UntranslatableException("isinstance() of this type has no equal");
            }
            names.add(name);
        }
        if (!names.containsAll(NUMBERS)) {
            return List.copyOf(names);
        }
        names.removeAll(NUMBERS);
        return Stream.concat(Stream.of("Number"), names.stream()).toList();
    }
}
