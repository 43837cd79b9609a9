package dev.caravan.octobatch;

import dev.caravan.octobatch.Expr.Shape;
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

    static Expr python(String source) {
        return whole(source, false);
    }

    static Expr jinja(String source) {
        return whole(source, true);
    }

    private static Expr whole(String source, boolean jinja) {
        var parser = new ExprParser(ExprLexer.tokens(source), jinja);
        Expr found = parser.several();
        parser.end();
        return found;
    }

    void end() {
        if (peek().kind() != ExprToken.Kind.END) {
            throw new Untranslatable(
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
            throw new Untranslatable(
                    peek().kind() == ExprToken.Kind.END
                            ? "ends where a " + sign + " is missing"
                            : "has '" + peek().text() + "' where a " + sign + " belongs");
        }
    }

    String name() {
        ExprToken token = peek();
        if (token.kind() != ExprToken.Kind.NAME || KEYWORDS.contains(token.text())) {
            throw new Untranslatable("has '" + token.text() + "' where a name belongs");
        }
        if (token.text().startsWith("__")) {
            throw new Untranslatable("names that begin with __ have no equal");
        }
        at++;
        return token.text();
    }

    /** One expression, or several with commas between, which are a tuple. */
    Expr several() {
        Expr first = spreadable();
        if (!peek().is(",")) {
            return first;
        }
        var all = new ArrayList<>(List.of(first));
        while (take(",") && peek().kind() != ExprToken.Kind.END) {
            all.add(spreadable());
        }
        return new Expr.Listed(Shape.TUPLE, all);
    }

    private Expr spreadable() {
        return take("*") ? new Expr.Spread(one()) : one();
    }

    Expr one() {
        if (++depth > DEEPEST) {
            throw new Untranslatable("is nested too deeply");
        }
        Expr found = peek().is("lambda") ? function() : choice();
        depth--;
        return found;
    }

    private Expr function() {
        expect("lambda");
        var parameters = new ArrayList<String>();
        while (!peek().is(":")) {
            parameters.add(name());
            if (peek().is("=")) {
                throw new Untranslatable("a default value of a lambda has no equal");
            }
            if (!take(",")) {
                break;
            }
        }
        expect(":");
        return new Expr.Function(parameters, one());
    }

    private Expr choice() {
        Expr then = or();
        if (!peek().is("if")) {
            return then;
        }
        at++;
        Expr condition = or();
        if (jinja && !peek().is("else")) {
            return new Expr.Choice(condition, then, null);
        }
        expect("else");
        return new Expr.Choice(condition, then, one());
    }

    /** What may stand behind {@code in} of a loop: no choice, for {@code if} filters there. */
    Expr or() {
        return logic("or", false);
    }

    private Expr logic(String word, boolean all) {
        Expr first = all ? not() : logic("and", true);
        if (!peek().is(word)) {
            return first;
        }
        var operands = new ArrayList<>(List.of(first));
        while (take(word)) {
            operands.add(all ? not() : logic("and", true));
        }
        return new Expr.Logic(all, operands);
    }

    private Expr not() {
        if (!peek().is("not")) {
            return comparison();
        }
        if (++depth > DEEPEST) {
            throw new Untranslatable("is nested too deeply");
        }
        at++;
        Expr of = not();
        depth--;
        return new Expr.Unary("not", of);
    }

    private Expr comparison() {
        Expr first = bits(0);
        var links = new ArrayList<Expr.Link>();
        for (String operator = operator(); COMPARISONS.contains(operator); operator = operator()) {
            at += operator.contains(" ") ? 2 : 1;
            links.add(new Expr.Link(operator, bits(0)));
        }
        return links.isEmpty() ? first : new Expr.Comparison(first, links);
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

    private Expr bits(int level) {
        int from = jinja ? BITS.size() - 1 : level;
        if (level == BITS.size()) {
            return jinja ? joined() : product();
        }
        Set<String> signs = BITS.get(Math.max(level, from));
        int next = Math.max(level, from) + 1;
        Expr left = bits(next);
        while (peek().kind() == ExprToken.Kind.SIGN && signs.contains(peek().text())) {
            String operator = peek().text();
            at++;
            left = new Expr.Binary(operator, left, bits(next));
        }
        return left;
    }

    private Expr joined() {
        Expr first = product();
        if (!peek().is("~")) {
            return first;
        }
        var parts = new ArrayList<>(List.of(first));
        while (take("~")) {
            parts.add(product());
        }
        return new Expr.Joined(parts);
    }

    private Expr product() {
        Expr left = unary();
        while (peek().kind() == ExprToken.Kind.SIGN
                && Set.of("*", "/", "//", "%").contains(peek().text())) {
            String operator = peek().text();
            at++;
            left = new Expr.Binary(operator, left, unary());
        }
        return left;
    }

    private Expr unary() {
        if (peek().is("-") || peek().is("+") || (peek().is("~") && !jinja)) {
            if (++depth > DEEPEST) {
                throw new Untranslatable("is nested too deeply");
            }
            String operator = peek().text();
            at++;
            Expr of = unary();
            depth--;
            return new Expr.Unary(operator, of);
        }
        Expr base = postfix(atom());
        if (!take("**")) {
            return base;
        }
        if (++depth > DEEPEST) {
            throw new Untranslatable("is nested too deeply");
        }
        Expr exponent = unary();
        depth--;
        return new Expr.Binary("**", base, exponent);
    }

    private Expr postfix(Expr start) {
        Expr of = start;
        for (int parts = 0; ; parts++) {
            if (parts > DEEPEST * 2) {
                throw new Untranslatable("is nested too deeply");
            }
            if (take(".")) {
                of = peek().kind() == ExprToken.Kind.NUMBER && jinja
                        ? new Expr.Index(of, new Expr.Num(next().text()))
                        : new Expr.Attribute(of, name());
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

    private Expr filter(Expr of) {
        var name = new StringBuilder(name());
        while (take(".")) {
            name.append('.').append(name());
        }
        if (!peek().is("(")) {
            return new Expr.Filter(of, name.toString(), List.of(), Map.of());
        }
        Expr.Call call = call(of);
        return new Expr.Filter(of, name.toString(), call.arguments(), call.named());
    }

    private Expr test(Expr of) {
        boolean not = take("not");
        String name = peek().is("in") ? next().text() : name();
        ExprToken following = peek();
        List<Expr> arguments = List.of();
        if (following.is("(")) {
            arguments = call(of).arguments();
        } else if (following.kind() == ExprToken.Kind.NUMBER
                || following.kind() == ExprToken.Kind.TEXT
                || following.is("[")
                || (following.kind() == ExprToken.Kind.NAME && !KEYWORDS.contains(following.text()))) {
            arguments = List.of(postfix(atom()));
        }
        return new Expr.Test(of, name, arguments, not);
    }

    private Expr.Call call(Expr on) {
        expect("(");
        var arguments = new ArrayList<Expr>();
        Map<String, Expr> named = new LinkedHashMap<>();
        while (!peek().is(")")) {
            if (peek().kind() == ExprToken.Kind.NAME && peek(1).is("=")) {
                String name = name();
                at++;
                named.put(name, one());
            } else if (take("**")) {
                throw new Untranslatable("** in a call has no equal");
            } else {
                Expr argument = spreadable();
                arguments.add(peek().is("for") ? comprehension(Shape.LIST, argument, null) : argument);
            }
            if (!take(",")) {
                break;
            }
        }
        expect(")");
        return new Expr.Call(on, arguments, named);
    }

    private Expr subscript(Expr of) {
        expect("[");
        Expr from = peek().is(":") ? null : one();
        if (from != null && !peek().is(":")) {
            expect("]");
            return new Expr.Index(of, from);
        }
        expect(":");
        Expr to = peek().is(":") || peek().is("]") ? null : one();
        Expr step = take(":") && !peek().is("]") ? one() : null;
        expect("]");
        return new Expr.Slice(of, from, to, step);
    }

    private Expr atom() {
        ExprToken token = peek();
        switch (token.kind()) {
            case NUMBER -> {
                at++;
                return new Expr.Num(token.text());
            }
            case TEXT, FILLED -> {
                return text();
            }
            case NAME -> {
                Expr fixed = fixed(token.text());
                if (fixed != null) {
                    at++;
                    return fixed;
                }
                return new Expr.Name(name());
            }
            default -> {
                return bracket(token);
            }
        }
    }

    private @Nullable Expr fixed(String word) {
        return switch (word) {
            case "True" -> new Expr.Fixed("true");
            case "False" -> new Expr.Fixed("false");
            case "None" -> new Expr.Fixed("null");
            case "true", "false" -> jinja ? new Expr.Fixed(word) : null;
            case "none" -> jinja ? new Expr.Fixed("null") : null;
            default -> null;
        };
    }

    /** Texts side by side are one. */
    private Expr text() {
        var pieces = new ArrayList<Expr.Piece>();
        while (peek().kind() == ExprToken.Kind.TEXT || peek().kind() == ExprToken.Kind.FILLED) {
            ExprToken token = next();
            if (token.kind() == ExprToken.Kind.TEXT) {
                pieces.add(new Expr.Piece(token.text(), null, "", ""));
            } else {
                pieces.addAll(FStringPieces.pieces(token.text()));
            }
        }
        if (pieces.stream().allMatch(each -> each.value() == null)) {
            var text = new StringBuilder();
            pieces.forEach(each -> text.append(each.text()));
            return new Expr.Text(text.toString());
        }
        return new Expr.Filled(pieces);
    }

    private Expr bracket(ExprToken token) {
        return switch (token.text()) {
            case "(" -> round();
            case "[" -> square();
            case "{" -> curly();
            default ->
                throw new Untranslatable(
                        token.kind() == ExprToken.Kind.END
                                ? "ends too early"
                                : "has '" + token.text() + "' where a value belongs");
        };
    }

    private Expr round() {
        expect("(");
        if (take(")")) {
            return new Expr.Listed(Shape.TUPLE, List.of());
        }
        Expr first = spreadable();
        if (peek().is("for")) {
            Expr all = comprehension(Shape.LIST, first, null);
            expect(")");
            return all;
        }
        if (take(")")) {
            return first;
        }
        if (peek().is(":=")) {
            throw new Untranslatable("an assignment has no place in an expression");
        }
        return new Expr.Listed(Shape.TUPLE, rest(first, ")"));
    }

    private List<Expr> rest(Expr first, String end) {
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

    private Expr square() {
        expect("[");
        if (take("]")) {
            return new Expr.Listed(Shape.LIST, List.of());
        }
        Expr first = spreadable();
        if (peek().is("for")) {
            Expr all = comprehension(Shape.LIST, first, null);
            expect("]");
            return all;
        }
        return new Expr.Listed(Shape.LIST, rest(first, "]"));
    }

    private Expr curly() {
        expect("{");
        if (take("}")) {
            return new Expr.Mapped(List.of());
        }
        Expr.Entry entry = take("**") ? new Expr.Entry(null, one()) : null;
        Expr first = entry == null ? spreadable() : entry.value();
        if (entry == null && !peek().is(":")) {
            if (peek().is("for")) {
                Expr all = comprehension(Shape.SET, first, null);
                expect("}");
                return all;
            }
            return new Expr.Listed(Shape.SET, rest(first, "}"));
        }
        var entries = new ArrayList<Expr.Entry>();
        entries.add(entry == null ? entry(first) : entry);
        if (peek().is("for")) {
            Expr.Entry only = entries.get(0);
            Expr all = comprehension(Shape.MAP, Objects.requireNonNull(only.key()), only.value());
            expect("}");
            return all;
        }
        while (take(",")) {
            if (peek().is("}")) {
                break;
            }
            entries.add(take("**") ? new Expr.Entry(null, one()) : entry(one()));
        }
        expect("}");
        return new Expr.Mapped(entries);
    }

    private Expr.Entry entry(Expr key) {
        expect(":");
        return new Expr.Entry(key, one());
    }

    private Expr comprehension(Shape shape, Expr element, @Nullable Expr value) {
        var clauses = new ArrayList<Expr.Clause>();
        while (take("for")) {
            List<String> targets = targets();
            Expr over = or();
            var conditions = new ArrayList<Expr>();
            while (take("if")) {
                conditions.add(or());
            }
            clauses.add(new Expr.Clause(targets, over, conditions));
        }
        return new Expr.Comprehension(shape, element, value, clauses);
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
