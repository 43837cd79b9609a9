package dev.caravan.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import com.schibsted.spt.data.jslt.filters.JsonFilter;
import dev.caravan.base.Json;
import dev.caravan.expression.EvaluationException;
import dev.caravan.expression.EvaluationMeter;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A compiled JSLT mapping. Safe for many threads; the same record always maps to the same. It reaches nothing but the
 * record (no imports, no clock, no chance), and its work is counted: what never ends or grows without bound is an error
 * of that record. Null, {@code []} and {@code {}} are kept.
 */
public final class JsltTransform {
    private static final int LONGEST = 100_000;
    /** Of the built-in functions, those whose result does not follow from the record. */
    private static final List<String> UNREPEATABLE = List.of("now", "random", "uuid");

    private final Expression expression;
    private final boolean fixedKeys;

    private JsltTransform(Expression expression, boolean fixedKeys) {
        this.expression = expression;
        this.fixedKeys = fixedKeys;
    }

    public static JsltTransform compile(String text) throws TransformSyntaxException {
        if (text.length() > LONGEST) {
            throw new TransformSyntaxException("is longer than " + LONGEST + " characters", 0, 0);
        }
        Optional<Integer> product = ConstantProducts.ofText(text);
        if (product.isPresent()) {
            throw at(text, product.get(), "multiplies a text by a number; write the text out");
        }
        EvaluationMeter.use(new EvaluationMeter());
        try {
            Expression compiled = new Parser(new StringReader(text))
                    .withSource("mapping")
                    .withFunctions(functions())
                    .withResourceResolver(name -> {
                        throw new JsltException("imports are not available: a mapping stands alone");
                    })
                    .withObjectFilter((JsonFilter) each -> true)
                    .compile();
            boolean fixed = MeteredMapping.fixedKeys(compiled);
            MeteredMapping.wrap(compiled);
            checkVariables(compiled);
            return new JsltTransform(compiled, fixed);
        } catch (JsltException e) {
            throw new TransformSyntaxException(reason(e), Math.max(0, e.getLine()), Math.max(0, e.getColumn()));
        } catch (NumberFormatException e) {
            throw new TransformSyntaxException("holds a number that is too large: " + e.getMessage(), 0, 0);
        } catch (ArithmeticException | EvaluationException e) {
            throw new TransformSyntaxException("cannot be computed: " + e.getMessage(), 0, 0);
        } catch (StackOverflowError e) {
            throw new TransformSyntaxException("is nested too deeply", 0, 0);
        } finally {
            EvaluationMeter.use(null);
        }
    }

    /** JSLT looks variables up when it runs: on an empty record what is unknown is known. */
    private static void checkVariables(Expression compiled) throws TransformSyntaxException {
        try {
            compiled.apply(Json.object());
        } catch (JsltException e) {
            if (reason(e).startsWith("No such variable")) {
                throw new TransformSyntaxException(reason(e), Math.max(0, e.getLine()), Math.max(0, e.getColumn()));
            }
        } catch (ArithmeticException | EvaluationException | StackOverflowError e) {
            // It cannot do with an empty record, which none is.
            return;
        }
    }

    /** The first line of what JSLT says; the rest lists what its grammar would have allowed. */
    private static String reason(JsltException e) {
        return String.valueOf(e.getMessageWithoutLocation()).lines().findFirst().orElse("cannot be used");
    }

    private static TransformSyntaxException at(String text, int position, String message) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < position; i++) {
            column = text.charAt(i) == '\n' ? 1 : column + 1;
            line += text.charAt(i) == '\n' ? 1 : 0;
        }
        return new TransformSyntaxException(message, line, column);
    }

    private static List<Function> functions() {
        var all = new ArrayList<Function>(MeteredFunctions.all());
        UNREPEATABLE.forEach(name -> all.add(MeteredFunctions.refused(
                name, name + "() is not available: the same record must always map to the same")));
        return all;
    }

    /** Whether the keys of what it makes do not depend on the record. */
    public boolean fixedKeys() {
        return fixedKeys;
    }

    /** What the mapping makes of a record. */
    public JsonNode apply(JsonNode record) throws TransformException {
        EvaluationMeter.use(new EvaluationMeter());
        try {
            @Nullable JsonNode made = expression.apply(record);
            if (made == null) {
                throw new TransformException("makes nothing");
            }
            return made;
        } catch (JsltException e) {
            String place = e.getLine() > 0 ? "line " + e.getLine() + ": " : "";
            throw new TransformException(place + reason(e));
        } catch (ArithmeticException | EvaluationException e) {
            throw new TransformException(String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            throw new TransformException("is nested too deeply; does a function call itself?");
        } finally {
            EvaluationMeter.use(null);
        }
    }
}
