package dev.caravan.octobatch;

import dev.caravan.base.KindTable;
import org.jspecify.annotations.Nullable;

/** Prints values; a choice becomes one of the template's. */
final class OutputWriter {
    private final VelocityText out;
    private final VelocityExprWriter writer;
    private final TemplateScope scope;
    private final KindTable<PythonExpr, Runnable> kinds = new KindTable<PythonExpr, Runnable>()
            .on(PythonExpr.Text.class, each -> () -> text(each.value()))
            .on(PythonExpr.Num.class, each -> () -> text(each.digits()))
            .on(PythonExpr.Choice.class, each -> () -> choice(each))
            .on(PythonExpr.Logic.class, each -> () -> logic(each))
            .on(PythonExpr.Joined.class, each -> () -> each.texts().forEach(this::print))
            .on(PythonExpr.Binary.class, each -> () -> binary(each))
            .on(PythonExpr.Filter.class, each -> () -> filter(each));

    OutputWriter(VelocityText out, VelocityExprWriter writer, TemplateScope scope) {
        this.out = out;
        this.writer = writer;
        this.scope = scope;
    }

    void print(PythonExpr e) {
        kinds.apply(e, other -> () -> plain(other)).run();
    }

    private void plain(PythonExpr e) {
        VelocityExpr v = writer.reference(writer.value(e));
        out.prelude(v.prelude());
        out.reference(v.text(), v.quiet());
    }

    private void text(String text) {
        out.text(text);
    }

    private void choice(PythonExpr.Choice choice) {
        VelocityExpr condition = writer.value(choice.condition());
        PythonExpr otherwise = choice.otherwise();
        branch(condition, () -> print(choice.then()), otherwise == null ? null : () -> print(otherwise));
    }

    private void logic(PythonExpr.Logic logic) {
        if (logic.operands().size() != 2) {
            plain(logic);
            return;
        }
        PythonExpr first = logic.operands().get(0);
        PythonExpr second = logic.operands().get(1);
        VelocityExpr condition = writer.value(first);
        branch(condition, () -> print(logic.all() ? second : first), () -> print(logic.all() ? first : second));
    }

    private void binary(PythonExpr.Binary sum) {
        if (isText(sum)) {
            print(sum.left());
            print(sum.right());
        } else {
            plain(sum);
        }
    }

    private void filter(PythonExpr.Filter filter) {
        if (filter.name().equals("join") && filter.of() instanceof PythonExpr.Listed list && isWritten(filter, list)) {
            String between = filter.arguments().isEmpty()
                    ? ""
                    : ((PythonExpr.Text) filter.arguments().get(0)).value();
            out.text(String.join(
                    between,
                    list.elements().stream()
                            .map(each -> ((PythonExpr.Text) each).value())
                            .toList()));
        } else if (isJoinOfParts(filter)) {
            joinParts(filter);
        } else {
            plain(filter);
        }
    }

    /** Whether a list of texts is written out, and what stands between them. */
    private static boolean isWritten(PythonExpr.Filter join, PythonExpr.Listed list) {
        return list.elements().stream().allMatch(each -> each instanceof PythonExpr.Text)
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

    private void branch(VelocityExpr condition, Runnable then, @Nullable Runnable otherwise) {
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
    private static boolean isJoinOfParts(PythonExpr.Filter join) {
        return join.name().equals("join") && attribute(join) != null;
    }

    private static @Nullable String attribute(PythonExpr.Filter join) {
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
        String each = scope.fresh();
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
}
