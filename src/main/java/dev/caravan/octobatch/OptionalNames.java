package dev.caravan.octobatch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names that a template allows to be absent: it asks whether they are there, or says what stands for them. */
final class OptionalNames {
    private static final Set<String> ASKING = Set.of("defined", "undefined");
    private static final Set<String> REPLACING = Set.of("default", "d");

    private OptionalNames() {}

    static Set<String> of(List<JinjaPart> parts) {
        var found = new HashSet<String>();
        parts.stream().flatMap(JinjaPart::expressions).forEach(each -> add(each, found));
        return found;
    }

    private static void add(PythonExpr e, Set<String> found) {
        if (e instanceof PythonExpr.Test test
                && ASKING.contains(test.name())
                && test.of() instanceof PythonExpr.Name name) {
            found.add(name.id());
        }
        if (e instanceof PythonExpr.Filter filter
                && REPLACING.contains(filter.name())
                && filter.of() instanceof PythonExpr.Name name) {
            found.add(name.id());
        }
        e.parts().forEach(each -> add(each, found));
    }
}
