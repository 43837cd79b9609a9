package dev.caravan.settle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.SaturatedMath;
import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import dev.caravan.journal.LineWindow;
import dev.caravan.run.RuleNumbers;
import dev.caravan.run.RunFacts;
import dev.caravan.run.RunFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Lines of {@code outputs/failures.jsonl} and {@code dropped.jsonl}: where a unit ended and why, what it brought there,
 * what was replied to it last, and the tokens it used up. Long values are cut, and named in {@code cut}.
 */
final class FailureOutput {
    /** Characters of a field, or of a reply. */
    static final int LONGEST = 4_000;
    /** Characters of all fields of a line. */
    static final int LONGEST_RECORD = 64_000;

    private static final long NONE = -1;

    private final RunFolder folder;
    private final RunFacts facts;
    private final RecordReader records;

    FailureOutput(RunFolder folder, RunFacts facts, RecordReader records) {
        this.folder = folder;
        this.facts = facts;
        this.records = records;
    }

    /** What is found of units by going through the files once: numbers alone, for they may be many. */
    private static final class Found {
        final int[] units;
        final BitSet wanted = new BitSet();
        final int[] steps;
        final long[] offsets;
        final long[] replies;
        final int[] attempts;
        final long[] input;
        final long[] output;
        final int[] untold;

        Found(int[] wantedUnits) {
            units = Arrays.stream(wantedUnits).sorted().toArray();
            Arrays.stream(units).forEach(wanted::set);
            steps = new int[units.length];
            offsets = new long[units.length];
            replies = new long[units.length];
            Arrays.fill(replies, NONE);
            attempts = new int[units.length];
            input = new long[units.length];
            output = new long[units.length];
            untold = new int[units.length];
        }

        int slot(int unit) {
            return Arrays.binarySearch(units, unit);
        }

        /** The unit ended here, by a line at this offset. */
        void ended(int unit, int step, long offset) {
            int slot = slot(unit);
            if (slot >= 0) {
                steps[slot] = step;
                offsets[slot] = offset;
                replies[slot] = NONE;
            }
        }

        /** A reply to the unit, at the step in which it ended or before. */
        void replied(ReplyRow row, int step, long offset) {
            int slot = slot(row.unit());
            input[slot] = SaturatedMath.plus(input[slot], row.usage().input());
            output[slot] = SaturatedMath.plus(output[slot], row.usage().output());
            untold[slot] += row.untold() ? 1 : 0;
            if (steps[slot] == step && (replies[slot] == NONE || row.attempt() >= attempts[slot])) {
                replies[slot] = offset;
                attempts[slot] = row.attempt();
            }
        }
    }

    /** Whether the run tells what its failed units brought, and what was replied. */
    private boolean isFull() {
        return facts.rules().outputsForm() >= RuleNumbers.NEWEST_OUTPUTS_FORM;
    }

    /** A line for each unit, in the given order. */
    void write(int[] units, OutputStream out) throws IOException {
        if (units.length == 0) {
            return;
        }
        Found found = find(units);
        FormerRecords former = records.former();
        if (isFull()) {
            former.find(found.units, found.steps);
        }
        for (int unit : units) {
            out.write(Json.line(line(unit, found, former)));
        }
    }

    private Found find(int[] units) {
        var found = new Found(units);
        var chunks = new BitSet();
        Arrays.stream(units).forEach(unit -> chunks.set(facts.chunkOf(unit)));
        for (int chunk = chunks.nextSetBit(0); chunk >= 0; chunk = chunks.nextSetBit(chunk + 1)) {
            for (int step = 0; step < facts.steps().size(); step++) {
                find(step, chunk, found);
            }
        }
        return found;
    }

    private void find(int step, int chunk, Found found) {
        Path failures = folder.failures(facts.steps().get(step), chunk);
        if (Files.exists(failures)) {
            JsonLines.scan(
                    failures,
                    0,
                    Long.MAX_VALUE,
                    (offset, node) -> found.ended(node.path("_n").asInt(-1), step, offset));
        }
        Path results = folder.results(facts.steps().get(step), chunk);
        if (JsonLines.exists(results)) {
            ReplyRowReader.scan(results, 0, Long.MAX_VALUE, (offset, row) -> {
                if (row.paid() && found.wanted.get(row.unit())) {
                    found.replied(row, step, offset);
                }
            });
        }
    }

    private ObjectNode line(int unit, Found found, FormerRecords former) {
        int slot = found.slot(unit);
        int step = found.steps[slot];
        String name = facts.steps().get(step);
        int chunk = facts.chunkOf(unit);
        JsonNode known = LineWindow.only(folder.failures(name, chunk), found.offsets[slot]);
        ObjectNode line = Json.object();
        line.set(UnitRecord.ID, known.get(UnitRecord.ID));
        line.set("step", known.get("step"));
        boolean dropped = known.path("failure_stage").asText().equals(SettledLine.DROPPED);
        if (!dropped) {
            reason(line, known);
        }
        tokens(line, found, slot);
        if (!dropped && isFull()) {
            more(line, former.before(step, unit), folder.results(name, chunk), found.replies[slot]);
        }
        return line;
    }

    private static void reason(ObjectNode line, JsonNode known) {
        JsonNode first = known.path("errors").path(0);
        line.set("class", known.get("failure_stage"));
        line.put("code", first.path("code").asText());
        line.put("reason", first.path("message").asText());
        line.set("attempts", known.get("attempts"));
    }

    /** In tokens, since a dollar depends on the mode. */
    private static void tokens(ObjectNode line, Found found, int slot) {
        line.put("input_tokens", found.input[slot]).put("output_tokens", found.output[slot]);
        if (found.untold[slot] > 0) {
            line.put("unknown_usage_replies", found.untold[slot]);
        }
    }

    private static void more(ObjectNode line, ObjectNode record, Path results, long reply) {
        ArrayNode cut = Json.mapper().createArrayNode();
        shown(line.putObject("record"), record, cut);
        if (reply != NONE) {
            String text = ReplyRow.read(LineWindow.only(results, reply)).text();
            line.put("last_reply", beginning(text, LONGEST));
            if (text.length() > LONGEST) {
                cut.add("last_reply");
            }
        }
        if (!cut.isEmpty()) {
            line.set("cut", cut);
        }
    }

    private static void shown(ObjectNode shown, ObjectNode record, ArrayNode cut) {
        int left = LONGEST_RECORD;
        record.remove("unit_id");
        for (var each : OutputRecord.withoutInternal(record).properties()) {
            String text = each.getValue().isTextual() ? each.getValue().textValue() : Json.text(each.getValue());
            int most = Math.min(LONGEST, left);
            if (text.length() <= most) {
                shown.set(each.getKey(), each.getValue());
            } else {
                shown.put(each.getKey(), beginning(text, most));
                cut.add("record." + each.getKey());
            }
            left -= Math.min(text.length(), most);
        }
    }

    /** At most so many characters, no half of one at the end. */
    private static String beginning(String text, int most) {
        int end = Math.min(text.length(), most);
        boolean halves = end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, halves ? end - 1 : end);
    }
}
