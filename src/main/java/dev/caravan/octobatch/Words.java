package dev.caravan.octobatch;

import dev.caravan.expression.Expression;
import dev.caravan.expression.ExpressionSyntaxException;
import dev.caravan.octobatch.Expr.Shape;
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
final class Words {
    private static final Set<String> OURS = Set.of(
            "abstract assert boolean break byte case catch char class const continue def default do double else enum extends false final finally float for goto if implements import in instanceof int interface it long native new null package private protected public return short static super switch synchronized this threadsafe throw throws trait transient true try var void volatile while"
                    .split(" "));

    private static final int MOST_STEPS = 50_000;

    private final Map<String, Type> fields;
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
    Words(Map<String, Type> fields, Map<String, String> renamed, boolean ofRecord) {
        this.fields = fields;
        this.renamed = renamed;
        this.ofRecord = ofRecord;
    }

    Words(Map<String, Type> fields) {
        this(fields, Map.of(), false);
    }

    /** An expression that is asked for its value. */
    static String value(String python, Map<String, Type> fields) {
        return new Words(fields)
                .checked(words -> words.value(ExprParser.python(python.strip())).text());
    }

    /** An expression of which only counts whether it holds. */
    static String condition(String python, Map<String, Type> fields) {
        return new Words(fields)
                .checked(words -> words.holds(ExprParser.python(python.strip())).text());
    }

    interface Writing {
        String of(Words words);
    }

    /** What is written has to compile; our own mistakes are told like the original's oddities. */
    String checked(Writing writing) {
        try {
            String text = writing.of(this);
            Expression.compile(text);
            return text;
        } catch (ExpressionSyntaxException e) {
            throw new Untranslatable("what it comes to here " + e.told());
        } catch (StackOverflowError e) {
            throw new Untranslatable("is nested too deeply");
        }
    }

    /** Fields of the record that were asked for. */
    Set<String> reads() {
        return reads;
    }

    Type typeOf(String field) {
        return fields.getOrDefault(field, Type.UNKNOWN);
    }

    Said value(Expr e) {
        if (++steps > MOST_STEPS) {
            throw new Untranslatable("is too long to be carried over");
        }
        if (e instanceof Expr.Name name) {
            return name(name.id());
        }
        if (e instanceof Expr.Text text) {
            return Said.whole("'" + Escapes.written(text.value(), '\'') + "'", Type.TEXT);
        }
        if (e instanceof Expr.Num number) {
            return Said.whole(number.digits(), Type.NUMBER);
        }
        if (e instanceof Expr.Fixed fixed) {
            return Said.whole(fixed.word(), fixed.word().equals("null") ? Type.UNKNOWN : Type.TRUTH);
        }
        if (e instanceof Expr.Filled filled) {
            return new Texts(this).filled(filled.pieces());
        }
        if (e instanceof Expr.Listed list) {
            return listed(list);
        }
        if (e instanceof Expr.Mapped map) {
            return mapped(map);
        }
        if (e instanceof Expr.Unary unary) {
            return unary(unary);
        }
        if (e instanceof Expr.Binary binary) {
            return new Sums(this).binary(binary);
        }
        if (e instanceof Expr.Logic logic) {
            return logic(logic);
        }
        if (e instanceof Expr.Comparison comparison) {
            return new Comparisons(this).all(comparison);
        }
        if (e instanceof Expr.Choice choice) {
            Said then = value(choice.then());
            Said otherwise = choice.otherwise() == null ? Said.whole("''", Type.TEXT) : value(choice.otherwise());
            return new Said(
                    holds(choice.condition()).within(Said.OR) + " ? " + then.within(Said.OR) + " : "
                            + otherwise.within(Said.CHOICE),
                    Said.CHOICE,
                    then.type() == otherwise.type() ? then.type() : Type.UNKNOWN);
        }
        return part(e);
    }

