package dev.caravan.run;

/** How many bytes of each of a chunk's files at a step were journalled: what lies behind them counts for nothing. */
public record FileLengths(long results, long validated, long failures, long findings) {
    /** Of files that hold nothing. */
    public static final FileLengths NONE = new FileLengths(0, 0, 0, 0);

    FileLengths withResults(long length) {
        return new FileLengths(length, validated, failures, findings);
    }

    FileLengths withSettled(RunEvent.Part validated, RunEvent.Part failures, RunEvent.Part findings) {
        return new FileLengths(results, validated.to(), failures.to(), findings.to());
    }

    long[] toNumbers() {
        return new long[] {results, validated, failures, findings};
    }

    static FileLengths of(long[] numbers) {
        return new FileLengths(numbers[0], numbers[1], numbers[2], numbers[3]);
    }
}
