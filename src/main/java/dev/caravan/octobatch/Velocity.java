package dev.caravan.octobatch;

/** Collects the text of a template of ours, so that nothing in plain text is taken for more, nor the reverse. */
final class Velocity {
    private static final String DIRECTIVE =
            "(?s)(?:(?:if|elseif|foreach|set|parse|include|evaluate|define|macro)[ \\t]*\\(|(?:else|end|break)(?![A-Za-z0-9_])|\\{(?:else|end|break)\\}|@[A-Za-z]|\\*|\\[\\[).*";

    private static final int LONGEST = 1 << 20;

    private final StringBuilder out = new StringBuilder();
    /** What was said last, and takes another form when letters follow. */
    private String reference = "";

    private boolean quiet;
    private String bare = "";

    void reference(String path, boolean asQuiet) {
        flush("$");
        reference = path;
        quiet = asQuiet;
    }

    /** {@code else}, {@code end} or {@code break}. */
    void bare(String word) {
        flush("#");
        bare = word;
    }

    void directive(String text) {
        flush("#");
        out.append(text);
    }

    /** Directives that print nothing: on lines of their own where a line begins, else side by side. */
    void prelude(String directives) {
        if (directives.isEmpty()) {
            return;
        }
        flush("#");
        int line = out.lastIndexOf("\n") + 1;
        String indent = out.substring(line);
        boolean alone = indent.isBlank();
        String between = alone ? "\n" + indent : "";
        out.append(directives.replace(Vel.NEXT, between)).append(between);
    }

    void text(String text) {
        if (!text.isEmpty()) {
            flush(text);
            out.append(escaped(text));
        }
    }

    private void flush(String following) {
        if (out.length() > LONGEST) {
            throw new Untranslatable("comes to more than " + (LONGEST >> 20) + " MB here");
        }
        char next = following.isEmpty() ? ' ' : following.charAt(0);
        boolean letter = Character.isLetterOrDigit(next) || next == '_';
        if (!reference.isEmpty()) {
            boolean longer = letter || next == '[' || (next == '(') || following.matches("(?s)[.][A-Za-z_].*");
            String sign = quiet ? "$!" : "$";
            out.append(longer ? sign + "{" + reference + "}" : sign + reference);
            reference = "";
        }
        if (!bare.isEmpty()) {
            out.append(letter ? "#{" + bare + "}" : "#" + bare);
            bare = "";
        }
    }

    /** Text as it has to stand so that it stays text. */
    static String escaped(String text) {
        var all = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String rest = text.substring(i + 1, Math.min(text.length(), i + 20));
            if (c == '\\' && (rest.startsWith("$") || rest.startsWith("#"))) {
                all.append("#[[\\]]#");
            } else if (c == '$' && rest.matches("(?s)!?\\{?!?[A-Za-z_].*")) {
                all.append("\\$");
            } else if (c == '#' && rest.matches(DIRECTIVE)) {
                all.append("\\#");
            } else {
                all.append(c);
            }
        }
        int last = all.length() - 1;
        if (last >= 0 && all.charAt(last) == '\\') {
            all.setLength(last);
            all.append("#[[\\]]#");
        }
        return all.toString();
    }

    @Override
    public String toString() {
        flush("");
        return out.toString();
    }
}
