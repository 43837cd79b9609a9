package dev.caravan.octobatch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/** Takes the text of an expression apart, as Python does and Jinja nearly so. */
final class ExprLexer {
    private static final int LONGEST = 50_000;
    private static final String[] SIGNS = {
        "**", "//", "<<", ">>", "<=", ">=", "==", "!=", ":=", "->", "+", "-", "*", "/", "%", "~", "&", "|", "^", "<",
        ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", "=", "!"
    };

    private static final Map<Character, Integer> BASES = Map.of('x', 16, 'o', 8, 'b', 2);

    private final String source;
    private final List<ExprToken> tokens = new ArrayList<>();
    private int at;

    private ExprLexer(String source) {
        this.source = source;
    }

    static List<ExprToken> tokens(String source) {
        if (source.length() > LONGEST) {
            throw new UntranslatableException("is longer than " + LONGEST + " characters");
        }
        var lexer = new ExprLexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (at < source.length()) {
            char c = peek(0);
            if (Character.isWhitespace(c) || (c == '\\' && peek(1) == '\n')) {
                at++;
            } else if (c == '#') {
                skip(each -> each != '\n');
            } else if (Character.isDigit(c) || (c == '.' && Character.isDigit(peek(1)))) {
                number();
            } else if (isQuote(c)) {
                text("");
            } else if (Character.isJavaIdentifierStart(c) && c != '$') {
                word();
            } else {
                sign();
            }
        }
        tokens.add(new ExprToken(ExprToken.Kind.END, ""));
    }

    private void skip(IntPredicate belongs) {
        while (at < source.length() && belongs.test(source.charAt(at))) {
            at++;
        }
    }

    private boolean isNext(String oneOf) {
        return at < source.length() && oneOf.indexOf(source.charAt(at)) >= 0;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private char peek(int ahead) {
        return at + ahead < source.length() ? source.charAt(at + ahead) : '\0';
    }

    private void word() {
        int from = at;
        skip(c -> Character.isJavaIdentifierPart(c) && c != '$');
        String word = source.substring(from, at);
        if (isQuote(peek(0)) && word.matches("(?i)[rfub]{1,2}")) {
            text(word.toLowerCase(Locale.ROOT));
        } else {
            tokens.add(new ExprToken(ExprToken.Kind.NAME, word));
        }
    }

    private void sign() {
        for (String each : SIGNS) {
            if (source.startsWith(each, at)) {
                at += each.length();
                tokens.add(new ExprToken(ExprToken.Kind.SIGN, each));
                return;
            }
        }
        throw new UntranslatableException("the sign " + source.charAt(at) + " means nothing in an expression");
    }

    private void number() {
        Integer base = peek(0) == '0' ? BASES.get(Character.toLowerCase(peek(1))) : null;
        String number = base == null ? decimal() + exponent() : based(base);
        if (isNext("jJ") && base == null) {
            throw new UntranslatableException("complex numbers have no equal");
        }
        tokens.add(new ExprToken(ExprToken.Kind.NUMBER, number));
    }

    private String based(int base) {
        at += 2;
        int from = at;
        skip(c -> Character.digit(c, base) >= 0 || c == '_');
        return new BigInteger(digits(from), base).toString();
    }

    /** Also 1. and .5, which are written in full here. */
    private String decimal() {
        int from = at;
        skip(ExprLexer::isDigit);
        if (peek(0) != '.' || Character.isJavaIdentifierStart(peek(1))) {
            return digits(from);
        }
        at++;
        skip(ExprLexer::isDigit);
        String digits = digits(from);
        int point = digits.indexOf('.');
        return orZero(digits.substring(0, point)) + "." + orZero(digits.substring(point + 1));
    }

    private static boolean isDigit(int c) {
        return Character.isDigit(c) || c == '_';
    }

    private static String orZero(String digits) {
        return digits.isEmpty() ? "0" : digits;
    }

    private String exponent() {
        if (!isNext("eE")) {
            return "";
        }
        int from = at++;
        at += isNext("+-") ? 1 : 0;
        skip(Character::isDigit);
        return source.substring(from, at);
    }

    private String digits(int from) {
        String digits = source.substring(from, at).replace("_", "");
        if (digits.isEmpty() || digits.length() > 1_000) {
            throw new UntranslatableException("is no number that can be read");
        }
        return digits;
    }

    private void text(String prefix) {
        String quote = source.substring(at, at + 1);
        if (source.startsWith(quote.repeat(3), at)) {
            quote = quote.repeat(3);
        }
        if (prefix.contains("b")) {
            throw new UntranslatableException("bytes have no equal");
        }
        int from = at + quote.length();
        int end = from;
        while (!source.startsWith(quote, end)) {
            end += end < source.length() && source.charAt(end) == '\\' ? 2 : 1;
            if (end >= source.length()) {
                throw new UntranslatableException("a text has no end");
            }
        }
        at = end + quote.length();
        String inside = source.substring(from, end);
        String said = prefix.contains("r") ? inside : TextEscapes.resolved(inside);
        boolean filled = prefix.contains("f");
        tokens.add(new ExprToken(filled ? ExprToken.Kind.FILLED : ExprToken.Kind.TEXT, said));
    }
}
