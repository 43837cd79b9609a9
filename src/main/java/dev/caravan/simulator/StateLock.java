package dev.caravan.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a state folder for one simulator: two would bill the same calls twice and write over each other's jobs. The
 * operating system frees it when the process dies, however it dies.
 */
final class StateLock implements AutoCloseable {
    /** Folders held in this process: a lock of the operating system is one per process, and falls with any channel. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private StateLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /** @throws UserMistakeException when another simulator is at the folder */
    static StateLock take(Path state, String since) throws IOException {
        Path folder = state.toRealPath();
        if (!HELD.add(folder)) {
            throw taken(state, "this process");
        }
        FileChannel channel = null;
        boolean mine = false;
        try {
            channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw taken(state, holder(folder));
            }
            long pid = ProcessHandle.current().pid();
            StateFiles.put(
                    folder.resolve("holder.json"), Json.object().put("pid", pid).put("since", since));
            mine = true;
            return new StateLock(folder, channel);
        } finally {
            if (!mine) {
                HELD.remove(folder);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    private static UserMistakeException taken(Path state, String holder) {
        return new UserMistakeException(
                String.valueOf(state), "", "another simulator is at this folder, " + holder + "; name another folder");
    }

    /** Who says to hold it; what stands there is only for people. */
    private static String holder(Path folder) throws IOException {
        try {
            JsonNode holder = Json.mapper().readTree(Files.readString(folder.resolve("holder.json")));
            return "process " + holder.path("pid").asText() + " since "
                    + holder.path("since").asText();
        } catch (JsonProcessingException | NoSuchFileException e) {
            return "another process";
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give " + folder + " back", e);
        } finally {
            HELD.remove(folder);
        }
    }
}
