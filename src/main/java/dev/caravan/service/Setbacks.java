package dev.caravan.service;

import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.run.CorruptJournalException;
import dev.caravan.run.LeaseHeldException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs that could not be taken up: each is told once for as long as that lasts, and tried again after a while. */
final class Setbacks {
    private static final Logger log = LoggerFactory.getLogger(Setbacks.class);
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LATER_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Notices notices;
    private final Map<String, Long> again = new HashMap<>();
    private final Map<String, String> told = new HashMap<>();

    Setbacks(Notices notices) {
        this.notices = notices;
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
        again.put(run, System.nanoTime() + (passes ? SOON_NANOS : LATER_NANOS));
        String why = why(e);
        if (!why.equals(told.put(run, why))) {
            notices.tell(Notice.What.TROUBLE, run, why + "; it is tried again");
            if (!passes && !(e instanceof InvalidFileException) && !(e instanceof CorruptJournalException)) {
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
