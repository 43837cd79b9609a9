package dev.caravan.prompt;

import dev.caravan.base.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a template may reach of the files before it: their macros, and their texts where it places them. */
final class PartLibrary {
    /** Calls of macros that one pass through a template may come to, loops aside. */
    private static final int MOST_CALLS = 10_000;

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

    /** A file that may be placed from now on. */
    void add(String file, String text) {
        texts.put(file, text);
    }

    /** What becomes of a file where {@code #parse} places it. */
    void add(String file, RewrittenTemplate template) {
        templates.put(file, template);
    }

    /** A macro that a file is going to define. */
    void declare(String name, String file) {
        declared.putIfAbsent(name, file);
    }

    /** Names of the files, in their order. */
    Set<String> files() {
        return texts.keySet();
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