    private Said part(Expr e) {
        if (e instanceof Expr.Call call) {
            return new Calls(this).call(call);
        }
        if (e instanceof Expr.Attribute attribute) {
            return attribute(attribute);
        }
        if (e instanceof Expr.Index index) {
            return index(index);
        }
        if (e instanceof Expr.Slice slice) {
            return new Slices(this).slice(slice);
        }
        if (e instanceof Expr.Comprehension comprehension) {
            return new Comprehensions(this).all(comprehension);
        }
        if (e instanceof Expr.Function function) {
            return Said.whole(closure(function), Type.UNKNOWN);
        }
        if (e instanceof Expr.Filter filter) {
            return new Filters(this).filter(filter);
        }
        if (e instanceof Expr.Test test) {
            return new Filters(this).test(test);
        }
        if (e instanceof Expr.Joined joined) {
            var pieces = new ArrayList<Expr.Piece>();
            joined.parts()
                    .forEach(each -> pieces.add(
                            each instanceof Expr.Text text
                                    ? new Expr.Piece(text.value(), null, "", "")
                                    : new Expr.Piece("", each, "", "")));
            return new Texts(this).filled(pieces);
        }
        throw new Untranslatable("* before a value has no equal here");
    }

    /** A value of which only counts whether it is true. */
    Said holds(Expr e) {
        if (e instanceof Expr.Logic logic) {
            int own = logic.all() ? Said.AND : Said.OR;
            var parts = logic.operands().stream()
                    .map(each -> holds(each).within(own))
                    .toList();
            return new Said(String.join(logic.all() ? " && " : " || ", parts), own, Type.TRUTH);
        }
        return value(e);
    }

    private Said name(String id) {
        for (Map<String, String> each : bound) {
            String own = each.get(id);
            if (own != null) {
                return Said.whole(own, Type.UNKNOWN);
            }
        }
        String other = renamed.get(id);
        if (other != null) {
            return Said.whole(other, id.equals("data") ? Type.MAP : Type.UNKNOWN);
        }
        if (!fields.containsKey(id) && Calls.CONSTANTS.containsKey(id)) {
            return Said.whole(Calls.CONSTANTS.get(id), Type.NUMBER);
        }
        reads.add(id);
        boolean plain = !OURS.contains(id) && id.matches("[A-Za-z_][A-Za-z0-9_]*") && !ofRecord;
        return Said.whole(plain ? id : "record['" + Escapes.written(id, '\'') + "']", typeOf(id));
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
                String.join(", ", parameters.stream().map(Words::parameter).toList());
        return "{ " + (names.isEmpty() ? "" : names + " ") + "-> " + inside(parameters, body) + " }";
    }

    String closure(Expr.Function function) {
        return closure(function.parameters(), () -> value(function.body()).text());
    }

    /** What is applied to each element: a lambda, or the name of a function. */
    String closure(Expr function) {
        if (function instanceof Expr.Function lambda) {
            return closure(lambda);
        }
        if (function instanceof Expr.Name) {
            return closure(
                    List.of("x"),
                    () -> value(new Expr.Call(function, List.of(new Expr.Name("x")), Map.of()))
                            .text());
        }
        throw new Untranslatable("a function that is computed has no equal");
    }

    private Said listed(Expr.Listed list) {
        var parts = new ArrayList<String>();
        for (Expr each : list.elements()) {
            parts.add(
                    each instanceof Expr.Spread spread
                            ? "*" + value(spread.of()).part()
                            : value(each).within(Said.CHOICE));
        }
        String text = "[" + String.join(", ", parts) + "]";
        if (list.shape() != Shape.SET) {
            return Said.whole(text, Type.LIST);
        }
        boolean different =
                list.elements().stream().allMatch(each -> each instanceof Expr.Text || each instanceof Expr.Num)
                        && new TreeSet<>(parts).size() == parts.size();
        return Said.whole(different ? text : text + ".unique()", Type.SET);
    }

    private Said mapped(Expr.Mapped map) {
        var parts = new ArrayList<String>();
        for (Expr.Entry each : map.entries()) {
            Expr key = each.key();
            parts.add(
                    key == null
                            ? "*: " + value(each.value()).part()
                            : key(key) + ": " + value(each.value()).text());
        }
        return Said.whole(parts.isEmpty() ? "[:]" : "[" + String.join(", ", parts) + "]", Type.MAP);
    }

