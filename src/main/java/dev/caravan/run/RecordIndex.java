package dev.caravan.run;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;

/**
 * {@code units.idx}: a memory-mapped row of 24 bytes for each unit, by which readers find it without reading the run.
 *
 * <p>Row: step (1 byte), outcome (1), attempts (1), tries (1), 4 spare, then two big-endian longs: the offset of the
 * unit's latest record (in {@code input/units.jsonl} at the first step, else in the validated file of the step before
 * in its chunk) and the offset of its last findings (in the findings file of its present step), -1 for none. Derived:
 * it is made again from the truth at each start.
 */
public final class RecordIndex implements Closeable {
    private static final int ROW = 24;
    private static final int RECORD = 8;
    private static final int FINDINGS = 16;

    private final MappedByteBuffer rows;
    private final FileChannel channel;

    public RecordIndex(RunFolder folder, int units) {
        try {
            var file = new RandomAccessFile(folder.index().toFile(), "rw");
            file.setLength((long) units * ROW);
            channel = file.getChannel();
            rows = channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) units * ROW);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot map " + folder.index(), e);
        }
    }

    public long record(int unit) {
        return rows.getLong(unit * ROW + RECORD);
    }

    public void record(int unit, long offset) {
        rows.putLong(unit * ROW + RECORD, offset);
    }

    /** Offset of the findings of the unit's last answer at its present step, or -1. */
    public long findings(int unit) {
        return rows.getLong(unit * ROW + FINDINGS);
    }

    public void findings(int unit, long offset) {
        rows.putLong(unit * ROW + FINDINGS, offset);
    }

    void state(Units units, int unit) {
        int at = unit * ROW;
        rows.put(at, (byte) units.step(unit));
        rows.put(at + 1, units.outcome(unit).code());
        rows.put(at + 2, (byte) units.attempts(unit));
        rows.put(at + 3, (byte) units.tries(unit));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
