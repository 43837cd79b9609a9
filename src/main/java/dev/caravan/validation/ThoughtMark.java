package dev.caravan.validation;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mark that models set around their thoughts, in one of the forms that are known: {@code <think>}, {@code [THINK]},
 * {@code ◁think▷}, {@code <|channel|>analysis<|message|>} and their like.
 *
 * @param family marks of one family open and close each other
 * @param end place behind the mark
 */
record ThoughtMark(Kind kind, String family, int end) {
    private static final int LONGEST = 320;

    /** What a mark does. */
    enum Kind {
        OPENS,
        CLOSES
    }

    /** The family of marks that name a channel: thoughts last until the channel {@code final} begins. */
    static final String CHANNEL = "channel";

    private static final Pattern TAG = Pattern.compile("(?i)<\\s{0,3}(/?)\\s{0,3}(?:[a-z]{1,12}:)?"
            + "(think|thinking|thoughts?|reasoning|reflection|scratchpad)(?:\\s[^<>]{0,200})?>");
    private static final Pattern BRACKETS = Pattern.compile("(?i)\\[(/?)think(?:ing)?]");
    private static final Pattern TRIANGLES = Pattern.compile("(?i)◁(/?)think(?:ing)?▷");
    private static final Pattern TOKEN =
            Pattern.compile("(?i)<\\|(?:(begin_of_|start_)|(end_of_|end_|/))?(?:think|thinking|thought)\\|>");
    private static final Pattern UNUSED = Pattern.compile("<unused9([45])>");
    private static final Pattern HEADER = Pattern.compile(
            "(?i)<\\|channel\\|>\\s{0,3}([a-z]{1,20})(?:[^<]{0,100}(?:<\\|constrain\\|>[^<]{0,40})?<\\|message\\|>)?");

    /** The mark that begins at a place of a text, or null. */
    static @Nullable ThoughtMark at(String text, int at) {
        return switch (text.charAt(at)) {
            case '<' -> angled(text, at);
            case '[' -> slashed("brackets", look(BRACKETS, text, at));
            case '◁' -> slashed("triangles", look(TRIANGLES, text, at));
            default -> null;
        };
    }

    private static @Nullable ThoughtMark angled(String text, int at) {
        Matcher tag = look(TAG, text, at);
        if (tag != null) {
            boolean empty = text.charAt(tag.end() - 2) == '/' && tag.group(1).isEmpty();
            return empty ? null : slashed(tag.group(2).toLowerCase(Locale.ROOT).substring(0, 5), tag);
        }
        Matcher header = look(HEADER, text, at);
        if (header != null) {
            return mark(header.group(1).equalsIgnoreCase("final"), CHANNEL, header);
        }
        Matcher token = look(TOKEN, text, at);
        if (token != null) {
            return mark(token.group(2) != null, "token", token);
        }
        Matcher unused = look(UNUSED, text, at);
        return unused == null ? null : mark(unused.group(1).equals("5"), "unused", unused);
    }

    private static @Nullable ThoughtMark slashed(String family, @Nullable Matcher found) {
        return found == null ? null : mark(!found.group(1).isEmpty(), family, found);
    }

    private static ThoughtMark mark(boolean closes, String family, Matcher found) {
        return new ThoughtMark(closes ? Kind.CLOSES : Kind.OPENS, family, found.end());
    }

    private static @Nullable Matcher look(Pattern pattern, String text, int at) {
        Matcher matcher = pattern.matcher(text).region(at, Math.min(text.length(), at + LONGEST));
        return matcher.lookingAt() ? matcher : null;
    }
}
