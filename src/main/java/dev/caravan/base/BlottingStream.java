package dev.caravan.base;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * Blots keys out of a stream of any length, in bounded memory. All that is written stays back until a lot is together or
 * it is flushed; of what is not flushed, as much stays back as a key may be long.
 */
public final class BlottingStream extends FilterOutputStream {
    private static final int LOT = 1 << 16;

    private final UnaryOperator<String> blot;
    private byte[] held = new byte[LOT];
    private int length;

    private BlottingStream(OutputStream out, UnaryOperator<String> blot) {
        super(out);
        this.blot = blot;
    }

    /** For what models answered: only known keys are taken out. */
    public static BlottingStream known(OutputStream out) {
        return new BlottingStream(out, SecretBlotter::known);
    }

    /** For errors and logs. */
    public static BlottingStream all(OutputStream out) {
        return new BlottingStream(out, SecretBlotter::all);
    }

    @Override
    public synchronized void write(int each) throws IOException {
        write(new byte[] {(byte) each}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int count) throws IOException {
        if (length + count > held.length) {
            held = Arrays.copyOf(held, Math.max(held.length * 2, length + count));
        }
        System.arraycopy(bytes, from, held, length, count);
        length += count;
        if (length >= LOT) {
            pass(SecretBlotter.longest());
        }
    }

    /** @param back signs that may be the beginning of a key and stay */
    private void pass(int back) throws IOException {
        // One sign for each byte: keys are ASCII, and all else comes out as it went in.
        String text = new String(held, 0, length, StandardCharsets.ISO_8859_1);
        String blotted = blot.apply(text);
        if (!blotted.equals(text)) {
            byte[] clean = blotted.getBytes(StandardCharsets.ISO_8859_1);
            held = clean.length > held.length ? clean : Arrays.copyOf(clean, held.length);
            length = clean.length;
        }
        int passed = Math.max(0, length - back);
        out.write(held, 0, passed);
        length -= passed;
        System.arraycopy(held, passed, held, 0, length);
    }

    @Override
    public synchronized void flush() throws IOException {
        if (length > 0) {
            pass(0);
        }
        out.flush();
    }

    @Override
    public synchronized void close() throws IOException {
        if (length > 0) {
            pass(0);
        }
        out.close();
    }
}
