package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UnitRecord;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.JsonLines;
import dev.caravan.journal.LineWindow;
import dev.caravan.run.Lineage;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.StepShape;
import dev.caravan.step.PreparedStep;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What some units brought to a step, whatever became since of them and of those they came of. The index knows only where
 * a unit's record lies now; here the files are gone through once for all that is asked for, and places alone are kept.
 */
final class FormerRecords {
    /** All input lies in one file, whatever the chunk. */
    private static final int ANY_CHUNK = -1;

    private final RunFolder folder;
    private final RunFacts facts;
    private final StepShape shape;
    private final Lineage lineage;
    private final List<PreparedStep> steps;
    private final Map<Source, Long> offsets = new HashMap<>();

    /** A line that a unit's record is read from: in the file of the step before. */
    private record Source(int step, int unit) {}

    FormerRecords(RunFolder folder, RunFacts facts, Lineage lineage, List<PreparedStep> steps) {
        this.folder = folder;
        this.facts = facts;
        this.lineage = lineage;
        this.steps = steps;
        shape = facts.shape();
    }

    /** Looks for what each of the units brought to the step at its place. */
    void find(int[] units, int[] at) {
        Map<Integer, Map<Integer, BitSet>> wanted = new TreeMap<>();
        for (int i = 0; i < units.length; i++) {
            Source source = source(at[i], units[i]);
            int chunk = source.step() == 0 ? ANY_CHUNK : facts.chunkOf(source.unit());
            wanted.computeIfAbsent(source.step(), unused -> new TreeMap<>())
                    .computeIfAbsent(chunk, unused -> new BitSet())
                    .set(source.unit());
        }
        wanted.forEach((step, chunks) -> chunks.forEach((chunk, members) -> {
            Path file = file(step, chunk);
            if (JsonLines.exists(file)) {
                JsonLines.scan(file, 0, Long.MAX_VALUE, (offset, node) -> {
                    int unit = UnitRecord.number(node);
                    if (unit >= 0 && members.get(unit)) {
                        offsets.put(new Source(step, unit), offset);
                    }
                });
            }
        }));
    }

    private Source source(int step, int unit) {
        int birth = lineage.birth(unit);
        if (isGather(step, birth)) {
            return source(shape.fanOutOf(step), unit);
        }
        return isFirst(step, birth) ? source(birth, lineage.familyOf(unit).parent()) : new Source(step, unit);
    }

    private boolean isGather(int step, int birth) {
        return shape.isGather(step) && shape.visits(birth, step);
    }

    /** Whether a step is the first one of a child, whose record is made of its parent's. */
    private static boolean isFirst(int step, int birth) {
        return birth != StepShape.NONE && step == birth + 1;
    }

    private Path file(int step, int chunk) {
        return step == 0 ? folder.units() : folder.validated(facts.steps().get(step - 1), chunk);
    }

    /** See {@link RecordReader#before}; of a unit and step that were looked for. */
    ObjectNode before(int step, int unit) {
        int birth = lineage.birth(unit);
        if (isGather(step, birth)) {
            return before(shape.fanOutOf(step), unit);
        }
        if (isFirst(step, birth)) {
            Lineage.Family family = lineage.familyOf(unit);
            return steps.get(birth)
                    .fanning()
                    .orElseThrow()
                    .child(before(birth, family.parent()), unit - family.first(), unit);
        }
        Path file = file(step, facts.chunkOf(unit));
        Long offset = offsets.get(new Source(step, unit));
        if (offset == null) {
            throw new UserMistakeException(
                    file.toString(),
                    "unit " + unit,
                    "is not there; `caravan repair " + folder.name() + "` makes it again");
        }
        return (ObjectNode) LineWindow.only(file, offset);
    }
}
