package dev.caravan.execution;

import dev.caravan.run.OpenWork;
import dev.caravan.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of batch jobs. Requests are kept only while they may still be sent: they are rendered again whenever they are
 * wanted. What came back stays, packed.
 */
final class JobFiles {
    /** Set to {@code keep}: requests stay, for whoever wants to see what was sent. */
    static final String SETTING = "caravan.requests";

    private static final String REQUESTS = "requests.jsonl";

    private final RunStore store;
    private final boolean keeps = "keep".equals(System.getProperty(SETTING));

    JobFiles(RunStore store) {
        this.store = store;
    }

    /** Where the requests of a piece of work are written. */
    Path requests(String work) {
        Path folder = store.folder().job(work);
        store.disk().createDirectories(folder);
        return folder.resolve(REQUESTS);
    }

    /** The requests of a piece of work are not sent, or were answered. */
    void drop(String work) {
        drop(store.folder().job(work));
    }

    private void drop(Path folder) {
        if (keeps) {
            return;
        }
        Path requests = folder.resolve(REQUESTS);
        try {
            if (Files.deleteIfExists(requests) && isEmpty(folder)) {
                Files.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + requests, e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    /** Drops the requests of all work that is over: a process may have died before it did. */
    void sweep() {
        Path jobs = store.folder().root().resolve("jobs");
        if (!Files.isDirectory(jobs)) {
            return;
        }
        Set<String> open = store.onState(state -> {
            var works = new HashSet<String>();
            state.works().stream().map(OpenWork::id).forEach(works::add);
            return works;
        });
        try (Stream<Path> folders = Files.list(jobs)) {
            folders.filter(each -> !open.contains(String.valueOf(each.getFileName())))
                    .forEach(this::drop);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + jobs, e);
        }
    }
}
