package dev.caravan.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes the references of a template in the form that leaves nothing to be guessed, and notes each use of a name. */
final class TemplateReferences {
    /** Quiet references look their name up with this in front, and find nothing where others would fail. */
    static final String QUIET = "quiet__";

    /** Calls of a tool look it up with this in front. */
    static final String TOOL = "tool__";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern CALL = Pattern.compile("[.]([A-Za-z]+)[(]");
    private static final Pattern INDEX =
            Pattern.compile("\\[\\s*(-?[0-9]+|'[^']*'|\"[^\"]*\"|\\$!?\\{?[A-Za-z_][\\w.]*\\}?)\\s*\\]");

    /** A key below a name; a call is none. */
    private static final Pattern KEY = Pattern.compile("\\G\\}?\\.([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_(])");

    private static final Pattern REFERENCE = Pattern.compile("\\$(!?)(\\{?)(!?)([A-Za-z_][A-Za-z0-9_]*)");

    private final SourceText source;
    private final List<ValueUse> uses;

    /** @param uses where they are noted */
    TemplateReferences(SourceText source, List<ValueUse> uses) {
        this.source = source;
        this.uses = uses;
    }

    /**
     * A reference in formal notation.
     *
     * @param end where it ends in the source
     */
    record Written(String text, int end) {}

    /** The reference that a {@code $} begins; null when what follows it is none. */
    @Nullable Written at(int dollar) {
        int from = dollar + 1;
        boolean quiet = source.at(from) == '!';
        from += quiet ? 1 : 0;
        boolean braces = source.at(from) == '{';
        from += braces ? 1 : 0;
        Matcher name = source.looksAt(NAME, from);
        if (name == null) {
            return null;
        }
        int end = path(name.end());
        if (braces && source.at(end) != '}') {
            throw source.error(dollar, "the reference " + source.between(dollar, end) + " has no closing }");
        }
        return new Written(
                written(name.group(), quiet, source.between(name.end(), end), dollar, name.end()),
                braces ? end + 1 : end);
    }

    private String written(String name, boolean quiet, String path, int dollar, int behind) {
        boolean tool = callsTool(name, path);
        if (!tool) {
            use(name, path, quiet, false, dollar);
        }
        return (quiet ? "$!{" + QUIET : "${") + (tool ? TOOL : "") + name + within(path, behind, false) + "}";
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
            char c = source.at(end);
            Matcher name = c == '.' ? source.looksAt(NAME, end + 1) : null;
            Matcher index = c == '[' ? source.looksAt(INDEX, end) : null;
            if (name != null) {
                end = name.end();
                if (source.at(end) == '(') {
                    end = source.closing(end) + 1;
                }
            } else if (index != null) {
                end = index.end();
            } else {
                return end;
            }
        }
        return end;
    }

    private void use(String name, String behind, boolean quiet, boolean condition, int offset) {
        var keys = new ArrayList<String>();
        for (Matcher each = KEY.matcher(behind); each.find(); ) {
            keys.add(each.group(1));
        }
        uses.add(new ValueUse(name, keys, quiet, condition, source.file(), source.line(offset)));
    }

    /**
     * An expression in which the quiet references are marked; notes what it uses.
     *
     * @param from where it begins in the source
     * @param condition whether it decides what is shown
     */
    String within(String expression, int from, boolean condition) {
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
}
