package dev.caravan.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Texts that a regular expression matches: of the part that describes texts (characters, classes, groups, choices,
 * repeats, references back). Looks ahead and behind are passed over; whoever asks tries what comes, and asks again.
 */
final class PatternText {
    private static final String USUAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final String UNUSUAL = " _-.,:;/+#@!?'\"()[]{}<>=*&%$|\\~^`\t\néßÄñøЖλ中あ한א🙂";
    private static final int LONGEST = 2_000;
    /** Behind a backslash: one of several characters … */
    private static final String CLASSES = "dDwWsShHvVpP";
    /** … and no character, but a place between them. */
    private static final String PLACES = "bBAzZG";

    /** Adds one text to another. */
    private interface Node {
        void make(StringBuilder out, Making making);
    }

    /** @param spread how often more than needed something is repeated at most */
    private record Making(SeededStream dice, int spread, MakingBudget work, Map<Integer, String> groups) {}

    private final String source;
    private final Node whole;
    private final Map<String, List<String>> classes = new HashMap<>();
    private final Map<String, Integer> named = new LinkedHashMap<>();
    private int at;
    private int groups;

    /** @throws IllegalArgumentException for an expression it cannot follow */
    PatternText(String source) {
        this.source = source;
        whole = choices(0);
        if (at < source.length()) {
            throw new IllegalArgumentException("unbalanced at " + at);
        }
    }

    String make(SeededStream dice, int spread, MakingBudget work) {
        var out = new StringBuilder();
        whole.make(out, new Making(dice, spread, work, new HashMap<>()));
        return out.toString();
    }

    private boolean more() {
        return at < source.length();
    }

    private boolean next(String text) {
        boolean there = source.startsWith(text, at);
        at += there ? text.length() : 0;
        return there;
    }

    private Node choices(int depth) {
        if (depth > 60) {
            throw new IllegalArgumentException("nested too deep");
        }
        var all = new ArrayList<Node>();
        do {
            all.add(sequence(depth));
        } while (next("|"));
        return all.size() == 1
                ? all.get(0)
                : (out, making) -> making.dice().of(all).make(out, making);
    }

    private Node sequence(int depth) {
        var all = new ArrayList<Node>();
        while (more() && source.charAt(at) != '|' && source.charAt(at) != ')') {
            all.add(repeated(atom(depth)));
        }
        return (out, making) -> all.forEach(each -> each.make(out, making));
    }

    private Node repeated(Node node) {
        int least = 1;
        int most = 1;
        if (next("*")) {
            least = 0;
            most = Integer.MAX_VALUE;
        } else if (next("+")) {
            most = Integer.MAX_VALUE;
        } else if (next("?")) {
            least = 0;
        } else {
            var figures = Pattern.compile("\\{([0-9]{1,6})(,([0-9]{1,6})?)?}")
                    .matcher(source)
                    .region(at, source.length());
            if (!figures.lookingAt()) {
                return node;
            }
            at = figures.end();
            least = Integer.parseInt(figures.group(1));
            most = figures.group(2) == null
                    ? least
                    : figures.group(3) == null ? Integer.MAX_VALUE : Integer.parseInt(figures.group(3));
        }
        if (!next("?")) {
            next("+");
        }
        int from = least;
        int until = Math.max(least, most);
        return repeated((out, making) -> {
            int count = from + making.dice().below((int) Math.min((long) until - from, making.spread()) + 1);
            for (int i = 0; i < count; i++) {
                making.work().spend(1);
                node.make(out, making);
            }
        });
    }

    private Node atom(int depth) {
        if (next("(")) {
            return group(depth);
        }
        if (source.charAt(at) == '[') {
            int from = at;
            at = endOfClass();
            return oneOf(source.substring(from, at));
        }
        if (next("^") || next("$")) {
            return (out, making) -> {};
        }
        if (next(".")) {
            return oneOf(".");
        }
        if (next("\\")) {
            return escape();
        }
        int letter = source.codePointAt(at);
        at += Character.charCount(letter);
        return literal(Character.toString(letter));
    }

    private Node group(int depth) {
        boolean look = next("?=") || next("?!") || next("?<=") || next("?<!");
        int number = look || next("?:") || next("?>") ? 0 : opened();
        Node inner = choices(depth + 1);
        if (!next(")")) {
            throw new IllegalArgumentException("a group without an end");
        }
        if (look) {
            return (out, making) -> {};
        }
        return (out, making) -> {
            int from = out.length();
            inner.make(out, making);
            making.groups().put(number, out.substring(from));
        };
    }

