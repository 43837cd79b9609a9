package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what follows a value: its attributes, parts and calls, and Jinja's filters and tests. */
final class PostfixParser {
    private final ExprTokens tokens;
    private final boolean jinja;
    private final WholeExprs whole;
    private final AtomParser atoms;

    PostfixParser(ExprTokens tokens, boolean jinja, WholeExprs whole) {
        this.tokens = tokens;
        this.jinja = jinja;
        this.whole = whole;
        atoms = new AtomParser(tokens, jinja, whole);
    }

    /** A value with all that follows it. */
    PythonExpr value() {
        return postfix(atoms.atom());
    }

    private PythonExpr postfix(PythonExpr start) {
        PythonExpr of = start;
        PythonExpr next = part(of);
        for (int parts = 1; next != null; parts++) {
            tokens.checkLength(parts);
            of = next;
            next = part(of);
        }
        return of;
    }

    /** One more of what may stand behind a value; null at the end. */
    private @Nullable PythonExpr part(PythonExpr of) {
        if (tokens.take(".")) {
            boolean place = jinja && tokens.peek().kind() == ExprToken.Kind.NUMBER;
            return place
                    ? new PythonExpr.Index(of, new PythonExpr.Num(tokens.next().text()))
                    : new PythonExpr.Attribute(of, tokens.name());
        }
        if (tokens.peek().is("[")) {
            return subscript(of);
        }
        if (tokens.peek().is("(")) {
            return call(of);
        }
        if (jinja && tokens.take("|")) {
            return filter(of);
        }
        return jinja && tokens.take("is") ? test(of) : null;
    }

    private PythonExpr filter(PythonExpr of) {
        var name = new StringBuilder(tokens.name());
        while (tokens.take(".")) {
            name.append('.').append(tokens.name());
        }
        if (!tokens.peek().is("(")) {
            return new PythonExpr.Filter(of, name.toString(), List.of(), Map.of());
        }
        PythonExpr.Call call = call(of);
        return new PythonExpr.Filter(of, name.toString(), call.arguments(), call.named());
    }

    private PythonExpr test(PythonExpr of) {
        boolean not = tokens.take("not");
        String name = tokens.peek().is("in") ? tokens.next().text() : tokens.name();
        ExprToken following = tokens.peek();
        List<PythonExpr> arguments = List.of();
        if (following.is("(")) {
            arguments = call(of).arguments();
        } else if (following.kind() == ExprToken.Kind.NUMBER
                || following.kind() == ExprToken.Kind.TEXT
                || following.is("[")
                || (following.kind() == ExprToken.Kind.NAME && !ExprTokens.isKeyword(following))) {
            arguments = List.of(value());
        }
        return new PythonExpr.Test(of, name, arguments, not);
    }

    private PythonExpr.Call call(PythonExpr on) {
        tokens.expect("(");
        var arguments = new ArrayList<PythonExpr>();
        Map<String, PythonExpr> named = new LinkedHashMap<>();
        while (!tokens.peek().is(")")) {
            if (tokens.peek().kind() == ExprToken.Kind.NAME && tokens.peek(1).is("=")) {
                String name = tokens.name();
                tokens.next();
                named.put(name, whole.one());
            } else if (tokens.take("**")) {
                throw new UntranslatableException("** in a call has no equal");
            } else {
                PythonExpr argument = whole.spreadable();
                arguments.add(tokens.peek().is("for") ? atoms.comprehension(Shape.LIST, argument, null) : argument);
            }
            if (!tokens.take(",")) {
                break;
            }
        }
        tokens.expect(")");
        return new PythonExpr.Call(on, arguments, named);
    }

    private PythonExpr subscript(PythonExpr of) {
        tokens.expect("[");
        PythonExpr from = tokens.peek().is(":") ? null : whole.one();
        if (from != null && !tokens.peek().is(":")) {
            tokens.expect("]");
            return new PythonExpr.Index(of, from);
        }
        tokens.expect(":");
        PythonExpr to = tokens.peek().is(":") || tokens.peek().is("]") ? null : whole.one();
        PythonExpr step = tokens.take(":") && !tokens.peek().is("]") ? whole.one() : null;
        tokens.expect("]");
        return new PythonExpr.Slice(of, from, to, step);
    }
}
