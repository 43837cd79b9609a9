package dev.caravan.octobatch;

import dev.caravan.base.KindTable;
import java.util.ArrayList;
import java.util.Set;

/** Says Jinja's expressions as far as Velocity can; what it cannot, an expression of the pipeline computes for it. */
final class VelocityExprWriter implements VelocityWords {

    private final TemplateScope scope;
    private final PipelineHelper helpers;
    private final KindTable<PythonExpr, VelocityExpr> kinds = kinds();
    private final KindTable<PythonExpr, VelocityExpr> quiet = new KindTable<PythonExpr, VelocityExpr>()
            .on(PythonExpr.Name.class, each -> name(each, true))
            .on(PythonExpr.Attribute.class, each -> attribute(each, true))
            .on(PythonExpr.Index.class, each -> index(each, true));

    VelocityExprWriter(TemplateScope scope, PipelineHelper helpers) {
        this.scope = scope;
        this.helpers = helpers;
    }

    private VelocityExpr name(PythonExpr.Name name, boolean quiet) {
        return scope.reference(name.id(), quiet);
    }

    @Override
    public VelocityExpr value(PythonExpr e) {
        int before = helpers.size();
        try {
            return plain(e);
        } catch (UntranslatableException why) {
            helpers.back(before);
            if (scope.asksLocals(e)) {
                throw why;
            }
            return VelocityExpr.reference(helpers.name(e, why), false, "");
        }
    }

    private VelocityExpr plain(PythonExpr e) {
        return kinds.apply(e, other -> {
            throw new UntranslatableException("this expression has no equal in a template");
        });
    }

    /** How each kind of expression is said, as far as there is a way. */
    private KindTable<PythonExpr, VelocityExpr> kinds() {
        var filters = new VelocityFilterWriter(this);
        return new KindTable<PythonExpr, VelocityExpr>()
                .on(PythonExpr.Name.class, each -> name(each, false))
                .on(PythonExpr.Text.class, each -> text(each.value()))
                .on(PythonExpr.Num.class, each -> VelocityExpr.literal(each.digits()))
                .on(PythonExpr.Fixed.class, VelocityExprWriter::fixed)
                .on(PythonExpr.Attribute.class, each -> attribute(each, false))
                .on(PythonExpr.Index.class, each -> index(each, false))
                .on(PythonExpr.Unary.class, this::unary)
                .on(PythonExpr.Binary.class, this::binary)
                .on(PythonExpr.Logic.class, this::logic)
                .on(PythonExpr.Comparison.class, this::comparison)
                .on(PythonExpr.Choice.class, this::choice)
                .on(PythonExpr.Joined.class, this::joined)
                .on(PythonExpr.Listed.class, this::listed)
                .on(PythonExpr.Filter.class, filters::filter)
                .on(PythonExpr.Test.class, this::test)
                .on(PythonExpr.Call.class, filters::call);
    }

    private static VelocityExpr fixed(PythonExpr.Fixed fixed) {
        return fixed.word().equals("null")
                ? VelocityExpr.reference("null", true, "")
                : VelocityExpr.literal(fixed.word());
    }

    private VelocityExpr unary(PythonExpr.Unary unary) {
        VelocityExpr of = value(unary.of());
        return VelocityExpr.formula(
                (unary.operator().equals("not") ? "!" : unary.operator()) + of.operand(), of.prelude());
    }

    @Override
    public VelocityExpr quietly(PythonExpr e) {
        return quiet.apply(e, this::value);
    }

    private VelocityExpr attribute(PythonExpr.Attribute attribute, boolean quiet) {
        if (attribute.of() instanceof PythonExpr.Name on) {
            if (scope.isLoop(on.id())) {
                return scope.counter(attribute.name());
            }
            if (scope.isSpace(on.id())) {
                return VelocityExpr.reference(on.id() + "_" + attribute.name(), false, "");
            }
        }
        if (!attribute.name().matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new UntranslatableException("'" + attribute.name() + "' cannot be asked for in a template");
        }
        VelocityExpr of = reference(quiet ? quietly(attribute.of()) : value(attribute.of()));
        return VelocityExpr.reference(of.text() + "." + attribute.name(), of.quiet(), of.prelude());
    }

    @Override
    public VelocityExpr reference(VelocityExpr v) {
        if (v.kind() == VelocityExpr.Kind.REFERENCE) {
            return v;
        }
        String name = scope.fresh();
        return VelocityExpr.reference(
                name, false, VelocityExpr.preludes(v.prelude(), "#set($" + name + " = " + v.inside() + ")"));
    }

