package dev.caravan.settle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import dev.caravan.journal.LineWindow;
import dev.caravan.run.Lineage;
import dev.caravan.run.RecordIndex;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.StepShape;
import dev.caravan.run.UnitSpan;
import dev.caravan.step.PreparedStep;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds a unit's accumulated record, and the findings of its last answer, by the index. */
public final class RecordReader implements UnitRecords {
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

    /** Reads for one pass over many units, by one thread: what lies side by side is read once. */
    public Pass pass() {
        return new Pass();
    }

    @Override
    public ObjectNode before(int step, int unit) {
        try (Pass pass = pass()) {
            return pass.before(step, unit);
        }
    }

    @Override
    public String id(int step, int unit) {
        try (Pass pass = pass()) {
            return pass.id(step, unit);
        }
    }

    @Override
    public JsonNode errors(int step, int unit, int attempts) {
        try (Pass pass = pass()) {
            return pass.errors(step, unit, attempts);
        }
    }

    /** See {@link RecordReader#pass}. */
    public final class Pass implements UnitRecords, AutoCloseable {
        private final LineWindow records = new LineWindow();
        private final LineWindow findings = new LineWindow();
        private @Nullable Path file;
        private int fileStep = -1;
        private int fileChunk = -1;

        @Override
        public ObjectNode before(int step, int unit) {
            int birth = lineage.birth(unit);
            if (shape.isGather(step) && shape.visits(birth, step)) {
                return before(shape.fanOutOf(step), unit);
            }
            if (isBorn(step, birth)) {
                Lineage.Family family = lineage.familyOf(unit);
                return steps.get(birth)
                        .fanning()
                        .orElseThrow()
                        .child(before(birth, family.parent()), unit - family.first(), unit);
            }
            return (ObjectNode) records.at(fileOf(step, unit), index.record(unit));
        }

        /** Takes that record as the line that it is, or would be where it is made of another one. */
        <T> T line(int step, int unit, LineWindow.Taker<T> taker) {
            if (isMade(step, lineage.birth(unit))) {
                byte[] line = Json.line(before(step, unit));
                return taker.take(line, 0, line.length - 1);
            }
            return records.at(fileOf(step, unit), index.record(unit), taker);
        }

        @Override
        public String id(int step, int unit) {
            int birth = lineage.birth(unit);
            String read = isMade(step, birth) ? "" : records.at(fileOf(step, unit), index.record(unit), UnitRecord::id);
            return read.isEmpty() ? UnitRecord.id(before(step, unit)) : read;
        }

        @Override
        public JsonNode errors(int step, int unit, int attempts) {
            long at = index.findings(unit);
            if (attempts == 0 || at < 0) {
                return Json.mapper().createArrayNode();
            }
            int made = index.findingsStep(unit);
            JsonNode line = findings.at(folder.findings(facts.steps().get(made), facts.chunkOf(unit)), at);
            return concerns(line, made, step, attempts, facts)
                    ? line.get("errors")
                    : Json.mapper().createArrayNode();
        }

        private Path fileOf(int step, int unit) {
            int chunk = facts.chunkOf(unit);
            Path known = file;
            if (known == null || step != fileStep || chunk != fileChunk) {
                known = step == 0
                        ? folder.units()
                        : folder.validated(facts.steps().get(step - 1), chunk);
                file = known;
                fileStep = step;
                fileChunk = chunk;
            }
            return known;
        }

        @Override
        public void close() {
            records.close();
            findings.close();
        }
    }

    /** Whether a child comes to its first step, where its record is made of its parent's. */
    private static boolean isBorn(int step, int birth) {
        return birth != StepShape.NONE && step == birth + 1;
    }

    /** Whether the record is made of another one, or is another step's. */
    private boolean isMade(int step, int birth) {
        return isBorn(step, birth) || (shape.isGather(step) && shape.visits(birth, step));
    }

    /** Records of units at steps that they left since. */
    FormerRecords former() {
        return new FormerRecords(folder, facts, lineage, steps);
    }

    /** What came into the run, and the unit was made of. */
    public ObjectNode input(int unit) {
        return (ObjectNode) LineWindow.only(folder.units(), index.input(lineage.root(unit)));
    }

    /** Units of one chunk go back to a step: what they brought to it is their record again. */
    void rewind(UnitSpan units, int step, int chunk) {
        if (step == 0) {
            units.forEach(unit -> index.record(unit, index.input(unit)));
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

    /** Whether a line of the findings made at a step is of the answer before this attempt at this step. */
    public static boolean concerns(JsonNode line, int made, int step, int attempts, RunFacts facts) {
        String at = line.path("for").asText(facts.steps().get(made));
        return at.equals(facts.steps().get(step)) && line.path("attempt").intValue() == attempts;
    }
}
