package dev.caravan.run;

import dev.caravan.base.Crc32c;

/** CRC-32C over the journalled lengths of a chunk's settled files at a step. */
public record FileChecksums(long validated, long failures, long findings) {
    /** Stands for a checksum that nothing has: the file is to be made again. */
    public static final long VOID = -1;

    /** Of files that hold nothing. */
    static final FileChecksums NONE = new FileChecksums(0, 0, 0);

    static FileChecksums of(RunEvent.Part validated, RunEvent.Part failures, RunEvent.Part findings) {
        return new FileChecksums(validated.crc(), failures.crc(), findings.crc());
    }

    FileChecksums grown(RunEvent.Part validated, RunEvent.Part failures, RunEvent.Part findings) {
        return new FileChecksums(
                grown(this.validated, validated), grown(this.failures, failures), grown(this.findings, findings));
    }

    private static long grown(long crc, RunEvent.Part part) {
        return crc == VOID ? VOID : Crc32c.combine(crc, part.crc(), part.to() - part.from());
    }

    FileChecksums withoutValidated() {
        return new FileChecksums(VOID, failures, findings);
    }

    FileChecksums withoutFailures() {
        return new FileChecksums(validated, VOID, findings);
    }

    long[] toNumbers() {
        return new long[] {validated, failures, findings};
    }

    static FileChecksums of(long[] numbers) {
        return new FileChecksums(numbers[0], numbers[1], numbers[2]);
    }
}
