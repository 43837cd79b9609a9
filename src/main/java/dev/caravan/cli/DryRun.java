package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.UnitWriter;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Prompt;
import dev.caravan.step.PreparedStep;
import dev.caravan.validation.Finding;
import dev.caravan.validation.Verdict;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Renders the first prompts of a pipeline: makes no run, calls nothing, costs nothing. */
final class DryRun {
    private static final int LONGEST_NAME = 200;

    private final CommandContext context;
    private final boolean json;
    private final List<PreparedStep> steps = new ArrayList<>();
    private int failed;

    DryRun(CommandContext context, Pipeline pipeline, boolean json) {
        this.context = context;
        this.json = json;
        for (Step each : pipeline.steps()) {
            PreparedStep prepared =
                    Objects.requireNonNull(context.kinds().get(each.kind())).prepare(each, pipeline);
            steps.add(prepared);
            if (prepared instanceof PreparedStep.Asking) {
                break;
            }
        }
    }

    /** Up to the first step that asks, for what comes after needs an answer. */
    int render(Pipeline pipeline, int units) {
        if (units < 1) {
            throw new InvalidFileException("--dry-run", "", "must be at least 1, not " + units);
        }
        List<ObjectNode> first = UnitWriter.first(pipeline, units);
        first.forEach(this::unit);
        if (!json) {
            context.out().println("dry run: " + first.size() + " units, " + failed + " failed; nothing was called");
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED_UNITS;
    }

    private void unit(ObjectNode unit) {
        ObjectNode record = unit;
        var parents = new ArrayDeque<ObjectNode>();
        for (PreparedStep each : steps) {
            if (each instanceof PreparedStep.Asking asking) {
                ask(id(record), asking, record);
                return;
            }
            ObjectNode next = each instanceof PreparedStep.Fanning fanning
                    ? child(fanning, record, parents)
                    : passed(each, record, parents);
            if (next == null) {
                return;
            }
            record = next;
        }
        say(id(record), steps.get(steps.size() - 1), "record", Json.text(record));
    }

    private static String id(ObjectNode record) {
        return record.path("unit_id").asText();
    }

    /** One child stands for all of them; null when there is none. */
    private @Nullable ObjectNode child(PreparedStep.Fanning step, ObjectNode record, Deque<ObjectNode> parents) {
        PreparedStep.Fanning.Expansion made = step.expand(record);
        if (made.children() == 0) {
            boolean told = !made.findings().isEmpty();
            fail(id(record), step, told ? made.findings().get(0).message() : "has no children");
            return null;
        }
        parents.push(record);
        return step.child(record, 0, 0);
    }

    /** What a step that asks nobody makes of a record; null when it fails there. */
    private @Nullable ObjectNode passed(PreparedStep step, ObjectNode record, Deque<ObjectNode> parents) {
        if (step instanceof PreparedStep.Reviewing) {
            // As if everybody agreed.
            return record;
        }
        Verdict verdict = step instanceof PreparedStep.Gathering gathering
                ? gathering.gather(parents.pop(), List.of(record), List.of())
                : ((PreparedStep.Local) step).perform(record, 0).verdict();
        if (verdict.output() == null) {
            fail(
                    id(record),
                    step,
                    verdict.findings().stream()
                            .filter(Finding::fails)
                            .map(Finding::message)
                            .collect(Collectors.joining("; ")));
        }
        return verdict.output();
    }

    private void ask(String id, PreparedStep.Asking step, ObjectNode record) {
        try {
            Prompt prompt = step.prompt("", record, Json.mapper().createArrayNode(), false);
            say(id, step, "prompt", prompt.text());
        } catch (RenderException e) {
            fail(id, step, String.valueOf(e.getMessage()));
        }
    }

    private void fail(String id, PreparedStep step, String message) {
        failed++;
        say(id, step, "error", message);
    }

    private void say(String id, PreparedStep step, String what, String text) {
        if (json) {
            context.data()
                    .println(Json.text(Json.object()
                            .put("unit_id", id)
                            .put("step", step.step().name())
                            .put(what, text)));
        } else {
            context.out()
                    .println("--- " + PlainText.line(id, LONGEST_NAME) + ", "
                            + step.step().name() + ": " + what);
            context.out().println(text.stripTrailing());
            context.out().println();
        }
    }
}
