package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads values by themselves: names, numbers, texts, and whatever stands in brackets. */
final class AtomParser {
    private final ExprTokens tokens;
    private final boolean jinja;
    private final WholeExprs whole;

    AtomParser(ExprTokens tokens, boolean jinja, WholeExprs whole) {
        this.tokens = tokens;
        this.jinja = jinja;
        this.whole = whole;
    }

    PythonExpr atom() {
        ExprToken token = tokens.peek();
        switch (token.kind()) {
            case NUMBER -> {
                tokens.next();
                return new PythonExpr.Num(token.text());
            }
            case TEXT, FILLED -> {
                return text();
            }
            case NAME -> {
                PythonExpr fixed = fixed(token.text());
                if (fixed != null) {
                    tokens.next();
                    return fixed;
                }
                return new PythonExpr.Name(tokens.name());
            }
            default -> {
                return bracket(token);
            }
        }
    }

    private @Nullable PythonExpr fixed(String word) {
        return switch (word) {
            case "True" -> new PythonExpr.Fixed("true");
            case "False" -> new PythonExpr.Fixed("false");
            case "None" -> new PythonExpr.Fixed("null");
            case "true", "false" -> jinja ? new PythonExpr.Fixed(word) : null;
            case "none" -> jinja ? new PythonExpr.Fixed("null") : null;
            default -> null;
        };
    }

    /** Texts side by side are one. */
    private PythonExpr text() {
        var pieces = new ArrayList<PythonExpr.Piece>();
        while (tokens.peek().kind() == ExprToken.Kind.TEXT || tokens.peek().kind() == ExprToken.Kind.FILLED) {
            ExprToken token = tokens.next();
            if (token.kind() == ExprToken.Kind.TEXT) {
                pieces.add(new PythonExpr.Piece(token.text(), null, "", ""));
            } else {
                pieces.addAll(FStringPieces.pieces(token.text(), whole::ofPython));
            }
        }
        if (pieces.stream().allMatch(each -> each.value() == null)) {
            var text = new StringBuilder();
            pieces.forEach(each -> text.append(each.text()));
            return new PythonExpr.Text(text.toString());
        }
        return new PythonExpr.Filled(pieces);
    }

    private PythonExpr bracket(ExprToken token) {
        return switch (token.text()) {
            case "(" -> round();
            case "[" -> square();
            case "{" -> curly();
            default ->
                throw new UntranslatableException(
                        token.kind() == ExprToken.Kind.END
                                ? "ends too early"
                                : "has '" + token.text() + "' where a value belongs");
        };
    }

    private PythonExpr round() {
        tokens.expect("(");
        if (tokens.take(")")) {
            return new PythonExpr.Listed(Shape.TUPLE, List.of());
        }
        PythonExpr first = whole.spreadable();
        if (tokens.peek().is("for")) {
            PythonExpr all = comprehension(Shape.LIST, first, null);
            tokens.expect(")");
            return all;
        }
        if (tokens.take(")")) {
            return first;
        }
        if (tokens.peek().is(":=")) {
            throw new UntranslatableException("an assignment has no place in an expression");
        }
        return new PythonExpr.Listed(Shape.TUPLE, rest(first, ")"));
    }

    private List<PythonExpr> rest(PythonExpr first, String end) {
        var all = new ArrayList<>(List.of(first));
        while (tokens.take(",")) {
            if (tokens.peek().is(end)) {
                break;
            }
            all.add(whole.spreadable());
        }
        tokens.expect(end);
        return all;
    }

    private PythonExpr square() {
        tokens.expect("[");
        if (tokens.take("]")) {
            return new PythonExpr.Listed(Shape.LIST, List.of());
        }
        PythonExpr first = whole.spreadable();
        return tokens.peek().is("for")
                ? closed(comprehension(Shape.LIST, first, null), "]")
                : new PythonExpr.Listed(Shape.LIST, rest(first, "]"));
    }

    private PythonExpr curly() {
        tokens.expect("{");
        if (tokens.take("}")) {
            return new PythonExpr.Mapped(List.of());
        }
        if (tokens.take("**")) {
            return map(new PythonExpr.Entry(null, whole.one()));
        }
        PythonExpr first = whole.spreadable();
        return tokens.peek().is(":") ? map(entry(first)) : set(first);
    }

    private PythonExpr set(PythonExpr first) {
        return tokens.peek().is("for")
                ? closed(comprehension(Shape.SET, first, null), "}")
                : new PythonExpr.Listed(Shape.SET, rest(first, "}"));
    }

    private PythonExpr map(PythonExpr.Entry first) {
        if (tokens.peek().is("for")) {
            return closed(comprehension(Shape.MAP, Objects.requireNonNull(first.key()), first.value()), "}");
        }
        var entries = new ArrayList<PythonExpr.Entry>();
        entries.add(first);
        while (tokens.take(",") && !tokens.peek().is("}")) {
            entries.add(tokens.take("**") ? new PythonExpr.Entry(null, whole.one()) : entry(whole.one()));
        }
        return closed(new PythonExpr.Mapped(entries), "}");
    }

    private PythonExpr closed(PythonExpr e, String bracket) {
        tokens.expect(bracket);
        return e;
    }

    private PythonExpr.Entry entry(PythonExpr key) {
        tokens.expect(":");
        return new PythonExpr.Entry(key, whole.one());
    }

    PythonExpr comprehension(Shape shape, PythonExpr element, @Nullable PythonExpr value) {
        var clauses = new ArrayList<PythonExpr.Clause>();
        while (tokens.take("for")) {
            List<String> targets = tokens.targets();
            PythonExpr over = whole.or();
            var conditions = new ArrayList<PythonExpr>();
            while (tokens.take("if")) {
                conditions.add(whole.or());
            }
            clauses.add(new PythonExpr.Clause(targets, over, conditions));
        }
        return new PythonExpr.Comprehension(shape, element, value, clauses);
    }
}
