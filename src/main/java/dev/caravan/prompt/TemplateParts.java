package dev.caravan.prompt;

import dev.caravan.base.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files that the templates of a pipeline share, in an order: macros that a template may call, and text that it places
 * where it says so. A file only reaches what those before it give, so that none can lead back to itself.
 */
public final class TemplateParts {
    /** Of templates that share nothing. */
    public static final TemplateParts NONE = new TemplateParts();

    /** Files with this ending are templates; all others are text, whatever stands in it. */
    private static final String ENDING = ".vm";

    /** Calls of macros that one pass through a template may come to, loops aside. */
    private static final int MOST_CALLS = 10_000;

    private static final Pattern MACRO = Pattern.compile("#macro[ \\t]*\\([ \\t]*([A-Za-z_][A-Za-z0-9_]*)");

    /**
     * A macro that a file defines.
     *
     * @param text as Velocity reads it
     * @param calls of other macros, each as often as it stands there
     * @param weight how many calls one call comes to
     */
    record Macro(String text, List<ValueUse> uses, Set<String> assigned, Set<String> calls, long weight) {}

    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, RewrittenTemplate> templates = new LinkedHashMap<>();
    private final Map<String, Macro> macros = new LinkedHashMap<>();
    private final Map<String, String> declared = new LinkedHashMap<>();

    private TemplateParts() {}

    /**
     * @param files texts by their names, in their order
     * @throws TemplateSyntaxException naming the file
     */
    public static TemplateParts of(Map<String, String> files) {
        var parts = new TemplateParts();
        files.forEach((file, text) -> {
            for (Matcher each = MACRO.matcher(text); file.endsWith(ENDING) && each.find(); ) {
                parts.declared.putIfAbsent(each.group(1), file);
            }
        });
        files.forEach((file, text) -> {
            if (file.endsWith(ENDING)) {
                parts.templates.put(file, LiteralSource.rewritePart(file, text, parts));
            }
            parts.texts.put(file, text);
        });
        return parts;
    }

    /** The files, in their order. */
    public Set<String> files() {
        return texts.keySet();
    }

    /** A file's text as it was written. */
    public String text(String file) {
        return String.valueOf(texts.get(file));
    }

    void define(String name, Macro macro) {
        macros.put(name, macro);
    }

    boolean isDefined(String name) {
        return macros.containsKey(name);
    }

    /** The file in which a macro is defined that is not yet; null for what is none. */
    @Nullable String later(String name) {
        return declared.get(name);
    }

    long weight(String name) {
        Macro macro = macros.get(name);
        return macro == null ? 0 : macro.weight();
    }

    /** Whether what a macro gives ends with a line break of its own. */
    boolean endsItsLine(String name) {
        Macro macro = macros.get(name);
        return macro != null && macro.text().endsWith("\n#end");
    }

    static boolean isTooMuch(long weight) {
        return weight > MOST_CALLS;
    }

    /** A template among the files that come before; null when there is none of that name. */
    @Nullable RewrittenTemplate template(String file) {
        return templates.get(file);
    }

    /** A text among the files that come before; null when there is none of that name. */
    @Nullable String placed(String file) {
        return texts.get(file);
    }

    /** What to say to whoever places a file that is not there. */
    String unknown(String file, boolean byPart) {
        return "'" + file + "' is none of the files under prompts.include"
                + (byPart ? " that come before this one" : "")
                + (texts.isEmpty() ? "" : "; " + Problems.suggestion(file, texts.keySet()));
    }

    /** The macros that calls lead to, directly or not, in the order of their definition. */
    List<Macro> called(Set<String> calls) {
        Set<String> all = new LinkedHashSet<>();
        var open = new ArrayList<>(calls);
        while (!open.isEmpty()) {
            String name = open.remove(open.size() - 1);
            Macro macro = macros.get(name);
            if (macro != null && all.add(name)) {
                open.addAll(macro.calls());
            }
        }
        return macros.entrySet().stream()
                .filter(each -> all.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }
}
