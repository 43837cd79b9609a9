package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** Comprehensions, which become findAll and collect. */
final class ComprehensionWriter {
    private final ExprWords words;

    ComprehensionWriter(ExprWords words) {
        this.words = words;
    }

    OurExpr all(PythonExpr.Comprehension e) {
        if (e.shape() == Shape.MAP) {
            PythonExpr value = Objects.requireNonNull(e.value());
            String pairs = clauses(
                    e.clauses(),
                    "collectEntries",
                    () -> "[" + words.value(e.element()).text() + ", "
                            + words.value(value).text() + "]");
            return OurExpr.whole(pairs, ValueType.MAP);
        }
        String list = plain(e);
        return e.shape() == Shape.SET
                ? OurExpr.whole(list + ".unique()", ValueType.SET)
                : OurExpr.whole(list, ValueType.LIST);
    }

    private String plain(PythonExpr.Comprehension e) {
        PythonExpr.Clause last = e.clauses().get(e.clauses().size() - 1);
        boolean same = e.element() instanceof PythonExpr.Name name
                && last.targets().equals(List.of(name.id()))
                && !isEntries(last.over());
        if (same && e.clauses().size() == 1) {
            String filtered = filtered(last);
            return last.conditions().isEmpty() ? "list(" + filtered + ")" : filtered;
        }
        return clauses(e.clauses(), "collect", () -> words.value(e.element()).text());
    }

    private String clauses(List<PythonExpr.Clause> clauses, String method, Supplier<String> element) {
        PythonExpr.Clause first = clauses.get(0);
        if (clauses.size() == 1) {
            return filtered(first) + "." + method + " " + words.closure(first.targets(), element);
        }
        List<PythonExpr.Clause> rest = clauses.subList(1, clauses.size());
        Supplier<String> inner = () -> clauses(rest, "collect", element);
        String all = filtered(first) + ".collectMany " + words.closure(first.targets(), inner);
        return method.equals("collect") ? all : all + ".collectEntries()";
    }

    /** The elements of one clause for which its conditions hold. */
    String filtered(PythonExpr.Clause clause) {
        String over = over(clause);
        if (clause.conditions().isEmpty()) {
            return over;
        }
        return over + ".findAll " + closure(clause);
    }

    String closure(PythonExpr.Clause clause) {
        return words.closure(clause.targets(), () -> {
            var all = new ArrayList<String>();
            boolean one = clause.conditions().size() == 1;
            clause.conditions()
                    .forEach(each -> all.add(
                            one ? words.holds(each).text() : words.holds(each).within(OurExpr.AND)));
            return String.join(" && ", all);
        });
    }

    /** What is gone over: of a map Python takes the keys. */
    String over(PythonExpr.Clause clause) {
        if (isEntries(clause.over()) && clause.targets().size() == 2) {
            PythonExpr.Call call = (PythonExpr.Call) clause.over();
            return words.value(((PythonExpr.Attribute) call.on()).of()).part();
        }
        OurExpr over = words.value(clause.over());
        return over.part() + (over.type() == ValueType.MAP ? ".keySet()" : "");
    }

    static boolean isEntries(PythonExpr e) {
        return e instanceof PythonExpr.Call call
                && call.arguments().isEmpty()
                && call.on() instanceof PythonExpr.Attribute method
                && method.name().equals("items");
    }
}
