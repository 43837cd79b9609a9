package dev.caravan.run;

import dev.caravan.base.PlainText;
import dev.caravan.base.SecretBlotter;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code RUN_LOG.txt} and {@code TRACE_LOG.txt}: what happened, for people. One event a line, times in UTC, keys
 * blotted out. They are no source of truth: that they cannot be written never stops a run.
 */
public final class RunLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunLog.class);
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final BufferedWriter run;
    private final BufferedWriter trace;
    private boolean failed;
    /** The second of the last line that was traced, and how it is written: many lines are of one second. */
    private long second = Long.MIN_VALUE;

    private String written = "";

    public RunLog(Path root, Clock clock) {
        this.clock = clock;
        try {
            run = open(root.resolve("RUN_LOG.txt"));
            trace = open(root.resolve("TRACE_LOG.txt"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the logs of " + root + ": " + e.getMessage(), e);
        }
    }

    private static BufferedWriter open(Path file) throws IOException {
        return Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The text without keys, on one line. */
    public static String clean(String text) {
        return PlainText.line(SecretBlotter.all(text));
    }

    public synchronized void log(String tag, String message) {
        write(run, "[" + SECONDS.format(clock.instant()) + "] [" + tag + "] " + clean(message), true);
    }

    /** Written in lots: the last second of it may be missing after a kill. */
    public synchronized void trace(String message) {
        write(trace, millis(clock.instant()) + " " + clean(message), false);
    }

    private String millis(Instant now) {
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            written = SECOND.format(now);
        }
        int millis = now.getNano() / 1_000_000;
        return written + (millis < 10 ? "00" : millis < 100 ? "0" : "") + millis + "Z";
    }

    private void write(BufferedWriter out, String line, boolean flush) {
        try {
            out.write(line);
            out.newLine();
            if (flush) {
                out.flush();
            }
        } catch (IOException e) {
            if (!failed) {
                failed = true;
                log.warn("the run's log cannot be written: {}", e.getMessage());
            }
        }
    }

    public synchronized void flush() {
        try {
            trace.flush();
        } catch (IOException e) {
            failed = true;
        }
    }

    @Override
    public synchronized void close() {
        try {
            run.close();
            trace.close();
        } catch (IOException e) {
            log.warn("the run's log could not be closed: {}", e.getMessage());
        }
    }
}
