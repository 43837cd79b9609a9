package dev.caravan.octobatch;

import dev.caravan.octobatch.PythonExpr.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads expressions of Python's and Jinja's: what each operator binds, to a bounded depth. */
final class ExprParser implements WholeExprs {
    private static final Set<String> COMPARISONS =
            Set.of("<", ">", "<=", ">=", "==", "!=", "in", "not in", "is", "is not");

    private final ExprTokens tokens;
    private final boolean jinja;
    private final PostfixParser values;

    ExprParser(ExprTokens tokens, boolean jinja) {
        this.tokens = tokens;
        this.jinja = jinja;
        values = new PostfixParser(tokens, jinja, this);
    }

    static PythonExpr python(String source) {
        return whole(source, false);
    }

    static PythonExpr jinja(String source) {
        return whole(source, true);
    }

    private static PythonExpr whole(String source, boolean jinja) {
        var parser = new ExprParser(new ExprTokens(source), jinja);
        PythonExpr found = parser.several();
        parser.tokens.end();
        return found;
    }

    /** One expression, or several with commas between, which are a tuple. */
    PythonExpr several() {
        PythonExpr first = spreadable();
        if (!tokens.peek().is(",")) {
            return first;
        }
        var all = new ArrayList<>(List.of(first));
        while (tokens.take(",") && tokens.peek().kind() != ExprToken.Kind.END) {
            all.add(spreadable());
        }
        return new PythonExpr.Listed(Shape.TUPLE, all);
    }

    @Override
    public PythonExpr spreadable() {
        return tokens.take("*") ? new PythonExpr.Spread(one()) : one();
    }

    @Override
    public PythonExpr one() {
        return tokens.deeper(() -> tokens.peek().is("lambda") ? function() : choice());
    }

    private PythonExpr function() {
        tokens.expect("lambda");
        var parameters = new ArrayList<String>();
        while (!tokens.peek().is(":")) {
            parameters.add(tokens.name());
            if (tokens.peek().is("=")) {
                throw new UntranslatableException("a default value of a lambda has no equal");
            }
            if (!tokens.take(",")) {
                break;
            }
        }
        tokens.expect(":");
        return new PythonExpr.Function(parameters, one());
    }

    private PythonExpr choice() {
        PythonExpr then = or();
        if (!tokens.peek().is("if")) {
            return then;
        }
        tokens.next();
        PythonExpr condition = or();
        if (jinja && !tokens.peek().is("else")) {
            return new PythonExpr.Choice(condition, then, null);
        }
        tokens.expect("else");
        return new PythonExpr.Choice(condition, then, one());
    }

    @Override
    public PythonExpr or() {
        return logic("or", false);
    }

    private PythonExpr logic(String word, boolean all) {
        PythonExpr first = all ? not() : logic("and", true);
        if (!tokens.peek().is(word)) {
            return first;
        }
        var operands = new ArrayList<>(List.of(first));
        while (tokens.take(word)) {
            operands.add(all ? not() : logic("and", true));
        }
        return new PythonExpr.Logic(all, operands);
    }

    private PythonExpr not() {
        if (!tokens.peek().is("not")) {
            return comparison();
        }
        tokens.next();
        return new PythonExpr.Unary("not", tokens.deeper(this::not));
    }

    private PythonExpr comparison() {
        PythonExpr first = bits(0);
        var links = new ArrayList<PythonExpr.Link>();
        for (String operator = operator(); COMPARISONS.contains(operator); operator = operator()) {
            tokens.skip(operator.contains(" ") ? 2 : 1);
            links.add(new PythonExpr.Link(operator, bits(0)));
        }
        return links.isEmpty() ? first : new PythonExpr.Comparison(first, links);
    }

    private String operator() {
        ExprToken token = tokens.peek();
        if (token.kind() != ExprToken.Kind.SIGN && token.kind() != ExprToken.Kind.NAME) {
            return "";
        }
        if (token.is("not") && tokens.peek(1).is("in")) {
            return "not in";
        }
        if (token.is("is") && !jinja) {
            return tokens.peek(1).is("not") ? "is not" : "is";
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
        while (tokens.peek().kind() == ExprToken.Kind.SIGN
                && signs.contains(tokens.peek().text())) {
            String operator = tokens.next().text();
            left = new PythonExpr.Binary(operator, left, bits(next));
        }
        return left;
    }

    private PythonExpr joined() {
        PythonExpr first = product();
        if (!tokens.peek().is("~")) {
            return first;
        }
        var parts = new ArrayList<>(List.of(first));
        while (tokens.take("~")) {
            parts.add(product());
        }
        return new PythonExpr.Joined(parts);
    }

    private PythonExpr product() {
        PythonExpr left = unary();
        while (tokens.peek().kind() == ExprToken.Kind.SIGN
                && Set.of("*", "/", "//", "%").contains(tokens.peek().text())) {
            String operator = tokens.next().text();
            left = new PythonExpr.Binary(operator, left, unary());
        }
        return left;
    }

    private PythonExpr unary() {
        if (tokens.peek().is("-") || tokens.peek().is("+") || (tokens.peek().is("~") && !jinja)) {
            String operator = tokens.next().text();
            return new PythonExpr.Unary(operator, tokens.deeper(this::unary));
        }
        PythonExpr base = values.value();
        return tokens.take("**") ? new PythonExpr.Binary("**", base, tokens.deeper(this::unary)) : base;
    }

    @Override
    public PythonExpr ofPython(String source) {
        return python(source);
    }
}
