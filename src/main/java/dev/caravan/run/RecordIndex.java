package dev.caravan.run;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * {@code units.idx}: a memory-mapped row of 24 bytes for each unit, by which readers find it without reading the run.
 *
 * <p>Row: three big-endian longs: the offset of the unit's latest record (in {@code
 * input/units.jsonl} before the first step, else in a validated file of its chunk; -1 for a child that has none of its
 * own yet), and step and offset of its last findings (16 and 48 bits), -1 for none, and the
 * offset of its input. It grows as
 * children are born. Derived: it is made again from the truth at each start.
 */
public final class RecordIndex implements Closeable {
    private static final int ROW = 24;
    private static final int RECORD = 0;
    private static final int FINDINGS = 8;
    private static final int INPUT = 16;

    private static final int OFFSET_BITS = 48;
    private static final long OFFSET = (1L << OFFSET_BITS) - 1;
    /** Rows of one of the first segments: small runs need no more room than they have units. */
    private static final int SMALL = 1 << 12;
    /** So many segments are small. */
    private static final int SMALL_ONES = 16;
    /** Rows of each that follows: a system allows some ten thousands of maps, which are then enough for any unit. */
    private static final int LARGE = SMALL * SMALL_ONES;

    private final RandomAccessFile file;
    private volatile MappedByteBuffer[] segments = {};

    /** An empty index: it is filled at each start. */
    public RecordIndex(RunFolder folder) {
        try {
            file = new RandomAccessFile(folder.index().toFile(), "rw");
            file.setLength(0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + folder.index(), e);
        }
    }

    /** The segment a unit's row lies in, mapped when it is first asked for. */
    private MappedByteBuffer segment(int unit) {
        int number = unit < LARGE ? unit / SMALL : SMALL_ONES + unit / LARGE - 1;
        MappedByteBuffer[] known = segments;
        return number < known.length ? known[number] : grow(number);
    }

    private static long firstRow(int number) {
        return number < SMALL_ONES ? (long) number * SMALL : (long) (number - SMALL_ONES + 1) * LARGE;
    }

    private synchronized MappedByteBuffer grow(int number) {
        MappedByteBuffer[] known = segments;
        if (number >= known.length) {
            try {
                var grown = Arrays.copyOf(known, number + 1);
                file.setLength(firstRow(grown.length) * ROW);
                for (int i = known.length; i < grown.length; i++) {
                    int rows = (int) (firstRow(i + 1) - firstRow(i));
                    grown[i] =
                            file.getChannel().map(FileChannel.MapMode.READ_WRITE, firstRow(i) * ROW, (long) rows * ROW);
                    for (int row = 0; row < rows; row++) {
                        grown[i].putLong(row * ROW + RECORD, -1);
                        grown[i].putLong(row * ROW + FINDINGS, -1);
                    }
                }
                segments = grown;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot map the index of records", e);
            }
        }
        return segments[number];
    }

    private static int at(int unit) {
        return unit % (unit < LARGE ? SMALL : LARGE) * ROW;
    }

    public long record(int unit) {
        return segment(unit).getLong(at(unit) + RECORD);
    }

    public void record(int unit, long offset) {
        segment(unit).putLong(at(unit) + RECORD, offset);
    }

    /** Offset of the unit's line in {@code input/units.jsonl}: its record until it has passed a step. */
    public long input(int unit) {
        return segment(unit).getLong(at(unit) + INPUT);
    }

    public void input(int unit, long offset) {
        segment(unit).putLong(at(unit) + INPUT, offset);
        record(unit, offset);
    }

    /** Offset of the unit's last findings in the findings file of {@link #findingsStep}, or -1. */
    public long findings(int unit) {
        long found = segment(unit).getLong(at(unit) + FINDINGS);
        return found < 0 ? -1 : found & OFFSET;
    }

    /** The step at which the unit's last findings were made. */
    public int findingsStep(int unit) {
        return (int) (segment(unit).getLong(at(unit) + FINDINGS) >>> OFFSET_BITS);
    }

    public void findings(int unit, int step, long offset) {
        segment(unit).putLong(at(unit) + FINDINGS, (long) step << OFFSET_BITS | offset);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
