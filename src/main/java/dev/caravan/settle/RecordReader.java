package dev.caravan.settle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import dev.caravan.run.Lineage;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.StepShape;
import dev.caravan.step.PreparedStep;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/** Finds a unit's accumulated record, and the findings of its last answer, by the index. */
public final class RecordReader {
    private final RunFolder folder;
    private final RunFacts facts;
    private final StepShape shape;
    private final Lineage lineage;
    private final List<PreparedStep> steps;
    private final RecordIndex index;

    public RecordReader(RunStore store, List<PreparedStep> steps, RecordIndex index) {
        this.folder = store.folder();
        this.facts = store.facts();
        this.shape = facts.shape();
        this.lineage = store.onState(state -> state.units().lineage());
        this.steps = steps;
        this.index = index;
    }

    /**
     * The record a unit brings to a step, or, behind the last step, to the outputs: its input at the first, else what
     * the step before made of it. A child's first record is made of its parent's; a parent brings to its gather what it
     * brought to the fan-out.
     */
    public ObjectNode before(int step, int unit) {
        int birth = lineage.birth(unit);
        if (shape.isGather(step) && shape.visits(birth, step)) {
            return before(shape.fanOutOf(step), unit);
        }
        if (birth != StepShape.NONE && step == birth + 1) {
            Lineage.Family family = lineage.familyOf(unit);
            return steps.get(birth)
                    .fanning()
                    .orElseThrow()
                    .child(before(birth, family.parent()), unit - family.first(), unit);
        }
        Path file = step == 0 ? folder.units() : folder.validated(facts.steps().get(step - 1), facts.chunkOf(unit));
        return (ObjectNode) JsonLines.at(file, index.record(unit));
    }

    /** Records of units at steps that they left since. */
    FormerRecords former() {
        return new FormerRecords(folder, facts, lineage, steps);
    }

    /** What came into the run, and the unit was made of. */
    public ObjectNode input(int unit) {
        return (ObjectNode) JsonLines.at(folder.units(), index.input(lineage.root(unit)));
    }

    /** Units of one chunk go back to a step: what they brought to it is their record again. */
    void rewind(BitSet units, int step, int chunk) {
        if (step == 0) {
            units.stream().forEach(unit -> index.record(unit, index.input(unit)));
        } else if (step != shape.home(step) + 1) {
            Path file = folder.validated(facts.steps().get(step - 1), chunk);
            JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                int unit = JsonLines.unit(node, lineage.units());
                if (units.get(unit)) {
                    index.record(unit, offset);
                }
            });
        }
    }

    /** The id of a child, by its parent's record. */
    String id(int child, ObjectNode parent) {
        return Lineage.childId(
                UnitRecord.id(parent), child - lineage.familyOf(child).first());
    }

    /** Findings of the unit's last answer at this step, as templates see them; empty at the first attempt. */
    public JsonNode errors(int step, int unit, int attempts) {
        long at = index.findings(unit);
        if (attempts == 0 || at < 0) {
            return Json.mapper().createArrayNode();
        }
        int made = index.findingsStep(unit);
        JsonNode line = JsonLines.at(folder.findings(facts.steps().get(made), facts.chunkOf(unit)), at);
        return concerns(line, made, step, attempts, facts)
                ? line.get("errors")
                : Json.mapper().createArrayNode();
    }

    /** Whether a line of the findings made at a step is of the answer before this attempt at this step. */
    public static boolean concerns(JsonNode line, int made, int step, int attempts, RunFacts facts) {
        String at = line.path("for").asText(facts.steps().get(made));
        return at.equals(facts.steps().get(step)) && line.path("attempt").intValue() == attempts;
    }
}
