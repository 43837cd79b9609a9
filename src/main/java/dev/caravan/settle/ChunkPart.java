package dev.caravan.settle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.run.UnitSpan;
import dev.caravan.validation.Finding;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one chunk's part of a piece of work comes to: who passed, who failed, who is asked or sent again, and why. */
final class ChunkPart {
    final UnitSpan done = new UnitSpan();
    final UnitSpan failed = new UnitSpan();
    final UnitSpan retried = new UnitSpan();
    final UnitSpan returned = new UnitSpan();
    final UnitSpan dropped = new UnitSpan();
    /** Those of {@link #done} that passed the step by. */
    final UnitSpan skipped = new UnitSpan();
    /** Those that go back to an earlier step. */
    final UnitSpan sentBack = new UnitSpan();
    /** At a fan-out, how many children each of {@link #done} has, by unit. */
    final Map<Integer, Integer> children = new TreeMap<>();

    final Map<Integer, byte[]> validated = new TreeMap<>();
    final Map<Integer, byte[]> failures = new TreeMap<>();
    final Map<Integer, byte[]> findings = new TreeMap<>();
    final Map<String, Integer> notes = new TreeMap<>();
    long pause;

    void note(List<Finding> found) {
        found.forEach(each -> note(each.code()));
    }

    void note(String code) {
        notes.merge(code, 1, Integer::sum);
    }

    void pass(int unit, ObjectNode record) {
        done.set(unit);
        validated.put(unit, Json.line(record));
    }

    void skip(int unit, ObjectNode record) {
        skipped.set(unit);
        pass(unit, record);
    }

    void fanOut(int unit, int count) {
        done.set(unit);
        children.put(unit, count);
    }

    void drop(int unit, ObjectNode line) {
        dropped.set(unit);
        failures.put(unit, Json.line(line));
    }

    void fail(int unit, ObjectNode line) {
        failed.set(unit);
        failures.put(unit, Json.line(line));
    }

    /** @param line what its next prompt at this step is to tell of */
    void retry(int unit, ObjectNode line) {
        retried.set(unit);
        findings.put(unit, Json.line(line));
    }

    /** @param line what its next prompt at the earlier step is to tell of */
    void sendBack(int unit, ObjectNode line) {
        sentBack.set(unit);
        findings.put(unit, Json.line(line));
    }

    /** The unit's call is made again after a pause. */
    void sendAgain(int unit, long pauseMillis) {
        returned.set(unit);
        pause = Math.max(pause, pauseMillis);
    }
}
