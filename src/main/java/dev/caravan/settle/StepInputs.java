package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.journal.JsonLines;
import dev.caravan.run.Lineage;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.StepShape;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.RunSteps;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The records that units brought to a step, a chunk at a time, found by reading files: needs no index and no lease. */
public final class StepInputs {
    private final RunFolder folder;
    private final RunFacts facts;
    private final Lineage lineage;
    private final List<PreparedStep> made;

    private StepInputs(RunFolder folder, RunFacts facts, Lineage lineage, List<PreparedStep> made) {
        this.folder = folder;
        this.facts = facts;
        this.lineage = lineage;
        this.made = made;
    }

    public static StepInputs of(RunFolder folder, RunState state, RunSteps judging) {
        return new StepInputs(folder, state.facts(), state.units().lineage(), judging.made());
    }

    /** What the chunk's units that visit a step brought to it, by unit. */
    public Map<Integer, ObjectNode> before(int step, int chunk) {
        return by(step, chunk, facts.shape().home(step));
    }

    /** What those units of a chunk that were born at a fan-out brought to a step. See {@link RecordReader#before}. */
    Map<Integer, ObjectNode> by(int step, int chunk, int birth) {
        StepShape shape = facts.shape();
        if (shape.isGather(step) && shape.visits(birth, step)) {
            return by(shape.fanOutOf(step), chunk, birth);
        }
        if (birth != StepShape.NONE && step == birth + 1) {
            return firstRecords(chunk, birth);
        }
        Path file = step == 0 ? folder.units() : folder.validated(facts.steps().get(step - 1), chunk);
        var records = new HashMap<Integer, ObjectNode>();
        if (JsonLines.exists(file)) {
            JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                int unit = node.path("_n").asInt(-1);
                if (isOf(unit, chunk, birth)) {
                    records.put(unit, (ObjectNode) node);
                }
            });
        }
        return records;
    }

    /** A line may be younger than the state that was read. */
    private boolean isOf(int unit, int chunk, int birth) {
        return unit >= 0 && unit < lineage.units() && facts.chunkOf(unit) == chunk && lineage.birth(unit) == birth;
    }

    /** The records that a chunk's children of a fan-out were born with. */
    private Map<Integer, ObjectNode> firstRecords(int chunk, int birth) {
        int end = Math.min(lineage.units(), (chunk + 1) * facts.chunkSize());
        int home = facts.shape().home(birth);
        PreparedStep.Fanning fanning = made.get(birth).fanning().orElseThrow();
        var records = new HashMap<Integer, ObjectNode>();
        Map<Integer, ObjectNode> parents = Map.of();
        int parentsOf = -1;
        for (int unit = chunk * facts.chunkSize(); unit < end; unit++) {
            if (lineage.birth(unit) == birth) {
                Lineage.Family family = lineage.familyOf(unit);
                if (facts.chunkOf(family.parent()) != parentsOf) {
                    parentsOf = facts.chunkOf(family.parent());
                    parents = by(birth, parentsOf, home);
                }
                ObjectNode parent = parents.get(family.parent());
                if (parent != null) {
                    records.put(unit, fanning.child(parent, unit - family.first(), unit));
                }
            }
        }
        return records;
    }
}
