package dev.caravan.octobatch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says Jinja's expressions as far as Velocity can; what it cannot, an expression of the pipeline computes for it. */
final class VelocityExprWriter {
    private static final Map<String, String> TEXT_TOOLS =
            Map.of("upper", "upper", "lower", "lower", "trim", "trim", "strip", "trim");
    private static final Map<String, String> COUNTERS =
            Map.of("index", "count", "index0", "index", "first", "first", "last", "last");
    private static final Set<String> GONE = Set.of("_raw_text", "_metadata", "retry_count");

    /** A loop that is open. */
    private record Open(String size, boolean filtered) {}

    private final String step;
    private final TemplateWriter.Names names;
    private final HelperExpressions helpers;
    private final Set<String> locals = new HashSet<>();
    private final Set<String> optional;
    private final Map<String, Set<String>> spaces = new HashMap<>();
    private final Deque<Open> loops = new ArrayDeque<>();
    private int made;

    VelocityExprWriter(String step, TemplateWriter.Names names, HelperExpressions helpers, Set<String> optional) {
        this.step = step;
        this.names = names;
        this.helpers = helpers;
        this.optional = optional;
    }

    void local(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || name.equals("errors") || name.equals("foreach")) {
            throw new UntranslatableException("the name '" + name + "' cannot be one of a variable here");
        }
        locals.add(name);
    }

    void forget(List<String> these) {
        these.forEach(locals::remove);
    }

    boolean isLocal(String name) {
        return locals.contains(name);
    }

    boolean isMap(String name) {
        return !isLocal(name) && names.fields().get(name) == ValueType.MAP;
    }

    void openLoop(String size, boolean filtered) {
        loops.push(new Open(size, filtered));
    }

    void closeLoop() {
        loops.pop();
    }

    void space(String name) {
        spaces.put(name, new TreeSet<>());
    }

    boolean isSpace(String name) {
        return spaces.containsKey(name);
    }

    String fresh() {
        String name;
        do {
            name = "value" + ++made;
        } while (locals.contains(name) || names.fields().containsKey(name));
        return name;
    }

    VelocityExpr value(PythonExpr e) {
        int before = helpers.size();
        try {
            return plain(e);
        } catch (UntranslatableException why) {
            helpers.back(before);
            return VelocityExpr.reference(helper(e, why), false, "");
        }
    }

    /** The name of an expression of the pipeline that computes it. */
    private String helper(PythonExpr e, UntranslatableException why) {
        if (locals(e) || RandomCalls.in(e)) {
            throw why;
        }
        try {
            var words = new ExprWriter(names.fields(), Map.of(), names.late());
            String text = words.checked(each -> each.value(e).text());
            if (names.late() && !words.reads().isEmpty()) {
                String there = String.join(
                        " && ",
                        words.reads().stream()
                                .map(each -> "has('" + TextEscapes.written(each, '\'') + "')")
                                .toList());
                text = there + " ? (" + text + ") : ''";
            }
            if (words.reads().stream().anyMatch(GONE::contains)) {
                throw why;
            }
            return helpers.add(step, text);
        } catch (UntranslatableException second) {
            throw new UntranslatableException(second.why().contains("no equal") ? second.why() : why.why());
        }
    }

    private boolean locals(PythonExpr e) {
        return (e instanceof PythonExpr.Name name
                        && (locals.contains(name.id())
                                || isSpace(name.id())
                                || name.id().equals("loop")))
                || e.parts().anyMatch(this::locals);
    }

    private VelocityExpr plain(PythonExpr e) {
        if (e instanceof PythonExpr.Name name) {
            return name(name.id(), false);
        }
        if (e instanceof PythonExpr.Text text) {
            return text(text.value());
        }
        if (e instanceof PythonExpr.Num number) {
            return VelocityExpr.literal(number.digits());
        }
        if (e instanceof PythonExpr.Fixed fixed) {
            return fixed.word().equals("null")
                    ? VelocityExpr.reference("null", true, "")
                    : VelocityExpr.literal(fixed.word());
        }
        if (e instanceof PythonExpr.Attribute attribute) {
            return attribute(attribute, false);
        }
        if (e instanceof PythonExpr.Index index) {
            return index(index, false);
        }
        if (e instanceof PythonExpr.Unary unary) {
            VelocityExpr of = value(unary.of());
            return VelocityExpr.formula(
                    (unary.operator().equals("not") ? "!" : unary.operator()) + of.operand(), of.prelude());
        }
        if (e instanceof PythonExpr.Binary binary) {
            return binary(binary);
        }
        if (e instanceof PythonExpr.Logic logic) {
            return logic(logic);
        }
        if (e instanceof PythonExpr.Comparison comparison) {
            return comparison(comparison);
        }
        if (e instanceof PythonExpr.Choice choice) {
            return choice(choice);
        }
        if (e instanceof PythonExpr.Joined joined) {
            return joined(joined);
        }
        if (e instanceof PythonExpr.Listed list) {
            return listed(list);
        }
        if (e instanceof PythonExpr.Filter filter) {
            return filter(filter);
        }
        if (e instanceof PythonExpr.Test test) {
            return test(test);
        }
        if (e instanceof PythonExpr.Call call) {
            return call(call);
        }
        throw new UntranslatableException("this expression has no equal in a template");
    }

    /** A reference of which nothing is left where what it asks for is not there. */
    VelocityExpr quietly(PythonExpr e) {
        if (e instanceof PythonExpr.Name name) {
            return name(name.id(), true);
        }
        if (e instanceof PythonExpr.Attribute attribute) {
            return attribute(attribute, true);
        }
        if (e instanceof PythonExpr.Index index) {
            return index(index, true);
        }
        return value(e);
    }

    private VelocityExpr name(String id, boolean quiet) {
        if (locals.contains(id)) {
            return VelocityExpr.reference(id, quiet || optional.contains(id), "");
        }
        if (!id.matches("[A-Za-z_][A-Za-z0-9_]*") || id.equals("loop") || isSpace(id)) {
            throw new UntranslatableException("'" + id + "' by itself has no equal in a template");
        }
        if (!names.fields().containsKey(id)) {
            if (names.config().contains(id)) {
                return VelocityExpr.reference("config." + id, quiet, "");
            }
            if (GONE.contains(id)) {
                throw new UntranslatableException("'" + id + "' is no field of the record here");
            }
        }
        if (id.equals("errors")) {
            throw new UntranslatableException("$errors is here what was wrong with the last answer; rename the field");
        }
        return VelocityExpr.reference(id, quiet || optional.contains(id), "");
    }

    private VelocityExpr attribute(PythonExpr.Attribute attribute, boolean quiet) {
        if (attribute.of() instanceof PythonExpr.Name on) {
            if (on.id().equals("loop") && !locals.contains("loop")) {
                return counter(attribute.name());
            }
            if (isSpace(on.id())) {
                return VelocityExpr.reference(on.id() + "_" + attribute.name(), false, "");
            }
        }
        if (!attribute.name().matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new UntranslatableException("'" + attribute.name() + "' cannot be asked for in a template");
        }
        VelocityExpr of = reference(quiet ? quietly(attribute.of()) : value(attribute.of()));
        return VelocityExpr.reference(of.text() + "." + attribute.name(), of.quiet(), of.prelude());
    }

    private VelocityExpr counter(String name) {
        Open open = loops.peek();
        if (open == null || open.filtered()) {
            throw new UntranslatableException(
                    open == null
                            ? "loop is known inside of a loop only"
                            : "loop of a loop with a condition has no equal");
        }
        String ours = COUNTERS.get(name);
        if (ours != null) {
            return VelocityExpr.reference("foreach." + ours, false, "");
        }
        if (open.size().isEmpty()) {
            throw new UntranslatableException("loop." + name + " has no equal");
        }
        return switch (name) {
            case "length" -> VelocityExpr.reference(open.size().substring(1), false, "");
            case "revindex" -> VelocityExpr.formula(open.size() + " - $foreach.index", "");
            case "revindex0" -> VelocityExpr.formula(open.size() + " - $foreach.count", "");
            default -> throw new UntranslatableException("loop." + name + " has no equal");
        };
    }

    /** A reference, made where it is none yet. */
    VelocityExpr reference(VelocityExpr v) {
        if (v.kind() == VelocityExpr.Kind.REFERENCE) {
            return v;
        }
        String name = fresh();
        return VelocityExpr.reference(
                name, false, VelocityExpr.preludes(v.prelude(), "#set($" + name + " = " + v.inside() + ")"));
    }

    /** What may stand between the brackets of a call. */
    private VelocityExpr argument(PythonExpr e) {
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
            String name = fresh();
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
        String name = fresh();
        String directives = String.join(
                VelocityExpr.NEXT,
                "#if(" + condition.inside() + ")",
                "#set($" + name + " = " + then.inside() + ")",
                "#else",
                "#set($" + name + " = " + otherwise.inside() + ")",
                "#end");
        return VelocityExpr.reference(name, false, VelocityExpr.preludes(condition.prelude(), directives));
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

    private VelocityExpr tool(String name, VelocityExpr of, String more) {
        return VelocityExpr.reference(name + "(" + of.inside() + more + ")", false, of.prelude());
    }

    private VelocityExpr simple(PythonExpr e) {
        return argument(e);
    }

    private VelocityExpr filter(PythonExpr.Filter f) {
        List<PythonExpr> given = f.arguments();
        PythonExpr first = given.isEmpty() ? null : given.get(0);
        String text = TEXT_TOOLS.get(f.name());
        if (text != null && given.isEmpty()) {
            return tool("text." + text, simple(f.of()), "");
        }
        return switch (f.name()) {
            case "tojson" ->
                tool(given.isEmpty() && f.named().isEmpty() ? "json.write" : "json.pretty", simple(f.of()), "");
            case "pprint" -> tool("json.pretty", simple(f.of()), "");
            case "length", "count" -> {
                VelocityExpr of = reference(value(f.of()));
                yield VelocityExpr.reference(of.text() + ".size()", of.quiet(), of.prelude());
            }
            case "first", "last" -> {
                VelocityExpr of = reference(value(f.of()));
                yield VelocityExpr.reference(
                        of.text() + (f.name().equals("first") ? "[0]" : "[-1]"), of.quiet(), of.prelude());
            }
            case "replace" -> {
                if (given.size() != 2) {
                    throw new UntranslatableException("|replace in this way has no equal");
                }
                VelocityExpr from = argument(given.get(0));
                VelocityExpr to = argument(given.get(1));
                VelocityExpr of = simple(f.of());
                String before =
                        VelocityExpr.preludes(of.prelude(), VelocityExpr.preludes(from.prelude(), to.prelude()));
                yield VelocityExpr.reference(
                        "text.replace(" + of.inside() + ", " + from.inside() + ", " + to.inside() + ")", false, before);
            }
            case "join" -> join(f, first);
            case "default", "d" -> otherwise(f, first);
            case "truncate" -> {
                PythonExpr length = first == null ? f.named().getOrDefault("length", new PythonExpr.Num("255")) : first;
                yield tool(
                        "text.truncate", simple(f.of()), ", " + argument(length).inside());
            }
            case "round" -> {
                if (given.size() > 1 || !f.named().isEmpty()) {
                    throw new UntranslatableException("|round with a method has no equal");
                }
                yield tool(
                        "number.format",
                        simple(f.of()),
                        ", " + (first == null ? "0" : argument(first).inside()));
            }
            case "format" -> format(f, first);
            case "string", "safe", "e", "escape", "forceescape" -> value(f.of());
            default -> throw new UntranslatableException("the filter |" + f.name() + " has no equal in a template");
        };
    }

    private VelocityExpr join(PythonExpr.Filter f, @Nullable PythonExpr first) {
        PythonExpr list = f.of();
        if (f.named().containsKey("attribute")
                || f.arguments().size() > 1
                || list instanceof PythonExpr.Filter
                || list instanceof PythonExpr.Listed) {
            throw new UntranslatableException("|join in this way has no equal in a template");
        }
        VelocityExpr of = reference(value(list));
        VelocityExpr by = first == null ? VelocityExpr.literal("\"\"") : argument(first);
        return tool("text.join", of, ", " + by.inside());
    }

    private VelocityExpr otherwise(PythonExpr.Filter f, @Nullable PythonExpr first) {
        VelocityExpr of = reference(quietly(f.of()));
        VelocityExpr other = first == null ? VelocityExpr.literal("\"\"") : argument(first);
        if (other.text().startsWith("[")) {
            throw new UntranslatableException("|default with a list has no equal in a template");
        }
        return VelocityExpr.reference(
                "text.default(" + of.inside() + ", " + other.inside() + ")",
                false,
                VelocityExpr.preludes(of.prelude(), other.prelude()));
    }

    private VelocityExpr format(PythonExpr.Filter f, @Nullable PythonExpr first) {
        if (f.of() instanceof PythonExpr.Text text
                && first != null
                && text.value().matches("%\\.[0-9]f")) {
            return tool("number.format", simple(first), ", " + text.value().charAt(2));
        }
        throw new UntranslatableException("|format in this way has no equal in a template");
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

    private VelocityExpr call(PythonExpr.Call call) {
        if (!(call.on() instanceof PythonExpr.Attribute method) || !call.named().isEmpty()) {
            throw new UntranslatableException("this call has no equal in a template");
        }
        String text = TEXT_TOOLS.get(method.name());
        List<PythonExpr> given = call.arguments();
        if (text != null && given.isEmpty()) {
            return tool("text." + text, simple(method.of()), "");
        }
        if (method.name().equals("replace") && given.size() == 2) {
            return value(new PythonExpr.Filter(method.of(), "replace", given, Map.of()));
        }
        if (method.name().equals("get") && !given.isEmpty()) {
            PythonExpr part = new PythonExpr.Index(method.of(), given.get(0));
            return given.size() == 1
                    ? quietly(part)
                    : value(new PythonExpr.Filter(part, "default", List.of(given.get(1)), Map.of()));
        }
        if (method.name().equals("keys") && given.isEmpty()) {
            VelocityExpr of = reference(value(method.of()));
            return VelocityExpr.reference(of.text() + ".keySet()", false, of.prelude());
        }
        if (method.name().equals("join") && given.size() == 1) {
            return value(new PythonExpr.Filter(given.get(0), "join", List.of(method.of()), new LinkedHashMap<>()));
        }
        throw new UntranslatableException("." + method.name() + "() has no equal in a template");
    }
}
