package dev.caravan.cli;

/** What the process says when it ends. */
public final class ExitCode {
    public static final int DONE = 0;
    /** Done, with failed units; or a check found something. */
    public static final int FAILED_UNITS = 1;
    /** Wrong use, or a wrong file of the user's. */
    public static final int USAGE = 2;
    /** Waiting: paused, for a cap, for an approval. */
    public static final int WAITING = 3;
    /** Our fault. */
    public static final int FAULT = 4;

    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
