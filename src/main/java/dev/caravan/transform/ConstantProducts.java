package dev.caravan.transform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

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
        return first == (direction < 0 ? Kind.CLOSE : Kind.OPEN) ? inBrackets(at, direction) : Kind.NAME;
    }

    private Kind inBrackets(int from, int direction) {
        int depth = 0;
        Kind found = Kind.NUMBER;
        for (int at = from; at >= 0 && at < tokens.size(); at += direction) {
            Kind kind = tokens.get(at).kind();
            if (kind == Kind.NAME || kind == Kind.ANYTHING_ELSE) {
                return Kind.NAME;
            }
            found = kind == Kind.TEXT ? Kind.TEXT : found;
            depth += kind == Kind.OPEN ? direction : kind == Kind.CLOSE ? -direction : 0;
            if (depth == 0) {
                return direction < 0 && isName(at - 1) ? Kind.NAME : found;
            }
        }
        return Kind.NAME;
    }

    private boolean isName(int at) {
        return at >= 0 && tokens.get(at).kind() == Kind.NAME;
    }

    private void read(String text) {
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int from = at;
            if (Character.isWhitespace(c)) {
                at++;
            } else if (text.startsWith("//", at)) {
                at = end(text, at, each -> each != '\n');
            } else if (c == '"') {
                at = endOfText(text, at + 1);
                tokens.add(new Token(Kind.TEXT, from));
            } else if (Character.isDigit(c)) {
                at = end(text, at, each -> Character.isDigit(each) || each == '.');
                tokens.add(new Token(Kind.NUMBER, from));
            } else if (Character.isLetter(c) || c == '_') {
                at = end(text, at, each -> Character.isLetterOrDigit(each) || each == '_');
                boolean word = WORDS.contains(text.substring(from, at));
                tokens.add(new Token(word ? Kind.ANYTHING_ELSE : Kind.NAME, from));
            } else {
                at++;
                tokens.add(new Token(kind(c), from));
            }
        }
    }

    private static int end(String text, int from, IntPredicate belongs) {
        int at = from;
        while (at < text.length() && belongs.test(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int endOfText(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
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
