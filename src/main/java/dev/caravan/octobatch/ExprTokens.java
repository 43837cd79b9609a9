package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The tokens of an expression while it is read, and how deeply it is nested. */
final class ExprTokens {
    private static final int DEEPEST = 60;
    private static final Set<String> KEYWORDS =
            Set.of("and", "or", "not", "if", "else", "for", "in", "is", "lambda", "yield", "await", "import", "def");

    private final List<ExprToken> tokens;
    private int at;
    private int depth;

    ExprTokens(String source) {
        tokens = ExprLexer.tokens(source);
    }

    static boolean isKeyword(ExprToken token) {
        return KEYWORDS.contains(token.text());
    }

    /** Reads something that is nested in what is read. */
    PythonExpr deeper(Supplier<PythonExpr> reading) {
        if (++depth > DEEPEST) {
            throw tooDeep();
        }
        PythonExpr found = reading.get();
        depth--;
        return found;
    }

    /** Refuses a chain of too many parts. */
    void checkLength(int parts) {
        if (parts > DEEPEST * 2) {
            throw tooDeep();
        }
    }

    private static UntranslatableException tooDeep() {
        return new UntranslatableException("is nested too deeply");
    }

    void end() {
        if (peek().kind() != ExprToken.Kind.END) {
            throw new UntranslatableException(
                    peek().is("=") || peek().is(":=")
                            ? "an assignment has no place in an expression"
                            : "cannot be read from '" + peek().text() + "' on");
        }
    }

    ExprToken peek() {
        return tokens.get(at);
    }

    /** So many tokens further on. */
    ExprToken peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    boolean take(String sign) {
        if (peek().is(sign)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String sign) {
        if (!take(sign)) {
            throw new UntranslatableException(
                    peek().kind() == ExprToken.Kind.END
                            ? "ends where a " + sign + " is missing"
                            : "has '" + peek().text() + "' where a " + sign + " belongs");
        }
    }

    String name() {
        ExprToken token = peek();
        if (token.kind() != ExprToken.Kind.NAME || KEYWORDS.contains(token.text())) {
            throw new UntranslatableException("has '" + token.text() + "' where a name belongs");
        }
        if (token.text().startsWith("__")) {
            throw new UntranslatableException("names that begin with __ have no equal");
        }
        at++;
        return token.text();
    }

    void skip(int more) {
        at += more;
    }

    ExprToken next() {
        return tokens.get(at++);
    }

    /** The names between {@code for} and {@code in}. */
    List<String> targets() {
        boolean brackets = take("(");
        var targets = new ArrayList<>(List.of(name()));
        while (take(",") && !peek().is("in")) {
            targets.add(name());
        }
        if (brackets) {
            expect(")");
        }
        expect("in");
        return targets;
    }
}
