package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The pieces of an f-string. */
final class FStringPieces {
    private FStringPieces() {}

    /** @param parser reads what stands between braces */
    static List<PythonExpr.Piece> pieces(String inside, Function<String, PythonExpr> parser) {
        var pieces = new ArrayList<PythonExpr.Piece>();
        var text = new StringBuilder();
        for (int i = 0; i < inside.length(); i++) {
            char c = inside.charAt(i);
            if ((c == '{' || c == '}') && i + 1 < inside.length() && inside.charAt(i + 1) == c) {
                text.append(c);
                i++;
            } else if (c == '{') {
                int end = end(inside, i + 1);
                pieces.add(new PythonExpr.Piece(text.toString(), null, "", ""));
                text.setLength(0);
                pieces.add(value(inside.substring(i + 1, end), parser));
                i = end;
            } else if (c == '}') {
                throw new UntranslatableException("a } in a text with values has no {");
            } else {
                text.append(c);
            }
        }
        pieces.add(new PythonExpr.Piece(text.toString(), null, "", ""));
        pieces.removeIf(each -> each.value() == null && each.text().isEmpty());
        return pieces;
    }

    private static int end(String text, int from) {
        int at = split(text, from, "}");
        if (at == text.length()) {
            throw new UntranslatableException("a { in a text with values has no }");
        }
        return at;
    }

    /** The first of the signs that stands in no bracket and no quotes. */
    private static int split(String text, int from, String signs) {
        int depth = 0;
        char quote = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (depth == 0 && signs.indexOf(c) >= 0 && !text.startsWith("!=", i)) {
                return i;
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            }
        }
        return text.length();
    }

    private static PythonExpr.Piece value(String inside, Function<String, PythonExpr> parser) {
        int end = split(inside, 0, "!:");
        String conversion = "";
        String format = "";
        String rest = inside.substring(end);
        if (rest.startsWith("!")) {
            int colon = rest.indexOf(':');
            conversion = rest.substring(1, colon < 0 ? rest.length() : colon).strip();
            rest = colon < 0 ? "" : rest.substring(colon);
        }
        if (rest.startsWith(":")) {
            format = rest.substring(1);
        }
        return new PythonExpr.Piece("", parser.apply(inside.substring(0, end)), conversion, format);
    }
}
