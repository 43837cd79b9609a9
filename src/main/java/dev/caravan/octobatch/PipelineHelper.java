package dev.caravan.octobatch;

import java.util.Map;
import java.util.Set;

/** Lets an expression of the pipeline compute what a template cannot say itself. */
final class PipelineHelper {
    private final String step;
    private final TemplateNames names;
    private final HelperExpressions helpers;

    /** @param step whose template it is */
    PipelineHelper(String step, TemplateNames names, HelperExpressions helpers) {
        this.step = step;
        this.names = names;
        this.helpers = helpers;
    }

    int size() {
        return helpers.size();
    }

    /** Forgets what was added since, for it turned out to be of no use. */
    void back(int size) {
        helpers.back(size);
    }

    /**
     * The name of an expression of the pipeline that computes a value.
     *
     * @param why the template cannot say it
     */
    String name(PythonExpr e, UntranslatableException why) {
        if (RandomCalls.in(e)) {
            throw why;
        }
        try {
            var words = new ExprWriter(names.fields(), Map.of(), names.late());
            String text = words.checked(each -> each.value(e).text());
            if (words.reads().stream().anyMatch(TemplateNames::isGone)) {
                throw why;
            }
            return helpers.add(step, names.late() ? onceThere(words.reads(), text) : text);
        } catch (UntranslatableException second) {
            throw new UntranslatableException(second.why().contains("no equal") ? second.why() : why.why());
        }
    }

    /** Not all fields are there yet. */
    private static String onceThere(Set<String> reads, String text) {
        if (reads.isEmpty()) {
            return text;
        }
        String there = String.join(
                " && ",
                reads.stream()
                        .map(each -> "has('" + TextEscapes.written(each, '\'') + "')")
                        .toList());
        return there + " ? (" + text + ") : ''";
    }
}
