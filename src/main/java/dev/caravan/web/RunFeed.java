package dev.caravan.web;

import dev.caravan.base.Json;
import dev.caravan.lease.Lease;
import dev.caravan.report.RunJson;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import dev.caravan.run.RunView;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What happens in a run: the events of its journal once they are durable, read where the reader stands, and every few
 * seconds how the run stands while this process is at it, or when another one came to it or is gone. An event's id is its end in the journal, so whoever was cut
 * off goes on where he was, whatever process serves.
 */
final class RunFeed implements EventFeed {
    private static final int PIECE = 1 << 16;
    private static final int LARGEST_PIECE = 1 << 26;
    private static final long STATUS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final RunFolder folder;
    private final Supplier<Optional<RunSummary>> live;
    private long at;
    private long statusAt = System.nanoTime() - STATUS_NANOS;
    private String status = "";
    /** Whether a process was at the run when last looked at. */
    private boolean held;

    private String pending;

    /**
     * @param first how the run stands
     * @param live how it stands later, while this process is at it
     * @param lastId of the event that the reader saw last; empty for what comes from now on
     */
    RunFeed(RunFolder folder, String first, Supplier<Optional<RunSummary>> live, String lastId) {
        this.folder = folder;
        this.live = live;
        held = Lease.isHeld(folder.root());
        pending = EventFeed.event("", "status", first);
        try (RandomAccessFile file = open()) {
            long size = file.length();
            long asked = lastId.matches("\\d{1,18}") ? Long.parseLong(lastId) : -1;
            at = asked >= 0 && asked <= size && beginsLine(file, asked) ? asked : lineStart(file, size);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.journal(), e);
        }
    }

    private RandomAccessFile open() throws IOException {
        return new RandomAccessFile(folder.journal().toFile(), "r");
    }

    private static boolean beginsLine(RandomAccessFile file, long place) throws IOException {
        if (place == 0) {
            return true;
        }
        file.seek(place - 1);
        return file.read() == '\n';
    }

    /** Where the last line that has no end begins, or the end. */
    private static long lineStart(RandomAccessFile file, long size) throws IOException {
        long place = size;
        while (!beginsLine(file, place)) {
            place--;
        }
        return place;
    }

    @Override
    public String next() {
        var text = new StringBuilder(pending);
        pending = "";
        if (System.nanoTime() - statusAt >= STATUS_NANOS) {
            statusAt = System.nanoTime();
            status(text);
        }
        try (RandomAccessFile file = open()) {
            for (int piece = PIECE; piece <= LARGEST_PIECE; piece *= 4) {
                byte[] bytes = new byte[(int) Math.min(piece, Math.max(0, file.length() - at))];
                file.seek(at);
                file.readFully(bytes);
                if (take(bytes, text) || bytes.length < piece) {
                    break;
                }
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.journal(), e);
        }
    }

    /** How the run stands, when that is another than was told. */
    private void status(StringBuilder text) {
        standing().map(each -> Json.text(RunJson.of(each, folder))).ifPresent(now -> {
            if (!now.equals(status)) {
                status = now;
                text.append(EventFeed.event("", "status", now));
            }
        });
    }

    /** As this process knows it; else it is read anew when another process took the run up or is gone. */
    private Optional<RunSummary> standing() {
        Optional<RunSummary> known = live.get();
        boolean before = held;
        held = known.isPresent() || Lease.isHeld(folder.root());
        return known.isPresent() || held == before
                ? known
                : Optional.of(RunView.of(folder).summary());
    }

    /** Appends whole groups of events. @return false when there is none */
    private boolean take(byte[] bytes, StringBuilder text) {
        var group = new StringBuilder();
        long begin = at;
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            String line = new String(bytes, start, i - start, StandardCharsets.UTF_8);
            start = i + 1;
            String type = Json.parse(line).path("type").asText();
            if (type.equals("Commit")) {
                text.append(group);
                group.setLength(0);
                at = begin + start;
            } else {
                group.append(EventFeed.event(Long.toString(begin + start), type, line));
            }
        }
        return at > begin;
    }
}
