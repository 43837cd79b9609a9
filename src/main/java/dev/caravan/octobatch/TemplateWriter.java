package dev.caravan.octobatch;

import dev.caravan.prompt.TemplateEngine;
import dev.caravan.prompt.TemplateSyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** Writes a template of Jinja's as one of ours, part by part. */
final class TemplateWriter {
    private static final int DEEPEST_INCLUDE = 5;
    private static final int LONGEST_RANGE = 100;

    /**
     * What a template's names may mean.
     *
     * @param fields of the record, with what is known of them
     * @param config the config's own keys, which the original lets templates see by their names alone
     * @param late whether a step that asks a model comes before, where not all fields are there yet
     */
    record Names(Map<String, ValueType> fields, Set<String> config, boolean late) {}

    private final String file;
    private final VelocityExprWriter writer;
    private final ImportFindings findings;
    private final Function<String, Optional<String>> includes;
    private final VelocityText out = new VelocityText();
    private int depth;

    private TemplateWriter(
            String file,
            VelocityExprWriter writer,
            ImportFindings findings,
            Function<String, Optional<String>> includes) {
        this.file = file;
        this.writer = writer;
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
            Names names,
            HelperExpressions helpers,
            ImportFindings findings,
            Function<String, Optional<String>> includes) {
        try {
            List<JinjaPart> parts = JinjaParser.parse(source);
            var writer = new VelocityExprWriter(step, names, helpers, optional(parts));
            var template = new TemplateWriter(file, writer, findings, includes);
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

    /** Names that a template allows to be absent. */
    private static Set<String> optional(List<JinjaPart> parts) {
        var found = new HashSet<String>();
        expressions(parts).forEach(each -> optional(each, found));
        return found;
    }

    private static void optional(PythonExpr e, Set<String> found) {
        if (e instanceof PythonExpr.Test test
                && (test.name().equals("defined") || test.name().equals("undefined"))
                && test.of() instanceof PythonExpr.Name name) {
            found.add(name.id());
        }
        if (e instanceof PythonExpr.Filter filter
                && (filter.name().equals("default") || filter.name().equals("d"))
                && filter.of() instanceof PythonExpr.Name name) {
            found.add(name.id());
        }
        e.parts().forEach(each -> optional(each, found));
    }

    private static Stream<PythonExpr> expressions(List<JinjaPart> parts) {
        return parts.stream().flatMap(TemplateWriter::expressions);
    }

    private static Stream<PythonExpr> expressions(JinjaPart part) {
        if (part instanceof JinjaPart.Output output) {
            return Stream.of(output.value());
        }
        if (part instanceof JinjaPart.Assignment assignment) {
            return Stream.of(assignment.value());
        }
        if (part instanceof JinjaPart.If choice) {
            return Stream.concat(
                    choice.branches().stream()
                            .flatMap(each -> Stream.concat(Stream.of(each.condition()), expressions(each.body()))),
                    expressions(choice.otherwise()));
        }
        if (part instanceof JinjaPart.Loop loop) {
            return Stream.of(
                            Stream.of(loop.over()),
                            Stream.ofNullable(loop.condition()),
                            expressions(loop.body()),
                            expressions(loop.otherwise()))
                    .flatMap(each -> each);
        }
        return Stream.empty();
    }

    private void all(List<JinjaPart> parts) {
        LineBreaks.moved(parts).forEach(this::one);
    }

    private void one(JinjaPart part) {
        if (part instanceof JinjaPart.Plain plain) {
            out.text(plain.text());
        } else if (part instanceof JinjaPart.Comment comment) {
            out.comment(comment(comment.text()));
        } else if (part instanceof JinjaPart.Unknown unknown) {
            left(unknown.source(), unknown.why());
        } else if (part instanceof JinjaPart.Output output) {
            carried(output.source(), () -> print(output.value()));
        } else if (part instanceof JinjaPart.Assignment assignment) {
            carried(assignment.source(), () -> assign(assignment));
        } else if (part instanceof JinjaPart.If choice) {
            choice(choice, 0);
        } else if (part instanceof JinjaPart.Loop loop) {
            loop(loop);
        } else if (part instanceof JinjaPart.Include include) {
            carried(include.source(), () -> include(include));
        } else {
            out.leave();
        }
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

    /** Prints a value; a choice becomes one of the template's. */
    private void print(PythonExpr e) {
        if (e instanceof PythonExpr.Text text) {
            out.text(text.value());
        } else if (e instanceof PythonExpr.Num number) {
            out.text(number.digits());
        } else if (e instanceof PythonExpr.Choice choice) {
            VelocityExpr condition = writer.value(choice.condition());
            PythonExpr otherwise = choice.otherwise();
            branch(condition, () -> print(choice.then()), otherwise == null ? null : () -> print(otherwise));
        } else if (e instanceof PythonExpr.Logic logic && logic.operands().size() == 2) {
            PythonExpr first = logic.operands().get(0);
            PythonExpr second = logic.operands().get(1);
            VelocityExpr condition = writer.value(first);
            branch(condition, () -> print(logic.all() ? second : first), () -> print(logic.all() ? first : second));
        } else if (e instanceof PythonExpr.Joined joined) {
            joined.texts().forEach(this::print);
        } else if (e instanceof PythonExpr.Binary sum
                && sum.operator().equals("+")
                && (isText(sum.left()) || isText(sum.right()))) {
            print(sum.left());
            print(sum.right());
        } else if (e instanceof PythonExpr.Filter join && join.name().equals("join") && isWritten(join)) {
            PythonExpr.Listed list = (PythonExpr.Listed) join.of();
            String between = join.arguments().isEmpty()
                    ? ""
                    : ((PythonExpr.Text) join.arguments().get(0)).value();
            out.text(String.join(
                    between,
                    list.elements().stream()
                            .map(each -> ((PythonExpr.Text) each).value())
                            .toList()));
        } else if (isJoinOfParts(e)) {
            joinParts((PythonExpr.Filter) e);
        } else {
            VelocityExpr v = writer.reference(writer.value(e));
            out.prelude(v.prelude());
            out.reference(v.text(), v.quiet());
        }
    }

    /** Whether a list of texts is written out, and what stands between them. */
    private static boolean isWritten(PythonExpr.Filter join) {
        return join.of() instanceof PythonExpr.Listed list
                && list.elements().stream().allMatch(each -> each instanceof PythonExpr.Text)
                && join.named().isEmpty()
                && join.arguments().size() < 2
                && join.arguments().stream().allMatch(each -> each instanceof PythonExpr.Text);
    }

    private static boolean isText(PythonExpr e) {
        return e instanceof PythonExpr.Text
                || (e instanceof PythonExpr.Binary sum
                        && sum.operator().equals("+")
                        && (isText(sum.left()) || isText(sum.right())));
    }

    private void branch(VelocityExpr condition, Runnable then, @org.jspecify.annotations.Nullable Runnable otherwise) {
        out.prelude(condition.prelude());
        out.open(false, "#if(" + condition.inside() + ")");
        then.run();
        if (otherwise != null) {
            out.middle("else");
            otherwise.run();
        }
        out.close(1);
    }

    /** {@code list|map(attribute='a')|join(', ')} and {@code list|join(', ', attribute='a')}. */
    private static boolean isJoinOfParts(PythonExpr e) {
        return e instanceof PythonExpr.Filter join && join.name().equals("join") && attribute(join) != null;
    }

    private static @org.jspecify.annotations.Nullable String attribute(PythonExpr.Filter join) {
        PythonExpr named = join.named().get("attribute");
        if (named == null
                && join.of() instanceof PythonExpr.Filter map
                && map.name().equals("map")) {
            named = map.named().get("attribute");
        }
        return named instanceof PythonExpr.Text text && text.value().matches("[A-Za-z_][\\w.]*") ? text.value() : null;
    }

    private void joinParts(PythonExpr.Filter join) {
        String attribute = attribute(join);
        PythonExpr list =
                join.of() instanceof PythonExpr.Filter map && map.name().equals("map") ? map.of() : join.of();
        VelocityExpr over = writer.reference(writer.value(list));
        String each = writer.fresh();
        out.prelude(over.prelude());
        out.open(false, "#foreach($" + each + " in " + over.inside() + ")");
        out.reference(each + "." + attribute, false);
        if (!join.arguments().isEmpty()) {
            out.open(false, "#if($foreach.hasNext)");
            print(join.arguments().get(0));
            out.close(1);
        }
        out.close(1);
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
            writer.space(targets.get(0));
            call.named().forEach((name, each) -> set(targets.get(0) + "." + name, each));
            return;
        }
        set(targets.get(0), value);
    }

    private void set(String target, PythonExpr value) {
        int point = target.indexOf('.');
        if (point >= 0 && !writer.isSpace(target.substring(0, point))) {
            throw new UntranslatableException("a part of a record cannot be set");
        }
        String name = target.replace('.', '_');
        VelocityExpr v = writer.value(value);
        writer.local(name);
        out.prelude(v.prelude());
        out.assign(name, v.inside());
    }

    private void choice(JinjaPart.If choice, int from) {
        JinjaPart.Branch first = choice.branches().get(from);
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
        boolean entries = targets.size() == 2 && isEntries(loop.over());
        VelocityExpr over;
        try {
            over = over(loop, entries);
            targets.forEach(writer::local);
        } catch (UntranslatableException e) {
            left(loop.source(), e.why());
            over = VelocityExpr.reference("todo", false, "");
            targets.stream().filter(each -> each.matches("[A-Za-z_]\\w*")).forEach(writer::local);
        }
        out.prelude(over.prelude());
        String size = over.kind() == VelocityExpr.Kind.REFERENCE ? "$" + over.text() + ".size()" : "";
        writer.openLoop(size, loop.condition() != null);
        String each = targets.size() == 1 || entries ? targets.get(0) : String.join("_", targets);
        String looped = entries ? over.inside() + ".keySet()" : over.inside();
        String foreach = "#foreach($" + each + " in " + looped + ")";
        boolean breaks = breaks(loop.body()) && ends(loop.body());
        boolean alone = breaks && out.atLineStart();
        if (loop.otherwise().isEmpty()) {
            out.open(breaks, foreach);
        } else {
            out.open(breaks, "#if(" + over.inside() + ")", foreach);
        }
        unpack(targets, each, entries ? over.text() : "", alone);
        inside(loop);
        writer.closeLoop();
        writer.forget(targets);
        if (!loop.otherwise().isEmpty()) {
            out.middle("else");
            all(loop.otherwise());
            out.close(1);
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

    private static boolean isEntries(PythonExpr e) {
        return ComprehensionWriter.isEntries(e)
                || (e instanceof PythonExpr.Filter filter && filter.name().equals("items"));
    }

    private VelocityExpr over(JinjaPart.Loop loop, boolean entries) {
        PythonExpr over = loop.over();
        if (entries) {
            PythonExpr map = over instanceof PythonExpr.Filter filter
                    ? filter.of()
                    : ((PythonExpr.Attribute) ((PythonExpr.Call) over).on()).of();
            return writer.reference(writer.value(map));
        }
        if (over instanceof PythonExpr.Call call
                && call.on() instanceof PythonExpr.Attribute method
                && method.name().equals("values")
                && call.arguments().isEmpty()) {
            return writer.reference(writer.value(method.of()));
        }
        List<String> numbers = range(over);
        if (!numbers.isEmpty()) {
            return VelocityExpr.literal("[" + String.join(", ", numbers) + "]");
        }
        if (over instanceof PythonExpr.Filter filter
                && filter.name().equals("default")
                && filter.arguments().equals(List.of(new PythonExpr.Listed(PythonExpr.Shape.LIST, List.of())))) {
            return writer.reference(writer.quietly(filter.of()));
        }
        VelocityExpr v = writer.value(over);
        if (over instanceof PythonExpr.Name name && writer.isMap(name.id())) {
            return VelocityExpr.reference(v.text() + ".keySet()", v.quiet(), v.prelude());
        }
        return v.kind() == VelocityExpr.Kind.FORMULA ? writer.reference(v) : v;
    }

    /** The numbers of a range that is written out; else none. */
    private static List<String> range(PythonExpr over) {
        var numbers = new ArrayList<String>();
        if (over instanceof PythonExpr.Call call && call.on().equals(new PythonExpr.Name("range"))) {
            List<Integer> given =
                    call.arguments().stream().map(PythonExpr::number).toList();
            if (given.stream().anyMatch(java.util.Objects::isNull) || given.isEmpty() || given.size() > 2) {
                return List.of();
            }
            int from = given.size() == 2 ? given.get(0) : 0;
            int to = given.get(given.size() - 1);
            for (int i = from; i < to && numbers.size() <= LONGEST_RANGE; i++) {
                numbers.add(String.valueOf(i));
            }
        }
        return numbers.size() > LONGEST_RANGE ? List.of() : numbers;
    }

    /** Names that any of the templates may know beside fields. */
    static Set<String> configKeys() {
        return new TreeSet<>(
                Set.of("pipeline", "api", "processing", "prompts", "schemas", "validation", "post_process"));
    }
}