    @Override
    public VelocityExpr argument(PythonExpr e) {
        VelocityExpr v = value(e);
        return v.kind() == VelocityExpr.Kind.FORMULA ? reference(v) : v;
    }

    private VelocityExpr index(PythonExpr.Index index, boolean quiet) {
        VelocityExpr of = reference(quiet ? quietly(index.of()) : value(index.of()));
        if (of.text().endsWith(")") && !of.text().contains(".")) {
            throw new UntranslatableException("this part has no equal in a template");
        }
        Integer number = PythonExpr.number(index.at());
        if (number != null) {
            return VelocityExpr.reference(of.text() + "[" + number + "]", of.quiet(), of.prelude());
        }
        if (index.at() instanceof PythonExpr.Text text) {
            if (text.value().matches("[A-Za-z_][A-Za-z0-9_]*")) {
                return VelocityExpr.reference(of.text() + "." + text.value(), of.quiet(), of.prelude());
            }
            return VelocityExpr.reference(of.text() + "[" + text(text.value()).text() + "]", of.quiet(), of.prelude());
        }
        VelocityExpr at = reference(value(index.at()));
        if (!at.text().matches("[A-Za-z_][\\w.]*")) {
            String name = scope.fresh();
            at = VelocityExpr.reference(
                    name, false, VelocityExpr.preludes(at.prelude(), "#set($" + name + " = " + at.inside() + ")"));
        }
        return VelocityExpr.reference(
                of.text() + "[$" + at.text() + "]", of.quiet(), VelocityExpr.preludes(of.prelude(), at.prelude()));
    }

    /** A text in quotes; a dollar sign before a name would be taken for more. */
    static VelocityExpr text(String text) {
        if (text.matches("(?s).*\\$!?\\{?!?[A-Za-z_].*")) {
            var parts = new ArrayList<String>();
            int from = 0;
            for (int i = text.indexOf('$'); i >= 0; i = text.indexOf('$', i + 1)) {
                parts.add(quoted(text.substring(from, i + 1)));
                from = i + 1;
            }
            parts.add(quoted(text.substring(from)));
            return VelocityExpr.formula(String.join(" + ", parts), "");
        }
        return VelocityExpr.literal(quoted(text));
    }

    private static String quoted(String text) {
        return text.contains("\"") && !text.contains("'") ? "'" + text + "'" : "\"" + text.replace("\"", "\"\"") + "\"";
    }

    private VelocityExpr binary(PythonExpr.Binary binary) {
        if (!Set.of("+", "-", "*", "%").contains(binary.operator())) {
            throw new UntranslatableException("the operator " + binary.operator() + " has no equal in a template");
        }
        if (binary.operator().equals("%") && binary.left() instanceof PythonExpr.Text) {
            throw new UntranslatableException("% with a text has no equal in a template");
        }
        VelocityExpr a = value(binary.left());
        VelocityExpr b = value(binary.right());
        return VelocityExpr.formula(
                a.operand() + " " + binary.operator() + " " + b.operand(),
                VelocityExpr.preludes(a.prelude(), b.prelude()));
    }

    private VelocityExpr logic(PythonExpr.Logic logic) {
        var parts = new ArrayList<String>();
        String prelude = "";
        for (PythonExpr each : logic.operands()) {
            VelocityExpr v = value(each);
            if (!v.prelude().isEmpty() && !parts.isEmpty()) {
                throw new UntranslatableException("this condition has no equal in a template");
            }
            prelude = VelocityExpr.preludes(prelude, v.prelude());
            boolean comparison =
                    each instanceof PythonExpr.Comparison c && c.links().size() == 1;
            boolean unary = each instanceof PythonExpr.Unary;
            parts.add(comparison || unary || each instanceof PythonExpr.Test ? v.inside() : v.operand());
        }
        return VelocityExpr.formula(String.join(logic.all() ? " && " : " || ", parts), prelude);
    }

    private VelocityExpr comparison(PythonExpr.Comparison comparison) {
        var parts = new ArrayList<String>();
        String prelude = "";
        PythonExpr left = comparison.first();
        for (PythonExpr.Link link : comparison.links()) {
            VelocityExpr one = compared(left, link.operator(), link.right());
            prelude = VelocityExpr.preludes(prelude, one.prelude());
            parts.add(one.text());
            left = link.right();
        }
        return VelocityExpr.formula(String.join(" && ", parts), prelude);
    }

