package dev.caravan.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
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
    static final String COMMIT = "Commit";

    private final Path file;
    private final long afterSeq;
    private final Consumer<JournalEntry> replay;
    private final List<JournalEntry> group = new ArrayList<>();
    private long line;
    private long lastSeq;
    private long goodBytes;
    private long groupLines;
    private int cutLines;

    private @Nullable String trouble;

    private long troubleLine;
    private long troubleAt;
    private Instant lastTime = Instant.EPOCH;
    private long lastEpoch;

    JournalReader(Path file, long afterSeq, Consumer<JournalEntry> replay) {
        this.file = file;
        this.afterSeq = afterSeq;
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
        return new JournalRecovery(lastSeq, goodBytes, size - goodBytes, cutLines, lastTime, lastEpoch);
    }

    private void line(long offset, byte[] bytes, int length, boolean whole) {
        line++;
        String wrong = whole ? SealedLine.check(bytes, length) : "the line has no end";
        JsonNode node = wrong == null ? parse(bytes, length) : null;
        if (wrong == null && node == null) {
            wrong = "the line is not JSON";
        }
        if (node != null && trouble == null) {
            wrong = inSequence(node);
        }
        if (wrong != null) {
            note(wrong, offset);
            return;
        }
        if (node == null) {
            return;
        }
        if (trouble != null) {
            if (node.path("type").asText().equals(COMMIT)) {
                throw new CorruptJournalException(file, troubleLine, troubleAt, trouble);
            }
            cutLines++;
            return;
        }
        take(node, offset + length + 1);
    }

    private void note(String wrong, long offset) {
        cutLines++;
        if (trouble == null) {
            trouble = wrong;
            troubleLine = line;
            troubleAt = offset;
        }
    }

    private @Nullable String inSequence(JsonNode node) {
        long expected = lastSeq + groupLines + 1;
        long seq = node.path("seq").longValue();
        if (seq != expected) {
            return "sequence number " + seq + " where " + expected + " is due";
        }
        if (node.path("type").asText().equals(COMMIT) && node.path("events").longValue() != groupLines) {
            return "a commit of " + node.path("events") + " events behind " + groupLines;
        }
        return null;
    }

    private void take(JsonNode node, long end) {
        if (!node.path("type").asText().equals(COMMIT)) {
            groupLines++;
            group.add(entry(node));
            cutLines++;
            return;
        }
        lastSeq = node.get("seq").longValue();
        goodBytes = end;
        for (JournalEntry each : group) {
            lastTime = each.time();
            lastEpoch = Math.max(lastEpoch, each.epoch());
            if (each.seq() > afterSeq) {
                replay.accept(each);
            }
        }
        cutLines -= group.size();
        group.clear();
        groupLines = 0;
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

    private static @Nullable JsonNode parse(byte[] bytes, int length) {
        try {
            JsonNode node = Json.mapper().readTree(bytes, 0, length);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line's object; an empty one where it is none. */
    public static JsonNode object(byte[] bytes, int length) {
        JsonNode node = parse(bytes, length);
        return node == null ? Json.object() : node;
    }
}
