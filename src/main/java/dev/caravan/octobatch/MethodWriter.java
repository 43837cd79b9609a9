package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Methods of texts, lists and maps. */
final class MethodWriter {
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

    private final ExprWriter words;

    MethodWriter(ExprWriter words) {
        this.words = words;
    }

    OurExpr call(PythonExpr on, String name, PythonExpr.Call call) {
        List<PythonExpr> given = call.arguments();
        if (name.equals("format") && on instanceof PythonExpr.Text text) {
            return new TextWriter(words).format(text.value(), given, call.named());
        }
        if (name.equals("sort") && given.isEmpty()) {
            return new CallWriter(words).sorted(on, call.named());
        }
        if (!call.named().isEmpty()) {
            throw new UntranslatableException("." + name + "() with named arguments has no equal");
        }
        OurExpr self = words.value(on);
        List<String> arguments = new CallWriter(words).all(given);
        String all = String.join(", ", arguments);
        String key = name + "/" + given.size();
        String known = TEXT.get(key);
        if (known != null) {
            ValueType type = OF_TEXT.contains(known)
                    ? ValueType.TEXT
                    : known.endsWith("ndexOf") ? ValueType.NUMBER : ValueType.LIST;
            return OurExpr.whole(self.part() + "." + known + "(" + all + ")", type);
        }
        String pattern = given.isEmpty() ? MATCHES.get(name) : null;
        if (pattern != null) {
            return OurExpr.whole(
                    self.part() + ".matches('" + TextEscapes.written(pattern, '\'') + "')", ValueType.TRUTH);
        }
        return switch (key) {
            case "startswith/1", "endswith/1" ->
                affix(self, name.equals("startswith") ? "startsWith" : "endsWith", given.get(0));
            case "join/1" ->
                OurExpr.whole(words.value(given.get(0)).part() + ".join(" + self.text() + ")", ValueType.TEXT);
            case "capitalize/0" -> OurExpr.whole(self.part() + ".toLowerCase().capitalize()", ValueType.TEXT);
            case "title/0" ->
                OurExpr.whole(
                        self.part() + ".toLowerCase().split(' ').collect { x -> x.capitalize() }.join(' ')",
                        ValueType.TEXT);
            case "lstrip/0" -> OurExpr.whole(self.part() + ".replaceFirst('^\\\\s+', '')", ValueType.TEXT);
            case "rstrip/0" -> OurExpr.whole(self.part() + ".replaceFirst('\\\\s+$', '')", ValueType.TEXT);
            case "zfill/1" -> OurExpr.whole(self.part() + ".padLeft(" + all + ", '0')", ValueType.TEXT);
            case "isupper/0", "islower/0" -> cased(on, self, name.equals("isupper"));
            case "split/1" -> split(self, given.get(0));
            case "index/1" -> OurExpr.whole(self.part() + ".indexOf(" + all + ")", ValueType.NUMBER);
            case "count/1" -> OurExpr.whole(self.part() + ".count(" + all + ")", ValueType.NUMBER);
            case "get/1", "get/2" -> OurExpr.whole(self.part() + ".get(" + all + ")", ValueType.UNKNOWN);
            case "keys/0" -> OurExpr.whole(self.part() + ".keySet()", ValueType.LIST);
            case "values/0" -> OurExpr.whole(self.part() + ".values()", ValueType.LIST);
            case "items/0" -> OurExpr.whole(self.part() + ".collect { k, v -> [k, v] }", ValueType.LIST);
            default -> more(self, key, all, given);
        };
    }

    private OurExpr more(OurExpr self, String key, String all, List<PythonExpr> given) {
        return switch (key) {
            case "copy/0" ->
                self.type() == ValueType.MAP
                        ? new OurExpr(self.within(OurExpr.SUM) + " + [:]", OurExpr.SUM, ValueType.MAP)
                        : OurExpr.whole("list(" + self.text() + ")", ValueType.LIST);
            case "append/1" -> OurExpr.whole(self.part() + ".add(" + all + ")", ValueType.UNKNOWN);
            case "extend/1" -> OurExpr.whole(self.part() + ".addAll(" + all + ")", ValueType.UNKNOWN);
            case "insert/2" -> OurExpr.whole(self.part() + ".add(" + all + ")", ValueType.UNKNOWN);
            case "update/1" -> OurExpr.whole(self.part() + ".putAll(" + all + ")", ValueType.UNKNOWN);
            case "pop/0" -> OurExpr.whole(self.part() + ".removeLast()", ValueType.UNKNOWN);
            case "pop/1" -> {
                if (given.get(0) instanceof PythonExpr.Text) {
                    yield OurExpr.whole(self.part() + ".remove(" + all + ")", ValueType.UNKNOWN);
                }
                if (Integer.valueOf(0).equals(ExprWriter.number(given.get(0)))) {
                    yield OurExpr.whole(self.part() + ".pop()", ValueType.UNKNOWN);
                }
                throw new UntranslatableException(".pop() at a computed place has no equal");
            }
            case "union/1" -> OurExpr.whole("(" + self.within(OurExpr.SUM) + " + " + all + ").unique()", ValueType.SET);
            case "intersection/1" -> OurExpr.whole(self.part() + ".intersect(" + all + ")", ValueType.SET);
            case "difference/1" -> new OurExpr(self.within(OurExpr.SUM) + " - " + all, OurExpr.SUM, ValueType.SET);
            case "issubset/1" ->
                OurExpr.whole(words.value(given.get(0)).part() + ".containsAll(" + self.text() + ")", ValueType.TRUTH);
            case "issuperset/1" -> OurExpr.whole(self.part() + ".containsAll(" + all + ")", ValueType.TRUTH);
            case "isdisjoint/1" -> OurExpr.whole(self.part() + ".disjoint(" + all + ")", ValueType.TRUTH);
            default ->
                throw new UntranslatableException(
                        "the method ." + key.substring(0, key.indexOf('/')) + "() has no equal");
        };
    }

    private static OurExpr cased(PythonExpr on, OurExpr self, boolean upper) {
        ExprWriter.twice(on);
        String one = upper ? "toUpperCase" : "toLowerCase";
        String other = upper ? "toLowerCase" : "toUpperCase";
        return OurExpr.whole(
                "(" + self.part() + " == " + self.part() + "." + one + "() && " + self.part() + " != " + self.part()
                        + "." + other + "())",
                ValueType.TRUTH);
    }

    private OurExpr affix(OurExpr self, String method, PythonExpr what) {
        if (what instanceof PythonExpr.Listed several) {
            var all = new ArrayList<String>();
            several.elements()
                    .forEach(each -> all.add(
                            self.part() + "." + method + "(" + words.value(each).text() + ")"));
            return OurExpr.whole("(" + String.join(" || ", all) + ")", ValueType.TRUTH);
        }
        return OurExpr.whole(
                self.part() + "." + method + "(" + words.value(what).text() + ")", ValueType.TRUTH);
    }

    /** Ours splits by a regular expression. */
    private static OurExpr split(OurExpr self, PythonExpr by) {
        if (!(by instanceof PythonExpr.Text text)) {
            throw new UntranslatableException(".split() by a computed text has no equal");
        }
        var pattern = new StringBuilder();
        for (char c : text.value().toCharArray()) {
            pattern.append(SPECIAL.indexOf(c) >= 0 ? "\\" : "").append(c);
        }
        return OurExpr.whole(
                self.part() + ".split('" + TextEscapes.written(pattern.toString(), '\'') + "')", ValueType.LIST);
    }
}
