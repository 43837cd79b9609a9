package dev.caravan.octobatch;

import dev.caravan.base.KindTable;
import dev.caravan.prompt.TemplateEngine;
import dev.caravan.prompt.TemplateSyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Writes a template of Jinja's as one of ours, part by part. */
final class TemplateWriter {
    private static final int DEEPEST_INCLUDE = 5;

    private final String file;
    private final VelocityExprWriter writer;
    private final ImportFindings findings;
    private final Function<String, Optional<String>> includes;
    private final VelocityText out = new VelocityText();
    private final TemplateScope scope;
    private final OutputWriter outputs;
    private final KindTable<JinjaPart, Runnable> kinds = new KindTable<JinjaPart, Runnable>()
            .on(JinjaPart.Plain.class, each -> () -> text(each.text()))
            .on(JinjaPart.Comment.class, each -> () -> note(each.text()))
            .on(JinjaPart.Unknown.class, each -> () -> left(each.source(), each.why()))
            .on(JinjaPart.Output.class, each -> () -> carried(each.source(), () -> print(each.value())))
            .on(JinjaPart.Assignment.class, each -> () -> carried(each.source(), () -> assign(each)))
            .on(JinjaPart.If.class, each -> () -> choice(each))
            .on(JinjaPart.Loop.class, each -> () -> loop(each))
            .on(JinjaPart.Include.class, each -> () -> carried(each.source(), () -> include(each)));

    private int depth;

    private TemplateWriter(
            String file,
            TemplateScope scope,
            VelocityExprWriter writer,
            ImportFindings findings,
            Function<String, Optional<String>> includes) {
        this.file = file;
        this.scope = scope;
        this.writer = writer;
        outputs = new OutputWriter(out, writer, scope);
        this.findings = findings;
        this.includes = includes;
    }

    /**
     * @param file for messages
     * @param includes finds the text of other templates
     */
    static String written(
            String file,
            String source,
            String step,
            TemplateNames names,
            HelperExpressions helpers,
            ImportFindings findings,
            Function<String, Optional<String>> includes) {
        try {
            List<JinjaPart> parts = JinjaParser.parse(source);
            var scope = new TemplateScope(names, OptionalNames.of(parts));
            var writer = new VelocityExprWriter(scope, new PipelineHelper(step, names, helpers));
            var template = new TemplateWriter(file, scope, writer, findings, includes);
            template.all(parts);
            String text = template.out.toString();
            new TemplateEngine().compile(file, text);
            return text;
        } catch (UntranslatableException | TemplateSyntaxException e) {
            findings.left(file, "", String.valueOf(e.getMessage()));
            return comment("not carried over: " + e.getMessage() + "\n\n" + source) + "\n";
        } catch (StackOverflowError e) {
            findings.left(file, "", "is nested too deeply");
            return comment("not carried over: it is nested too deeply\n\n" + source) + "\n";
        }
    }

    private static String comment(String text) {
        return "#* " + text.replace("*#", "* #") + " *#";
    }

    private void all(List<JinjaPart> parts) {
        LineBreaks.moved(parts).forEach(this::one);
    }

    private void one(JinjaPart part) {
        kinds.apply(part, other -> out::leave).run();
    }

    private void text(String text) {
        out.text(text);
    }

    private void note(String text) {
        out.comment(comment(text));
    }

    private void print(PythonExpr value) {
        outputs.print(value);
    }

    private void carried(String source, Runnable writing) {
        try {
            writing.run();
        } catch (UntranslatableException e) {
            left(source, e.why());
        }
    }

    private void left(String source, String why) {
        findings.left(file, source, why);
        out.comment(comment("not carried over, " + why + ": " + source));
    }

    private void include(JinjaPart.Include include) {
        if (++depth > DEEPEST_INCLUDE) {
            throw new UntranslatableException(
                    "templates include each other more than " + DEEPEST_INCLUDE + " levels deep");
        }
        String text = includes.apply(include.file())
                .orElseThrow(() -> new UntranslatableException("there is no such template in the folder"));
        try {
            all(JinjaParser.parse(text));
        } finally {
            depth--;
        }
    }

    private void assign(JinjaPart.Assignment assignment) {
        List<String> targets = assignment.targets();
        PythonExpr value = assignment.value();
        if (targets.size() > 1) {
            if (!(value instanceof PythonExpr.Listed list) || list.elements().size() != targets.size()) {
                throw new UntranslatableException("setting several names from one value has no equal");
            }
            for (int i = 0; i < targets.size(); i++) {
                set(targets.get(i), list.elements().get(i));
            }
            return;
        }
        if (value instanceof PythonExpr.Call call && call.on().equals(new PythonExpr.Name("namespace"))) {
            scope.space(targets.get(0));
            call.named().forEach((name, each) -> set(targets.get(0) + "." + name, each));
            return;
        }
        set(targets.get(0), value);
    }

