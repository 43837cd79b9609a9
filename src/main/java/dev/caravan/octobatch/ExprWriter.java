package dev.caravan.octobatch;

import dev.caravan.expression.Expression;
import dev.caravan.expression.ExpressionSyntaxException;
import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says an expression of the original in our words. What comes out compiles, and means the same for JSON values. */
final class ExprWriter {
    private static final Set<String> OURS = Set.of(
            "abstract assert boolean break byte case catch char class const continue def default do double else enum extends false final finally float for goto if implements import in instanceof int interface it long native new null package private protected public return short static super switch synchronized this threadsafe throw throws trait transient true try var void volatile while"
                    .split(" "));

    private static final int MOST_STEPS = 50_000;

    private final Map<String, ValueType> fields;
    private final Map<String, String> renamed;
    private final Deque<Map<String, String>> bound = new ArrayDeque<>();
    private final Set<String> reads = new TreeSet<>();
    private final boolean ofRecord;
    private int steps;

    /**
     * @param fields what is known of the record's fields
     * @param renamed names that stand for something else here
     * @param ofRecord whether fields are asked of the record, so that one that is not there yet is null
     */
    ExprWriter(Map<String, ValueType> fields, Map<String, String> renamed, boolean ofRecord) {
        this.fields = fields;
        this.renamed = renamed;
        this.ofRecord = ofRecord;
    }

    ExprWriter(Map<String, ValueType> fields) {
        this(fields, Map.of(), false);
    }

    /** An expression that is asked for its value. */
    static String value(String python, Map<String, ValueType> fields) {
        return new ExprWriter(fields)
                .checked(words -> words.value(ExprParser.python(python.strip())).text());
    }

    /** An expression of which only counts whether it holds. */
    static String condition(String python, Map<String, ValueType> fields) {
        return new ExprWriter(fields)
                .checked(words -> words.holds(ExprParser.python(python.strip())).text());
    }

    interface Writing {
        String of(ExprWriter words);
    }

    /** What is written has to compile; our own mistakes are told like the original's oddities. */
    String checked(Writing writing) {
        try {
            String text = writing.of(this);
            Expression.compile(text);
            return text;
        } catch (ExpressionSyntaxException e) {
            throw new UntranslatableException("what it comes to here " + e.told());
        } catch (StackOverflowError e) {
            throw new UntranslatableException("is nested too deeply");
        }
    }

    /** Fields of the record that were asked for. */
    Set<String> reads() {
        return reads;
    }

    ValueType typeOf(String field) {
        return fields.getOrDefault(field, ValueType.UNKNOWN);
    }

    OurExpr value(PythonExpr e) {
        if (++steps > MOST_STEPS) {
            throw new UntranslatableException("is too long to be carried over");
        }
        if (e instanceof PythonExpr.Name name) {
            return name(name.id());
        }
        if (e instanceof PythonExpr.Text text) {
            return OurExpr.whole("'" + TextEscapes.written(text.value(), '\'') + "'", ValueType.TEXT);
        }
        if (e instanceof PythonExpr.Num number) {
            return OurExpr.whole(number.digits(), ValueType.NUMBER);
        }
        if (e instanceof PythonExpr.Fixed fixed) {
            return OurExpr.whole(fixed.word(), fixed.word().equals("null") ? ValueType.UNKNOWN : ValueType.TRUTH);
        }
        if (e instanceof PythonExpr.Filled filled) {
            return new TextWriter(this).filled(filled.pieces());
        }
        if (e instanceof PythonExpr.Listed list) {
            return listed(list);
        }
        if (e instanceof PythonExpr.Mapped map) {
            return mapped(map);
        }
        if (e instanceof PythonExpr.Unary unary) {
            return unary(unary);
        }
        if (e instanceof PythonExpr.Binary binary) {
            return new ArithmeticWriter(this).binary(binary);
        }
        if (e instanceof PythonExpr.Logic logic) {
            return logic(logic);
        }
        if (e instanceof PythonExpr.Comparison comparison) {
            return new ComparisonWriter(this).all(comparison);
        }
        if (e instanceof PythonExpr.Choice choice) {
            OurExpr then = value(choice.then());
            OurExpr otherwise =
                    choice.otherwise() == null ? OurExpr.whole("''", ValueType.TEXT) : value(choice.otherwise());
            return new OurExpr(
                    holds(choice.condition()).within(OurExpr.OR) + " ? " + then.within(OurExpr.OR) + " : "
                            + otherwise.within(OurExpr.CHOICE),
                    OurExpr.CHOICE,
                    then.type() == otherwise.type() ? then.type() : ValueType.UNKNOWN);
        }
        return part(e);
    }

