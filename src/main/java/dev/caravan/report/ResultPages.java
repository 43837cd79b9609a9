package dev.caravan.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.JsonLines;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.UnitOutcome;
import dev.caravan.run.UnitStanding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The records of a run, one page after the other: what a page costs does not grow with the pages before it. The pages of
 * a run that is not complete hold what there is so far.
 */
public final class ResultPages {
    /** Bytes after which a page is full, whatever its limit. */
    private static final long MOST_BYTES = 4 << 20;

    /**
     * A page.
     *
     * @param next where the next one begins; empty when there is none
     * @param partial whether more may come
     */
    public record Page(List<ObjectNode> records, String next, boolean partial) {}

    /** A part of the records: lines of a file up to a length, of which some count. */
    private record Segment(Path file, long length, Predicate<JsonNode> counts) {}

    private final String form;
    private final List<Segment> segments;
    private final boolean partial;

    private ResultPages(String form, List<Segment> segments, boolean partial) {
        this.form = form;
        this.segments = segments;
        this.partial = partial;
    }

    /** Of done units: as in {@code outputs/} when the run is complete, else of those that passed the last step so far. */
    public static ResultPages results(RunResults results) {
        RunFolder folder = results.folder();
        RunState state = results.state();
        Path outputs = folder.outputs().resolve("results.jsonl");
        if (!results.partial() && JsonLines.exists(outputs)) {
            return new ResultPages("all", List.of(new Segment(outputs, Long.MAX_VALUE, line -> true)), false);
        }
        int last = state.facts().steps().size() - 1;
        if (state.shape().isFanOut(last)) {
            throw new UserMistakeException(
                    folder.root().toString(), "", "ends in a fan_out; its results are there once it is complete");
        }
        var segments = new ArrayList<Segment>();
        for (int chunk = 0; chunk < state.chunks(); chunk++) {
            segments.add(new Segment(
                    folder.validated(state.facts().steps().get(last), chunk),
                    state.lengths(last, chunk).validated(),
                    line -> state.units()
                                    .outcome(JsonLines.unit(line, state.units().count()))
                            == UnitOutcome.DONE));
        }
        return new ResultPages("part", segments, true);
    }

    /** Of failed units. */
    public static ResultPages failures(RunResults results) {
        RunState state = results.state();
        var segments = new ArrayList<Segment>();
        for (int step = 0; step < state.facts().steps().size(); step++) {
            for (int chunk = 0; chunk < state.chunks(); chunk++) {
                int at = step;
                segments.add(new Segment(
                        results.folder().failures(state.facts().steps().get(step), chunk),
                        state.lengths(step, chunk).failures(),
                        line -> state.standing(
                                        JsonLines.unit(line, state.units().count()), at)
                                == UnitStanding.FAILED));
            }
        }
        return new ResultPages("failures", segments, results.partial());
    }

    /** Ends the reading of a file whose page is full. */
    private static final class Full extends RuntimeException {
        private final long at;

        Full(long at) {
            super(null, null, false, false);
            this.at = at;
        }
    }

    /**
     * @param cursor where it begins, as an earlier page said; empty for the first
     * @param limit most records
     * @throws UserMistakeException when the cursor is none, or of the run as it was before it was complete
     */
    public Page page(String cursor, int limit) {
        String[] parts = (cursor.isEmpty() ? form + ".0.0" : cursor).split("[.]", -1);
        if (parts.length != 3 || !parts[0].equals(form) || !(parts[1] + parts[2]).matches("\\d{1,18}")) {
            throw new UserMistakeException(
                    "after",
                    cursor,
                    "is no place in these records, or no more: the run went on; begin anew without it");
        }
        var records = new ArrayList<ObjectNode>();
        long from = Long.parseLong(parts[2]);
        for (int i = Integer.parseInt(parts[1]); i < segments.size(); i++) {
            try {
                read(segments.get(i), from, limit, records);
            } catch (Full full) {
                return new Page(records, form + "." + i + "." + full.at, partial);
            }
            from = 0;
        }
        return new Page(records, "", partial);
    }

    private static void read(Segment segment, long from, int limit, List<ObjectNode> records) {
        if (segment.length() == 0 || !JsonLines.exists(segment.file())) {
            return;
        }
        JsonLines.scan(segment.file(), from, segment.length(), (offset, line) -> {
            if (records.size() == limit || (!records.isEmpty() && offset - from > MOST_BYTES)) {
                throw new Full(offset);
            }
            if (segment.counts().test(line)) {
                var record = (ObjectNode) line;
                record.remove(record.properties().stream()
                        .map(Map.Entry::getKey)
                        .filter(name -> name.startsWith("_"))
                        .toList());
                records.add(record);
            }
        });
    }
}
