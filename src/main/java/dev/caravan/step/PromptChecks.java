package dev.caravan.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import dev.caravan.base.UnitRecord;
import dev.caravan.expression.Expression;
import dev.caravan.pipeline.ExpressionReader;
import dev.caravan.pipeline.ItemUse;
import dev.caravan.pipeline.KnownFields;
import dev.caravan.pipeline.SharedContext;
import dev.caravan.pipeline.StepSource;
import dev.caravan.prompt.ForeignSyntax;
import dev.caravan.prompt.Template;
import dev.caravan.prompt.TemplateParts;
import dev.caravan.prompt.ValueUse;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Whether a template asks what its author means: names that are there, something of each unit, no other language. */
final class PromptChecks {
    static final String EMPTY = "the prompt is empty";

    /** Says that all units are asked the same, and on purpose. */
    static final String SAME = "same_prompt";

    private static final Set<String> RESERVED = Set.of("errors", "config", "foreach");
    private static final Pattern SILENT = Pattern.compile("#\\*.*?\\*#|#\\[\\[\\s*\\]\\]#", Pattern.DOTALL);

    private final boolean meant;
    private final StepSource source;
    private final KnownFields known;
    private final KnownFields seen;
    private final Map<String, Expression> expressions;
    private final Problems problems;

    /**
     * @param meant whether all units are asked the same on purpose
     * @param known of the records that come to the step
     */
    PromptChecks(boolean meant, StepSource source, KnownFields known, Problems problems) {
        this.meant = meant;
        this.source = source;
        this.known = known;
        this.problems = problems;
        expressions = ExpressionReader.ofProcessing(source.config());
        seen = known.copy();
        seen.set(expressions, source.file(), "processing.expressions", problems);
        source.shared().context().fieldNames().forEachRemaining(each -> seen.add(each, null));
    }

    void of(String file, String text, Template template, TemplateParts parts) {
        ForeignSyntax.ofName(file).ifPresent(wrong -> problems.at(file, "", wrong));
        if (SILENT.matcher(text).replaceAll("").isBlank()) {
            problems.at(file, "", EMPTY + "; write what is asked");
            return;
        }
        names(template);
        boolean foreign = foreign(file, text, template);
        for (String each : parts.files()) {
            boolean evaluated = each.endsWith(".vm");
            foreign |= evaluated && foreign(each, parts.text(each), template);
        }
        if (!foreign) {
            uses(file, template);
        }
        template.uses().stream()
                .filter(each -> seen.isOfItems(each.name()) && !template.sets(each.name()))
                .forEach(each -> known.note(new ItemUse(
                        each.file(), each.line(), each.name(), each.keys(), each.quiet(), each.condition())));
    }

    private void names(Template template) {
        for (ValueUse each : template.uses()) {
            String name = each.name();
            if (name.equals(SharedContext.LABELS) && !template.sets(name)) {
                labels(each);
            }
            if (!each.quiet() && seen.lacks(name) && !RESERVED.contains(name) && !template.sets(name)) {
                problems.at(
                        each.file(),
                        "line " + each.line(),
                        "there is no $" + name + " at this step; " + Problems.suggestion(name, seen.fields()));
            }
        }
    }

    private void labels(ValueUse use) {
        ObjectNode lists = source.shared().labels();
        String list = use.keys().isEmpty() ? "" : use.keys().get(0);
        if (lists.isEmpty() || list.isEmpty()) {
            return;
        }
        if (known.names().contains(SharedContext.LABELS)) {
            problems.at(
                    use.file(),
                    "line " + use.line(),
                    "$labels is a field of the record here, and hides the lists under labels; rename that field");
        } else if (!lists.has(list)) {
            problems.at(
                    use.file(),
                    "line " + use.line(),
                    "there is no list $labels." + list + "; "
                            + Problems.suggestion(list, source.shared().names()));
        }
    }

    /** Whether something in it is surely meant for another language. */
    private boolean foreign(String file, String text, Template template) {
        boolean certain = false;
        for (ForeignSyntax.Sign each : ForeignSyntax.of(text, name -> couldBeUsed(name, template))) {
            String place = "line " + each.line() + ", column " + each.column();
            if (each.certain()) {
                problems.at(file, place, each.message());
            } else {
                problems.hint(file, place, each.message());
            }
            certain |= each.certain();
        }
        return certain;
    }

    private boolean couldBeUsed(String name, Template template) {
        return seen.names().contains(name) || RESERVED.contains(name) || template.sets(name);
    }

    /** Units that are all asked the same are paid for one by one. */
    private void uses(String file, Template template) {
        var ofRecord = ofRecord();
        boolean any = template.uses().stream().anyMatch(each -> isOfRecord(each, template, ofRecord));
        if (!any && !meant && known.several()) {
            problems.hint(
                    file,
                    "",
                    "uses no field of the record, so every unit is asked the same" + suggestion()
                            + "; if that is meant, say " + SAME + ": true at the step");
        } else if (any && meant) {
            problems.hint(
                    source.file(), source.place() + "." + SAME, "is said, and the prompt uses a field; remove it");
        }
    }

    private String suggestion() {
        return known.fields().stream()
                .filter(each -> !each.equals(UnitRecord.ID) && !each.equals("id"))
                .findFirst()
                .map(each -> "; write one where it belongs, such as $" + each)
                .orElse("");
    }

    private boolean isOfRecord(ValueUse use, Template template, Set<String> ofRecord) {
        boolean elsewhere = RESERVED.contains(use.name()) || seen.names().contains(use.name());
        return ofRecord.contains(use.name()) || (!elsewhere && !template.sets(use.name()));
    }

    /** Fields, and what processing.expressions make of fields or at random. */
    private Set<String> ofRecord() {
        var names = new TreeSet<>(known.names());
        expressions.forEach((name, expression) -> {
            boolean varies = expression.text().contains("random")
                    || expression.text().contains("record")
                    || expression.names().stream().anyMatch(names::contains);
            if (varies) {
                names.add(name);
            } else {
                names.remove(name);
            }
        });
        return names;
    }
}