    private OurExpr part(PythonExpr e) {
        if (e instanceof PythonExpr.Call call) {
            return new CallWriter(this).call(call);
        }
        if (e instanceof PythonExpr.Attribute attribute) {
            return attribute(attribute);
        }
        if (e instanceof PythonExpr.Index index) {
            return index(index);
        }
        if (e instanceof PythonExpr.Slice slice) {
            return new SliceWriter(this).slice(slice);
        }
        if (e instanceof PythonExpr.Comprehension comprehension) {
            return new ComprehensionWriter(this).all(comprehension);
        }
        if (e instanceof PythonExpr.Function function) {
            return OurExpr.whole(closure(function), ValueType.UNKNOWN);
        }
        if (e instanceof PythonExpr.Filter filter) {
            return new FilterWriter(this).filter(filter);
        }
        if (e instanceof PythonExpr.Test test) {
            return new FilterWriter(this).test(test);
        }
        if (e instanceof PythonExpr.Joined joined) {
            var pieces = new ArrayList<PythonExpr.Piece>();
            joined.parts()
                    .forEach(each -> pieces.add(
                            each instanceof PythonExpr.Text text
                                    ? new PythonExpr.Piece(text.value(), null, "", "")
                                    : new PythonExpr.Piece("", each, "", "")));
            return new TextWriter(this).filled(pieces);
        }
        throw new UntranslatableException("* before a value has no equal here");
    }

    /** A value of which only counts whether it is true. */
    OurExpr holds(PythonExpr e) {
        if (e instanceof PythonExpr.Logic logic) {
            int own = logic.all() ? OurExpr.AND : OurExpr.OR;
            var parts = logic.operands().stream()
                    .map(each -> holds(each).within(own))
                    .toList();
            return new OurExpr(String.join(logic.all() ? " && " : " || ", parts), own, ValueType.TRUTH);
        }
        return value(e);
    }

    private OurExpr name(String id) {
        for (Map<String, String> each : bound) {
            String own = each.get(id);
            if (own != null) {
                return OurExpr.whole(own, ValueType.UNKNOWN);
            }
        }
        String other = renamed.get(id);
        if (other != null) {
            return OurExpr.whole(other, id.equals("data") ? ValueType.MAP : ValueType.UNKNOWN);
        }
        if (!fields.containsKey(id) && CallWriter.CONSTANTS.containsKey(id)) {
            return OurExpr.whole(CallWriter.CONSTANTS.get(id), ValueType.NUMBER);
        }
        reads.add(id);
        boolean plain = !OURS.contains(id) && id.matches("[A-Za-z_][A-Za-z0-9_]*") && !ofRecord;
        return OurExpr.whole(plain ? id : "record['" + TextEscapes.written(id, '\'') + "']", typeOf(id));
    }

    boolean isBound(String id) {
        return bound.stream().anyMatch(each -> each.containsKey(id)) || renamed.containsKey(id);
    }

    /** Writes what is inside of a closure, whose parameters hide fields of the same names. */
    <T> T inside(List<String> parameters, Supplier<T> body) {
        var own = new HashMap<String, String>();
        parameters.forEach(each -> own.put(each, parameter(each)));
        bound.push(own);
        T written = body.get();
        bound.pop();
        return written;
    }

    static String parameter(String name) {
        return OURS.contains(name) || name.equals("record") || name.equals("random") ? name + "_" : name;
    }

    String closure(List<String> parameters, Supplier<String> body) {
        String names =
                String.join(", ", parameters.stream().map(ExprWriter::parameter).toList());
        return "{ " + (names.isEmpty() ? "" : names + " ") + "-> " + inside(parameters, body) + " }";
    }

    String closure(PythonExpr.Function function) {
        return closure(function.parameters(), () -> value(function.body()).text());
    }

    /** What is applied to each element: a lambda, or the name of a function. */
    String closure(PythonExpr function) {
        if (function instanceof PythonExpr.Function lambda) {
            return closure(lambda);
        }
        if (function instanceof PythonExpr.Name) {
            return closure(
                    List.of("x"),
                    () -> value(new PythonExpr.Call(function, List.of(new PythonExpr.Name("x")), Map.of()))
                            .text());
        }
        throw new UntranslatableException("a function that is computed has no equal");
    }

