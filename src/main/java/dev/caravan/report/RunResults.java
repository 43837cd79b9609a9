package dev.caravan.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.JsonLines;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import dev.caravan.run.TaskState;
import dev.caravan.run.UnitOutcome;
import dev.caravan.run.UnitStanding;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The records of a run's done units, each once, without internal fields: those of {@code outputs/} when the run is
 * complete, else those that have passed the last step so far.
 */
public final class RunResults {
    private final RunFolder folder;
    private final RunView view;
    private final RunState state;

    private RunResults(RunFolder folder, RunView view) {
        this.folder = folder;
        this.view = view;
        state = view.state();
    }

    public static RunResults of(RunFolder folder) {
        return new RunResults(folder, RunView.of(folder));
    }

    /** How the run is shown. */
    RunSummary summary() {
        return view.summary();
    }

    public RunState state() {
        return state;
    }

    public RunFolder folder() {
        return folder;
    }

    /** Whether more may come. */
    public boolean partial() {
        boolean written = state.tasks().stream().anyMatch(each -> each.phase() != TaskState.Phase.WAITING);
        return state.status() != RunStatus.COMPLETE && !(written && state.everyUnitSettled());
    }

    /** Hands out one record after the other. */
    public void each(Consumer<ObjectNode> taker) {
        Path outputs = folder.outputs().resolve("results.jsonl");
        if (!partial() && JsonLines.exists(outputs)) {
            JsonLines.scan(outputs, 0, Long.MAX_VALUE, (offset, node) -> taker.accept((ObjectNode) node));
            return;
        }
        int last = state.facts().steps().size() - 1;
        if (state.shape().isFanOut(last)) {
            throw new UserMistakeException(
                    folder.root().toString(), "", "ends in a fan_out; its results are there once it is complete");
        }
        for (int chunk = 0; chunk < state.chunks(); chunk++) {
            Path file = folder.validated(state.facts().steps().get(last), chunk);
            long length = state.lengths(last, chunk).validated();
            if (length > 0) {
                JsonLines.scan(file, 0, length, (offset, node) -> passed(node, taker));
            }
        }
    }

    private void passed(JsonNode node, Consumer<ObjectNode> taker) {
        if (state.units().outcome(JsonLines.unit(node, state.units().count())) == UnitOutcome.DONE) {
            var record = (ObjectNode) node;
            record.remove(record.properties().stream()
                    .map(Map.Entry::getKey)
                    .filter(name -> name.startsWith("_"))
                    .toList());
            taker.accept(record);
        }
    }

    /** Hands out what is known of each failed unit: {@code unit_id}, {@code step}, {@code errors} and more. */
    public void failures(Consumer<ObjectNode> taker) {
        for (int step = 0; step < state.facts().steps().size(); step++) {
            for (int chunk = 0; chunk < state.chunks(); chunk++) {
                Path file = folder.failures(state.facts().steps().get(step), chunk);
                long length = state.lengths(step, chunk).failures();
                int at = step;
                if (length > 0 && JsonLines.exists(file)) {
                    JsonLines.scan(file, 0, length, (offset, node) -> {
                        if (state.standing(JsonLines.unit(node, state.units().count()), at) == UnitStanding.FAILED) {
                            taker.accept((ObjectNode) node);
                        }
                    });
                }
            }
        }
    }

    /** A value by its path, such as {@code customer.address.city} or {@code scores.0}; missing where there is none. */
    public static JsonNode at(JsonNode record, String path) {
        if (record.has(path)) {
            return record.get(path);
        }
        JsonNode at = record;
        for (String part : path.split("[.]", -1)) {
            at = at.isArray() && part.matches("[0-9]{1,9}") ? at.path(Integer.parseInt(part)) : at.path(part);
        }
        return at;
    }

    /** Complains of a field that no record has. */
    static UserMistakeException unknown(RunFolder folder, String option, String field, Set<String> known) {
        return new UserMistakeException(
                folder.root().toString(),
                option,
                "no record has the field '" + field + "'; " + Problems.suggestion(field, new TreeSet<>(known)));
    }
}
