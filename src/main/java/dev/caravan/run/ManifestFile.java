package dev.caravan.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code MANIFEST.json} and its summary on disk: when they are due, and what of them is believed when they are read. */
final class ManifestFile {
    /** The journal may grow by so many bytes, or by as many as the manifest has, before the next snapshot. */
    private static final long SMALLEST_TAIL = 4L << 20;

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
        byte[] bytes = Json.text(Manifest.of(state, seq, now)).getBytes(StandardCharsets.UTF_8);
        size = bytes.length;
        writtenAt = journalSize;
        disk.replace(folder.manifest(), bytes);
        disk.replace(
                folder.manifestSummary(),
                Json.text(Manifest.brief(state.summary(), now)).getBytes(StandardCharsets.UTF_8));
    }

    /** The manifest of a run, or null when there is none that this version reads. */
    static @Nullable ObjectNode read(RunFolder folder) {
        if (!Files.exists(folder.manifest())) {
            return null;
        }
        try {
            JsonNode node = Json.mapper().readTree(Files.readAllBytes(folder.manifest()));
            int version = node.path("schema_version").intValue();
            if (version > 0 && version < Manifest.SCHEMA_VERSION) {
                // Of an earlier version: the journal is the truth, and the next snapshot is written in today's form.
                return null;
            }
            if (version != Manifest.SCHEMA_VERSION) {
                throw new InvalidFileException(
                        folder.manifest().toString(),
                        "schema_version",
                        "is " + node.path("schema_version") + "; this version of Caravan reads "
                                + Manifest.SCHEMA_VERSION + ". The journal is the truth: move the manifest away and"
                                + " it is made again");
            }
            if (!node.path("journal_seq").isIntegralNumber()) {
                throw new InvalidFileException(
                        folder.manifest().toString(),
                        "journal_seq",
                        "is missing; move the manifest away and it is made again from the journal");
            }
            ofThisRun(folder, (ObjectNode) node);
            return (ObjectNode) node;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new InvalidFileException(
                    folder.manifest().toString(),
                    "",
                    "is not JSON; move it away and it is made again from the journal");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.manifest(), e);
        }
    }

    /** A snapshot counts only beside the journal it was made from: the first fact says which run that is. */
    private static void ofThisRun(RunFolder folder, ObjectNode manifest) throws IOException {
        if (!Files.exists(folder.journal())) {
            throw new InvalidFileException(
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
                throw new InvalidFileException(
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
        } catch (NullPointerException | IllegalArgumentException | java.time.DateTimeException e) {
            // Members are missing or hold something else: it is not what we wrote.
            throw new InvalidFileException(
                    folder.manifest().toString(),
                    "fold",
                    "is incomplete; move it away and it is made again from the journal");
        }
    }
}