    private String key(Expr key) {
        if (key instanceof Expr.Text text) {
            boolean plain = text.value().matches("[A-Za-z_][A-Za-z0-9_]*") && !OURS.contains(text.value());
            return plain ? text.value() : value(key).text();
        }
        return "(" + value(key).text() + ")";
    }

    private Said unary(Expr.Unary unary) {
        if (unary.operator().equals("not")) {
            Expr of = unary.of();
            if (of instanceof Expr.Comparison comparison && comparison.links().size() == 1) {
                Expr.Link link = comparison.links().get(0);
                String opposite = Comparisons.OPPOSITES.get(link.operator());
                if (opposite != null) {
                    return value(
                            new Expr.Comparison(comparison.first(), List.of(new Expr.Link(opposite, link.right()))));
                }
            }
            return new Said("!" + holds(of).within(Said.WHOLE), Said.SIGN, Type.TRUTH);
        }
        if (unary.operator().equals("~")) {
            throw new Untranslatable("the operator ~ has no equal");
        }
        return new Said(unary.operator() + value(unary.of()).within(Said.WHOLE), Said.SIGN, Type.NUMBER);
    }

    /** Python's {@code or} gives the first value that counts as true, {@code and} the first that does not. */
    private Said logic(Expr.Logic logic) {
        List<Said> parts = logic.operands().stream().map(this::value).toList();
        if (parts.stream().allMatch(each -> each.type() == Type.TRUTH)) {
            return holds(logic);
        }
        Said last = parts.get(parts.size() - 1);
        for (int i = parts.size() - 2; i >= 0; i--) {
            Said each = parts.get(i);
            Type type = each.type() == last.type() ? last.type() : Type.UNKNOWN;
            if (logic.all()) {
                twice(logic.operands().get(i));
                last = new Said(
                        each.within(Said.OR) + " ? " + last.within(Said.OR) + " : " + each.within(Said.CHOICE),
                        Said.CHOICE,
                        type);
            } else {
                last = new Said(each.within(Said.OR) + " ?: " + last.within(Said.CHOICE), Said.CHOICE, type);
            }
        }
        return last;
    }

    /** What is written twice is evaluated twice, which must make no difference. */
    static void twice(Expr e) {
        if (Chance.in(e)) {
            throw new Untranslatable("a value by chance is compared twice; give it a name of its own first");
        }
    }

    private Said attribute(Expr.Attribute attribute) {
        if (attribute.of() instanceof Expr.Name on && !isBound(on.id())) {
            if (on.id().equals("math") && Calls.CONSTANTS.containsKey(attribute.name())) {
                return Said.whole(Calls.CONSTANTS.get(attribute.name()), Type.NUMBER);
            }
            if (on.id().equals("random")) {
                throw new Untranslatable("random." + attribute.name() + " without a call has no equal");
            }
        }
        return Said.whole(value(attribute.of()).part() + "." + attribute.name(), Type.UNKNOWN);
    }

    private Said index(Expr.Index index) {
        if (index.of() instanceof Expr.Name name
                && "record".equals(renamed.get(name.id()))
                && index.at() instanceof Expr.Text field
                && field.value().matches("[A-Za-z_][A-Za-z0-9_]*")
                && !OURS.contains(field.value())) {
            return Said.whole(field.value(), typeOf(field.value()));
        }
        Said of = value(index.of());
        if (of.type() == Type.SET) {
            throw new Untranslatable("a set has no elements to pick");
        }
        Type type = of.type() == Type.TEXT ? Type.TEXT : Type.UNKNOWN;
        return Said.whole(of.part() + "[" + value(index.at()).text() + "]", type);
    }

    /** The number an expression plainly says; null for any other. */
    static @Nullable Integer number(@Nullable Expr e) {
        if (e instanceof Expr.Num number && number.digits().matches("[0-9]{1,9}")) {
            return Integer.valueOf(number.digits());
        }
        if (e instanceof Expr.Unary minus && minus.operator().equals("-")) {
            Integer of = number(minus.of());
            return of == null ? null : Integer.valueOf(-of);
        }
        return null;
    }
}
