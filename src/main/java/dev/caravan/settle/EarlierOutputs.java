package dev.caravan.settle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import dev.caravan.journal.LineWindow;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.UnitOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The outputs of a run whose journal names no checksums of them, since an earlier version completed it: each line is
 * held to the settled line it was made of, in the order of the input.
 */
public final class EarlierOutputs {
    private static final long NONE = -1;

    private final RunFolder folder;
    private final RunState state;
    private final RunFacts facts;

    public EarlierOutputs(RunFolder folder, RunState state) {
        this.folder = folder;
        this.state = state;
        facts = state.facts();
    }

    /** What does not hold first, or empty. Counts of lines are somebody else's matter. */
    public Optional<String> trouble() {
        int last = facts.steps().size() - 1;
        long[] done = new long[state.units().count()];
        Arrays.fill(done, NONE);
        for (int chunk = 0; chunk < state.chunks(); chunk++) {
            note(
                    folder.validated(facts.steps().get(last), chunk),
                    state.lengths(last, chunk).validated(),
                    done);
        }
        int wrong = firstWrong(last, done);
        return wrong == 0
                ? Optional.empty()
                : Optional.of("outputs/results.jsonl: line " + wrong
                        + " is not what its unit came to; `caravan repair` writes it again");
    }

    /** The number of the first line that does not hold; 0 when all do. */
    private int firstWrong(int last, long[] done) {
        Path results = folder.outputs().resolve("results.jsonl");
        if (!JsonLines.exists(results)) {
            return 0;
        }
        int[] units = Arrays.stream(state.units().lineage().order())
                .filter(unit -> state.units().outcome(unit) == UnitOutcome.DONE)
                .toArray();
        int[] wrong = {0};
        int[] line = {0};
        JsonLines.scanBytes(results, 0, Long.MAX_VALUE, (offset, bytes, length, whole) -> {
            int at = line[0]++;
            if (wrong[0] == 0 && at < units.length && done[units[at]] != NONE) {
                byte[] expected = expected(last, units[at], done[units[at]]);
                boolean same = Arrays.equals(expected, 0, expected.length - 1, bytes, 0, length);
                wrong[0] = same ? 0 : at + 1;
            }
        });
        return wrong[0];
    }

    private static void note(Path file, long length, long[] offsets) {
        if (length > 0 && JsonLines.exists(file)) {
            JsonLines.scanBytes(file, 0, length, (offset, bytes, count, whole) -> {
                int unit = number(bytes, count);
                if (unit >= 0 && unit < offsets.length) {
                    offsets[unit] = offset;
                }
            });
        }
    }

    /** -1 for a line that is none: that is told elsewhere. */
    private static int number(byte[] bytes, int count) {
        try {
            return Json.mapper()
                    .readTree(bytes, 0, count)
                    .path(UnitRecord.NUMBER)
                    .asInt(-1);
        } catch (JsonProcessingException e) {
            return -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] expected(int last, int unit, long offset) {
        JsonNode record = LineWindow.only(folder.validated(facts.steps().get(last), facts.chunkOf(unit)), offset);
        return Json.line(OutputRecord.withoutInternal((ObjectNode) record));
    }
}
