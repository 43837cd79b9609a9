package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.pipeline.StepGrammar;
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
import java.util.stream.Collectors;

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
            PreparedStep prepared = StepGrammar.of(context.kinds(), each).prepare(each, pipeline);
            steps.add(prepared);
            if (prepared.manner().asksProvider()) {
                break;
            }
        }
    }

    /** Up to the first step that asks, for what comes after needs an answer. */
    int render(Pipeline pipeline, int units) {
        if (units < 1) {
            throw new UserMistakeException("--dry-run", "", "must be at least 1, not " + units);
        }
        List<ObjectNode> first = UnitWriter.first(pipeline, units);
        first.forEach(this::unit);
        if (!json) {
            context.out().println("dry run: " + first.size() + " units, " + failed + " failed; nothing was called");
        }
        return failed == 0 ? ExitCode.DONE : ExitCode.FAILED_UNITS;
    }

    private void unit(ObjectNode unit) {
        var walk = new UnitWalk(unit);
        for (PreparedStep each : steps) {
            if (!each.visit(walk)) {
                return;
            }
        }
        say(walk.id, steps.get(steps.size() - 1), "record", Json.text(walk.record));
    }

    /** A unit on its way; each step says whether it goes on. */
    private final class UnitWalk implements PreparedStep.Visitor<Boolean> {
        private final Deque<ObjectNode> parents = new ArrayDeque<>();
        private ObjectNode record;
        private String id;

        UnitWalk(ObjectNode unit) {
            record = unit;
            id = UnitRecord.id(unit);
        }

        @Override
        public Boolean asking(PreparedStep.Asking step) {
            try {
                Prompt prompt = step.prompt("", record, Json.mapper().createArrayNode(), false);
                say(id, step, "prompt", prompt.text());
            } catch (RenderException e) {
                fail(id, step, String.valueOf(e.getMessage()));
            }
            return false;
        }

        @Override
        public Boolean local(PreparedStep.Local step) {
            return take(step, step.perform(record, 0).verdict());
        }

        /** One child stands for all of them. */
        @Override
        public Boolean fanning(PreparedStep.Fanning step) {
            PreparedStep.Fanning.Expansion made = step.expand(record);
            if (made.children() == 0) {
                fail(
                        id,
                        step,
                        made.findings().isEmpty()
                                ? "has no children"
                                : made.findings().get(0).message());
                return false;
            }
            parents.push(record);
            record = step.child(record, 0, 0);
            id = UnitRecord.id(record);
            return true;
        }

        @Override
        public Boolean gathering(PreparedStep.Gathering step) {
            return take(step, step.gather(parents.pop(), List.of(record), List.of()));
        }

        /** As if everybody agreed. */
        @Override
        public Boolean reviewing(PreparedStep.Reviewing step) {
            return true;
        }

        private boolean take(PreparedStep step, Verdict verdict) {
            ObjectNode output = verdict.output();
            if (output == null) {
                fail(
                        id,
                        step,
                        verdict.findings().stream()
                                .filter(Finding::fails)
                                .map(Finding::message)
                                .collect(Collectors.joining("; ")));
                return false;
            }
            record = output;
            return true;
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
                            .put(UnitRecord.ID, id)
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
