package dev.caravan.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds products of texts and numbers that are both written out. JSLT computes such a product while it compiles, where
 * nothing counts what it makes: {@code "a" * 2000000000} would take all memory. Nobody needs one.
 */
final class ConstantProducts {
    private enum Kind {
        TEXT,
        NUMBER,
        OPEN,
        CLOSE,
        TIMES,
        OTHER_OPERATOR,
        NAME,
        ANYTHING_ELSE
    }

    /** Words before a bracket that is no call. */
    private static final Set<String> WORDS = Set.of("if", "else", "let", "def", "for", "and", "or", "import", "as");

    private record Token(Kind kind, int at) {}

    private final List<Token> tokens = new ArrayList<>();

    private ConstantProducts(String text) {
        read(text);
    }

    /** Where the first one stands. */
    static Optional<Integer> ofText(String text) {
        var found = new ConstantProducts(text);
        for (int i = 0; i < found.tokens.size(); i++) {
            if (found.tokens.get(i).kind() == Kind.TIMES) {
                Kind before = found.operand(i, -1);
                Kind after = found.operand(i, 1);
                boolean holdsText = before == Kind.TEXT || after == Kind.TEXT;
                if (holdsText && before != Kind.NAME && after != Kind.NAME) {
                    return Optional.of(found.tokens.get(i).at());
                }
            }
        }
        return Optional.empty();
    }

    /** NAME for what depends on the record, TEXT for a constant that holds text, NUMBER for any other constant. */
    private Kind operand(int operator, int direction) {
        int at = operator + direction;
        if (at < 0 || at >= tokens.size()) {
            return Kind.NAME;
        }
        Kind first = tokens.get(at).kind();
        if (first == Kind.TEXT || first == Kind.NUMBER) {
            return first;
        }
        if (first != (direction < 0 ? Kind.CLOSE : Kind.OPEN)) {
            return Kind.NAME;
        }
        int depth = 0;
        Kind found = Kind.NUMBER;
        for (; at >= 0 && at < tokens.size(); at += direction) {
            Kind kind = tokens.get(at).kind();
            depth += kind == Kind.OPEN ? direction : kind == Kind.CLOSE ? -direction : 0;
            if (kind == Kind.NAME || kind == Kind.ANYTHING_ELSE) {
                return Kind.NAME;
            }
            found = kind == Kind.TEXT ? Kind.TEXT : found;
            if (depth == 0) {
                int before = at - 1;
                boolean call =
                        direction < 0 && before >= 0 && tokens.get(before).kind() == Kind.NAME;
                return call ? Kind.NAME : found;
            }
        }
        return Kind.NAME;
    }

    private void read(String text) {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int from = at;
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '/' && at + 1 < text.length() && text.charAt(at + 1) == '/') {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (c == '"') {
                at++;
                while (at < text.length() && text.charAt(at) != '"') {
                    at += text.charAt(at) == '\\' ? 2 : 1;
                }
                at++;
                tokens.add(new Token(Kind.TEXT, from));
            } else if (Character.isDigit(c)) {
                while (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
                    at++;
                }
                tokens.add(new Token(Kind.NUMBER, from));
            } else if (Character.isLetter(c) || c == '_') {
                while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
                    at++;
                }
                boolean word = WORDS.contains(text.substring(from, at));
                tokens.add(new Token(word ? Kind.ANYTHING_ELSE : Kind.NAME, from));
            } else {
                at++;
                tokens.add(new Token(kind(c), from));
            }
        }
    }

    private static Kind kind(char c) {
        return switch (c) {
            case '(' -> Kind.OPEN;
            case ')' -> Kind.CLOSE;
            case '*' -> Kind.TIMES;
            case '+', '-', '/' -> Kind.OTHER_OPERATOR;
            default -> Kind.ANYTHING_ELSE;
        };
    }
}
