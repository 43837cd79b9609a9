package dev.caravan.execution;

import dev.caravan.base.Disk;
import dev.caravan.base.NotReadyException;
import dev.caravan.base.UserMistakeException;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunStore;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Whether a run may send anything new, and what stopped it. */
final class RunControl {
    private final RunStore store;
    private final Runnable wakeWaiting;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean closing;
    private volatile boolean wantedElsewhere;
    private volatile @Nullable Throwable failure;

    /** @param wakeWaiting makes whoever waits to buy something ask again, and hear that the run stops */
    RunControl(RunStore store, Runnable wakeWaiting) {
        this.store = store;
        this.wakeWaiting = wakeWaiting;
    }

    /** Whether new calls may be sent and new jobs be created. */
    boolean admits() {
        return !stopped.get() && !closing;
    }

    /** The first reason is the one that counts. */
    void pause(PauseReason reason, String detail) {
        if (stopped.compareAndSet(false, true)) {
            wakeWaiting.run();
            store.record(new RunEvent.RunPaused(reason.word(), RunLog.clean(detail)), recorded -> {});
        }
    }

    void kill(String reason) {
        stopped.set(true);
        store.recordAndWait(new RunEvent.RunKilled(reason));
    }

    /**
     * Something broke: the run pauses with the reason rather than guess. Whether it is our fault; it is not where a file
     * of the run or of the operator's does not hold what it should, nor where the disk refuses.
     */
    boolean fail(Throwable cause) {
        // A route wraps what a bean throws.
        UserMistakeException file = within(cause, UserMistakeException.class);
        if (file != null) {
            pause(
                    file instanceof NotReadyException ? PauseReason.UNUSABLE : PauseReason.INTEGRITY,
                    file.problems().get(0).toString());
            return false;
        }
        UncheckedIOException refused = within(cause, UncheckedIOException.class);
        if (refused != null) {
            failure = refused;
            pause(PauseReason.DISK, Disk.reason(refused));
            return false;
        }
        failure = cause;
        pause(PauseReason.FAULT, cause.getClass().getSimpleName() + ": " + cause.getMessage());
        return true;
    }

    private static <T extends Throwable> @Nullable T within(Throwable cause, Class<T> type) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return type.cast(each);
            }
        }
        return null;
    }

    /** The journal can no longer be written. */
    void broken(Throwable cause) {
        failure = Objects.requireNonNullElse(within(cause, UncheckedIOException.class), cause);
        halt();
    }

    /** The run is over, or stops; who waits for a turn is told. */
    void halt() {
        stopped.set(true);
        wakeWaiting.run();
        ended.countDown();
    }

    /** Nothing new is sent, and nobody need wait for more to come. */
    void rest() {
        stopped.set(true);
        ended.countDown();
    }

    /** Every unit is through. */
    void complete() {
        ended.countDown();
    }

    /** The process goes, or gives the run back: nothing new is sent, and nothing more is journalled of that. */
    void stopAdmitting() {
        closing = true;
        wakeWaiting.run();
    }

    /** Somebody wants a run that rests here for another process. */
    void giveBack() {
        wantedElsewhere = true;
    }

    boolean wantedElsewhere() {
        return wantedElsewhere;
    }

    /** What broke, if the run stopped because of us. */
    @Nullable Throwable failure() {
        return failure;
    }

    /** Waits for the run to be complete, paused or killed; false when the time is over first. */
    boolean awaitEnd(long millis) throws InterruptedException {
        return ended.await(millis, TimeUnit.MILLISECONDS);
    }
}
