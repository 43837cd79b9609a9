package dev.caravan.octobatch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Takes the text of an expression apart, as Python does and Jinja nearly so. */
final class ExprLexer {
    private static final int LONGEST = 50_000;
    private static final String[] SIGNS = {
        "**", "//", "<<", ">>", "<=", ">=", "==", "!=", ":=", "->", "+", "-", "*", "/", "%", "~", "&", "|", "^", "<",
        ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", "=", "!"
    };

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
            char c = source.charAt(at);
            if (Character.isWhitespace(c) || (c == '\\' && peek(1) == '\n')) {
                at++;
            } else if (c == '#') {
                while (at < source.length() && source.charAt(at) != '\n') {
                    at++;
                }
            } else if (Character.isDigit(c) || (c == '.' && Character.isDigit(peek(1)))) {
                number();
            } else if (c == '"' || c == '\'') {
                text("");
            } else if (Character.isJavaIdentifierStart(c) && c != '$') {
                word();
            } else {
                sign();
            }
        }
        tokens.add(new ExprToken(ExprToken.Kind.END, ""));
    }

    private char peek(int ahead) {
        return at + ahead < source.length() ? source.charAt(at + ahead) : '\0';
    }

    private void word() {
        int from = at;
        while (at < source.length() && Character.isJavaIdentifierPart(source.charAt(at)) && source.charAt(at) != '$') {
            at++;
        }
        String word = source.substring(from, at);
        boolean quote = peek(0) == '"' || peek(0) == '\'';
        if (quote && word.matches("(?i)[rfub]{1,2}")) {
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
        int from = at;
        if (peek(0) == '0' && "xXoObB".indexOf(peek(1)) >= 0 && peek(1) != '\0') {
            int base = "xX".indexOf(peek(1)) >= 0 ? 16 : "oO".indexOf(peek(1)) >= 0 ? 8 : 2;
            at += 2;
            while (Character.digit(peek(0), base) >= 0 || peek(0) == '_') {
                at++;
            }
            add(new BigInteger(digits(from + 2), base).toString());
            return;
        }
        while (Character.isDigit(peek(0)) || peek(0) == '_') {
            at++;
        }
        boolean decimal = peek(0) == '.' && !Character.isJavaIdentifierStart(peek(1));
        if (decimal) {
            at++;
            while (Character.isDigit(peek(0)) || peek(0) == '_') {
                at++;
            }
        }
        String digits = digits(from);
        String whole = digits.contains(".") ? digits.substring(0, digits.indexOf('.')) : digits;
        String part = digits.contains(".") ? digits.substring(digits.indexOf('.') + 1) : "";
        String written = (whole.isEmpty() ? "0" : whole) + (decimal ? "." + (part.isEmpty() ? "0" : part) : "");
        int exponent = at;
        if (peek(0) == 'e' || peek(0) == 'E') {
            at++;
            at += peek(0) == '+' || peek(0) == '-' ? 1 : 0;
            while (Character.isDigit(peek(0))) {
                at++;
            }
            written += source.substring(exponent, at);
        }
        if (peek(0) == 'j' || peek(0) == 'J') {
            throw new UntranslatableException("complex numbers have no equal");
        }
        add(written);
    }

    private String digits(int from) {
        String digits = source.substring(from, at).replace("_", "");
        if (digits.isEmpty() || digits.length() > 1_000) {
            throw new UntranslatableException("is no number that can be read");
        }
        return digits;
    }

    private void add(String number) {
        tokens.add(new ExprToken(ExprToken.Kind.NUMBER, number));
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
