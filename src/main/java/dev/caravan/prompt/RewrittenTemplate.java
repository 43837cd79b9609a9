package dev.caravan.prompt;

import java.util.List;
import java.util.Set;

/**
 * A template as Velocity is to see it.
 *
 * @param text of which nothing is left to be guessed
 * @param uses each reference to a name, in their order
 * @param assigned names it sets itself, by #set or #foreach, or as parameters of macros
 * @param calls macros of parts that it calls
 * @param weight how many calls these come to
 * @param placed parts whose text it holds
 * @param shifts where lines of the text are not those of the file
 */
record RewrittenTemplate(
        String text,
        List<ValueUse> uses,
        Set<String> assigned,
        Set<String> calls,
        long weight,
        Set<String> placed,
        List<Shift> shifts) {

    /** An author's place for a line of the text. */
    String place(String file, int line) {
        int own = line;
        for (Shift each : shifts) {
            if (line <= each.line()) {
                break;
            }
            if (line <= each.line() + each.lines()) {
                return each.from() + ", line " + (line - each.line() + 1);
            }
            own -= each.lines();
        }
        return own > text.lines().count() ? "a macro of " + file : "line " + own;
    }

    int line(int line) {
        int own = line;
        for (Shift each : shifts) {
            own -= line > each.line() ? Math.min(each.lines(), line - each.line()) : 0;
        }
        return own;
    }

    /**
     * So many more lines than the author's behind a line of the text, out of another file.
     *
     * @param line of the text in which they begin
     */
    record Shift(int line, int lines, String from) {}
}
