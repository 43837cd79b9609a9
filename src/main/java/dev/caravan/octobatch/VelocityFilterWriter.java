package dev.caravan.octobatch;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Jinja's filters, and the methods that come to the same, as far as a template of ours can say them. */
final class VelocityFilterWriter {
    private static final Map<String, String> TEXT_TOOLS =
            Map.of("upper", "upper", "lower", "lower", "trim", "trim", "strip", "trim");

    private interface Filtering {
        VelocityExpr written(VelocityFilterWriter writer, PythonExpr.Filter f, @Nullable PythonExpr first);
    }

    private static final Map<String, Filtering> FILTERS = Map.ofEntries(
            Map.entry("tojson", (w, f, first) -> w.json(f)),
            Map.entry("pprint", (w, f, first) -> w.tool("json.pretty", f.of(), "")),
            Map.entry("length", (w, f, first) -> w.behind(f, ".size()")),
            Map.entry("count", (w, f, first) -> w.behind(f, ".size()")),
            Map.entry("first", (w, f, first) -> w.behind(f, "[0]")),
            Map.entry("last", (w, f, first) -> w.behind(f, "[-1]")),
            Map.entry("replace", (w, f, first) -> w.replace(f)),
            Map.entry("join", VelocityFilterWriter::join),
            Map.entry("default", VelocityFilterWriter::otherwise),
            Map.entry("d", VelocityFilterWriter::otherwise),
            Map.entry("truncate", VelocityFilterWriter::truncate),
            Map.entry("round", VelocityFilterWriter::round),
            Map.entry("format", VelocityFilterWriter::format),
            Map.entry("string", (w, f, first) -> w.words.value(f.of())),
            Map.entry("safe", (w, f, first) -> w.words.value(f.of())),
            Map.entry("e", (w, f, first) -> w.words.value(f.of())),
            Map.entry("escape", (w, f, first) -> w.words.value(f.of())),
            Map.entry("forceescape", (w, f, first) -> w.words.value(f.of())));

    private final VelocityWords words;

    VelocityFilterWriter(VelocityWords words) {
        this.words = words;
    }

    VelocityExpr filter(PythonExpr.Filter f) {
        List<PythonExpr> given = f.arguments();
        String text = TEXT_TOOLS.get(f.name());
        if (text != null && given.isEmpty()) {
            return tool("text." + text, f.of(), "");
        }
        Filtering known = FILTERS.get(f.name());
        if (known == null) {
            throw new UntranslatableException("the filter |" + f.name() + " has no equal in a template");
        }
        return known.written(this, f, given.isEmpty() ? null : given.get(0));
    }

    private VelocityExpr tool(String name, PythonExpr of, String more) {
        return tool(name, words.argument(of), more);
    }

    private static VelocityExpr tool(String name, VelocityExpr of, String more) {
        return VelocityExpr.reference(name + "(" + of.inside() + more + ")", false, of.prelude());
    }

    private VelocityExpr json(PythonExpr.Filter f) {
        boolean plain = f.arguments().isEmpty() && f.named().isEmpty();
        return tool(plain ? "json.write" : "json.pretty", f.of(), "");
    }

    private VelocityExpr behind(PythonExpr.Filter f, String what) {
        VelocityExpr of = words.reference(words.value(f.of()));
        return VelocityExpr.reference(of.text() + what, of.quiet(), of.prelude());
    }

    private VelocityExpr replace(PythonExpr.Filter f) {
        if (f.arguments().size() != 2) {
            throw new UntranslatableException("|replace in this way has no equal");
        }
        VelocityExpr from = words.argument(f.arguments().get(0));
        VelocityExpr to = words.argument(f.arguments().get(1));
        VelocityExpr of = words.argument(f.of());
        return VelocityExpr.reference(
                "text.replace(" + of.inside() + ", " + from.inside() + ", " + to.inside() + ")",
                false,
                VelocityExpr.preludes(of.prelude(), VelocityExpr.preludes(from.prelude(), to.prelude())));
    }

