package dev.caravan.camel.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.base.BlottingStream;
import dev.caravan.base.Json;
import dev.caravan.journal.JsonLines;
import dev.caravan.provider.JobStatus;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Writes a file of results, packed as it comes, under a hidden name, and under its own once it is whole. One whose last
 * row ends in the middle may have been cut on its way where nobody told its length: it is fetched a second time, and if
 * it is the same then, it is what the provider has.
 */
final class Download {
    private Download() {}

    /**
     * False where it should be fetched again.
     *
     * @param target its name where it is not packed
     */
    static boolean write(InputStream in, JobStatus.Result wanted, Path target) throws IOException {
        Path packed = JsonLines.packed(target);
        Path hidden = packed.resolveSibling("." + packed.getFileName() + ".tmp");
        long before = Files.exists(hidden) ? Files.size(hidden) : -1;
        var row = new ByteArrayOutputStream();
        try (OutputStream out =
                BlottingStream.known(new LastRow(JsonLines.packing(Files.newOutputStream(hidden)), row))) {
            if (wanted.unwrap().isEmpty()) {
                in.transferTo(out);
            } else {
                Unwrapping.write(in, wanted.unwrap(), out);
            }
        } catch (IOException e) {
            Files.deleteIfExists(hidden);
            throw e;
        }
        if (wanted.unwrap().isEmpty() && Files.size(hidden) != before && isTorn(row)) {
            return false;
        }
        Files.move(hidden, packed, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    /** Whether a last row without a line break is no JSON. */
    private static boolean isTorn(ByteArrayOutputStream row) {
        try {
            Json.mapper().readTree(row.toString(StandardCharsets.UTF_8));
            return false;
        } catch (JsonProcessingException e) {
            return true;
        }
    }

    /** Keeps what was written behind the last line break. */
    private static final class LastRow extends FilterOutputStream {
        private final ByteArrayOutputStream row;

        LastRow(OutputStream into, ByteArrayOutputStream row) {
            super(into);
            this.row = row;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            int begin = from + length;
            while (begin > from && bytes[begin - 1] != '\n') {
                begin--;
            }
            if (begin > from) {
                row.reset();
            }
            row.write(bytes, begin, from + length - begin);
        }
    }
}
