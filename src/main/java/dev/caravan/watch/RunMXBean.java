package dev.caravan.watch;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A live run, or one that was interrupted, as JMX shows it. It is only read: what changes a run is a command with an actor. */
public interface RunMXBean {
    String getName();

    String getPipeline();

    /** Pending, running, interrupted, waiting, paused, killed or complete. */
    String getStatus();

    /** Why it paused; empty when it did not. */
    String getReason();

    String getLane();

    boolean isSimulated();

    /** Units of the input, and all that fan-outs made of them so far. */
    int getUnits();

    int getDone();

    int getFailed();

    int getDropped();

    /** Units that wait to be bound into work. */
    int getWaiting();

    /** Units in work that is not settled. */
    int getInFlight();

    /** Paid replies. */
    long getReplies();

    /** Price of all booked replies; null when it is not known. */
    @Nullable BigDecimal getSettledUsd();

    /** Worst case of what is admitted and has no outcome. */
    @Nullable BigDecimal getReservedUsd();

    /** What may still have to be paid beyond what is settled; null when it is not known. */
    @Nullable BigDecimal getAtRiskUsd();

    /** Paid replies that told no usage, and of which nobody has said what they cost. */
    long getUnknownUsageReplies();

    /** Jobs at the provider, or whose results are not settled. */
    int getJobsOut();

    /** What is at providers, such as {@code 2 jobs at openai}; empty when nothing is. */
    String getOut();

    /** The command that goes on with an interrupted run; empty for others. */
    String getNext();

    /** Time and type of the last event that this process journalled; empty before the first. */
    String getLastEvent();
}
