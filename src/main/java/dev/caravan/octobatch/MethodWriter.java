package dev.caravan.octobatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Methods of texts, lists and maps. */
final class MethodWriter {
    private static final String SPECIAL = "\\.[]{}()*+-?^$|";

    /**
     * A call of a method.
     *
     * @param self what it is called on, as it is said
     * @param all its arguments, as they are said
     */
    private record MethodCall(PythonExpr on, OurExpr self, String all, List<PythonExpr> given) {}

    private interface Method {
        OurExpr written(ExprWords words, MethodCall call);
    }

    /** By name and number of arguments. */
    private static final Map<String, Method> METHODS = Map.ofEntries(
            Map.entry("upper/0", named("toUpperCase", ValueType.TEXT)),
            Map.entry("lower/0", named("toLowerCase", ValueType.TEXT)),
            Map.entry("casefold/0", named("toLowerCase", ValueType.TEXT)),
            Map.entry("strip/0", named("trim", ValueType.TEXT)),
            Map.entry("replace/2", named("replace", ValueType.TEXT)),
            Map.entry("ljust/1", named("padRight", ValueType.TEXT)),
            Map.entry("ljust/2", named("padRight", ValueType.TEXT)),
            Map.entry("rjust/1", named("padLeft", ValueType.TEXT)),
            Map.entry("rjust/2", named("padLeft", ValueType.TEXT)),
            Map.entry("center/1", named("center", ValueType.TEXT)),
            Map.entry("center/2", named("center", ValueType.TEXT)),
            Map.entry("find/1", named("indexOf", ValueType.NUMBER)),
            Map.entry("rfind/1", named("lastIndexOf", ValueType.NUMBER)),
            Map.entry("index/1", named("indexOf", ValueType.NUMBER)),
            Map.entry("count/1", named("count", ValueType.NUMBER)),
            Map.entry("splitlines/0", named("readLines", ValueType.LIST)),
            Map.entry("split/0", named("split", ValueType.LIST)),
            Map.entry("keys/0", named("keySet", ValueType.LIST)),
            Map.entry("values/0", named("values", ValueType.LIST)),
            Map.entry("get/1", named("get", ValueType.UNKNOWN)),
            Map.entry("get/2", named("get", ValueType.UNKNOWN)),
            Map.entry("append/1", named("add", ValueType.UNKNOWN)),
            Map.entry("extend/1", named("addAll", ValueType.UNKNOWN)),
            Map.entry("insert/2", named("add", ValueType.UNKNOWN)),
            Map.entry("update/1", named("putAll", ValueType.UNKNOWN)),
            Map.entry("pop/0", named("removeLast", ValueType.UNKNOWN)),
            Map.entry("intersection/1", named("intersect", ValueType.SET)),
            Map.entry("issuperset/1", named("containsAll", ValueType.TRUTH)),
            Map.entry("isdisjoint/1", named("disjoint", ValueType.TRUTH)),
            Map.entry("isdigit/0", matching("[0-9]+")),
            Map.entry("isnumeric/0", matching("[0-9]+")),
            Map.entry("isdecimal/0", matching("[0-9]+")),
            Map.entry("isalpha/0", matching("\\p{L}+")),
            Map.entry("isalnum/0", matching("[\\p{L}0-9]+")),
            Map.entry("isspace/0", matching("\\s+")),
            Map.entry("capitalize/0", behind(".toLowerCase().capitalize()", ValueType.TEXT)),
            Map.entry(
                    "title/0",
                    behind(".toLowerCase().split(' ').collect { x -> x.capitalize() }.join(' ')", ValueType.TEXT)),
            Map.entry("lstrip/0", behind(".replaceFirst('^\\\\s+', '')", ValueType.TEXT)),
            Map.entry("rstrip/0", behind(".replaceFirst('\\\\s+$', '')", ValueType.TEXT)),
            Map.entry("items/0", behind(".collect { k, v -> [k, v] }", ValueType.LIST)),
            Map.entry(
                    "zfill/1",
                    (words, c) -> OurExpr.whole(c.self().part() + ".padLeft(" + c.all() + ", '0')", ValueType.TEXT)),
            Map.entry(
                    "join/1",
                    (words, c) -> OurExpr.whole(
                            words.value(c.given().get(0)).part() + ".join("
                                    + c.self().text() + ")",
                            ValueType.TEXT)),
            Map.entry("startswith/1", (words, c) -> affix(words, c, "startsWith")),
            Map.entry("endswith/1", (words, c) -> affix(words, c, "endsWith")),
            Map.entry("isupper/0", (words, c) -> cased(c.on(), c.self(), true)),
            Map.entry("islower/0", (words, c) -> cased(c.on(), c.self(), false)),
            Map.entry("split/1", (words, c) -> split(c.self(), c.given().get(0))),
            Map.entry("copy/0", (words, c) -> copy(c.self())),
            Map.entry("pop/1", (words, c) -> pop(c)),
            Map.entry(
                    "union/1",
                    (words, c) -> OurExpr.whole(
                            "(" + c.self().within(OurExpr.SUM) + " + " + c.all() + ").unique()", ValueType.SET)),
            Map.entry(
                    "difference/1",
                    (words, c) ->
                            new OurExpr(c.self().within(OurExpr.SUM) + " - " + c.all(), OurExpr.SUM, ValueType.SET)),
            Map.entry(
                    "issubset/1",
                    (words, c) -> OurExpr.whole(
                            words.value(c.given().get(0)).part() + ".containsAll("
                                    + c.self().text() + ")",
                            ValueType.TRUTH)));

