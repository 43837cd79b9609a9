package dev.caravan.cli;

import dev.caravan.base.PlainText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A stream for people: whatever is printed on it comes out as {@link PlainText}, line by line. So no command can forget
 * to clean what it shows.
 */
final class PlainStream extends PrintStream {
    private final PrintStream raw;

    PlainStream(PrintStream raw) {
        super(new Lines(raw), true, StandardCharsets.UTF_8);
        this.raw = raw;
    }

    /** The stream behind it, for programs and for what steers a terminal on purpose. */
    PrintStream raw() {
        flush();
        return raw;
    }

    /** Keeps bytes until a whole number of characters is there. */
    private static final class Lines extends OutputStream {
        private static final int MOST_KEPT = 8192;

        private final PrintStream raw;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        Lines(PrintStream raw) {
            this.raw = raw;
        }

        @Override
        public void write(int b) {
            kept.write(b);
            if (b == '\n' || (kept.size() >= MOST_KEPT && (b & 0xC0) != 0xC0)) {
                pass();
            }
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            for (int i = from; i < from + length; i++) {
                write(bytes[i]);
            }
        }

        /** What ends within a character waits for the rest of it. */
        private void pass() {
            byte[] bytes = kept.toByteArray();
            int whole = whole(bytes);
            kept.reset();
            kept.write(bytes, whole, bytes.length - whole);
            String text = new String(bytes, 0, whole, StandardCharsets.UTF_8);
            boolean ended = text.endsWith("\r\n");
            String plain = PlainText.lines(ended ? text.substring(0, text.length() - 2) : text) + (ended ? "\r\n" : "");
            byte[] out = plain.getBytes(StandardCharsets.UTF_8);
            raw.write(out, 0, out.length);
        }

        private static int whole(byte[] bytes) {
            int lead = bytes.length - 1;
            while (lead >= 0 && lead > bytes.length - 4 && (bytes[lead] & 0xC0) == 0x80) {
                lead--;
            }
            if (lead < 0 || (bytes[lead] & 0x80) == 0) {
                return bytes.length;
            }
            int length = (bytes[lead] & 0xE0) == 0xC0 ? 2 : (bytes[lead] & 0xF0) == 0xE0 ? 3 : 4;
            return bytes.length - lead < length ? lead : bytes.length;
        }

        @Override
        public void flush() {
            pass();
            raw.flush();
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
