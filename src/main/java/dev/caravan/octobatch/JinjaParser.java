package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a template of Jinja's. What it cannot read becomes a part of its own, so that the rest still stands. */
final class JinjaParser {
    private static final int DEEPEST = 40;
    private static final Map<String, String> BLOCKS = Map.of(
            "macro",
            "endmacro",
            "call",
            "endcall",
            "filter",
            "endfilter",
            "block",
            "endblock",
            "autoescape",
            "endautoescape",
            "trans",
            "endtrans");
    private static final Set<String> ENDS = Set.of("endif", "else", "elif", "endfor", "endset", "endwith");

    /** Of a block without an end nobody knows where it ends: the whole template cannot be read. */
    private static final class Unclosed extends UntranslatableException {
        Unclosed(String why) {
            super(why);
        }
    }

    /** A piece of the template between two signs; the sign is empty for text. */
    private record Part(String sign, String inside, String source) {
        String word() {
            String text = inside.strip();
            int end = 0;
            while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
                end++;
            }
            return text.substring(0, end);
        }

        String rest() {
            return inside.strip().substring(word().length()).strip();
        }
    }

    private final List<Part> parts;
    private int at;
    private int depth;

    private JinjaParser(List<Part> parts) {
        this.parts = parts;
    }

    static List<JinjaPart> parse(String source) {
        var parser = new JinjaParser(parts(source));
        var all = new ArrayList<JinjaPart>();
        while (parser.at < parser.parts.size()) {
            all.addAll(parser.body(Set.of()));
            if (parser.at < parser.parts.size()) {
                Part stray = parser.parts.get(parser.at++);
                all.add(new JinjaPart.Unknown(stray.source(), "it closes nothing"));
            }
        }
        return all;
    }

    private static List<Part> parts(String source) {
        var parts = new ArrayList<Part>();
        boolean strip = false;
        int at = 0;
        while (at < source.length()) {
            int open = opening(source, at);
            text(source, at, open, strip).ifPresent(parts::add);
            if (open < 0) {
                break;
            }
            String sign = source.substring(open, open + 2);
            int close = closing(source, open, sign);
            at = close + 2;
            strip = source.charAt(close - 1) == '-';
            String inside = inside(source.substring(open + 2, strip ? close - 1 : close), sign);
            if (sign.equals("{%") && inside.strip().equals("raw")) {
                at = raw(source, at, parts);
                strip = false;
            } else {
                parts.add(new Part(sign, inside, source.substring(open, at)));
            }
        }
        return parts;
    }

    /** Up to the next sign, which may take the blanks before it away. */
    private static Optional<Part> text(String source, int from, int open, boolean strip) {
        String text = source.substring(from, open < 0 ? source.length() : open);
        text = strip ? text.stripLeading() : text;
        text = open >= 0 && source.startsWith("-", open + 2) ? text.stripTrailing() : text;
        return text.isEmpty() ? Optional.empty() : Optional.of(new Part("", text, text));
    }

    /** Without the marks for blanks at its ends. */
    private static String inside(String marked, String sign) {
        String inside = marked.startsWith("-") || marked.startsWith("+") ? marked.substring(1) : marked;
        return inside.endsWith("+") && !sign.equals("{{") ? inside.substring(0, inside.length() - 1) : inside;
    }

    private static int opening(String source, int from) {
        for (int i = source.indexOf('{', from); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private static int closing(String source, int open, String sign) {
        String close = sign.equals("{{") ? "}}" : sign.substring(1) + "}";
        int at = sign.equals("{#") ? source.indexOf(close, open + 2) : outside(source, open + 2, close);
        if (at < 0) {
            throw new UntranslatableException("line " + line(source, open) + ": " + sign + " has no " + close);
        }
        return at;
    }

    private static int line(String source, int at) {
        return 1 + (int) source.substring(0, at).chars().filter(c -> c == '\n').count();
    }

    /** Where a sign stands first outside of texts and maps; -1 when nowhere. */
    private static int outside(String source, int from, String sign) {
        char quote = 0;
        int depth = 0;
        for (int i = from; i + 1 < source.length(); i++) {
            char c = source.charAt(i);
            if (quote != 0) {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (source.startsWith(sign, i) && depth == 0) {
                return i;
            } else if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth = Math.max(0, depth - 1);
            }
        }
        return -1;
    }

    private static int raw(String source, int from, List<Part> parts) {
        for (int i = opening(source, from); i >= 0; i = opening(source, i + 1)) {
            if (source.startsWith("{%", i)) {
                int close = source.indexOf("%}", i);
                if (close >= 0
                        && source.substring(i + 2, close)
                                .replaceAll("[-+]", "")
                                .strip()
                                .equals("endraw")) {
                    parts.add(new Part("", source.substring(from, i), ""));
                    return close + 2;
                }
            }
        }
        throw new UntranslatableException("line " + line(source, from) + ": {% raw %} has no {% endraw %}");
    }

    /** Parts up to a tag that closes or divides what is open. */
    private List<JinjaPart> body(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw new UntranslatableException("is nested more than " + DEEPEST + " levels deep");
        }
        var all = new ArrayList<JinjaPart>();
        while (at < parts.size()) {
            Part part = parts.get(at);
            if (part.sign().equals("{%") && (ends.contains(part.word()) || ENDS.contains(part.word()))) {
                break;
            }
            at++;
            all.add(node(part));
        }
        depth--;
        return all;
    }

    private JinjaPart node(Part part) {
        return switch (part.sign()) {
            case "" -> new JinjaPart.Plain(part.inside());
            case "{#" -> new JinjaPart.Comment(part.inside().strip());
            case "{{" -> {
                try {
                    yield new JinjaPart.Output(ExprParser.jinja(part.inside()), part.source());
                } catch (UntranslatableException e) {
                    yield new JinjaPart.Unknown(part.source(), e.why());
                }
            }
            default -> tag(part);
        };
    }

    private JinjaPart tag(Part part) {
        int from = at;
        int deep = depth;
        try {
            return switch (part.word()) {
                case "if" -> choice(part);
                case "for" -> loop(part);
                case "set" -> assignment(part);
                case "include" -> include(part);
                case "break" -> new JinjaPart.Break(part.source());
                default -> unknown(part, "");
            };
        } catch (Unclosed e) {
            throw e;
        } catch (UntranslatableException e) {
            at = from;
            depth = deep;
            return unknown(part, e.why());
        }
    }

    private JinjaPart choice(Part first) {
        var branches = new ArrayList<JinjaPart.Branch>();
        List<JinjaPart> otherwise = List.of();
        PythonExpr condition = ExprParser.jinja(first.rest());
        branches.add(new JinjaPart.Branch(condition, body(Set.of())));
        while (true) {
            Part next = next(first);
            if (next.word().equals("elif")) {
                branches.add(new JinjaPart.Branch(ExprParser.jinja(next.rest()), body(Set.of())));
            } else if (next.word().equals("else")) {
                otherwise = body(Set.of());
            } else if (next.word().equals("endif")) {
                return new JinjaPart.If(branches, otherwise, first.source());
            } else {
                throw new UntranslatableException("it is closed by " + next.source());
            }
        }
    }

    private Part next(Part open) {
        if (at >= parts.size()) {
            throw new UntranslatableException(open.source() + " is not closed");
        }
        return parts.get(at++);
    }

    private JinjaPart loop(Part first) {
        var tokens = new ExprTokens(first.rest());
        var parser = new ExprParser(tokens, true);
        List<String> targets = tokens.targets();
        PythonExpr over = parser.or();
        PythonExpr condition = tokens.take("if") ? parser.or() : null;
        if (tokens.peek().is("recursive")) {
            throw new UntranslatableException("a recursive loop has no equal");
        }
        tokens.end();
        List<JinjaPart> body = body(Set.of());
        Part next = next(first);
        List<JinjaPart> otherwise = List.of();
        if (next.word().equals("else")) {
            otherwise = body(Set.of());
            next = next(first);
        }
        if (!next.word().equals("endfor")) {
            throw new UntranslatableException("it is closed by " + next.source());
        }
        return new JinjaPart.Loop(targets, over, condition, body, otherwise, first.source());
    }

    private static JinjaPart assignment(Part part) {
        String rest = part.rest();
        int sign = equals(rest);
        if (sign < 0) {
            throw new UntranslatableException("{% set %} of a whole block has no equal");
        }
        var targets = new ArrayList<String>();
        for (String each : rest.substring(0, sign).split(",", -1)) {
            if (!each.strip().matches("[A-Za-z_]\\w*([.][A-Za-z_]\\w*)?")) {
                throw new UntranslatableException("'" + each.strip() + "' cannot be set");
            }
            targets.add(each.strip());
        }
        return new JinjaPart.Assignment(targets, ExprParser.jinja(rest.substring(sign + 1)), part.source());
    }

    private static int equals(String text) {
        int at = text.indexOf('=');
        return at >= 0 && at + 1 < text.length() && text.charAt(at + 1) != '=' ? at : -1;
    }

    private static JinjaPart include(Part part) {
        PythonExpr file = new ExprParser(new ExprTokens(part.rest()), true).one();
        if (!(file instanceof PythonExpr.Text text)) {
            throw new UntranslatableException("an {% include %} of a computed name has no equal");
        }
        return new JinjaPart.Include(text.value(), part.source());
    }

    /** With all that stands in it, if it is a block. */
    private JinjaPart unknown(Part part, String why) {
        String end = end(part.word(), part);
        String reason = why.isEmpty() ? "{% " + part.word() + " %} has no equal" : why;
        return new JinjaPart.Unknown(part.source() + (end == null ? "" : toEnd(part, end)), reason);
    }

    /** What follows up to the end of a block, in which others like it may stand. */
    private String toEnd(Part part, String end) {
        var source = new StringBuilder();
        int open = 1;
        while (at < parts.size() && open > 0) {
            Part each = parts.get(at++);
            source.append(each.source());
            if (each.sign().equals("{%") && each.word().equals(part.word())) {
                open += end(part.word(), each) != null ? 1 : 0;
            } else if (each.sign().equals("{%") && each.word().equals(end)) {
                open--;
            }
        }
        if (open > 0) {
            throw new Unclosed(part.source() + " is not closed");
        }
        return source.toString();
    }

    private static @Nullable String end(String word, Part part) {
        return switch (word) {
            case "if", "for", "with" -> "end" + word;
            case "set" -> equals(part.rest()) < 0 ? "endset" : null;
            default -> BLOCKS.get(word);
        };
    }
}
