package dev.caravan.octobatch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/** Collects the text of a template of ours, so that nothing in plain text is taken for more, nor the reverse. */
final class VelocityText {
    private static final String DIRECTIVE =
            "(?s)(?:(?:if|elseif|foreach|set|parse|include|evaluate|define|macro)[ \\t]*\\(|(?:else|end|break)(?![A-Za-z0-9_])|\\{(?:else|end|break)\\}|@[A-Za-z]|\\*|\\[\\[).*";

    private static final int LONGEST = 1 << 20;
    private static final Pattern WORD = Pattern.compile("[_\\p{javaLetterOrDigit}]");
    /** What Velocity takes for a part of a reference before it. */
    private static final Pattern LENGTHENS = Pattern.compile("[_\\p{javaLetterOrDigit}\\[(]|[.][A-Za-z_]");
    /** One that stands for itself. */
    private static final String BACKSLASH = "#[[\\]]#";

    /** An empty comment, behind which Velocity leaves a line break or blanks where they are. */
    private static final String GUARD = "#**#";

    private final StringBuilder out = new StringBuilder();
    /** What was said last, and takes another form when letters follow. */
    private String reference = "";

    private boolean quiet;
    private String bare = "";
    /** Whether a line break that comes next would be swallowed, and must not be. */
    private boolean guarded;

    private boolean behindDirective;
    private final Deque<Block> blocks = new ArrayDeque<>();

    /**
     * An open block.
     *
     * @param greedy whether Velocity may take the line break behind its end for its own
     * @param fresh whether nothing else stood on the line where it began
     * @param tidy whether all of its parts so far ended with their line
     */
    private record Block(boolean greedy, boolean fresh, boolean tidy) {}

    void reference(String path, boolean asQuiet) {
        flush("$");
        reference = path;
        quiet = asQuiet;
        behindDirective = false;
    }

    /**
     * Opens blocks, which one tag of the original stands for.
     *
     * @param alone whether a line break follows that may go
     */
    void open(boolean alone, String... directives) {
        flush("#");
        String line = line();
        boolean blank = line.isBlank();
        if (blank && !line.isEmpty() && !alone) {
            out.append(GUARD);
            blank = false;
            behindDirective = false;
        }
        for (int i = 0; i < directives.length; i++) {
            blocks.push(new Block(blank || behindDirective || i > 0, blank, true));
            out.append(directives[i]);
        }
        after(!blank || !alone);
    }

    /** What divides a block. */
    void middle(String directive) {
        flush("#");
        Block block = blocks.pop();
        boolean ended = line().isBlank();
        boolean blank = ended && block.fresh();
        blocks.push(new Block(block.greedy(), block.fresh(), block.tidy() && ended));
        if (directive.equals("else")) {
            bare = directive;
        } else {
            out.append(directive);
        }
        after(!blank);
    }

    /** Closes blocks, which one tag of the original stands for. */
    void close(int count) {
        flush("#");
        boolean blank = line().isBlank();
        boolean any = false;
        for (int i = 0; i < count; i++) {
            flush("#");
            Block block = blocks.pop();
            any |= block.greedy();
            blank &= block.tidy();
            bare = "end";
        }
        after(any && !blank);
    }

    void leave() {
        flush("#");
        bare = "break";
        after(!line().isBlank());
    }

    void assign(String name, String value) {
        flush("#");
        boolean blank = line().isBlank();
        boolean behind = behindDirective;
        out.append("#set($").append(name).append(" = ").append(value).append(')');
        after(!blank && behind);
    }

    void comment(String text) {
        flush("#");
        out.append(text);
        after(false);
    }

    private void after(boolean guard) {
        guarded = guard;
        behindDirective = true;
    }

    /** What stands on the line so far. */
    private String line() {
        return out.substring(out.lastIndexOf("\n") + 1);
    }

    boolean atLineStart() {
        flush("#");
        return line().isBlank();
    }

    /** Directives that print nothing: on lines of their own where a line begins, else side by side. */
    void prelude(String directives) {
        if (directives.isEmpty()) {
            return;
        }
        flush("#");
        String indent = line();
        String between = indent.isBlank() ? "\n" + indent : "";
        out.append(directives.replace(VelocityExpr.NEXT, between)).append(between);
        after(false);
    }

    void text(String text) {
        if (text.isEmpty()) {
            return;
        }
        flush(text);
        if (guarded && text.matches("(?s)[ \\t]*\\n.*|[ \\t]+")) {
            out.append(GUARD);
        }
        guarded = false;
        behindDirective = behindDirective && text.isBlank() && !text.contains("\n");
        out.append(escaped(text));
    }

    private void flush(String following) {
        if (out.length() > LONGEST) {
            throw new UntranslatableException("comes to more than " + (LONGEST >> 20) + " MB here");
        }
        if (!reference.isEmpty()) {
            boolean longer = LENGTHENS.matcher(following).lookingAt();
            String sign = quiet ? "$!" : "$";
            out.append(longer ? sign + "{" + reference + "}" : sign + reference);
            reference = "";
        }
        if (!bare.isEmpty()) {
            out.append(WORD.matcher(following).lookingAt() ? "#{" + bare + "}" : "#" + bare);
            bare = "";
        }
    }

    /** Text as it has to stand so that it stays text. */
    static String escaped(String text) {
        var all = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            all.append(escaped(text.charAt(i), text.substring(i + 1, Math.min(text.length(), i + 20))));
        }
        int last = all.length() - 1;
        if (last >= 0 && all.charAt(last) == '\\') {
            all.setLength(last);
            all.append(BACKSLASH);
        }
        return all.toString();
    }

    private static String escaped(char c, String rest) {
        return switch (c) {
            case '\\' -> rest.startsWith("$") || rest.startsWith("#") ? BACKSLASH : "\\";
            case '$' -> rest.matches("(?s)!?\\{?!?[A-Za-z_].*") ? "\\$" : "$";
            case '#' -> rest.matches(DIRECTIVE) ? "\\#" : "#";
            default -> String.valueOf(c);
        };
    }

    @Override
    public String toString() {
        flush("");
        return out.toString();
    }
}
