package dev.caravan.octobatch;

import java.util.List;

/** What holds, what holds not, and what is chosen by it. */
final class LogicWriter {
    private final ExprWords words;

    LogicWriter(ExprWords words) {
        this.words = words;
    }

    /** A value of which only counts whether it is true. */
    OurExpr holds(PythonExpr.Logic logic) {
        int own = logic.all() ? OurExpr.AND : OurExpr.OR;
        var parts = logic.operands().stream()
                .map(each -> words.holds(each).within(own))
                .toList();
        return new OurExpr(String.join(logic.all() ? " && " : " || ", parts), own, ValueType.TRUTH);
    }

    OurExpr unary(PythonExpr.Unary unary) {
        if (unary.operator().equals("not")) {
            PythonExpr of = unary.of();
            if (of instanceof PythonExpr.Comparison comparison
                    && comparison.links().size() == 1) {
                PythonExpr.Link link = comparison.links().get(0);
                String opposite = ComparisonWriter.OPPOSITES.get(link.operator());
                if (opposite != null) {
                    return words.value(new PythonExpr.Comparison(
                            comparison.first(), List.of(new PythonExpr.Link(opposite, link.right()))));
                }
            }
            return new OurExpr("!" + words.holds(of).within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.TRUTH);
        }
        if (unary.operator().equals("~")) {
            throw new UntranslatableException("the operator ~ has no equal");
        }
        return new OurExpr(
                unary.operator() + words.value(unary.of()).within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.NUMBER);
    }

    /** Python's {@code or} gives the first value that counts as true, {@code and} the first that does not. */
    OurExpr logic(PythonExpr.Logic logic) {
        List<OurExpr> parts = logic.operands().stream().map(words::value).toList();
        if (parts.stream().allMatch(each -> each.type() == ValueType.TRUTH)) {
            return holds(logic);
        }
        OurExpr last = parts.get(parts.size() - 1);
        for (int i = parts.size() - 2; i >= 0; i--) {
            OurExpr each = parts.get(i);
            ValueType type = each.type() == last.type() ? last.type() : ValueType.UNKNOWN;
            if (logic.all()) {
                RandomCalls.refuseTwice(logic.operands().get(i));
                last = new OurExpr(
                        each.within(OurExpr.OR) + " ? " + last.within(OurExpr.OR) + " : " + each.within(OurExpr.CHOICE),
                        OurExpr.CHOICE,
                        type);
            } else {
                last = new OurExpr(
                        each.within(OurExpr.OR) + " ?: " + last.within(OurExpr.CHOICE), OurExpr.CHOICE, type);
            }
        }
        return last;
    }

    OurExpr choice(PythonExpr.Choice choice) {
        OurExpr then = words.value(choice.then());
        OurExpr otherwise =
                choice.otherwise() == null ? OurExpr.whole("''", ValueType.TEXT) : words.value(choice.otherwise());
        return new OurExpr(
                words.holds(choice.condition()).within(OurExpr.OR) + " ? " + then.within(OurExpr.OR) + " : "
                        + otherwise.within(OurExpr.CHOICE),
                OurExpr.CHOICE,
                then.type() == otherwise.type() ? then.type() : ValueType.UNKNOWN);
    }
}
