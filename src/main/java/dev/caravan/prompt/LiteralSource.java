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

    /** What Velocity looks up at each call of a macro: the block behind a call, of which we have none. */
    static final String BODY = "macro__body";

    private static final Pattern CALL = Pattern.compile("[.]([A-Za-z]+)[(]");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern WITH_ARGUMENTS = Pattern.compile("(if|elseif|foreach|set)[ \\t]*\\(");
    private static final Pattern BARE = Pattern.compile("(else|end|break)(?![A-Za-z0-9_])|\\{(else|end|break)\\}");
    private static final Pattern FORBIDDEN = Pattern.compile("(evaluate|define)[ \\t]*\\(|@[A-Za-z]");
    private static final Pattern PLACED =
            Pattern.compile("(parse|include)[ \\t]*\\((?:\\s*(?:\"([^\"\\n]*)\"|'([^'\\n]*)')\\s*\\))?");
    private static final Pattern MACRO = Pattern.compile("macro[ \\t]*\\((?:\\s*([A-Za-z_][A-Za-z0-9_]*)"
            + "((?:[\\s,]+\\$\\{?[A-Za-z_][A-Za-z0-9_]*\\}?){0,50})\\s*\\)[ \\t]*(\\r?\\n)?)?");
    private static final Pattern MACRO_CALL = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)[ \\t]*\\(");
    private static final Set<String> DIRECTIVES =
            Set.of("if", "elseif", "else", "end", "foreach", "set", "break", "stop", "parse", "include", "macro");
    private static final int LONGEST = 4_000_000;
    private static final Pattern INDEX =
            Pattern.compile("\\[\\s*(-?[0-9]+|'[^']*'|\"[^\"]*\"|\\$!?\\{?[A-Za-z_][\\w.]*\\}?)\\s*\\]");

    /** A key below a name; a call is none. */
    private static final Pattern KEY = Pattern.compile("\\G\\}?\\.([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_(])");

    private static final Pattern REFERENCE = Pattern.compile("\\$(!?)(\\{?)(!?)([A-Za-z_][A-Za-z0-9_]*)");
    private static final Pattern ASSIGNED =
            Pattern.compile("\\(\\s*\\$\\{?([A-Za-z_][A-Za-z0-9_]*)\\}?\\s*(?:=[^=]|in\\s)");

    private final String file;
    private final String source;
    private final TemplateParts parts;
    private final boolean part;
    private final StringBuilder out = new StringBuilder();
    private final List<ValueUse> uses = new ArrayList<>();
    private final Set<String> assigned = new LinkedHashSet<>();
    private final Set<String> calls = new LinkedHashSet<>();
    private final Set<String> placed = new LinkedHashSet<>();
    private final List<RewrittenTemplate.Shift> shifts = new ArrayList<>();
    private long weight;
    /** Blocks that are open, the innermost one last; of a macro the name, of others nothing. */
    private final List<String> blocks = new ArrayList<>();

    private final Lines sourceLines = new Lines();
    private final Lines outLines = new Lines();
    private @Nullable Opened macro;
    private int at;

    private LiteralSource(String file, String source, TemplateParts parts, boolean part) {
        this.file = file;
        this.source = source;
        this.parts = parts;
        this.part = part;
    }

    /** Where a macro began, and what was noted before it. */
    private record Opened(String name, Set<String> parameters, int out, int uses, Set<String> calls, long weight) {}

    static RewrittenTemplate rewrite(String file, String source, TemplateParts parts) {
        return new LiteralSource(file, source, parts, false).rewritten();
    }

    /** As the other, of a file that others share: its macros are defined in the parts. */
    static RewrittenTemplate rewritePart(String file, String source, TemplateParts before) {
        return new LiteralSource(file, source, before, true).rewritten();
    }

    private RewrittenTemplate rewritten() {
        run();
        if (macro != null) {
            throw error(source.length(), "the macro " + macro.name() + " has no #end");
        }
        if (part && !blocks.isEmpty()) {
            throw error(source.length(), "an #if or #foreach is not closed: an #end is missing");
        }
        return new RewrittenTemplate(out.toString(), uses, assigned, calls, weight, placed, shifts);
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
                    at,
                    found + " is not available in templates; there are text, #if, #foreach, #set, and shared"
                            + " parts under prompts.include");
        } else if (looksAt(PLACED, at + 1) != null) {
            place(java.util.Objects.requireNonNull(looksAt(PLACED, at + 1)));
        } else if (looksAt(MACRO, at + 1) != null) {
            openMacro(java.util.Objects.requireNonNull(looksAt(MACRO, at + 1)));
        } else if (looksAt(WITH_ARGUMENTS, at + 1) != null) {
            int open = source.indexOf('(', at);
            int close = balanced(open, '(', ')');
            String arguments = source.substring(open, close + 1);
            if (arguments.contains("..") && arguments.matches("(?s).*\\[[^\\]'\"]*\\.\\.[^\\]'\"]*\\].*")) {
                throw error(at, "integer ranges are not available; loop over a list of the record");
            }
            if (!source.startsWith("set", at + 1) && !source.startsWith("elseif", at + 1)) {
                blocks.add("");
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
            if (bare == null && callsMacro()) {
                return;
            }
            if (bare == null) {
                literal('#');
                at++;
            } else if (bare.group().contains("end") && closesMacro(bare.end())) {
                return;
            } else {
                out.append(source, at, bare.end());
                at = bare.end();
            }
        }
    }

    /** {@code #parse("part.vm")} and {@code #include("part.txt")}. */
    private void place(Matcher directive) {
        String name = directive.group(2) == null ? directive.group(3) : directive.group(2);
        String word = "#" + directive.group(1);
        if (name == null) {
            throw error(at, word + " takes the name of a file in quotes, one of those under prompts.include");
        }
        if (macro != null) {
            throw error(at, word + " cannot stand in a macro; place the file in the template");
        }
        String text = parts.placed(name);
        RewrittenTemplate template = parts.template(name);
        if (text == null) {
            throw error(at, parts.unknown(name, part));
        }
        if (word.equals("#parse") && template == null) {
            throw error(
                    at, "'" + name + "' is no template, for it does not end in .vm; #include places it as it stands");
        }
        int line = lines();
        if (word.equals("#parse") && template != null) {
            out.append(withoutLastBreak(template.text()));
            uses.addAll(template.uses());
            assigned.addAll(template.assigned());
            calls.addAll(template.calls());
            placed.addAll(template.placed());
            weigh(template.weight());
        } else {
            withoutLastBreak(text).chars().forEach(c -> {
                if (c == '$' || c == '#') {
                    literal((char) c);
                } else {
                    out.append((char) c);
                }
            });
        }
        if (out.length() > LONGEST) {
            throw error(at, "with its parts the template grows beyond " + LONGEST + " characters");
        }
        placed.add(name);
        if (lines() > line) {
            shifts.add(new RewrittenTemplate.Shift(line, lines() - line, name));
        }
        at = directive.end();
    }

    private int lines() {
        return outLines.at(out, out.length());
    }

    private static String withoutLastBreak(String text) {
        return text.replaceFirst("(?:#\\[\\[\n\\]\\]#|\\r?\\n)\\z", "");
    }

    private void openMacro(Matcher directive) {
        String name = directive.group(1);
        if (!part) {
            throw error(at, "#macro is only available in the files under prompts.include, which all templates share");
        }
        if (name == null || DIRECTIVES.contains(name)) {
            throw error(at, "#macro needs a name that is no directive's, and parameters: #macro(quote $text)");
        }
        if (!blocks.isEmpty() || parts.isDefined(name)) {
            throw error(
                    at,
                    blocks.isEmpty() ? "the macro " + name + " is defined twice" : "#macro stands inside of a block");
        }
        var parameters = new LinkedHashSet<String>();
        for (Matcher each = NAME.matcher(directive.group(2)); each.find(); ) {
            parameters.add(each.group());
        }
        macro = new Opened(name, parameters, out.length(), uses.size(), Set.copyOf(calls), weight);
        weight = 0;
        calls.clear();
        blocks.add(name);
        out.append('#').append(directive.group());
        at = directive.end();
    }

    /** Takes a macro that ends here out of the text; false where no macro does. */
    private boolean closesMacro(int end) {
        String closed = blocks.isEmpty() ? "" : blocks.remove(blocks.size() - 1);
        Opened opened = macro;
        if (closed.isEmpty() || opened == null) {
            return false;
        }
        assigned.addAll(opened.parameters());
        List<ValueUse> own = uses.subList(opened.uses(), uses.size());
        own.removeIf(each -> opened.parameters().contains(each.name()));
        parts.define(
                opened.name(),
                new TemplateParts.Macro(
                        out.substring(opened.out()) + "#end",
                        List.copyOf(own),
                        Set.copyOf(assigned),
                        Set.copyOf(calls),
                        weight + 1));
        own.clear();
        out.setLength(opened.out());
        calls.clear();
        calls.addAll(opened.calls());
        weight = opened.weight();
        macro = null;
        at = end;
        Matcher rest = looksAt(Pattern.compile("[ \\t]*\\r?\\n"), at);
        at = rest == null ? at : rest.end();
        return true;
    }

    /** A call of a macro; false for what is text. */
    private boolean callsMacro() {
        Matcher call = looksAt(MACRO_CALL, at + 1);
        if (call == null) {
            return false;
        }
        String name = call.group(1);
        if (!parts.isDefined(name)) {
            String later = parts.later(name);
            if (later != null) {
                throw error(
                        at,
                        "the macro " + name + " is defined " + (later.equals(file) ? "here" : "in " + later)
                                + ", but not before this place; a macro calls only those before it");
            }
            return false;
        }
        int from = call.end() - 1;
        int close = balanced(from, '(', ')');
        out.append('#').append(name).append(quiet(source.substring(from, close + 1), from, false));
        calls.add(name);
        weigh(parts.weight(name));
        at = close + 1;
        if (peek(0) == '\n' && !parts.endsItsLine(name)) {
            // Else the line of a lone call would run into the next one.
            out.append("#[[\n]]#");
            at++;
        }
        return true;
    }

    private void weigh(long more) {
        weight += more;
        if (TemplateParts.isTooMuch(weight)) {
            throw error(at, "the macros call each other too often");
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
        TemplateTools.Tool tool = TemplateTools.ALL.get(name);
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
        uses.add(new ValueUse(name, keys, quiet, condition, file, line(offset)));
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
        return new TemplateSyntaxException(file, line(offset), offset - source.lastIndexOf('\n', offset - 1), message);
    }

    private int line(int offset) {
        return sourceLines.at(source, offset);
    }

    /** Counts lines of a text from where it was asked last, for it is asked at most once for each place, in order. */
    private static final class Lines {
        private int counted;
        private int line = 1;

        int at(CharSequence text, int offset) {
            if (offset < counted) {
                counted = 0;
                line = 1;
            }
            for (; counted < offset; counted++) {
                line += text.charAt(counted) == '\n' ? 1 : 0;
            }
            return line;
        }
    }
}