    private OurExpr listed(PythonExpr.Listed list) {
        var parts = new ArrayList<String>();
        for (PythonExpr each : list.elements()) {
            parts.add(
                    each instanceof PythonExpr.Spread spread
                            ? "*" + value(spread.of()).part()
                            : value(each).within(OurExpr.CHOICE));
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

    private OurExpr mapped(PythonExpr.Mapped map) {
        var parts = new ArrayList<String>();
        for (PythonExpr.Entry each : map.entries()) {
            PythonExpr key = each.key();
            parts.add(
                    key == null
                            ? "*: " + value(each.value()).part()
                            : key(key) + ": " + value(each.value()).text());
        }
        return OurExpr.whole(parts.isEmpty() ? "[:]" : "[" + String.join(", ", parts) + "]", ValueType.MAP);
    }

    private String key(PythonExpr key) {
        if (key instanceof PythonExpr.Text text) {
            boolean plain = text.value().matches("[A-Za-z_][A-Za-z0-9_]*") && !OURS.contains(text.value());
            return plain ? text.value() : value(key).text();
        }
        return "(" + value(key).text() + ")";
    }

    private OurExpr unary(PythonExpr.Unary unary) {
        if (unary.operator().equals("not")) {
            PythonExpr of = unary.of();
            if (of instanceof PythonExpr.Comparison comparison
                    && comparison.links().size() == 1) {
                PythonExpr.Link link = comparison.links().get(0);
                String opposite = ComparisonWriter.OPPOSITES.get(link.operator());
                if (opposite != null) {
                    return value(new PythonExpr.Comparison(
                            comparison.first(), List.of(new PythonExpr.Link(opposite, link.right()))));
                }
            }
            return new OurExpr("!" + holds(of).within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.TRUTH);
        }
        if (unary.operator().equals("~")) {
            throw new UntranslatableException("the operator ~ has no equal");
        }
        return new OurExpr(unary.operator() + value(unary.of()).within(OurExpr.WHOLE), OurExpr.SIGN, ValueType.NUMBER);
    }

    /** Python's {@code or} gives the first value that counts as true, {@code and} the first that does not. */
    private OurExpr logic(PythonExpr.Logic logic) {
        List<OurExpr> parts = logic.operands().stream().map(this::value).toList();
        if (parts.stream().allMatch(each -> each.type() == ValueType.TRUTH)) {
            return holds(logic);
        }
        OurExpr last = parts.get(parts.size() - 1);
        for (int i = parts.size() - 2; i >= 0; i--) {
            OurExpr each = parts.get(i);
            ValueType type = each.type() == last.type() ? last.type() : ValueType.UNKNOWN;
            if (logic.all()) {
                twice(logic.operands().get(i));
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

    /** What is written twice is evaluated twice, which must make no difference. */
    static void twice(PythonExpr e) {
        if (RandomCalls.in(e)) {
            throw new UntranslatableException("a value by chance is compared twice; give it a name of its own first");
        }
    }

    private OurExpr attribute(PythonExpr.Attribute attribute) {
        if (attribute.of() instanceof PythonExpr.Name on && !isBound(on.id())) {
            if (on.id().equals("math") && CallWriter.CONSTANTS.containsKey(attribute.name())) {
                return OurExpr.whole(CallWriter.CONSTANTS.get(attribute.name()), ValueType.NUMBER);
            }
            if (on.id().equals("random")) {
                throw new UntranslatableException("random." + attribute.name() + " without a call has no equal");
            }
        }
        return OurExpr.whole(value(attribute.of()).part() + "." + attribute.name(), ValueType.UNKNOWN);
    }

    private OurExpr index(PythonExpr.Index index) {
        if (index.of() instanceof PythonExpr.Name name
                && "record".equals(renamed.get(name.id()))
                && index.at() instanceof PythonExpr.Text field
                && field.value().matches("[A-Za-z_][A-Za-z0-9_]*")
                && !OURS.contains(field.value())) {
            return OurExpr.whole(field.value(), typeOf(field.value()));
        }
        OurExpr of = value(index.of());
        if (of.type() == ValueType.SET) {
            throw new UntranslatableException("a set has no elements to pick");
        }
        ValueType type = of.type() == ValueType.TEXT ? ValueType.TEXT : ValueType.UNKNOWN;
        return OurExpr.whole(of.part() + "[" + value(index.at()).text() + "]", type);
    }

    /** The number an expression plainly says; null for any other. */
    static @Nullable Integer number(@Nullable PythonExpr e) {
        if (e instanceof PythonExpr.Num number && number.digits().matches("[0-9]{1,9}")) {
            return Integer.valueOf(number.digits());
        }
        if (e instanceof PythonExpr.Unary minus && minus.operator().equals("-")) {
            Integer of = number(minus.of());
            return of == null ? null : Integer.valueOf(-of);
        }
        return null;
    }
}
