package dev.caravan.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.Step;
import dev.caravan.prompt.RenderException;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStore;
import dev.caravan.settle.StepInputs;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong in a run, as a page to read or to hand to someone who can help: the report, the commonest reasons,
 * of each an example with what the model said, and the template and schema of the step.
 */
public final class RunDiagnosis {
    private static final int EXAMPLES = 3;
    private static final int LONGEST = 4_000;

    /** A reason why units failed: how many, and the first of them. */
    private static final class Reason {
        final String step;
        final String message;
        final ObjectNode example;
        int count;

        Reason(ObjectNode example, String message) {
            this.step = example.path("step").asText();
            this.message = message;
            this.example = example;
        }
    }

    private RunDiagnosis() {}

    /**
     * @param pipeline the run's own snapshot
     * @param judging how the run judges
     */
    public static String markdown(RunFolder folder, Pipeline pipeline, RunSteps judging) {
        var text = new StringBuilder("# Diagnosis of " + folder.name() + "\n\n");
        fenced(text, "", RunReport.of(folder, "").text());
        List<Reason> reasons = reasons(folder);
        if (reasons.isEmpty()) {
            return text.append("\nNothing failed.\n").toString();
        }
        text.append("\n## Reasons\n\n| units | step | reason |\n|---:|---|---|\n");
        reasons.forEach(each -> text.append("| " + each.count + " | " + each.step + " | "
                + PlainText.line(each.message).replace('|', ' ') + " |\n"));
        reasons.stream().limit(EXAMPLES).forEach(each -> {
            example(text, each, pipeline);
            prompt(text, each, folder, judging);
        });
        text.append("\n## config.yaml\n\n");
        file(text, "yaml", pipeline.folder().resolve("config.yaml"));
        return text.toString();
    }

    private static List<Reason> reasons(RunFolder folder) {
        Map<String, Reason> found = new TreeMap<>();
        RunResults.of(folder).failures(each -> {
            JsonNode error = each.path("errors").path(0);
            // By code, for messages hold numbers and names.
            String code = error.path("code").asText(each.path("failure_stage").asText());
            String key = each.path("step").asText() + "/" + code;
            found.computeIfAbsent(
                            key,
                            unused -> new Reason(
                                    each, code + ": " + error.path("message").asText()))
                    .count++;
        });
        var sorted = new ArrayList<>(found.values());
        sorted.sort(Comparator.comparingInt((Reason each) -> -each.count).thenComparing(each -> each.message));
        return sorted;
    }

    private static void example(StringBuilder text, Reason reason, Pipeline pipeline) {
        text.append("\n## ")
                .append(reason.step)
                .append(": ")
                .append(PlainText.line(reason.example.path(UnitRecord.ID).asText()));
        text.append("\n\n");
        reason.example
                .path("errors")
                .forEach(each -> text.append("- `")
                        .append(each.path("code").asText())
                        .append("` at `")
                        .append(PlainText.line(each.path("place").asText()))
                        .append("`: ")
                        .append(PlainText.line(each.path("message").asText()))
                        .append('\n'));
        if (reason.example.has("raw_response")) {
            text.append("\nThe answer:\n\n");
            fenced(text, "", reason.example.path("raw_response").asText());
        }
        pipeline.steps().stream()
                .filter(each -> each.name().equals(reason.step))
                .forEach(each -> step(text, each, pipeline));
    }

    private static void step(StringBuilder text, Step step, Pipeline pipeline) {
        text.append("\nThe step:\n\n");
        fenced(text, "json", Json.pretty(step.source()));
        if (step.template() != null) {
            text.append("\nIts template:\n\n");
            file(text, "", pipeline.folder().resolve(step.template()));
        }
        if (step.schema() != null) {
            text.append("\nIts schema:\n\n");
            file(text, "json", pipeline.folder().resolve(step.schema()));
        }
    }

    /** What the model was asked at first; later prompts tell of the errors before them. */
    private static void prompt(StringBuilder text, Reason reason, RunFolder folder, RunSteps judging) {
        RunState state = RunStore.read(folder);
        int step = state.facts().steps().indexOf(reason.step);
        ObjectNode record = step < 0 ? null : record(reason, folder, state, judging, step);
        if (record == null) {
            return;
        }
        try {
            PreparedStep.Asking asking = judging.steps().get(step).asking().orElse(null);
            if (asking != null) {
                ArrayNode noErrors = Json.mapper().createArrayNode();
                text.append("\nThe prompt:\n\n");
                fenced(text, "", asking.prompt("", record, noErrors, false).text());
            } else {
                text.append("\nThe record that came to the step:\n\n");
                fenced(text, "json", Json.pretty(record));
            }
        } catch (RenderException e) {
            text.append("\nThe prompt cannot be rendered: ")
                    .append(e.getMessage())
                    .append('\n');
        }
    }

    /** What came to the step that failed it; null when that is gone. */
    private static @Nullable ObjectNode record(
            Reason reason, RunFolder folder, RunState state, RunSteps judging, int step) {
        int unit = JsonLines.unit(reason.example, state.units().count());
        return StepInputs.of(folder, state, judging)
                .before(step, state.facts().chunkOf(unit))
                .get(unit);
    }

    private static void file(StringBuilder text, String language, Path file) {
        try {
            fenced(text, language, Files.readString(file));
        } catch (IOException e) {
            text.append("(cannot be read: ").append(e.getMessage()).append(")\n");
        }
    }

    /** A block whose fence is longer than any in what it holds: an answer cannot get out of it. */
    private static void fenced(StringBuilder text, String language, String content) {
        String shown = content.length() > LONGEST ? content.substring(0, LONGEST) + "\n… (cut)" : content;
        String fence = "```";
        while (shown.contains(fence)) {
            fence += "`";
        }
        text.append(fence)
                .append(language)
                .append('\n')
                .append(shown.stripTrailing())
                .append('\n')
                .append(fence)
                .append('\n');
    }
}
