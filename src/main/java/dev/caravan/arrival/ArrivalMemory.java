package dev.caravan.arrival;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.Objects;

/** Keeps the state durable: a change holds once it is on disk, and not before. */
final class ArrivalMemory {
    private final Path file;
    private final Disk disk;
    private volatile ArrivalState state;
    private volatile boolean first;

    ArrivalMemory(Path file, Disk disk) {
        this.file = file;
        this.disk = disk;
        first = !Files.exists(file);
        state = first ? ArrivalState.empty() : read();
    }

    /** Whether nothing was ever remembered: the service starts for the first time. */
    boolean first() {
        return first;
    }

    /** To be read only. */
    ArrivalState state() {
        return state;
    }

    ArrivalState draft() {
        return state.copy();
    }

    /** Writes what changed; when that fails, everything is as it was. */
    void keep(ArrivalState next) {
        next.forgetOldest();
        if (!first && next.equals(state)) {
            return;
        }
        disk.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        disk.replace(file, Json.pretty(ArrivalStateJson.write(next)).getBytes(StandardCharsets.UTF_8));
        state = next;
        first = false;
    }

    private ArrivalState read() {
        try {
            return ArrivalStateJson.read(Json.mapper().readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
            throw new UserMistakeException(
                    file.toString(),
                    "",
                    "does not hold what was written into it; put it back from a copy, or remove it: then every folder"
                            + " in pipelines/ counts as having been there before, and none starts by itself");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
