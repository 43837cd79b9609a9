package dev.caravan.octobatch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What names mean at a place of a template: fields, variables that it set itself, and the loops that are open. */
final class TemplateScope {
    private static final Map<String, String> COUNTERS =
            Map.of("index", "count", "index0", "index", "first", "first", "last", "last");

    /** A loop that is open. */
    private record Open(String size, boolean filtered) {}

    private final TemplateNames names;
    private final Set<String> optional;
    private final Set<String> locals = new HashSet<>();
    private final Set<String> spaces = new HashSet<>();
    private final Deque<Open> loops = new ArrayDeque<>();
    private int made;

    /** @param optional names that the template allows to be absent */
    TemplateScope(TemplateNames names, Set<String> optional) {
        this.names = names;
        this.optional = optional;
    }

    /** A variable that is set from here on. */
    void local(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || name.equals("errors") || name.equals("foreach")) {
            throw new UntranslatableException("the name '" + name + "' cannot be one of a variable here");
        }
        locals.add(name);
    }

    void forget(List<String> these) {
        these.forEach(locals::remove);
    }

    boolean isLocal(String name) {
        return locals.contains(name);
    }

    boolean isMap(String name) {
        return !isLocal(name) && names.fields().get(name) == ValueType.MAP;
    }

    /** @param size how many rounds it has, as it is said; empty when nobody knows */
    void openLoop(String size, boolean filtered) {
        loops.push(new Open(size, filtered));
    }

    void closeLoop() {
        loops.pop();
    }

    /** A namespace of the original, whose parts become variables. */
    void space(String name) {
        spaces.add(name);
    }

    boolean isSpace(String name) {
        return spaces.contains(name);
    }

    /** A name that nothing has yet. */
    String fresh() {
        String name;
        do {
            name = "value" + ++made;
        } while (locals.contains(name) || names.fields().containsKey(name));
        return name;
    }

    /** Whether an expression asks for what only the template knows. */
    boolean asksLocals(PythonExpr e) {
        return (e instanceof PythonExpr.Name name
                        && (locals.contains(name.id())
                                || isSpace(name.id())
                                || name.id().equals("loop")))
                || e.parts().anyMatch(this::asksLocals);
    }

    /** What a name by itself refers to. */
    VelocityExpr reference(String id, boolean quiet) {
        boolean local = locals.contains(id);
        if (!local && (!id.matches("[A-Za-z_][A-Za-z0-9_]*") || id.equals("loop") || isSpace(id))) {
            throw new UntranslatableException("'" + id + "' by itself has no equal in a template");
        }
        boolean field = local || names.fields().containsKey(id);
        if (!field && names.config().contains(id)) {
            return VelocityExpr.reference("config." + id, quiet, "");
        }
        if (!field && TemplateNames.isGone(id)) {
            throw new UntranslatableException("'" + id + "' is no field of the record here");
        }
        if (!local && id.equals("errors")) {
            throw new UntranslatableException("$errors is here what was wrong with the last answer; rename the field");
        }
        return VelocityExpr.reference(id, quiet || optional.contains(id), "");
    }

    /** What is known of the round of a loop. */
    VelocityExpr counter(String name) {
        Open open = loops.peek();
        if (open == null || open.filtered()) {
            throw new UntranslatableException(
                    open == null
                            ? "loop is known inside of a loop only"
                            : "loop of a loop with a condition has no equal");
        }
        String ours = COUNTERS.get(name);
        if (ours != null) {
            return VelocityExpr.reference("foreach." + ours, false, "");
        }
        if (open.size().isEmpty()) {
            throw new UntranslatableException("loop." + name + " has no equal");
        }
        return switch (name) {
            case "length" -> VelocityExpr.reference(open.size().substring(1), false, "");
            case "revindex" -> VelocityExpr.formula(open.size() + " - $foreach.index", "");
            case "revindex0" -> VelocityExpr.formula(open.size() + " - $foreach.count", "");
            default -> throw new UntranslatableException("loop." + name + " has no equal");
        };
    }

    /** Whether {@code loop} means what it means in Jinja. */
    boolean isLoop(String id) {
        return id.equals("loop") && !locals.contains("loop");
    }
}