    private VelocityExpr truncate(PythonExpr.Filter f, @Nullable PythonExpr first) {
        PythonExpr length = first == null ? f.named().getOrDefault("length", new PythonExpr.Num("255")) : first;
        VelocityExpr of = words.argument(f.of());
        return tool("text.truncate", of, ", " + words.argument(length).inside());
    }

    private VelocityExpr round(PythonExpr.Filter f, @Nullable PythonExpr first) {
        if (f.arguments().size() > 1 || !f.named().isEmpty()) {
            throw new UntranslatableException("|round with a method has no equal");
        }
        VelocityExpr of = words.argument(f.of());
        return tool(
                "number.format",
                of,
                ", " + (first == null ? "0" : words.argument(first).inside()));
    }

    private VelocityExpr join(PythonExpr.Filter f, @Nullable PythonExpr first) {
        PythonExpr list = f.of();
        if (f.named().containsKey("attribute")
                || f.arguments().size() > 1
                || list instanceof PythonExpr.Filter
                || list instanceof PythonExpr.Listed) {
            throw new UntranslatableException("|join in this way has no equal in a template");
        }
        VelocityExpr of = words.reference(words.value(list));
        VelocityExpr by = first == null ? VelocityExpr.literal("\"\"") : words.argument(first);
        return tool("text.join", of, ", " + by.inside());
    }

    private VelocityExpr otherwise(PythonExpr.Filter f, @Nullable PythonExpr first) {
        VelocityExpr of = words.reference(words.quietly(f.of()));
        VelocityExpr other = first == null ? VelocityExpr.literal("\"\"") : words.argument(first);
        if (other.text().startsWith("[")) {
            throw new UntranslatableException("|default with a list has no equal in a template");
        }
        return VelocityExpr.reference(
                "text.default(" + of.inside() + ", " + other.inside() + ")",
                false,
                VelocityExpr.preludes(of.prelude(), other.prelude()));
    }

    private VelocityExpr format(PythonExpr.Filter f, @Nullable PythonExpr first) {
        if (f.of() instanceof PythonExpr.Text text
                && first != null
                && text.value().matches("%\\.[0-9]f")) {
            return tool("number.format", first, ", " + text.value().charAt(2));
        }
        throw new UntranslatableException("|format in this way has no equal in a template");
    }

    VelocityExpr call(PythonExpr.Call call) {
        if (!(call.on() instanceof PythonExpr.Attribute method) || !call.named().isEmpty()) {
            throw new UntranslatableException("this call has no equal in a template");
        }
        List<PythonExpr> given = call.arguments();
        VelocityExpr written = switch (given.size()) {
            case 0 -> ofNone(method);
            case 1 -> ofOne(method, given.get(0));
            default -> ofSeveral(method, given);
        };
        if (written == null) {
            throw new UntranslatableException("." + method.name() + "() has no equal in a template");
        }
        return written;
    }

    private @Nullable VelocityExpr ofNone(PythonExpr.Attribute method) {
        String text = TEXT_TOOLS.get(method.name());
        if (text != null) {
            return tool("text." + text, method.of(), "");
        }
        if (!method.name().equals("keys")) {
            return null;
        }
        VelocityExpr of = words.reference(words.value(method.of()));
        return VelocityExpr.reference(of.text() + ".keySet()", false, of.prelude());
    }

    private @Nullable VelocityExpr ofOne(PythonExpr.Attribute method, PythonExpr given) {
        return switch (method.name()) {
            case "get" -> words.quietly(new PythonExpr.Index(method.of(), given));
            case "join" -> words.value(new PythonExpr.Filter(given, "join", List.of(method.of()), Map.of()));
            default -> null;
        };
    }

    private @Nullable VelocityExpr ofSeveral(PythonExpr.Attribute method, List<PythonExpr> given) {
        if (method.name().equals("replace") && given.size() == 2) {
            return words.value(new PythonExpr.Filter(method.of(), "replace", given, Map.of()));
        }
        if (!method.name().equals("get")) {
            return null;
        }
        PythonExpr part = new PythonExpr.Index(method.of(), given.get(0));
        return words.value(new PythonExpr.Filter(part, "default", List.of(given.get(1)), Map.of()));
    }
}
