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
    /** What Velocity looks up at each call of a macro: the block behind a call, of which we have none. */
    static final String BODY = "macro__body";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern WITH_ARGUMENTS = Pattern.compile("(if|elseif|foreach|set)[ \\t]*\\(");
    private static final Pattern BARE = Pattern.compile("(else|end|break)(?![A-Za-z0-9_])|\\{(else|end|break)\\}");
    private static final Pattern FORBIDDEN = Pattern.compile("(evaluate|define)[ \\t]*\\(|@[A-Za-z]");
    private static final Pattern PLACED =
            Pattern.compile("(parse|include)[ \\t]*\\((?:\\s*(?:\"([^\"\\n]*)\"|'([^'\\n]*)')\\s*\\))?");
    private static final Pattern MACRO = Pattern.compile("macro[ \\t]*\\((?:\\s*([A-Za-z_][A-Za-z0-9_]*)"
            + "((?:[\\s,]+\\$\\{?[A-Za-z_][A-Za-z0-9_]*\\}?){0,50})\\s*\\)[ \\t]*(\\r?\\n)?)?");
    private static final Pattern REST_OF_LINE = Pattern.compile("[ \\t]*\\r?\\n");
    private static final Pattern MACRO_CALL = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)[ \\t]*\\(");
    private static final Set<String> DIRECTIVES =
            Set.of("if", "elseif", "else", "end", "foreach", "set", "break", "stop", "parse", "include", "macro");
    private static final int LONGEST = 4_000_000;
    private static final Pattern ASSIGNED =
            Pattern.compile("\\(\\s*\\$\\{?([A-Za-z_][A-Za-z0-9_]*)\\}?\\s*(?:=[^=]|in\\s)");

    private final SourceText source;
    private final PartLibrary parts;
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

    private final TemplateReferences references;
    private final LineCount outLines = new LineCount();
    private @Nullable Opened macro;
    private int at;

    private LiteralSource(String file, String text, PartLibrary parts, boolean part) {
        source = new SourceText(file, text);
        references = new TemplateReferences(source, uses);
        this.parts = parts;
        this.part = part;
    }

    /** Where a macro began, and what was noted before it. */
    private record Opened(String name, Set<String> parameters, int out, int uses, Set<String> calls, long weight) {}

    static RewrittenTemplate rewrite(String file, String source, PartLibrary parts) {
        return new LiteralSource(file, source, parts, false).rewritten();
    }

    /** As the other, of a file that others share: its macros are defined in the parts. */
    static RewrittenTemplate rewritePart(String file, String source, PartLibrary before) {
        return new LiteralSource(file, source, before, true).rewritten();
    }

    private RewrittenTemplate rewritten() {
        run();
        if (macro != null) {
            throw source.error(source.length(), "the macro " + macro.name() + " has no #end");
        }
        if (part && !blocks.isEmpty()) {
            throw source.error(source.length(), "an #if or #foreach is not closed: an #end is missing");
        }
        return new RewrittenTemplate(out.toString(), uses, assigned, calls, weight, placed, shifts);
    }

    private void run() {
        while (at < source.length()) {
            char c = source.at(at);
            if (c == '\\' && (source.at(at + 1) == '$' || source.at(at + 1) == '#')) {
                literal(source.at(at + 1));
                at += 2;
            } else if (c == '#') {
                hash();
            } else if (c == '$') {
                reference();
            } else {
                out.append(c);
                at++;
            }
        }
    }

    private void literal(char c) {
        out.append("#[[").append(c).append("]]#");
    }

    private void hash() {
        if (source.startsWith("#*", at)) {
            copyTo("*#", "a comment #* has no end *#");
        } else if (source.startsWith("#[[", at)) {
            copyTo("]]#", "a literal block #[[ has no end ]]#");
        } else if (!directive() && !callsMacro()) {
            literal('#');
            at++;
        }
    }

    /** Takes the directive that stands here; false where none does. */
    private boolean directive() {
        refuseForbidden();
        Matcher placing = source.looksAt(PLACED, at + 1);
        if (placing != null) {
            place(placing);
            return true;
        }
        Matcher opening = source.looksAt(MACRO, at + 1);
        if (opening != null) {
            openMacro(opening);
            return true;
        }
        if (source.looksAt(WITH_ARGUMENTS, at + 1) != null) {
            withArguments();
            return true;
        }
        Matcher bare = source.looksAt(BARE, at + 1);
        if (bare != null && !(bare.group().contains("end") && closesMacro(bare.end()))) {
            out.append(source.text(), at, bare.end());
            at = bare.end();
        }
        return bare != null;
    }

    private void refuseForbidden() {
        if (source.looksAt(FORBIDDEN, at + 1) != null) {
            String found =
                    source.between(at, Math.min(source.length(), at + 12)).split("[ (]", 2)[0];
            throw source.error(
                    at,
                    found + " is not available in templates; there are text, #if, #foreach, #set, and shared"
                            + " parts under prompts.include");
        }
    }

    private void withArguments() {
        int open = source.text().indexOf('(', at);
        int close = source.closing(open);
        String arguments = source.between(open, close + 1);
        if (arguments.contains("..") && arguments.matches("(?s).*\\[[^\\]'\"]*\\.\\.[^\\]'\"]*\\].*")) {
            throw source.error(at, "integer ranges are not available; loop over a list of the record");
        }
        boolean condition = source.startsWith("if", at + 1) || source.startsWith("elseif", at + 1);
        if (!source.startsWith("set", at + 1) && !source.startsWith("elseif", at + 1)) {
            blocks.add("");
        }
        Matcher target = ASSIGNED.matcher(arguments);
        if (target.lookingAt()) {
            assigned.add(target.group(1));
        }
        out.append(source.text(), at, open).append(references.within(arguments, open, condition));
        at = close + 1;
    }

    /** {@code #parse("part.vm")} and {@code #include("part.txt")}. */
    private void place(Matcher directive) {
        String name = directive.group(2) == null ? directive.group(3) : directive.group(2);
        String word = "#" + directive.group(1);
        if (name == null) {
            throw source.error(at, word + " takes the name of a file in quotes, one of those under prompts.include");
        }
        if (macro != null) {
            throw source.error(at, word + " cannot stand in a macro; place the file in the template");
        }
        String text = parts.placed(name);
        RewrittenTemplate template = parts.template(name);
        if (text == null) {
            throw source.error(at, parts.unknown(name, part));
        }
        int line = lines();
        if (!word.equals("#parse")) {
            asItStands(text);
        } else if (template != null) {
            placeTemplate(template);
        } else {
            throw source.error(
                    at, "'" + name + "' is no template, for it does not end in .vm; #include places it as it stands");
        }
        if (out.length() > LONGEST) {
            throw source.error(at, "with its parts the template grows beyond " + LONGEST + " characters");
        }
        placed.add(name);
        if (lines() > line) {
            shifts.add(new RewrittenTemplate.Shift(line, lines() - line, name));
        }
        at = directive.end();
    }

    private void placeTemplate(RewrittenTemplate template) {
        out.append(withoutLastBreak(template.text()));
        uses.addAll(template.uses());
        assigned.addAll(template.assigned());
        calls.addAll(template.calls());
        placed.addAll(template.placed());
        weigh(template.weight());
    }

    private void asItStands(String text) {
        withoutLastBreak(text).chars().forEach(c -> {
            if (c == '$' || c == '#') {
                literal((char) c);
            } else {
                out.append((char) c);
            }
        });
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
            throw source.error(
                    at, "#macro is only available in the files under prompts.include, which all templates share");
        }
        if (name == null || DIRECTIVES.contains(name)) {
            throw source.error(at, "#macro needs a name that is no directive's, and parameters: #macro(quote $text)");
        }
        if (!blocks.isEmpty() || parts.isDefined(name)) {
            throw source.error(
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
                new PartLibrary.Macro(
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
        Matcher rest = source.looksAt(REST_OF_LINE, at);
        at = rest == null ? at : rest.end();
        return true;
    }

    /** A call of a macro; false for what is text. */
    private boolean callsMacro() {
        Matcher call = source.looksAt(MACRO_CALL, at + 1);
        if (call == null) {
            return false;
        }
        String name = call.group(1);
        if (!parts.isDefined(name)) {
            String later = parts.later(name);
            if (later != null) {
                throw source.error(
                        at,
                        "the macro " + name + " is defined " + (later.equals(source.file()) ? "here" : "in " + later)
                                + ", but not before this place; a macro calls only those before it");
            }
            return false;
        }
        int from = call.end() - 1;
        int close = source.closing(from);
        out.append('#').append(name).append(references.within(source.between(from, close + 1), from, false));
        calls.add(name);
        weigh(parts.weight(name));
        at = close + 1;
        if (source.at(at) == '\n' && !parts.endsItsLine(name)) {
            // Else the line of a lone call would run into the next one.
            out.append("#[[\n]]#");
            at++;
        }
        return true;
    }

    private void weigh(long more) {
        weight += more;
        if (PartLibrary.isTooMuch(weight)) {
            throw source.error(at, "the macros call each other too often");
        }
    }

    private void copyTo(String end, String complaint) {
        int close = source.text().indexOf(end, at + 2);
        if (close < 0) {
            throw source.error(at, complaint);
        }
        out.append(source.text(), at, close + end.length());
        at = close + end.length();
    }

    private void reference() {
        TemplateReferences.Written reference = references.at(at);
        if (reference == null) {
            literal('$');
            at++;
        } else {
            out.append(reference.text());
            at = reference.end();
        }
    }
}
