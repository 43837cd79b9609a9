package dev.caravan.service;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.LeaseHeldException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What could not be done for want of something: each is told once for as long as that lasts, and tried again after a
 * while. Runs that could not be taken up, pipelines whose key is missing.
 */
final class TroubleMemory {
    private static final Logger log = LoggerFactory.getLogger(TroubleMemory.class);
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LATER_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final NoticeSink notices;
    private final long laterNanos;
    private final Map<String, Long> again = new HashMap<>();
    private final Map<String, String> told = new HashMap<>();

    /** For runs, which are opened when they are tried. */
    TroubleMemory(NoticeSink notices) {
        this(notices, LATER_NANOS);
    }

    private TroubleMemory(NoticeSink notices, long laterNanos) {
        this.notices = notices;
        this.laterNanos = laterNanos;
    }

    /** For what is only read when it is tried. */
    static TroubleMemory ofReading(NoticeSink notices) {
        return new TroubleMemory(notices, SOON_NANOS);
    }

    boolean mayTry(String run) {
        Long at = again.get(run);
        return at == null || System.nanoTime() - at >= 0;
    }

    void over(String run) {
        again.remove(run);
        told.remove(run);
    }

    void met(String run, RuntimeException e) {
        boolean passes = e instanceof LeaseHeldException || e instanceof UncheckedIOException;
        again.put(run, System.nanoTime() + (passes ? SOON_NANOS : laterNanos));
        String why = why(e);
        if (!why.equals(told.put(run, why))) {
            notices.tell(ServiceNotice.What.TROUBLE, run, why + "; it is tried again");
            if (!passes && !(e instanceof UserMistakeException) && !(e instanceof CorruptJournalException)) {
                log.error("run {} could not be taken up, which is our fault", run, e);
            }
        }
    }

    private static String why(RuntimeException e) {
        if (e instanceof UncheckedIOException refused) {
            return "the disk refused: " + Disk.reason(refused);
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
