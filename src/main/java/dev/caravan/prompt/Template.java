package dev.caravan.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.apache.velocity.context.Context;
import org.apache.velocity.exception.VelocityException;
import org.jspecify.annotations.Nullable;

/** A compiled prompt template. Parsed once, rendered from many threads. */
public final class Template {
    private static final int LONGEST_VARIABLE = 1_000_000;
    private static final int LONGEST_EXPECTED = 20_000;

    private final org.apache.velocity.Template parsed;
    private final List<ValueUse> uses;
    private final Set<String> assigned;
    private final RenderingRule rendering;
    private final Set<String> parts;
    private final IntFunction<String> places;
    /** Characters of the longest prompt so far; any thread's will do. */
    private int expected = 256;

    /** @param places an author's place for a line of what was parsed */
    Template(
            org.apache.velocity.Template parsed,
            List<ValueUse> uses,
            Set<String> assigned,
            RenderingRule rendering,
            Set<String> parts,
            IntFunction<String> places) {
        this.rendering = rendering;
        this.parts = Set.copyOf(parts);
        this.places = places;
        this.parsed = parsed;
        this.uses = List.copyOf(uses);
        this.assigned = Set.copyOf(assigned);
    }

    /** Each reference to a name, in their order; those to its own variables included. */
    public List<ValueUse> uses() {
        return uses;
    }

    /** The shared files whose text it holds. */
    public Set<String> parts() {
        return parts;
    }

    /** Whether the template gives a name its value itself, somewhere. */
    public boolean sets(String name) {
        return assigned.contains(name);
    }

    /**
     * Renders the prompt of one unit. A field of the record hides a global context entry of the same name; {@code
     * config}, {@code errors} and the tools are reserved.
     *
     * @param errors findings of the unit's last answer, as objects with code, place and message
     */
    public String render(ObjectNode record, ObjectNode globalContext, ObjectNode config, JsonNode errors)
            throws RenderException {
        var out = new RenderBudget.Output(expected);
        RenderBudget.start(rendering);
        try {
            parsed.merge(new Scope(record, globalContext, config, errors, assigned), out);
        } catch (UnrenderableException e) {
            throw new RenderException(said(e));
        } catch (VelocityException e) {
            throw new RenderException(said(reason(e)));
        } catch (StackOverflowError e) {
            throw new RenderException("the template nests too deeply");
        }
        String text = out.toString();
        expected = Math.max(expected, Math.min(text.length(), LONGEST_EXPECTED));
        return text;
    }

    private String said(Throwable e) {
        int line = e instanceof UnrenderableException told ? told.line() : 0;
        return (line == 0 ? "" : places.apply(line) + ": ") + e.getMessage();
    }

    private static Throwable reason(Throwable e) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (each instanceof UnrenderableException) {
                return each;
            }
        }
        return e;
    }

    /** What a template's names mean. Unknown ones are an error, unless they are asked for quietly. */
    private static final class Scope implements Context {
        private final ObjectNode record;
        private final ObjectNode globalContext;
        private final ObjectNode config;
        private final JsonNode errors;
        private final Set<String> assigned;
        private final Map<String, Object> variables = new HashMap<>();

        Scope(ObjectNode record, ObjectNode globalContext, ObjectNode config, JsonNode errors, Set<String> assigned) {
            this.assigned = assigned;
            this.record = record;
            this.globalContext = globalContext;
            this.config = config;
            this.errors = errors;
        }

        @Override
        public @Nullable Object get(String asked) {
            if (asked.equals(LiteralSource.BODY) || asked.startsWith(".")) {
                // Velocity's own, around a call of a macro.
                return variables.get(asked);
            }
            boolean quiet = asked.startsWith(TemplateReferences.QUIET);
            String name = quiet ? asked.substring(TemplateReferences.QUIET.length()) : asked;
            Object found = find(name, quiet);
            if (found == null && !quiet && !name.equals("foreach") && !assigned.contains(name)) {
                throw new UnrenderableException("there is no $" + name + "; known: "
                        + String.join(", ", (Iterable<String>) record::fieldNames));
            }
            return found;
        }

        private @Nullable Object find(String name, boolean quiet) {
            Object variable = variables.get(name);
            if (variable != null) {
                return quiet ? JsonValues.quiet(variable) : variable;
            }
            if (name.equals("errors")) {
                return JsonValues.wrap(errors, quiet);
            }
            if (name.startsWith(TemplateReferences.TOOL)) {
                return TemplateTools.ALL.get(name.substring(TemplateReferences.TOOL.length()));
            }
            JsonNode value = record.get(name);
            value = value == null ? globalContext.get(name) : value;
            value = value == null && name.equals("config") ? config : value;
            return value == null ? null : JsonValues.wrap(value, quiet);
        }

        @Override
        public @Nullable Object put(String name, Object value) {
            if (value instanceof String text && text.length() > LONGEST_VARIABLE) {
                throw new UnrenderableException("$" + name + " grows beyond " + LONGEST_VARIABLE + " characters");
            }
            return variables.put(name, value);
        }

        @Override
        public boolean containsKey(String name) {
            return variables.containsKey(name) || record.has(name) || globalContext.has(name);
        }

        @Override
        public String[] getKeys() {
            return variables.keySet().toArray(String[]::new);
        }

        @Override
        public @Nullable Object remove(String name) {
            return variables.remove(name);
        }
    }
}
