package dev.caravan.limit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What lies in the unfinished jobs of one account and model, over all runs and processes of a machine: a file for each
 * job, named by run and work, that holds its tokens. The files are advice on when to create a job, not truth: the
 * provider turns away what is too much all the same.
 */
public final class JobQueue {
    /** No provider keeps a job for longer; what is older was left by a run that is gone. */
    private static final Duration OLDEST = Duration.ofHours(50);

    private final SharedNumbers cells;
    private final Path folder;

    JobQueue(SharedNumbers cells, Path folder) {
        this.cells = cells;
        this.folder = folder;
    }

    /**
     * Enters a job if there is room for it; a job alone always enters.
     *
     * @param job its name, the same when it is tried again
     * @param most tokens of all jobs together
     */
    public boolean enter(String job, long tokens, long most, Instant now) {
        return cells.alone(() -> {
                    long others = 0;
                    for (Path each : files()) {
                        if (!each.getFileName().toString().equals(job)) {
                            others += old(each, now) ? 0 : tokens(each);
                        }
                    }
                    if (others > 0 && others + tokens > most) {
                        return 0;
                    }
                    write(job, tokens);
                    return 1;
                })
                == 1;
    }

    /** A job is over, or was surely not created. */
    public void leave(String job) {
        try {
            Files.deleteIfExists(folder.resolve(job));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What an earlier process left of jobs that are over. */
    public void tidy(String prefix, Predicate<String> open) {
        for (Path each : files()) {
            String job = each.getFileName().toString();
            if (job.startsWith(prefix) && !open.test(job)) {
                leave(job);
            }
        }
    }

    private boolean old(Path file, Instant now) {
        try {
            if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(OLDEST))) {
                Files.deleteIfExists(file);
                return true;
            }
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long tokens(Path file) {
        try {
            String text = Files.readString(file).strip();
            return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    private void write(String job, long tokens) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(job), Long.toString(tokens));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
