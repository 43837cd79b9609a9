package dev.caravan.camel.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.base.BlottingStream;
import dev.caravan.base.Json;
import dev.caravan.provider.JobStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a file of results under a hidden name, and under its own once it is whole. One whose last row ends in the
 * middle may have been cut on its way where nobody told its length: it is fetched a second time, and if it is the same
 * then, it is what the provider has.
 */
final class Download {
    private static final int BLOCK = 1 << 16;

    private Download() {}

    /** False where it should be fetched again. */
    static boolean write(InputStream in, JobStatus.Result wanted, Path target) throws IOException {
        Path hidden = target.resolveSibling("." + target.getFileName() + ".tmp");
        long before = Files.exists(hidden) ? Files.size(hidden) : -1;
        try {
            if (wanted.unwrap().isEmpty()) {
                copy(in, hidden);
            } else {
                Unwrapping.write(in, wanted.unwrap(), hidden);
            }
        } catch (IOException e) {
            Files.deleteIfExists(hidden);
            throw e;
        }
        if (wanted.unwrap().isEmpty() && Files.size(hidden) != before && isTorn(hidden)) {
            return false;
        }
        Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private static void copy(InputStream in, Path target) throws IOException {
        try (OutputStream out = BlottingStream.known(Files.newOutputStream(target))) {
            in.transferTo(out);
        }
    }

    /** Whether the last row has no line break and is no JSON. */
    private static boolean isTorn(Path file) throws IOException {
        try (var bytes = new RandomAccessFile(file.toFile(), "r")) {
            long end = bytes.length();
            long start = lastRow(bytes, end);
            if (start == end || end - start > Integer.MAX_VALUE - BLOCK) {
                return false;
            }
            byte[] row = new byte[(int) (end - start)];
            bytes.seek(start);
            bytes.readFully(row);
            Json.mapper().readTree(new String(row, StandardCharsets.UTF_8));
            return false;
        } catch (JsonProcessingException e) {
            return true;
        }
    }

    /** Where the bytes behind the last line break begin. */
    private static long lastRow(RandomAccessFile bytes, long end) throws IOException {
        byte[] block = new byte[BLOCK];
        for (long from = end; from > 0; ) {
            int length = (int) Math.min(BLOCK, from);
            from -= length;
            bytes.seek(from);
            bytes.readFully(block, 0, length);
            for (int i = length - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    return from + i + 1;
                }
            }
        }
        return 0;
    }
}
