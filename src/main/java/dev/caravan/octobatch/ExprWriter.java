package dev.caravan.octobatch;

import dev.caravan.base.KindTable;
import dev.caravan.expression.Expression;
import dev.caravan.expression.ExpressionSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Says an expression of the original in our words. What comes out compiles, and means the same for JSON values. */
final class ExprWriter implements ExprWords {
    private static final Map<String, String> CONSTANTS = Map.of("pi", "Math.PI", "e", "Math.E");
    private static final int MOST_STEPS = 50_000;

    private final Map<String, ValueType> fields;
    private final Map<String, String> renamed;
    private final Deque<Map<String, String>> bound = new ArrayDeque<>();
    private final Set<String> reads = new TreeSet<>();
    private final boolean ofRecord;
    private final LogicWriter logics = new LogicWriter(this);
    private final KindTable<PythonExpr, OurExpr> kinds;
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
        kinds = kinds();
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

    @Override
    public OurExpr value(PythonExpr e) {
        if (++steps > MOST_STEPS) {
            throw new UntranslatableException("is too long to be carried over");
        }
        return kinds.apply(e, other -> {
            throw new UntranslatableException("* before a value has no equal here");
        });
    }

    @Override
    public OurExpr holds(PythonExpr e) {
        return e instanceof PythonExpr.Logic logic ? logics.holds(logic) : value(e);
    }

    /** How each kind of expression is said. */
    private KindTable<PythonExpr, OurExpr> kinds() {
        var collections = new CollectionWriter(this);
        var texts = new TextWriter(this);
        var tests = new JinjaTestWriter(this);
        return new KindTable<PythonExpr, OurExpr>()
                .on(PythonExpr.Name.class, each -> name(each.id()))
                .on(PythonExpr.Text.class, ExprWriter::text)
                .on(PythonExpr.Num.class, each -> OurExpr.whole(each.digits(), ValueType.NUMBER))
                .on(PythonExpr.Fixed.class, ExprWriter::fixed)
                .on(PythonExpr.Filled.class, each -> texts.filled(each.pieces()))
                .on(PythonExpr.Joined.class, texts::joined)
                .on(PythonExpr.Listed.class, collections::listed)
                .on(PythonExpr.Mapped.class, collections::mapped)
                .on(PythonExpr.Unary.class, logics::unary)
                .on(PythonExpr.Logic.class, logics::logic)
                .on(PythonExpr.Choice.class, logics::choice)
                .on(PythonExpr.Binary.class, new ArithmeticWriter(this)::binary)
                .on(PythonExpr.Comparison.class, new ComparisonWriter(this)::all)
                .on(PythonExpr.Call.class, new CallWriter(this)::call)
                .on(PythonExpr.Attribute.class, this::attribute)
                .on(PythonExpr.Index.class, this::index)
                .on(PythonExpr.Slice.class, new SliceWriter(this)::slice)
                .on(PythonExpr.Comprehension.class, new ComprehensionWriter(this)::all)
                .on(PythonExpr.Function.class, each -> OurExpr.whole(closure(each), ValueType.UNKNOWN))
                .on(PythonExpr.Filter.class, new FilterWriter(this, tests)::filter)
                .on(PythonExpr.Test.class, tests::test);
    }

    private static OurExpr text(PythonExpr.Text text) {
        return OurExpr.whole("'" + TextEscapes.written(text.value(), '\'') + "'", ValueType.TEXT);
    }

    private static OurExpr fixed(PythonExpr.Fixed fixed) {
        return OurExpr.whole(fixed.word(), fixed.word().equals("null") ? ValueType.UNKNOWN : ValueType.TRUTH);
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
        if (!fields.containsKey(id) && CONSTANTS.containsKey(id)) {
            return OurExpr.whole(CONSTANTS.get(id), ValueType.NUMBER);
        }
        reads.add(id);
        boolean plain = !ofRecord && ReservedWords.admit(id);
        return OurExpr.whole(plain ? id : "record['" + TextEscapes.written(id, '\'') + "']", typeOf(id));
    }

    @Override
    public boolean isBound(String id) {
        return bound.stream().anyMatch(each -> each.containsKey(id)) || renamed.containsKey(id);
    }

    @Override
    public <T> T inside(List<String> parameters, Supplier<T> body) {
        var own = new HashMap<String, String>();
        parameters.forEach(each -> own.put(each, ReservedWords.parameter(each)));
        bound.push(own);
        T written = body.get();
        bound.pop();
        return written;
    }

    @Override
    public String closure(List<String> parameters, Supplier<String> body) {
        String names = String.join(
                ", ", parameters.stream().map(ReservedWords::parameter).toList());
        return "{ " + (names.isEmpty() ? "" : names + " ") + "-> " + inside(parameters, body) + " }";
    }

    private String closure(PythonExpr.Function function) {
        return closure(function.parameters(), () -> value(function.body()).text());
    }

    @Override
    public String closure(PythonExpr function) {
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

    private OurExpr attribute(PythonExpr.Attribute attribute) {
        if (attribute.of() instanceof PythonExpr.Name on && !isBound(on.id())) {
            if (on.id().equals("math") && CONSTANTS.containsKey(attribute.name())) {
                return OurExpr.whole(CONSTANTS.get(attribute.name()), ValueType.NUMBER);
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
                && ReservedWords.admit(field.value())) {
            return OurExpr.whole(field.value(), typeOf(field.value()));
        }
        OurExpr of = value(index.of());
        if (of.type() == ValueType.SET) {
            throw new UntranslatableException("a set has no elements to pick");
        }
        ValueType type = of.type() == ValueType.TEXT ? ValueType.TEXT : ValueType.UNKNOWN;
        return OurExpr.whole(of.part() + "[" + value(index.at()).text() + "]", type);
    }
}
