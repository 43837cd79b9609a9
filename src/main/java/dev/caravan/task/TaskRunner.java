package dev.caravan.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.expression.Expression;
import dev.caravan.expression.ExpressionSyntaxException;
import dev.caravan.journal.JsonLines;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.pipeline.Task;
import dev.caravan.report.ResultAnalysis;
import dev.caravan.report.ResultExport;
import dev.caravan.report.ResultExtract;
import dev.caravan.report.RunReport;
import dev.caravan.report.RunResults;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunPacking;
import dev.caravan.run.RunStore;
import dev.caravan.run.TaskState;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the tasks of a run, one after the other. That one begins and how it ended is in the journal, so that a
 * task completes at most once; what was begun when the process died begins anew, as its next attempt. A task that fails
 * is told and does not keep the others.
 */
public final class TaskRunner {
    private final RunStore store;
    private final RunFolder folder;
    private final Pipeline pipeline;
    private final TrustStore trust;
    private final RunLog log;
    private final BooleanSupplier stopped;

    /** @param pipeline the run's snapshot */
    public TaskRunner(RunStore store, Pipeline pipeline, TrustStore trust, RunLog log, BooleanSupplier stopped) {
        this.store = store;
        this.folder = store.folder();
        this.pipeline = pipeline;
        this.trust = trust;
        this.log = log;
        this.stopped = stopped;
    }

    /** @return whether every task has ended; if not, the run stopped meanwhile */
    public boolean run() {
        for (Task each : pipeline.tasks()) {
            TaskState.Phase phase = phase(each);
            if (phase == TaskState.Phase.DONE || phase == TaskState.Phase.FAILED) {
                continue;
            }
            if (stopped.getAsBoolean() || !run(each)) {
                return false;
            }
        }
        return true;
    }

    private TaskState.Phase phase(Task task) {
        return store.onState(state -> state.tasks().stream()
                .filter(each -> each.name().equals(task.slug()))
                .map(TaskState::phase)
                .findFirst()
                .orElseThrow());
    }

    private int attempts(Task task) {
        return store.onState(state -> state.tasks().stream()
                .filter(each -> each.name().equals(task.slug()))
                .mapToInt(TaskState::attempts)
                .sum());
    }

    private boolean run(Task task) {
        int begun = attempts(task);
        if (task.needsTrust() && phase(task) == TaskState.Phase.BEGUN && ScriptTask.completed(folder, task, begun)) {
            publish(task);
            return ended(task, begun, "");
        }
        int attempt = begun + 1;
        store.recordAndWait(new RunEvent.TaskBegun(task.slug(), attempt));
        log.log("TASK", task.name() + ": begins" + (attempt > 1 ? ", attempt " + attempt : ""));
        try {
            String trouble = perform(task, attempt);
            return trouble != null && ended(task, attempt, trouble);
        } catch (UserMistakeException e) {
            return ended(task, attempt, e.problems().get(0).toString());
        }
    }

    /** It was put in place, and the process died before that was written down. */
    private void publish(Task task) {
        try {
            ScriptTask.publish(folder, task, store.disk());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the output of " + task.name(), e);
        }
    }

    private boolean ended(Task task, int attempt, String trouble) {
        store.recordAndWait(new RunEvent.TaskEnded(task.slug(), attempt, trouble.isEmpty(), RunLog.clean(trouble)));
        log.log("TASK", task.name() + (trouble.isEmpty() ? ": done" : ": failed: " + trouble));
        return true;
    }

    /** Why it failed, empty when it is done, null when the run stopped on the way. */
    private @Nullable String perform(Task task, int attempt) {
        ObjectNode source = task.source();
        switch (task.type()) {
            case Task.SCRIPT -> {
                return script(task, attempt);
            }
            case "gzip" -> {
                return new RunPacking(folder, store.disk())
                        .pack(
                                texts(source, "files"),
                                source.path("keep_originals").asBoolean(false));
            }
            case "export" -> export(source);
            case "extract" ->
                ResultExtract.write(
                        RunResults.of(folder),
                        wish(source),
                        folder.outputs().resolve(source.path("output").asText("units")));
            case "report" -> report(source);
            case "analyze" -> analyze(source);
            default -> throw new IllegalStateException("no task of type " + task.type());
        }
        return "";
    }

    private @Nullable String script(Task task, int attempt) {
        if (!trust.holds(PipelineSnapshot.digest(pipeline))) {
            return "its scripts are not trusted; look at " + folder.config().resolve("scripts")
                    + ", then: caravan trust " + folder.root();
        }
        return new ScriptTask(folder, task, attempt, store.disk(), log, stopped).run();
    }

    private void export(ObjectNode source) {
        boolean csv = source.path("format").asText("csv").equals("csv");
        ResultExport.Format format = csv ? ResultExport.Format.CSV : ResultExport.Format.JSONL;
        write(
                source.path("output").asText(csv ? "export.csv" : "export.jsonl"),
                out -> ResultExport.write(RunResults.of(folder), format, texts(source, "fields"), out));
    }

    private void report(ObjectNode source) {
        RunReport report = RunReport.of(folder, "");
        if (source.path("format").asText().equals("json")) {
            text(source, "report.json", Json.text(report.json()) + "\n");
        } else {
            text(source, "report.txt", report.text());
        }
    }

    private void analyze(ObjectNode source) {
        var question = new ResultAnalysis.Question(
                texts(source, "group_by"),
                source.has("count") ? source.path("count").asText() : null,
                source.has("numeric") ? source.path("numeric").asText() : null,
                new TreeSet<>(texts(source, "net_positive")),
                new TreeSet<>(texts(source, "net_negative")));
        ResultAnalysis analysis = ResultAnalysis.of(RunResults.of(folder), question);
        String format = source.path("format").asText("text");
        text(
                source,
                "analysis." + (format.equals("text") ? "txt" : format),
                switch (format) {
                    case "csv" -> analysis.csv();
                    case "json" -> Json.text(analysis.json()) + "\n";
                    default -> analysis.text();
                });
    }

    private static ResultExtract.Wish wish(ObjectNode source) {
        return new ResultExtract.Wish(
                expression(source.get("filename_expression")),
                expression(source.get("content_expression")),
                source.path("ending").asText(source.has("content_expression") ? ".txt" : ".json"),
                source.path("compression").asText().equals("gzip"));
    }

    private static @Nullable Expression expression(@Nullable JsonNode text) {
        try {
            return text == null ? null : Expression.compile(text.asText());
        } catch (ExpressionSyntaxException e) {
            throw new IllegalStateException("an expression that was checked does not compile", e);
        }
    }

    private static List<String> texts(ObjectNode source, String key) {
        var texts = new ArrayList<String>();
        source.path(key).forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private void text(ObjectNode source, String usual, String text) {
        write(source.path("output").asText(usual), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private interface Body {
        void write(OutputStream out) throws IOException;
    }

    private void write(String output, Body body) {
        Path target = folder.outputs().resolve(output);
        store.disk().createDirectories(Objects.requireNonNull(target.getParent()));
        try (var file = store.disk().replaceStreaming(target)) {
            body.write(file.out());
            file.commit();
            Files.deleteIfExists(JsonLines.packed(target));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + target, e);
        }
    }
}