    /** The number of a group, by which it is spoken of behind it; 0 where it has none. */
    private int opened() {
        if (next("?<")) {
            int end = source.indexOf('>', at);
            if (end < 0) {
                throw new IllegalArgumentException("a name without an end");
            }
            named.put(source.substring(at, end), groups + 1);
            at = end + 1;
            return ++groups;
        }
        if (!next("?")) {
            return ++groups;
        }
        int colon = source.indexOf(':', at);
        int end = source.indexOf(')', at);
        if (colon < 0 || end < colon) {
            throw new IllegalArgumentException("flags that hold on");
        }
        at = colon + 1;
        return 0;
    }

    private Node escape() {
        if (!more()) {
            throw new IllegalArgumentException("nothing behind the last sign");
        }
        char kind = source.charAt(at);
        if (CLASSES.indexOf(kind) >= 0) {
            return oneOf(characterClass());
        }
        if (next("k<")) {
            return back(number());
        }
        at++;
        if (kind >= '1' && kind <= '9') {
            return back(kind - '0');
        }
        return PLACES.indexOf(kind) >= 0 ? (out, making) -> {} : sign(kind);
    }

    /** As it is written, with its backslash. */
    private String characterClass() {
        int from = at - 1;
        boolean property = "pP".indexOf(source.charAt(at)) >= 0;
        int end = property && source.startsWith("{", at + 1) ? source.indexOf('}', at) : -1;
        at = end > 0 ? end + 1 : Math.min(source.length(), at + (property ? 2 : 1));
        return source.substring(from, at);
    }

    /** Of the group that is named here. */
    private int number() {
        int end = source.indexOf('>', at);
        Integer number = end < 0 ? null : named.get(source.substring(at, end));
        if (number == null) {
            throw new IllegalArgumentException("no such group");
        }
        at = end + 1;
        return number;
    }

    private Node sign(char kind) {
        return switch (kind) {
            case 't' -> literal("\t");
            case 'n' -> literal("\n");
            case 'r' -> literal("\r");
            case 'f' -> literal("\f");
            case '0' -> literal("\0");
            case 'x', 'u' -> coded(kind);
            default -> {
                if (Character.isLetter(kind)) {
                    throw new IllegalArgumentException("unknown: \\" + kind);
                }
                yield literal(String.valueOf(kind));
            }
        };
    }

    private Node coded(char kind) {
        boolean open = next("{");
        int end = open ? source.indexOf('}', at) : at + (kind == 'x' ? 2 : 4);
        if (end < at || end > source.length()) {
            throw new IllegalArgumentException("a character without an end");
        }
        String made = Character.toString(Integer.parseInt(source.substring(at, end), 16));
        at = end + (open ? 1 : 0);
        return literal(made);
    }

    private static Node back(int group) {
        return (out, making) -> append(out, making.groups().getOrDefault(group, ""), making);
    }

    private static Node literal(String text) {
        return (out, making) -> append(out, text, making);
    }

    private static void append(StringBuilder out, String text, Making making) {
        making.work().spend(1);
        if (out.length() + text.length() > LONGEST) {
            throw new MakingBudget.Spent();
        }
        out.append(text);
    }

    private Node oneOf(String kind) {
        List<String> members = classes.computeIfAbsent(kind, PatternText::members);
        return (out, making) -> append(out, making.dice().of(members), making);
    }

    private int endOfClass() {
        int open = 0;
        for (int i = at; i < source.length(); i++) {
            switch (source.charAt(i)) {
                case '\\' -> i++;
                case '[' -> open++;
                case ']' -> {
                    if (--open == 0) {
                        return i + 1;
                    }
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException("a class without an end");
    }

    /** Characters of a class: letters and digits where it has some, else what it has. */
    private static List<String> members(String kind) {
        Pattern one;
        try {
            one = Pattern.compile(kind);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e);
        }
        List<String> usual = matching(one, USUAL);
        List<String> all = usual.isEmpty() ? matching(one, kind + coded(kind) + UNUSUAL) : usual;
        if (all.isEmpty()) {
            throw new IllegalArgumentException("nothing is known to be in " + kind);
        }
        return all;
    }

    private static List<String> matching(Pattern one, String of) {
        var all = new LinkedHashSet<String>();
        of.codePoints()
                .mapToObj(Character::toString)
                .filter(each -> one.matcher(each).matches())
                .forEach(all::add);
        return List.copyOf(all);
    }

    /** The characters that a class names by their codes. */
    private static String coded(String kind) {
        var text = new StringBuilder();
        var codes = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[ux]\\{([0-9a-fA-F]{1,5})})")
                .matcher(kind);
        while (codes.find()) {
            String code =
                    codes.group(1) != null ? codes.group(1) : codes.group(2) != null ? codes.group(2) : codes.group(3);
            text.appendCodePoint(Integer.parseInt(code, 16));
        }
        return text.toString();
    }
}