    private final ExprWords words;

    MethodWriter(ExprWords words) {
        this.words = words;
    }

    OurExpr call(PythonExpr on, String name, PythonExpr.Call call) {
        List<PythonExpr> given = call.arguments();
        if (name.equals("format") && on instanceof PythonExpr.Text text) {
            return new TextWriter(words).format(text.value(), given, call.named());
        }
        if (name.equals("sort") && given.isEmpty()) {
            return new AggregateWriter(words).sorted(on, call.named());
        }
        if (!call.named().isEmpty()) {
            throw new UntranslatableException("." + name + "() with named arguments has no equal");
        }
        OurExpr self = words.value(on);
        String all = CallArguments.joined(words, given);
        Method method = METHODS.get(name + "/" + given.size());
        if (method == null) {
            throw new UntranslatableException("the method ." + name + "() has no equal");
        }
        return method.written(words, new MethodCall(on, self, all, given));
    }

    /** A method that only has another name here. */
    private static Method named(String name, ValueType type) {
        return (words, c) -> OurExpr.whole(c.self().part() + "." + name + "(" + c.all() + ")", type);
    }

    private static Method behind(String what, ValueType type) {
        return (words, c) -> OurExpr.whole(c.self().part() + what, type);
    }

    private static Method matching(String pattern) {
        return behind(".matches('" + TextEscapes.written(pattern, '\'') + "')", ValueType.TRUTH);
    }

    private static OurExpr copy(OurExpr self) {
        return self.type() == ValueType.MAP
                ? new OurExpr(self.within(OurExpr.SUM) + " + [:]", OurExpr.SUM, ValueType.MAP)
                : OurExpr.whole("list(" + self.text() + ")", ValueType.LIST);
    }

    private static OurExpr pop(MethodCall call) {
        PythonExpr place = call.given().get(0);
        if (place instanceof PythonExpr.Text) {
            return OurExpr.whole(call.self().part() + ".remove(" + call.all() + ")", ValueType.UNKNOWN);
        }
        if (Integer.valueOf(0).equals(PythonExpr.number(place))) {
            return OurExpr.whole(call.self().part() + ".pop()", ValueType.UNKNOWN);
        }
        throw new UntranslatableException(".pop() at a computed place has no equal");
    }

    private static OurExpr cased(PythonExpr on, OurExpr self, boolean upper) {
        RandomCalls.refuseTwice(on);
        String one = upper ? "toUpperCase" : "toLowerCase";
        String other = upper ? "toLowerCase" : "toUpperCase";
        return OurExpr.whole(
                "(" + self.part() + " == " + self.part() + "." + one + "() && " + self.part() + " != " + self.part()
                        + "." + other + "())",
                ValueType.TRUTH);
    }

    private static OurExpr affix(ExprWords words, MethodCall call, String method) {
        String asked = call.self().part() + "." + method + "(";
        if (call.given().get(0) instanceof PythonExpr.Listed several) {
            var all = new ArrayList<String>();
            several.elements().forEach(each -> all.add(asked + words.value(each).text() + ")"));
            return OurExpr.whole("(" + String.join(" || ", all) + ")", ValueType.TRUTH);
        }
        return OurExpr.whole(asked + words.value(call.given().get(0)).text() + ")", ValueType.TRUTH);
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
