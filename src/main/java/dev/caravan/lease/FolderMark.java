package dev.caravan.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What a copy of a run's folder has not, and the folder keeps when it is renamed: the numbers of two files on its disk.
 * Neither file is ever replaced by us.
 *
 * @param lease number of the lock's file; empty where the disk tells none, and nothing can be said
 * @param journal number of the journal; empty where there is none, or where it was not noted
 */
record FolderMark(String lease, String journal) {
    /** Bears the epoch of a holder in its name: what is laid over the folder from a backup does not take it away. */
    private static final String EPOCH = ".lease-";

    /** @throws NoSuchFileException when it is no folder of a run any more */
    static FolderMark of(Path root) throws IOException {
        return new FolderMark(number(root.resolve("lease")), numberIfThere(root.resolve("journal.jsonl")));
    }

    /** As {@link #toString} wrote it; runs of an earlier version noted the lock's file alone. */
    static FolderMark parse(String text) {
        String[] parts = text.split(":", 2);
        return new FolderMark(parts[0], parts.length > 1 ? parts[1] : "");
    }

    @Override
    public String toString() {
        return lease.isEmpty() ? "" : lease + ":" + journal;
    }

    /** Whether a folder with the other mark may be the one that this mark was noted of. That a journal is gone is told elsewhere. */
    boolean allows(FolderMark other) {
        boolean unknown = lease.isEmpty() || other.lease.isEmpty();
        boolean sameJournal = journal.isEmpty() || other.journal.isEmpty() || journal.equals(other.journal);
        return unknown || (lease.equals(other.lease) && sameJournal);
    }

    private static String numberIfThere(Path file) throws IOException {
        try {
            return number(file);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    private static String number(Path file) throws IOException {
        try {
            return String.valueOf(Files.getAttribute(file, "unix:ino"));
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return Files.exists(file) ? "" : missing(file);
        }
    }

    private static String missing(Path file) throws NoSuchFileException {
        throw new NoSuchFileException(file.toString());
    }

    /** The newest epoch that left its name in the folder; 0 for none. */
    static long epoch(Path root) throws IOException {
        try (Stream<Path> all = Files.list(root)) {
            return all.mapToLong(FolderMark::epochOf).max().orElse(0);
        }
    }

    private static long epochOf(Path file) {
        String name = String.valueOf(file.getFileName());
        boolean bears = name.startsWith(EPOCH) && name.substring(EPOCH.length()).matches("[0-9]{1,18}");
        return bears ? Long.parseLong(name.substring(EPOCH.length())) : 0;
    }

    /** Leaves the name of an epoch, in place of all others. To be called once {@code lease.json} holds that epoch. */
    static void leave(Path root, long epoch) throws IOException {
        Path mine = root.resolve(EPOCH + epoch);
        if (!Files.exists(mine)) {
            Files.createFile(mine);
        }
        try (Stream<Path> all = Files.list(root)) {
            for (Path each : all.filter(each -> epochOf(each) > 0 && epochOf(each) != epoch)
                    .toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
