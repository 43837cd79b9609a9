package dev.caravan.prompt;

import java.io.StringReader;
import java.util.Properties;
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
        settings.setProperty("velocimacro.inline.allow", "false");
        settings.setProperty("velocimacro.library.path", "");
        settings.setProperty("runtime.log.log_invalid_references", "false");
        velocity.init(settings);
    }

    /** @param name file of the template, for messages */
    public Template compile(String name, String source) {
        return compile(name, source, Rendering.NEWEST);
    }

    /** As the other, for a run that makes prompts by a rule of its own. */
    public Template compile(String name, String source, Rendering rendering) {
        LiteralSource.Rewritten rewritten = LiteralSource.rewrite(source);
        var template = new org.apache.velocity.Template();
        template.setName(name);
        template.setRuntimeServices(velocity);
        try {
            template.setData(velocity.parse(new StringReader(rewritten.text()), template));
        } catch (ParseException e) {
            int line = e.currentToken == null ? 1 : e.currentToken.next.beginLine;
            int column = e.currentToken == null ? 1 : e.currentToken.next.beginColumn;
            throw new TemplateSyntaxException(line, column, reason(e));
        }
        template.initDocument();
        return new Template(template, rewritten.uses(), rewritten.assigned(), rendering);
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