    private VelocityExpr compared(PythonExpr left, String operator, PythonExpr right) {
        if (operator.endsWith("in")) {
            return contained(left, right, operator.startsWith("not"));
        }
        PythonExpr none = new PythonExpr.Fixed("null");
        if (right.equals(none) || left.equals(none)) {
            VelocityExpr v = reference(value(right.equals(none) ? left : right));
            String sign = operator.equals("==") ? "==" : "!=";
            return VelocityExpr.formula("$json.write(" + v.inside() + ") " + sign + " \"null\"", v.prelude());
        }
        VelocityExpr a = value(left);
        VelocityExpr b = value(right);
        return VelocityExpr.formula(
                a.operand() + " " + operator + " " + b.operand(), VelocityExpr.preludes(a.prelude(), b.prelude()));
    }

    private VelocityExpr contained(PythonExpr left, PythonExpr right, boolean not) {
        if (right instanceof PythonExpr.Listed list && !list.elements().isEmpty()) {
            VelocityExpr a = value(left);
            String prelude = a.prelude();
            var parts = new ArrayList<String>();
            for (PythonExpr each : list.elements()) {
                VelocityExpr b = value(each);
                prelude = VelocityExpr.preludes(prelude, b.prelude());
                parts.add(a.operand() + (not ? " != " : " == ") + b.operand());
            }
            return VelocityExpr.formula("(" + String.join(not ? " && " : " || ", parts) + ")", prelude);
        }
        VelocityExpr of = reference(value(right));
        VelocityExpr wanted = argument(left);
        return VelocityExpr.formula(
                (not ? "!" : "") + "$" + of.text() + ".contains(" + wanted.inside() + ")",
                VelocityExpr.preludes(of.prelude(), wanted.prelude()));
    }

    private VelocityExpr choice(PythonExpr.Choice choice) {
        VelocityExpr condition = value(choice.condition());
        VelocityExpr then = value(choice.then());
        VelocityExpr otherwise = choice.otherwise() == null ? VelocityExpr.literal("\"\"") : value(choice.otherwise());
        if (!then.prelude().isEmpty() || !otherwise.prelude().isEmpty()) {
            throw new UntranslatableException("this choice has no equal in a template");
        }
        String name = scope.fresh();
        String directives = String.join(
                VelocityExpr.NEXT,
                "#if(" + condition.inside() + ")",
                "#set($" + name + " = " + then.inside() + ")",
                "#else",
                "#set($" + name + " = " + otherwise.inside() + ")",
                "#end");
        return VelocityExpr.reference(name, false, VelocityExpr.preludes(condition.prelude(), directives));
    }

    private VelocityExpr test(PythonExpr.Test t) {
        if (t.name().equals("defined") || t.name().equals("undefined")) {
            VelocityExpr of = reference(quietly(t.of()));
            boolean defined = t.name().equals("defined") != t.not();
            return VelocityExpr.formula("$!" + of.text() + (defined ? " != " : " == ") + "$!null", of.prelude());
        }
        PythonExpr comparison = JinjaTestWriter.compared(t);
        if (comparison == null) {
            throw new UntranslatableException("the test 'is " + t.name() + "' has no equal in a template");
        }
        VelocityExpr v = plain(comparison);
        return t.not() ? VelocityExpr.formula("!(" + v.text() + ")", v.prelude()) : v;
    }

    private VelocityExpr joined(PythonExpr.Joined joined) {
        var parts = new ArrayList<String>();
        String prelude = "";
        if (!(joined.texts().get(0) instanceof PythonExpr.Text)) {
            parts.add("\"\"");
        }
        for (PythonExpr each : joined.texts()) {
            VelocityExpr v = value(each);
            parts.add(v.operand());
            prelude = VelocityExpr.preludes(prelude, v.prelude());
        }
        return VelocityExpr.formula(String.join(" + ", parts), prelude);
    }

    private VelocityExpr listed(PythonExpr.Listed list) {
        var parts = new ArrayList<String>();
        String prelude = "";
        for (PythonExpr each : list.elements()) {
            VelocityExpr v = argument(each);
            parts.add(v.inside());
            prelude = VelocityExpr.preludes(prelude, v.prelude());
        }
        return new VelocityExpr(VelocityExpr.Kind.LITERAL, "[" + String.join(", ", parts) + "]", false, prelude);
    }
}
