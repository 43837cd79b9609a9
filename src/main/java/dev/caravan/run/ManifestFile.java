package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.JournalReader;
import dev.caravan.journal.SealedLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** {@code MANIFEST.json} and its summary on disk: when they are due, and what of them is believed when they are read. */
final class ManifestFile {
    /** The journal may grow by so many bytes, or by as many as the manifest has, before the next snapshot. */
    private static final long SMALLEST_TAIL = 4L << 20;

    /** Damaged ones that were told of: readers come again and again. */
    private static final Set<Path> TOLD = ConcurrentHashMap.newKeySet();

    private final RunFolder folder;
    private final Disk disk;
    private long size;
    /** How long the journal was at the last snapshot. */
    private long writtenAt;

    ManifestFile(RunFolder folder, Disk disk, long journalSize) {
        this.folder = folder;
        this.disk = disk;
        writtenAt = journalSize;
    }

    boolean isDue(long journalSize) {
        return journalSize - writtenAt > Math.max(SMALLEST_TAIL, size);
    }

    void write(RunState state, long seq, Instant now, long journalSize) {
        byte[] bytes = SealedLine.of(Manifest.of(state, seq, now));
        size = bytes.length;
        writtenAt = journalSize;
        disk.replace(folder.manifest(), bytes);
        disk.replace(folder.manifestSummary(), SealedLine.of(Manifest.brief(RunSummary.of(state), now)));
    }

    /** The manifest of a run, or null when there is none that this version reads. */
    static @Nullable ObjectNode read(RunFolder folder) {
        if (!Files.exists(folder.manifest())) {
            return null;
        }
        try {
            byte[] bytes = Files.readAllBytes(folder.manifest());
            JsonNode node = JournalReader.object(bytes, bytes.length);
            int version = node.path("schema_version").intValue();
            if (version > 0 && version < Manifest.SCHEMA_VERSION) {
                // Of an earlier version: the journal is the truth, and the next snapshot is written in today's form.
                return null;
            }
            if (damage(bytes).isPresent()) {
                if (TOLD.add(folder.manifest())) {
                    LoggerFactory.getLogger(ManifestFile.class)
                            .warn(
                                    "{} differs from its checksum; the run is read from its journal, and the manifest is made"
                                            + " again",
                                    folder.manifest());
                }
                return null;
            }
            if (version != Manifest.SCHEMA_VERSION) {
                throw new UserMistakeException(
                        folder.manifest().toString(),
                        "schema_version",
                        "is " + node.path("schema_version") + "; this version of Caravan reads "
                                + Manifest.SCHEMA_VERSION + ". The journal is the truth: move the manifest away and"
                                + " it is made again");
            }
            if (!node.path("journal_seq").isIntegralNumber()) {
                throw new UserMistakeException(
                        folder.manifest().toString(),
                        "journal_seq",
                        "is missing; move the manifest away and it is made again from the journal");
            }
            ofThisRun(folder, (ObjectNode) node);
            return (ObjectNode) node;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.manifest(), e);
        }
    }

    /** What is wrong with the bytes of a run's manifest; empty when nothing is, or when it is another version's or none. */
    static Optional<String> damage(RunFolder folder) {
        try {
            if (!Files.exists(folder.manifest())) {
                return Optional.empty();
            }
            byte[] bytes = Files.readAllBytes(folder.manifest());
            int version = JournalReader.object(bytes, bytes.length)
                    .path("schema_version")
                    .intValue();
            return version > 0 && version < Manifest.SCHEMA_VERSION ? Optional.empty() : damage(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.manifest(), e);
        }
    }

    private static Optional<String> damage(byte[] bytes) {
        boolean ends = bytes.length > 0 && bytes[bytes.length - 1] == '\n';
        return ends && SealedLine.check(bytes, bytes.length - 1) == null
                ? Optional.empty()
                : Optional.of("MANIFEST.json differs from its checksum; the run is read from its journal, and the next"
                        + " process at it makes the manifest again");
    }

    /** A snapshot counts only beside the journal it was made from: the first fact says which run that is. */
    private static void ofThisRun(RunFolder folder, ObjectNode manifest) throws IOException {
        if (!Files.exists(folder.journal())) {
            throw new UserMistakeException(
                    folder.root().toString(),
                    "journal.jsonl",
                    "is gone, and with it what was bought and paid; the manifest is only its echo. Restore it from a"
                            + " copy of the folder");
        }
        try (var lines = Files.newBufferedReader(folder.journal())) {
            String first = lines.readLine();
            JsonNode made = first == null ? Json.object() : Json.mapper().readTree(first);
            boolean same = made.path("body")
                            .path("facts")
                            .path("run")
                            .equals(manifest.path("fold").path("facts").path("run"))
                    && made.path("time").equals(manifest.path("fold").path("created"));
            if (!same) {
                throw new UserMistakeException(
                        folder.manifest().toString(),
                        "",
                        "belongs to another run than the journal beside it; move it away and it is made again");
            }
        }
    }

    /** The state that a manifest holds. */
    static RunState restored(RunFolder folder, ObjectNode manifest) {
        try {
            return Manifest.restore(manifest);
        } catch (NullPointerException | IllegalArgumentException | DateTimeException e) {
            // Members are missing or hold something else: it is not what we wrote.
            throw new UserMistakeException(
                    folder.manifest().toString(),
                    "fold",
                    "is incomplete; move it away and it is made again from the journal");
        }
    }
}
