package dev.caravan.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a reply once, by position: passes over thoughts, and finds the objects and lists at its top. Whatever
 * stands before the last mark that closes thoughts is thoughts. Marks inside the strings of an object are text.
 *
 * <p>Looks at no more than so many characters for each of the reply: however the brackets lie, it ends soon.
 */
final class ReplyScan {
    static final int LOOKS_FOR_EACH = 16;

    private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$-]{0,60}\\s{0,8}:");
    private static final Pattern LITERAL = Pattern.compile("(?:-?[0-9][0-9.eE+-]{0,60}|true|false|null)\\s{0,8}[,\\]]");
    private static final String HEADLESS = "analysis";
    private static final String HEADLESS_END = "assistantfinal";

    private final String text;
    private final List<ReplySegment> segments = new ArrayList<>();
    private final long most;
    private long looks;
    private int start;
    private boolean unclosed;

    ReplyScan(String text) {
        this.text = text;
        most = (long) LOOKS_FOR_EACH * text.length() + 1_000;
        int at = headless();
        while (at < text.length() && !tangled()) {
            at = next(at);
        }
    }

    /** What stands behind the thoughts, in order. */
    List<ReplySegment> segments() {
        return segments;
    }

    /** Where the text behind the thoughts begins; 0 when there are none. */
    int start() {
        return start;
    }

    /** Whether the reply ends inside of thoughts. */
    boolean unclosed() {
        return unclosed;
    }

    /** Whether the reply was given up, for it cannot be read in a bounded number of looks. */
    boolean tangled() {
        return looks > most;
    }

    long looks() {
        return looks;
    }

    /** Channels whose marks were taken out before the reply was sent: {@code analysisLet me see…assistantfinal{…}}. */
    private int headless() {
        if (!text.startsWith(HEADLESS)) {
            return 0;
        }
        int end = text.indexOf(HEADLESS_END);
        if (end >= 0) {
            start = end + HEADLESS_END.length();
            return start;
        }
        boolean glued = text.length() > HEADLESS.length() && Character.isUpperCase(text.charAt(HEADLESS.length()));
        return glued ? neverClosed() : 0;
    }

    private int next(int at) {
        looks++;
        char c = text.charAt(at);
        ThoughtMark mark = ThoughtMark.at(text, at);
        if (mark != null) {
            return thoughts(mark);
        }
        boolean opens = (c == '{' && opensObject(at)) || (c == '[' && opensList(at));
        return opens ? segment(at) : at + 1;
    }

    private int thoughts(ThoughtMark mark) {
        segments.clear();
        if (mark.kind() == ThoughtMark.Kind.CLOSES) {
            start = mark.end();
            return start;
        }
        boolean nests = !mark.family().equals(ThoughtMark.CHANNEL);
        int depth = 1;
        for (int i = mark.end(); i < text.length(); i++) {
            looks++;
            ThoughtMark each = ThoughtMark.at(text, i);
            if (each == null || !each.family().equals(mark.family())) {
                continue;
            }
            boolean closes = each.kind() == ThoughtMark.Kind.CLOSES;
            depth += closes ? -1 : nests ? 1 : 0;
            if (depth == 0) {
                start = each.end();
                return start;
            }
            i = each.end() - 1;
        }
        return neverClosed();
    }

    private int neverClosed() {
        unclosed = true;
        start = text.length();
        return start;
    }

    private boolean opensObject(int at) {
        int next = behindBlanks(at + 1);
        if (next >= text.length()) {
            return false;
        }
        char c = text.charAt(next);
        return "\"}'\u201C".indexOf(c) >= 0 || opensComment(next) || looksAt(BARE_KEY, next);
    }

    private boolean opensList(int at) {
        int next = behindBlanks(at + 1);
        if (next >= text.length()) {
            return false;
        }
        return "{[]\"'".indexOf(text.charAt(next)) >= 0 || opensComment(next) || looksAt(LITERAL, next);
    }

    private boolean opensComment(int at) {
        return text.charAt(at) == '/' && at + 1 < text.length() && "/*".indexOf(text.charAt(at + 1)) >= 0;
    }

    private boolean looksAt(Pattern pattern, int at) {
        Matcher matcher = pattern.matcher(text).region(at, Math.min(text.length(), at + 80));
        return matcher.lookingAt();
    }

    private int behindBlanks(int at) {
        int next = at;
        while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
            looks++;
            next++;
        }
        return next;
    }

    /** Takes the object or list that opens here, and returns the place behind it. */
    private int segment(int open) {
        var bounds = new Bounds(open);
        ReplySegment found = bounds.end < 0
                ? new ReplySegment(
                        open, text.length(), ReplySegment.State.CUT, "", null, tries(open, text.length()), Set.of())
                : read(open, bounds.end);
        if (bounds.mark != null && found.node() == null) {
            // A draft in thoughts that only their end tells of.
            return thoughts(bounds.mark);
        }
        segments.add(found);
        return found.to();
    }

    private ReplySegment read(int open, int end) {
        looks += 2L * (end - open);
        String part = text.substring(open, end);
        JsonNode node = json(part);
        Set<String> repairs = Set.of();
        if (node == null) {
            var repair = new TokenRepair(part);
            part = repair.repaired();
            node = json(part);
            repairs = repair.repairs();
        }
        ReplySegment.State state = node == null ? ReplySegment.State.BROKEN : ReplySegment.State.READ;
        return new ReplySegment(open, end, state, part, node, tries(open, end), repairs);
    }

    private boolean tries(int open, int end) {
        if (text.charAt(open) == '[') {
            int brace = text.indexOf('{', open);
            return brace >= 0 && brace < end;
        }
        int next = behindBlanks(open + 1);
        return next < text.length() && "\"'\u201C".indexOf(text.charAt(next)) >= 0;
    }

    static @Nullable JsonNode json(String text) {
        try {
            JsonNode node = Json.mapper().readTree(text);
            return node == null || node.isMissingNode() ? null : node;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** How far an object or list reaches, strings and comments passed over. */
    private final class Bounds {
        /** Behind its closing bracket; -1 when there is none. */
        final int end;
        /** The first mark that ends thoughts, outside of strings. */
        @Nullable ThoughtMark mark;

        Bounds(int open) {
            end = end(open);
        }

        private int end(int open) {
            int depth = 0;
            for (int i = open; i < text.length(); i++) {
                looks++;
                char c = text.charAt(i);
                if (c == '"') {
                    i = endOfString(i);
                } else if (opensComment(i)) {
                    i = endOfComment(i);
                } else if (c == '{' || c == '[') {
                    depth++;
                } else if ((c == '}' || c == ']') && --depth == 0) {
                    return i + 1;
                }
                noteMark(i);
            }
            return -1;
        }

        /** The first end of thoughts that stands outside of texts. */
        private void noteMark(int at) {
            if (mark == null && at < text.length()) {
                ThoughtMark each = ThoughtMark.at(text, at);
                mark = each != null && each.kind() == ThoughtMark.Kind.CLOSES ? each : null;
            }
        }

        /** Place of the closing quote. */
        private int endOfString(int open) {
            int i = open + 1;
            while (i < text.length() && text.charAt(i) != '"') {
                i += text.charAt(i) == '\\' ? 2 : 1;
                looks++;
            }
            return i;
        }

        /** Place of a comment's last character. */
        private int endOfComment(int open) {
            boolean line = text.charAt(open + 1) == '/';
            int end = line ? text.indexOf('\n', open) : text.indexOf("*/", open + 2);
            looks += (end < 0 ? text.length() : end) - open;
            return end < 0 ? text.length() : line ? end : end + 1;
        }
    }
}