    private void set(String target, PythonExpr value) {
        int point = target.indexOf('.');
        if (point >= 0 && !scope.isSpace(target.substring(0, point))) {
            throw new UntranslatableException("a part of a record cannot be set");
        }
        String name = target.replace('.', '_');
        VelocityExpr v = writer.value(value);
        scope.local(name);
        out.prelude(v.prelude());
        out.assign(name, v.inside());
    }

    private void choice(JinjaPart.If choice) {
        JinjaPart.Branch first = choice.branches().get(0);
        VelocityExpr condition = condition(first.condition(), choice.source());
        out.prelude(condition.prelude());
        out.open(breaks(first.body()), "#if(" + condition.inside() + ")");
        all(first.body());
        int open = 1;
        for (JinjaPart.Branch each :
                choice.branches().subList(1, choice.branches().size())) {
            VelocityExpr next = condition(each.condition(), choice.source());
            if (next.prelude().isEmpty()) {
                out.middle("#elseif(" + next.inside() + ")");
            } else {
                out.middle("else");
                out.prelude(next.prelude());
                out.open(breaks(each.body()), "#if(" + next.inside() + ")");
                open++;
            }
            all(each.body());
        }
        if (!choice.otherwise().isEmpty()) {
            out.middle("else");
            all(choice.otherwise());
        }
        out.close(open);
    }

    /** One that has no equal asks for a name that is not there, so that no prompt is made before a person finishes it. */
    private VelocityExpr condition(PythonExpr e, String source) {
        try {
            return writer.value(e);
        } catch (UntranslatableException why) {
            left(source, why.why());
            return VelocityExpr.reference("todo", false, "");
        }
    }

    private void loop(JinjaPart.Loop loop) {
        List<String> targets = loop.targets();
        boolean entries = targets.size() == 2 && LoopOver.isEntries(loop.over());
        VelocityExpr over = over(loop, entries);
        out.prelude(over.prelude());
        String size = over.kind() == VelocityExpr.Kind.REFERENCE ? "$" + over.text() + ".size()" : "";
        scope.openLoop(size, loop.condition() != null);
        String each = targets.size() == 1 || entries ? targets.get(0) : String.join("_", targets);
        String looped = entries ? over.inside() + ".keySet()" : over.inside();
        String foreach = "#foreach($" + each + " in " + looped + ")";
        boolean breaks = breaks(loop.body()) && ends(loop.body());
        boolean alone = breaks && out.atLineStart();
        boolean choice = !loop.otherwise().isEmpty();
        if (choice) {
            out.open(breaks, "#if(" + over.inside() + ")", foreach);
        } else {
            out.open(breaks, foreach);
        }
        unpack(targets, each, entries ? over.text() : "", alone);
        inside(loop);
        scope.closeLoop();
        scope.forget(targets);
        if (choice) {
            out.middle("else");
            all(loop.otherwise());
            out.close(1);
        }
    }

    /** What it goes over; makes its names known. */
    private VelocityExpr over(JinjaPart.Loop loop, boolean entries) {
        List<String> targets = loop.targets();
        try {
            VelocityExpr over = new LoopOver(writer, scope).over(loop, entries);
            targets.forEach(scope::local);
            return over;
        } catch (UntranslatableException e) {
            left(loop.source(), e.why());
            targets.stream().filter(each -> each.matches("[A-Za-z_]\\w*")).forEach(scope::local);
            return VelocityExpr.reference("todo", false, "");
        }
    }

    /** Whether a line break comes first: what is before it then stands alone on its line, if nothing was there. */
    private static boolean breaks(List<JinjaPart> body) {
        return !body.isEmpty()
                && body.get(0) instanceof JinjaPart.Plain plain
                && plain.text().matches("(?s)[ \\t]*\\n.*");
    }

    /** Whether the next round of a loop begins on a line of its own. */
    private static boolean ends(List<JinjaPart> body) {
        return body.get(body.size() - 1) instanceof JinjaPart.Plain plain
                && plain.text().matches("(?s).*\\n[ \\t]*");
    }

    private void unpack(List<String> targets, String each, String map, boolean alone) {
        for (int i = map.isEmpty() ? 0 : 1; targets.size() > 1 && i < targets.size(); i++) {
            String value = map.isEmpty() ? each + "[" + i + "]" : map + ".get($" + each + ")";
            if (alone) {
                out.text("\n");
            }
            out.assign(targets.get(i), "$" + value);
        }
    }

    private void inside(JinjaPart.Loop loop) {
        PythonExpr filter = loop.condition();
        if (filter == null) {
            all(loop.body());
            out.close(1);
            return;
        }
        VelocityExpr condition = condition(filter, loop.source());
        out.prelude(condition.prelude());
        out.open(breaks(loop.body()) && ends(loop.body()), "#if(" + condition.inside() + ")");
        all(loop.body());
        out.close(2);
    }
}
