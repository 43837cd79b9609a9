package dev.caravan.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a journal up to its last good commit record.
 *
 * <p>A line is {@code {"seq":…,…}}, sealed (see {@link SealedLine}). Lines count only once a commit record follows that
 * numbers the lines of its group. A bad line behind which another good commit stands is corruption; behind the last one
 * it is a torn tail.
 */
public final class JournalReader {
    /** Which events are wanted: of the others only the head of their line is read. */
    interface Wanted {
        boolean test(long seq, String type);
    }

    /** An event of the group that is not committed yet, as far as it was read. */
    private record Line(String time, long epoch, @Nullable JournalEntry entry) {}

    private final Path file;
    private final long afterSeq;
    private final Wanted wanted;
    private final Consumer<JournalEntry> replay;
    private final JournalLine head = new JournalLine();
    private final List<Line> group = new ArrayList<>();
    private long line;
    private long lastSeq;
    private long goodBytes;
    private int cutLines;

    private @Nullable String trouble;

    private long troubleLine;
    private long troubleAt;
    private String lastTime = "";
    private long lastEpoch;

    JournalReader(Path file, long afterSeq, Wanted wanted, Consumer<JournalEntry> replay) {
        this.file = file;
        this.afterSeq = afterSeq;
        this.wanted = wanted;
        this.replay = replay;
    }

    JournalRecovery read() {
        long size;
        try {
            size = Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        if (size > 0) {
            JsonLines.scanBytes(file, 0, size, this::line);
        }
        if (lastSeq < afterSeq) {
            throw new CorruptJournalException(
                    file, line, size, "the manifest knows events up to " + afterSeq + ", the journal only " + lastSeq);
        }
        Instant time = lastTime.isEmpty() ? Instant.EPOCH : Instant.parse(lastTime);
        return new JournalRecovery(lastSeq, goodBytes, size - goodBytes, cutLines, time, lastEpoch);
    }

    private void line(long offset, byte[] bytes, int length, boolean whole) {
        line++;
        String wrong = whole ? SealedLine.check(bytes, length) : "the line has no end";
        if (wrong == null && !head.take(bytes, length)) {
            wrong = "the line is not JSON";
        }
        if (wrong == null && trouble == null) {
            wrong = inSequence();
        }
        boolean read = wrong == null && trouble == null && !head.isCommit() && wanted.test(head.seq(), head.type());
        JsonNode node = read ? JournalLine.parse(bytes, length) : null;
        if (read && node == null) {
            wrong = "the line is not JSON";
        }
        if (wrong != null) {
            note(wrong, offset);
        } else if (trouble == null) {
            take(node, offset + length + 1);
        } else if (head.isCommit()) {
            throw new CorruptJournalException(file, troubleLine, troubleAt, trouble);
        } else {
            cutLines++;
        }
    }

    private void note(String wrong, long offset) {
        cutLines++;
        if (trouble == null) {
            trouble = wrong;
            troubleLine = line;
            troubleAt = offset;
        }
    }

    private @Nullable String inSequence() {
        long expected = lastSeq + group.size() + 1;
        if (head.seq() != expected) {
            return "sequence number " + head.seq() + " where " + expected + " is due";
        }
        if (head.isCommit() && head.events() != group.size()) {
            return "a commit of " + head.events() + " events behind " + group.size();
        }
        return null;
    }

    private void take(@Nullable JsonNode node, long end) {
        if (!head.isCommit()) {
            group.add(new Line(head.time(), head.epoch(), node == null ? null : entry(node)));
            cutLines++;
            return;
        }
        lastSeq = head.seq();
        goodBytes = end;
        for (Line each : group) {
            lastTime = each.time();
            lastEpoch = Math.max(lastEpoch, each.epoch());
            JournalEntry entry = each.entry();
            if (entry != null) {
                replay.accept(entry);
            }
        }
        cutLines -= group.size();
        group.clear();
    }

    private static JournalEntry entry(JsonNode node) {
        return new JournalEntry(
                node.get("seq").longValue(),
                Instant.parse(node.get("time").textValue()),
                node.get("type").textValue(),
                node.get("actor").textValue(),
                node.get("epoch").longValue(),
                (ObjectNode) node.get("body"));
    }

    /** A line's object; an empty one where it is none. */
    public static JsonNode object(byte[] bytes, int length) {
        JsonNode node = JournalLine.parse(bytes, length);
        return node == null ? Json.object() : node;
    }
}
