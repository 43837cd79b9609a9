package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads expressions of Python's and Jinja's: what each operator binds, to a bounded depth. */
final class ExprParser {
    private static final int DEEPEST = 60;
    private static final Set<String> COMPARISONS =
            Set.of("<", ">", "<=", ">=", "==", "!=", "in", "not in", "is", "is not");
    private static final Set<String> KEYWORDS =
            Set.of("and", "or", "not", "if", "else", "for", "in", "is", "lambda", "yield", "await", "import", "def");

    private final List<ExprToken> tokens;
    private final boolean jinja;
    private int at;
    private int depth;

    ExprParser(List<ExprToken> tokens, boolean jinja) {
        this.tokens = tokens;
        this.jinja = jinja;
    }

    static PythonExpr python(String source) {
        return whole(source, false);
    }

    static PythonExpr jinja(String source) {
        return whole(source, true);
    }

    private static PythonExpr whole(String source, boolean jinja) {
        var parser = new ExprParser(ExprLexer.tokens(source), jinja);
        PythonExpr found = parser.several();
        parser.end();
        return found;
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

    private ExprToken peek(int ahead) {
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

    /** One expression, or several with commas between, which are a tuple. */
    PythonExpr several() {
        PythonExpr first = spreadable();
        if (!peek().is(",")) {
            return first;
        }
        var all = new ArrayList<>(List.of(first));
        while (take(",") && peek().kind() != ExprToken.Kind.END) {
            all.add(spreadable());
        }
        return new PythonExpr.Listed(Shape.TUPLE, all);
    }

    private PythonExpr spreadable() {
        return take("*") ? new PythonExpr.Spread(one()) : one();
    }

    PythonExpr one() {
        if (++depth > DEEPEST) {
            throw new UntranslatableException("is nested too deeply");
        }
        PythonExpr found = peek().is("lambda") ? function() : choice();
        depth--;
        return found;
    }

    private PythonExpr function() {
        expect("lambda");
        var parameters = new ArrayList<String>();
        while (!peek().is(":")) {
            parameters.add(name());
            if (peek().is("=")) {
                throw new UntranslatableException("a default value of a lambda has no equal");
            }
            if (!take(",")) {
                break;
            }
        }
        expect(":");
        return new PythonExpr.Function(parameters, one());
    }

    private PythonExpr choice() {
        PythonExpr then = or();
        if (!peek().is("if")) {
            return then;
        }
        at++;
        PythonExpr condition = or();
        if (jinja && !peek().is("else")) {
            return new PythonExpr.Choice(condition, then, null);
        }
        expect("else");
        return new PythonExpr.Choice(condition, then, one());
    }

    /** What may stand behind {@code in} of a loop: no choice, for {@code if} filters there. */
    PythonExpr or() {
        return logic("or", false);
    }

    private PythonExpr logic(String word, boolean all) {
        PythonExpr first = all ? not() : logic("and", true);
        if (!peek().is(word)) {
            return first;
        }
        var operands = new ArrayList<>(List.of(first));
        while (take(word)) {
            operands.add(all ? not() : logic("and", true));
        }
        return new PythonExpr.Logic(all, operands);
    }

    private PythonExpr not() {
        if (!peek().is("not")) {
            return comparison();
        }
        if (++depth > DEEPEST) {
            throw new UntranslatableException("is nested too deeply");
        }
        at++;
        PythonExpr of = not();
        depth--;
        return new PythonExpr.Unary("not", of);
    }

    private PythonExpr comparison() {
        PythonExpr first = bits(0);
        var links = new ArrayList<PythonExpr.Link>();
        for (String operator = operator(); COMPARISONS.contains(operator); operator = operator()) {
            at += operator.contains(" ") ? 2 : 1;
            links.add(new PythonExpr.Link(operator, bits(0)));
        }
        return links.isEmpty() ? first : new PythonExpr.Comparison(first, links);
    }

    private String operator() {
        ExprToken token = peek();
        if (token.kind() != ExprToken.Kind.SIGN && token.kind() != ExprToken.Kind.NAME) {
            return "";
        }
        if (token.is("not") && peek(1).is("in")) {
            return "not in";
        }
        if (token.is("is") && !jinja) {
            return peek(1).is("not") ? "is not" : "is";
        }
        return token.is("is") || token.is("not") ? "" : token.text();
    }

    private static final List<Set<String>> BITS =
            List.of(Set.of("|"), Set.of("^"), Set.of("&"), Set.of("<<", ">>"), Set.of("+", "-"));

    private PythonExpr bits(int level) {
        int from = jinja ? BITS.size() - 1 : level;
        if (level == BITS.size()) {
            return jinja ? joined() : product();
        }
        Set<String> signs = BITS.get(Math.max(level, from));
        int next = Math.max(level, from) + 1;
        PythonExpr left = bits(next);
        while (peek().kind() == ExprToken.Kind.SIGN && signs.contains(peek().text())) {
            String operator = peek().text();
            at++;
            left = new PythonExpr.Binary(operator, left, bits(next));
        }
        return left;
    }

    private PythonExpr joined() {
        PythonExpr first = product();
        if (!peek().is("~")) {
            return first;
        }
        var parts = new ArrayList<>(List.of(first));
        while (take("~")) {
            parts.add(product());
        }
        return new PythonExpr.Joined(parts);
    }

    private PythonExpr product() {
        PythonExpr left = unary();
        while (peek().kind() == ExprToken.Kind.SIGN
                && Set.of("*", "/", "//", "%").contains(peek().text())) {
            String operator = peek().text();
            at++;
            left = new PythonExpr.Binary(operator, left, unary());
        }
        return left;
    }

    private PythonExpr unary() {
        if (peek().is("-") || peek().is("+") || (peek().is("~") && !jinja)) {
            if (++depth > DEEPEST) {
                throw new UntranslatableException("is nested too deeply");
            }
            String operator = peek().text();
            at++;
            PythonExpr of = unary();
            depth--;
            return new PythonExpr.Unary(operator, of);
        }
        PythonExpr base = postfix(atom());
        if (!take("**")) {
            return base;
        }
        if (++depth > DEEPEST) {
            throw new UntranslatableException("is nested too deeply");
        }
        PythonExpr exponent = unary();
        depth--;
        return new PythonExpr.Binary("**", base, exponent);
    }

    private PythonExpr postfix(PythonExpr start) {
        PythonExpr of = start;
        for (int parts = 0; ; parts++) {
            if (parts > DEEPEST * 2) {
                throw new UntranslatableException("is nested too deeply");
            }
            if (take(".")) {
                of = peek().kind() == ExprToken.Kind.NUMBER && jinja
                        ? new PythonExpr.Index(of, new PythonExpr.Num(next().text()))
                        : new PythonExpr.Attribute(of, name());
            } else if (peek().is("[")) {
                of = subscript(of);
            } else if (peek().is("(")) {
                of = call(of);
            } else if (jinja && take("|")) {
                of = filter(of);
            } else if (jinja && peek().is("is")) {
                at++;
                of = test(of);
            } else {
                return of;
            }
        }
    }

    private ExprToken next() {
        return tokens.get(at++);
    }

    private PythonExpr filter(PythonExpr of) {
        var name = new StringBuilder(name());
        while (take(".")) {
            name.append('.').append(name());
        }
        if (!peek().is("(")) {
            return new PythonExpr.Filter(of, name.toString(), List.of(), Map.of());
        }
        PythonExpr.Call call = call(of);
        return new PythonExpr.Filter(of, name.toString(), call.arguments(), call.named());
    }

    private PythonExpr test(PythonExpr of) {
        boolean not = take("not");
        String name = peek().is("in") ? next().text() : name();
        ExprToken following = peek();
        List<PythonExpr> arguments = List.of();
        if (following.is("(")) {
            arguments = call(of).arguments();
        } else if (following.kind() == ExprToken.Kind.NUMBER
                || following.kind() == ExprToken.Kind.TEXT
                || following.is("[")
                || (following.kind() == ExprToken.Kind.NAME && !KEYWORDS.contains(following.text()))) {
            arguments = List.of(postfix(atom()));
        }
        return new PythonExpr.Test(of, name, arguments, not);
    }

    private PythonExpr.Call call(PythonExpr on) {
        expect("(");
        var arguments = new ArrayList<PythonExpr>();
        Map<String, PythonExpr> named = new LinkedHashMap<>();
        while (!peek().is(")")) {
            if (peek().kind() == ExprToken.Kind.NAME && peek(1).is("=")) {
                String name = name();
                at++;
                named.put(name, one());
            } else if (take("**")) {
                throw new UntranslatableException("** in a call has no equal");
            } else {
                PythonExpr argument = spreadable();
                arguments.add(peek().is("for") ? comprehension(Shape.LIST, argument, null) : argument);
            }
            if (!take(",")) {
                break;
            }
        }
        expect(")");
        return new PythonExpr.Call(on, arguments, named);
    }

    private PythonExpr subscript(PythonExpr of) {
        expect("[");
        PythonExpr from = peek().is(":") ? null : one();
        if (from != null && !peek().is(":")) {
            expect("]");
            return new PythonExpr.Index(of, from);
        }
        expect(":");
        PythonExpr to = peek().is(":") || peek().is("]") ? null : one();
        PythonExpr step = take(":") && !peek().is("]") ? one() : null;
        expect("]");
        return new PythonExpr.Slice(of, from, to, step);
    }

    private PythonExpr atom() {
        ExprToken token = peek();
        switch (token.kind()) {
            case NUMBER -> {
                at++;
                return new PythonExpr.Num(token.text());
            }
            case TEXT, FILLED -> {
                return text();
            }
            case NAME -> {
                PythonExpr fixed = fixed(token.text());
                if (fixed != null) {
                    at++;
                    return fixed;
                }
                return new PythonExpr.Name(name());
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
        while (peek().kind() == ExprToken.Kind.TEXT || peek().kind() == ExprToken.Kind.FILLED) {
            ExprToken token = next();
            if (token.kind() == ExprToken.Kind.TEXT) {
                pieces.add(new PythonExpr.Piece(token.text(), null, "", ""));
            } else {
                pieces.addAll(FStringPieces.pieces(token.text()));
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
        expect("(");
        if (take(")")) {
            return new PythonExpr.Listed(Shape.TUPLE, List.of());
        }
        PythonExpr first = spreadable();
        if (peek().is("for")) {
            PythonExpr all = comprehension(Shape.LIST, first, null);
            expect(")");
            return all;
        }
        if (take(")")) {
            return first;
        }
        if (peek().is(":=")) {
            throw new UntranslatableException("an assignment has no place in an expression");
        }
        return new PythonExpr.Listed(Shape.TUPLE, rest(first, ")"));
    }

    private List<PythonExpr> rest(PythonExpr first, String end) {
        var all = new ArrayList<>(List.of(first));
        while (take(",")) {
            if (peek().is(end)) {
                break;
            }
            all.add(spreadable());
        }
        expect(end);
        return all;
    }

    private PythonExpr square() {
        expect("[");
        if (take("]")) {
            return new PythonExpr.Listed(Shape.LIST, List.of());
        }
        PythonExpr first = spreadable();
        if (peek().is("for")) {
            PythonExpr all = comprehension(Shape.LIST, first, null);
            expect("]");
            return all;
        }
        return new PythonExpr.Listed(Shape.LIST, rest(first, "]"));
    }

    private PythonExpr curly() {
        expect("{");
        if (take("}")) {
            return new PythonExpr.Mapped(List.of());
        }
        PythonExpr.Entry entry = take("**") ? new PythonExpr.Entry(null, one()) : null;
        PythonExpr first = entry == null ? spreadable() : entry.value();
        if (entry == null && !peek().is(":")) {
            if (peek().is("for")) {
                PythonExpr all = comprehension(Shape.SET, first, null);
                expect("}");
                return all;
            }
            return new PythonExpr.Listed(Shape.SET, rest(first, "}"));
        }
        var entries = new ArrayList<PythonExpr.Entry>();
        entries.add(entry == null ? entry(first) : entry);
        if (peek().is("for")) {
            PythonExpr.Entry only = entries.get(0);
            PythonExpr all = comprehension(Shape.MAP, Objects.requireNonNull(only.key()), only.value());
            expect("}");
            return all;
        }
        while (take(",")) {
            if (peek().is("}")) {
                break;
            }
            entries.add(take("**") ? new PythonExpr.Entry(null, one()) : entry(one()));
        }
        expect("}");
        return new PythonExpr.Mapped(entries);
    }

    private PythonExpr.Entry entry(PythonExpr key) {
        expect(":");
        return new PythonExpr.Entry(key, one());
    }

    private PythonExpr comprehension(Shape shape, PythonExpr element, @Nullable PythonExpr value) {
        var clauses = new ArrayList<PythonExpr.Clause>();
        while (take("for")) {
            List<String> targets = targets();
            PythonExpr over = or();
            var conditions = new ArrayList<PythonExpr>();
            while (take("if")) {
                conditions.add(or());
            }
            clauses.add(new PythonExpr.Clause(targets, over, conditions));
        }
        return new PythonExpr.Comprehension(shape, element, value, clauses);
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
