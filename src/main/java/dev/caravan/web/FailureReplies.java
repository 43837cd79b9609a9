package dev.caravan.web;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.CorruptJournalException;
import dev.caravan.lease.LeaseHeldException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes wrong with a request, in the words of the command line. */
public final class FailureReplies {
    private static final Logger log = LoggerFactory.getLogger(FailureReplies.class);

    private FailureReplies() {}

    public static WebReply reply(RuntimeException e) {
        if (e instanceof WebException known) {
            return known.reply();
        }
        if (e instanceof UserMistakeException || e instanceof CorruptJournalException) {
            return problem(422, String.valueOf(e.getMessage()));
        }
        if (e instanceof LeaseHeldException) {
            return problem(409, String.valueOf(e.getMessage()));
        }
        if (e instanceof UncheckedIOException refused) {
            return problem(503, "the disk refused: " + Disk.reason(refused) + ". Nothing is lost; mend it and go on");
        }
        log.error("this is our fault", e);
        return problem(500, "this is our fault; the log of the service tells more");
    }

    private static WebReply problem(int status, String detail) {
        return WebReply.of(new HttpProblem(status, detail), Map.of());
    }
}
