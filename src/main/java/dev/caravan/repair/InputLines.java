package dev.caravan.repair;

import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import dev.caravan.journal.LineWindow;
import dev.caravan.run.Lineage;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where the lines of {@code units.jsonl} lie, and what the units of a chunk are called by them. */
final class InputLines {
    private final RunFolder folder;
    private final RunFacts facts;
    private final Lineage lineage;
    private final boolean proven;
    /** Where each chunk of the input begins, and the last one ends. */
    private final long[] chunks;
    /** Where each unit's line begins, if there are children, who are called by it; else empty. */
    private final long[] lines;

    private int count;

    private InputLines(RunFolder folder, RunFacts facts, Lineage lineage, boolean proven) {
        this.folder = folder;
        this.facts = facts;
        this.lineage = lineage;
        this.proven = proven;
        chunks = new long[(facts.units() + facts.chunkSize() - 1) / facts.chunkSize() + 1];
        lines = new long[lineage.count() == 0 ? 0 : facts.units()];
    }

    /**
     * Looks where they lie.
     *
     * @param proven whether a checksum says that the file is as the run was given it
     */
    static InputLines of(RunFolder folder, RunFacts facts, Lineage lineage, boolean proven) {
        var found = new InputLines(folder, facts, lineage, proven);
        long size = RunFiles.size(folder.units());
        Arrays.fill(found.chunks, size);
        JsonLines.scanBytes(folder.units(), 0, size, (offset, bytes, length, whole) -> found.line(offset));
        return found;
    }

    private void line(long offset) {
        if (count % facts.chunkSize() == 0 && count / facts.chunkSize() < chunks.length) {
            chunks[count / facts.chunkSize()] = offset;
        }
        if (count == facts.units()) {
            chunks[chunks.length - 1] = offset;
        }
        if (count < lines.length) {
            lines[count] = offset;
        }
        count++;
    }

    int count() {
        return count;
    }

    /** The ids of a chunk's units: of the input by their lines, of children by the unit they come of. */
    List<String> ids(int chunk, List<String> problems) {
        var ids = new ArrayList<String>();
        int first = chunk * facts.chunkSize();
        if (first < facts.units()) {
            var line = new UnitLine();
            JsonLines.scanBytes(folder.units(), chunks[chunk], chunks[chunk + 1], (offset, bytes, length, whole) -> {
                line.take(bytes, length, whole, proven);
                int unit = first + ids.size();
                if (line.number() != unit) {
                    problems.add("input/units.jsonl: line " + (unit + 1) + " does not hold unit " + unit);
                }
                ids.add(line.id());
            });
        }
        if (count == facts.units()) {
            children(first, ids);
        }
        return ids;
    }

    private void children(int first, List<String> ids) {
        int end = Math.min(first + facts.chunkSize(), lineage.units());
        int root = -1;
        String rootId = "";
        try (var window = new LineWindow()) {
            for (int unit = first + ids.size(); unit < end; unit++) {
                if (lineage.root(unit) != root) {
                    root = lineage.root(unit);
                    rootId = UnitRecord.id(window.at(folder.units(), lines[root]));
                }
                ids.add(lineage.id(unit, rootId));
            }
        }
    }
}
