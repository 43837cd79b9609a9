package dev.caravan.prompt;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.velocity.runtime.RuntimeInstance;
import org.apache.velocity.runtime.parser.ParseException;

/**
 * Compiles Velocity templates made safe and literal: a template reaches JSON values and named tools, and whatever is
 * not plainly a directive or a reference is text.
 */
public final class TemplateEngine {
    private final RuntimeInstance velocity = new RuntimeInstance();

    public TemplateEngine() {
        var settings = new Properties();
        settings.setProperty("introspector.uberspect.class", ConfinedUberspect.class.getName());
        settings.setProperty("event_handler.invalid_references.class", NothingUnknown.class.getName());
        settings.setProperty("runtime.interpolate_string_literals", "false");
        settings.setProperty("resource.loaders", "none");
        settings.setProperty("resource.loader.none.class", NoResources.class.getName());
        settings.setProperty("velocimacro.inline.allow", "true");
        settings.setProperty("velocimacro.inline.local_scope", "true");
        settings.setProperty("velocimacro.arguments.strict", "true");
        settings.setProperty("velocimacro.body_reference", LiteralSource.BODY);
        settings.setProperty("velocimacro.library.path", "");
        settings.setProperty("runtime.log.log_invalid_references", "false");
        velocity.init(settings);
    }

    /** A template that shares nothing, rendered as new runs do. */
    public Template compile(String name, String source) {
        return compile(name, source, TemplateParts.NONE, RenderingRule.NEWEST);
    }

    /**
     * @param name file of the template, for messages
     * @param parts what it may place and call
     * @param rendering the rule by which the run makes prompts
     */
    public Template compile(String name, String source, TemplateParts parts, RenderingRule rendering) {
        RewrittenTemplate rewritten = LiteralSource.rewrite(name, source, parts.library());
        List<PartLibrary.Macro> macros = parts.library().called(rewritten.calls());
        var template = new org.apache.velocity.Template();
        template.setName(name);
        template.setRuntimeServices(velocity);
        var text = new StringBuilder(rewritten.text());
        var uses = new ArrayList<>(rewritten.uses());
        var assigned = new TreeSet<>(rewritten.assigned());
        // Velocity looks macros up when they are called: behind the text they leave its lines where they are.
        text.append(macros.isEmpty() ? "" : "#*\n*#");
        for (PartLibrary.Macro each : macros) {
            text.append(each.text());
            uses.addAll(each.uses());
            assigned.addAll(each.assigned());
        }
        try {
            template.setData(velocity.parse(new StringReader(text.toString()), template));
        } catch (ParseException e) {
            int line = e.currentToken == null ? 1 : e.currentToken.next.beginLine;
            int column = e.currentToken == null ? 1 : e.currentToken.next.beginColumn;
            throw new TemplateSyntaxException(name, rewritten.line(line), column, reason(e));
        }
        template.initDocument();
        return new Template(
                template, uses, assigned, rendering, rewritten.placed(), line -> rewritten.place(name, line));
    }

    private static String reason(ParseException e) {
        String message = String.valueOf(e.getMessage()).strip();
        String first = message.lines().findFirst().orElse("");
        if (first.contains("<EOF>")) {
            return "an #if, #foreach or #set is not closed: an #end or a parenthesis is missing";
        }
        return "not a template: " + first;
    }
}
