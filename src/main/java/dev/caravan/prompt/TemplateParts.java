package dev.caravan.prompt;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Files that the templates of a pipeline share, in an order: macros that a template may call, and text that it places
 * where it says so. A file only reaches what those before it give, so that none can lead back to itself.
 */
public final class TemplateParts {
    /** Of templates that share nothing. */
    public static final TemplateParts NONE = new TemplateParts();

    /** Files with this ending are templates; all others are text, whatever stands in it. */
    private static final String ENDING = ".vm";

    private static final Pattern MACRO = Pattern.compile("#macro[ \\t]*\\([ \\t]*([A-Za-z_][A-Za-z0-9_]*)");

    private final PartLibrary library = new PartLibrary();

    private TemplateParts() {}

    /**
     * @param files texts by their names, in their order
     * @throws TemplateSyntaxException naming the file
     */
    public static TemplateParts of(Map<String, String> files) {
        var parts = new TemplateParts();
        files.forEach(parts::declare);
        files.forEach(parts::add);
        return parts;
    }

    private void declare(String file, String text) {
        for (Matcher each = MACRO.matcher(text); file.endsWith(ENDING) && each.find(); ) {
            library.declare(each.group(1), file);
        }
    }

    private void add(String file, String text) {
        if (file.endsWith(ENDING)) {
            library.add(file, LiteralSource.rewritePart(file, text, library));
        }
        library.add(file, text);
    }

    /** The files, in their order. */
    public Set<String> files() {
        return library.files();
    }

    /** A file's text as it was written. */
    public String text(String file) {
        return String.valueOf(library.placed(file));
    }

    /** What a template that has them may reach. */
    PartLibrary library() {
        return library;
    }
}
