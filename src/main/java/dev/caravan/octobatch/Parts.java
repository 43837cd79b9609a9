package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Methods of texts, lists and maps. */
final class Parts {
    /** Methods of texts that only have another name here, with their number of arguments. */
    private static final Map<String, String> TEXT = Map.ofEntries(
            Map.entry("upper/0", "toUpperCase"),
            Map.entry("lower/0", "toLowerCase"),
            Map.entry("casefold/0", "toLowerCase"),
            Map.entry("strip/0", "trim"),
            Map.entry("replace/2", "replace"),
            Map.entry("splitlines/0", "readLines"),
            Map.entry("split/0", "split"),
            Map.entry("find/1", "indexOf"),
            Map.entry("rfind/1", "lastIndexOf"),
            Map.entry("ljust/1", "padRight"),
            Map.entry("ljust/2", "padRight"),
            Map.entry("rjust/1", "padLeft"),
            Map.entry("rjust/2", "padLeft"),
            Map.entry("center/1", "center"),
            Map.entry("center/2", "center"));

    private static final Map<String, String> MATCHES = Map.of(
            "isdigit", "[0-9]+",
            "isnumeric", "[0-9]+",
            "isdecimal", "[0-9]+",
            "isalpha", "\\p{L}+",
            "isalnum", "[\\p{L}0-9]+",
            "isspace", "\\s+");

    private static final Set<String> OF_TEXT =
            Set.of("toUpperCase", "toLowerCase", "trim", "replace", "padLeft", "padRight", "center");
    private static final String SPECIAL = "\\.[]{}()*+-?^$|";

    private final Words words;

    Parts(Words words) {
        this.words = words;
    }

    Said call(Expr on, String name, Expr.Call call) {
        List<Expr> given = call.arguments();
        if (name.equals("format") && on instanceof Expr.Text text) {
            return new Texts(words).format(text.value(), given, call.named());
        }
        if (name.equals("sort") && given.isEmpty()) {
            return new Calls(words).sorted(on, call.named());
        }
        if (!call.named().isEmpty()) {
            throw new Untranslatable("." + name + "() with named arguments has no equal");
        }
        Said self = words.value(on);
        List<String> arguments = new Calls(words).all(given);
        String all = String.join(", ", arguments);
        String key = name + "/" + given.size();
        String known = TEXT.get(key);
        if (known != null) {
            Type type = OF_TEXT.contains(known) ? Type.TEXT : known.endsWith("ndexOf") ? Type.NUMBER : Type.LIST;
            return Said.whole(self.part() + "." + known + "(" + all + ")", type);
        }
        String pattern = given.isEmpty() ? MATCHES.get(name) : null;
        if (pattern != null) {
            return Said.whole(self.part() + ".matches('" + Escapes.written(pattern, '\'') + "')", Type.TRUTH);
        }
        return switch (key) {
            case "startswith/1", "endswith/1" ->
                affix(self, name.equals("startswith") ? "startsWith" : "endsWith", given.get(0));
            case "join/1" -> Said.whole(words.value(given.get(0)).part() + ".join(" + self.text() + ")", Type.TEXT);
            case "capitalize/0" -> Said.whole(self.part() + ".toLowerCase().capitalize()", Type.TEXT);
            case "title/0" ->
                Said.whole(
                        self.part() + ".toLowerCase().split(' ').collect { x -> x.capitalize() }.join(' ')", Type.TEXT);
            case "lstrip/0" -> Said.whole(self.part() + ".replaceFirst('^\\\\s+', '')", Type.TEXT);
            case "rstrip/0" -> Said.whole(self.part() + ".replaceFirst('\\\\s+$', '')", Type.TEXT);
            case "zfill/1" -> Said.whole(self.part() + ".padLeft(" + all + ", '0')", Type.TEXT);
            case "isupper/0", "islower/0" -> cased(on, self, name.equals("isupper"));
            case "split/1" -> split(self, given.get(0));
            case "index/1" -> Said.whole(self.part() + ".indexOf(" + all + ")", Type.NUMBER);
            case "count/1" -> Said.whole(self.part() + ".count(" + all + ")", Type.NUMBER);
            case "get/1", "get/2" -> Said.whole(self.part() + ".get(" + all + ")", Type.UNKNOWN);
            case "keys/0" -> Said.whole(self.part() + ".keySet()", Type.LIST);
            case "values/0" -> Said.whole(self.part() + ".values()", Type.LIST);
            case "items/0" -> Said.whole(self.part() + ".collect { k, v -> [k, v] }", Type.LIST);
            default -> more(self, key, all, given);
        };
    }

