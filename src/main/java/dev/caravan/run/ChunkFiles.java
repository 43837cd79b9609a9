package dev.caravan.run;

import dev.caravan.base.Crc32c;
import java.util.Map;
import java.util.TreeMap;

/** How long the files of each chunk are at each step, and their checksums, by what was journalled. */
final class ChunkFiles {
    /** Stands for a checksum that nothing has: the file is to be made again. */
    static final long VOID = -1;

    private static final int VALIDATED = 0;
    private static final int FAILURES = 1;

    /** By {@code step/chunk}: results, validated, failures, findings. */
    final Map<String, long[]> lengths = new TreeMap<>();
    /** By {@code step/chunk}: validated, failures, findings. */
    final Map<String, long[]> crcs = new TreeMap<>();

    void grow(RunEvent.RepliesSettled e) {
        lengthsOf(e.step(), e.chunk())[0] = e.to();
    }

    void grow(RunEvent.ChunkSettled e) {
        settled(e.step(), e.chunk(), e.validated(), e.failures(), e.findings());
        long[] crc = crcsOf(e.step(), e.chunk());
        crc[VALIDATED] = grown(crc[VALIDATED], e.validated());
        crc[FAILURES] = grown(crc[FAILURES], e.failures());
        crc[2] = grown(crc[2], e.findings());
    }

    private static long grown(long crc, RunEvent.Part part) {
        return crc == VOID ? VOID : Crc32c.combine(crc, part.crc(), part.to() - part.from());
    }

    void rebuild(RunEvent.ChunkRebuilt e) {
        settled(e.step(), e.chunk(), e.validated(), e.failures(), e.findings());
        crcs.put(key(e.step(), e.chunk()), new long[] {
            e.validated().crc(), e.failures().crc(), e.findings().crc()
        });
    }

    private void settled(int step, int chunk, RunEvent.Part validated, RunEvent.Part failures, RunEvent.Part findings) {
        long[] length = lengthsOf(step, chunk);
        length[1] = validated.to();
        length[2] = failures.to();
        length[3] = findings.to();
    }

    /** The validated file holds a line too many or too few: no checksum holds, so that it is made again. */
    void voidValidated(int step, int chunk) {
        crcsOf(step, chunk)[VALIDATED] = VOID;
    }

    /** As the other, of the failures file. */
    void voidFailures(int step, int chunk) {
        crcsOf(step, chunk)[FAILURES] = VOID;
    }

    /** A copy: lengths in bytes of results, validated, failures, findings. */
    long[] lengths(int step, int chunk) {
        long[] known = lengths.get(key(step, chunk));
        return known == null ? new long[4] : known.clone();
    }

    /** A copy of all lengths, by {@code step/chunk}; files that hold nothing are left out. */
    Map<String, long[]> allLengths() {
        var copy = new TreeMap<String, long[]>();
        lengths.forEach((key, value) -> copy.put(key, value.clone()));
        return copy;
    }

    /** A copy: checksums of validated, failures, findings. */
    long[] crcs(int step, int chunk) {
        long[] known = crcs.get(key(step, chunk));
        return known == null ? new long[3] : known.clone();
    }

    private long[] lengthsOf(int step, int chunk) {
        return lengths.computeIfAbsent(key(step, chunk), each -> new long[4]);
    }

    private long[] crcsOf(int step, int chunk) {
        return crcs.computeIfAbsent(key(step, chunk), each -> new long[3]);
    }

    private static String key(int step, int chunk) {
        return step + "/" + chunk;
    }
}
