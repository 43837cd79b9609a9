package dev.caravan.prompt;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a template so that Velocity sees only what we mean by it: known directives and references, the latter in
 * their unambiguous form; every other {@code $}, {@code #} and {@code ##} becomes literal text. Lines stay where they
 * are, so that messages name the author's lines.
 */
final class LiteralSource {
    /** Quiet references look their name up with this in front, and find nothing where others would fail. */
    static final String QUIET = "quiet__";

    /** Calls of a tool look it up with this in front. */
    static final String TOOL = "tool__";

    private static final Pattern CALL = Pattern.compile("[.]([A-Za-z]+)[(]");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern WITH_ARGUMENTS = Pattern.compile("(if|elseif|foreach|set)[ \\t]*\\(");
    private static final Pattern BARE = Pattern.compile("(else|end|break)(?![A-Za-z0-9_])|\\{(else|end|break)\\}");
    private static final Pattern FORBIDDEN =
            Pattern.compile("(parse|include|evaluate|define|macro)[ \\t]*\\(|@[A-Za-z]");
    private static final Pattern INDEX =
            Pattern.compile("\\[\\s*(-?[0-9]+|'[^']*'|\"[^\"]*\"|\\$!?\\{?[A-Za-z_][\\w.]*\\}?)\\s*\\]");

    /** A key below a name; a call is none. */
    private static final Pattern KEY = Pattern.compile("\\G\\}?\\.([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_(])");

    private static final Pattern REFERENCE = Pattern.compile("\\$(!?)(\\{?)(!?)([A-Za-z_][A-Za-z0-9_]*)");
    private static final Pattern ASSIGNED =
            Pattern.compile("\\(\\s*\\$\\{?([A-Za-z_][A-Za-z0-9_]*)\\}?\\s*(?:=[^=]|in\\s)");

    private final String source;
    private final StringBuilder out = new StringBuilder();
    private final List<Use> uses = new ArrayList<>();
    private final Set<String> assigned = new LinkedHashSet<>();
    private int at;

    private LiteralSource(String source) {
        this.source = source;
    }

    /**
     * @param uses each reference to a name, in their order
     * @param assigned names it sets itself, by #set or #foreach
     */
    record Rewritten(String text, List<Use> uses, Set<String> assigned) {}

    static Rewritten rewrite(String source) {
        var rewriting = new LiteralSource(source);
        rewriting.run();
        return new Rewritten(rewriting.out.toString(), rewriting.uses, rewriting.assigned);
    }

    private void run() {
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == '\\' && (peek(1) == '$' || peek(1) == '#')) {
                literal(peek(1));
                at += 2;
            } else if (c == '#') {
                hash();
            } else if (c == '$') {
                if (!reference()) {
                    literal('$');
                    at++;
                }
            } else {
                out.append(c);
                at++;
            }
        }
    }

    private char peek(int ahead) {
        return at + ahead < source.length() ? source.charAt(at + ahead) : '\0';
    }

    private void literal(char c) {
        out.append("#[[").append(c).append("]]#");
    }

    private void hash() {
        if (source.startsWith("#*", at)) {
            copyTo("*#", "a comment #* has no end *#");
        } else if (source.startsWith("#[[", at)) {
            copyTo("]]#", "a literal block #[[ has no end ]]#");
        } else if (looksAt(FORBIDDEN, at + 1) != null) {
            String found =
                    source.substring(at, Math.min(source.length(), at + 12)).split("[ (]", 2)[0];
            throw error(
                    at, found + " is not available in templates; a prompt is one file of text, #if, #foreach, #set");
        } else if (looksAt(WITH_ARGUMENTS, at + 1) != null) {
            int open = source.indexOf('(', at);
            int close = balanced(open, '(', ')');
            String arguments = source.substring(open, close + 1);
            if (arguments.contains("..") && arguments.matches("(?s).*\\[[^\\]'\"]*\\.\\.[^\\]'\"]*\\].*")) {
                throw error(at, "integer ranges are not available; loop over a list of the record");
            }
            Matcher target = ASSIGNED.matcher(arguments);
            if (target.lookingAt()) {
                assigned.add(target.group(1));
            }
            boolean condition = source.startsWith("if", at + 1) || source.startsWith("elseif", at + 1);
            out.append(source, at, open).append(quiet(arguments, open, condition));
            at = close + 1;
        } else {
            Matcher bare = looksAt(BARE, at + 1);
            if (bare == null) {
                literal('#');
                at++;
            } else {
                out.append(source, at, bare.end());
                at = bare.end();
            }
        }
    }

    private void copyTo(String end, String complaint) {
        int close = source.indexOf(end, at + 2);
        if (close < 0) {
            throw error(at, complaint);
        }
        out.append(source, at, close + end.length());
        at = close + end.length();
    }

    private @Nullable Matcher looksAt(Pattern pattern, int from) {
        Matcher matcher = pattern.matcher(source).region(from, source.length());
        return matcher.lookingAt() ? matcher : null;
    }

    /** Copies a reference in formal notation; false when what follows the {@code $} is none. */
    private boolean reference() {
        int from = at + 1;
        boolean quiet = from < source.length() && source.charAt(from) == '!';
        from += quiet ? 1 : 0;
        boolean braces = from < source.length() && source.charAt(from) == '{';
        from += braces ? 1 : 0;
        Matcher name = looksAt(NAME, from);
        if (name == null) {
            return false;
        }
        int end = path(name.end());
        if (braces) {
            if (end >= source.length() || source.charAt(end) != '}') {
                throw error(at, "the reference " + source.substring(at, end) + " has no closing }");
            }
        }
        String path = source.substring(name.end(), end);
        boolean tool = callsTool(name.group(), path);
        if (!tool) {
            use(name.group(), path, quiet, false, at);
        }
        out.append(quiet ? "$!{" + QUIET : "${").append(tool ? TOOL : "");
        out.append(name.group()).append(quiet(path, name.end(), false)).append('}');
        at = braces ? end + 1 : end;
        return true;
    }

    /** A record may have a field of a tool's name: a call means the tool, everything else the field. */
    private static boolean callsTool(String name, String path) {
        Tools.Tool tool = Tools.ALL.get(name);
        Matcher call = CALL.matcher(path);
        return tool != null && call.lookingAt() && tool.functions().containsKey(call.group(1));
    }

    private int path(int from) {
        int end = from;
        while (end < source.length()) {
            char c = source.charAt(end);
            Matcher name = c == '.' ? looksAt(NAME, end + 1) : null;
            Matcher index = c == '[' ? looksAt(INDEX, end) : null;
            if (name != null) {
                end = name.end();
                if (end < source.length() && source.charAt(end) == '(') {
                    end = balanced(end, '(', ')') + 1;
                }
            } else if (index != null) {
                end = index.end();
            } else {
                return end;
            }
        }
        return end;
    }

    private int balanced(int open, char opening, char closing) {
        int depth = 0;
        char quote = 0;
        for (int i = open; i < source.length(); i++) {
            char c = source.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == opening) {
                depth++;
            } else if (c == closing && --depth == 0) {
                return i;
            }
        }
        throw error(open, "the parenthesis ( has no closing )");
    }

    private void use(String name, String behind, boolean quiet, boolean condition, int offset) {
        var keys = new ArrayList<String>();
        for (Matcher each = KEY.matcher(behind); each.find(); ) {
            keys.add(each.group(1));
        }
        uses.add(new Use(name, keys, quiet, condition, line(offset)));
    }

    /**
     * In expressions, notes the names and marks the quiet ones.
     *
     * @param from where it begins in the source
     * @param condition whether it decides what is shown
     */
    private String quiet(String expression, int from, boolean condition) {
        Matcher matcher = REFERENCE.matcher(expression);
        var text = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(4);
            boolean tool = callsTool(name, expression.substring(matcher.end()));
            boolean quiet = !matcher.group(1).isEmpty() || !matcher.group(3).isEmpty();
            if (!tool) {
                use(name, expression.substring(matcher.end()), quiet, condition, from + matcher.start());
            }
            String found =
                    "$" + (quiet ? "!" : "") + matcher.group(2) + (quiet ? QUIET : "") + (tool ? TOOL : "") + name;
            matcher.appendReplacement(text, Matcher.quoteReplacement(found));
        }
        return matcher.appendTail(text).toString();
    }

    private TemplateSyntaxException error(int offset, String message) {
        return new TemplateSyntaxException(line(offset), offset - source.lastIndexOf('\n', offset - 1), message);
    }

    private int line(int offset) {
        return 1
                + (int) source.substring(0, offset)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }
}