    private Said more(Said self, String key, String all, List<Expr> given) {
        return switch (key) {
            case "copy/0" ->
                self.type() == Type.MAP
                        ? new Said(self.within(Said.SUM) + " + [:]", Said.SUM, Type.MAP)
                        : Said.whole("list(" + self.text() + ")", Type.LIST);
            case "append/1" -> Said.whole(self.part() + ".add(" + all + ")", Type.UNKNOWN);
            case "extend/1" -> Said.whole(self.part() + ".addAll(" + all + ")", Type.UNKNOWN);
            case "insert/2" -> Said.whole(self.part() + ".add(" + all + ")", Type.UNKNOWN);
            case "update/1" -> Said.whole(self.part() + ".putAll(" + all + ")", Type.UNKNOWN);
            case "pop/0" -> Said.whole(self.part() + ".removeLast()", Type.UNKNOWN);
            case "pop/1" -> {
                if (given.get(0) instanceof Expr.Text) {
                    yield Said.whole(self.part() + ".remove(" + all + ")", Type.UNKNOWN);
                }
                if (Integer.valueOf(0).equals(Words.number(given.get(0)))) {
                    yield Said.whole(self.part() + ".pop()", Type.UNKNOWN);
                }
                throw new Untranslatable(".pop() at a computed place has no equal");
            }
            case "union/1" -> Said.whole("(" + self.within(Said.SUM) + " + " + all + ").unique()", Type.SET);
            case "intersection/1" -> Said.whole(self.part() + ".intersect(" + all + ")", Type.SET);
            case "difference/1" -> new Said(self.within(Said.SUM) + " - " + all, Said.SUM, Type.SET);
            case "issubset/1" ->
                Said.whole(words.value(given.get(0)).part() + ".containsAll(" + self.text() + ")", Type.TRUTH);
            case "issuperset/1" -> Said.whole(self.part() + ".containsAll(" + all + ")", Type.TRUTH);
            case "isdisjoint/1" -> Said.whole(self.part() + ".disjoint(" + all + ")", Type.TRUTH);
            default ->
                throw new Untranslatable("the method ." + key.substring(0, key.indexOf('/')) + "() has no equal");
        };
    }

    private static Said cased(Expr on, Said self, boolean upper) {
        Words.twice(on);
        String one = upper ? "toUpperCase" : "toLowerCase";
        String other = upper ? "toLowerCase" : "toUpperCase";
        return Said.whole(
                "(" + self.part() + " == " + self.part() + "." + one + "() && " + self.part() + " != " + self.part()
                        + "." + other + "())",
                Type.TRUTH);
    }

    private Said affix(Said self, String method, Expr what) {
        if (what instanceof Expr.Listed several) {
            var all = new ArrayList<String>();
            several.elements()
                    .forEach(each -> all.add(
                            self.part() + "." + method + "(" + words.value(each).text() + ")"));
            return Said.whole("(" + String.join(" || ", all) + ")", Type.TRUTH);
        }
        return Said.whole(self.part() + "." + method + "(" + words.value(what).text() + ")", Type.TRUTH);
    }

    /** Ours splits by a regular expression. */
    private static Said split(Said self, Expr by) {
        if (!(by instanceof Expr.Text text)) {
            throw new Untranslatable(".split() by a computed text has no equal");
        }
        var pattern = new StringBuilder();
        for (char c : text.value().toCharArray()) {
            pattern.append(SPECIAL.indexOf(c) >= 0 ? "\\" : "").append(c);
        }
        return Said.whole(self.part() + ".split('" + Escapes.written(pattern.toString(), '\'') + "')", Type.LIST);
    }
}
