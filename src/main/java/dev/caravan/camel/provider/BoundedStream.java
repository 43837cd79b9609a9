package dev.caravan.camel.provider;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongUnaryOperator;

/** Reads what is answered up to a number of bytes, and only as long as enough of it comes. */
final class BoundedStream extends FilterInputStream {
    private final long mostBytes;
    private final boolean cuts;
    private final LongUnaryOperator mostNanos;
    private final Runnable hangUp;
    private final long from = System.nanoTime();
    private long bytes;
    private boolean ended;

    /**
     * @param cuts whether it ends where it is too long, instead of failing: for what is read by people only
     * @param mostNanos how long so many bytes may take
     * @param hangUp ends the connection
     */
    BoundedStream(InputStream in, long mostBytes, boolean cuts, LongUnaryOperator mostNanos, Runnable hangUp) {
        super(in);
        this.mostBytes = mostBytes;
        this.cuts = cuts;
        this.mostNanos = mostNanos;
        this.hangUp = hangUp;
    }

    /** Up to so many bytes, of an answer whose time is watched already. */
    static BoundedStream of(InputStream in, long mostBytes) {
        return new BoundedStream(in, mostBytes, false, read -> Long.MAX_VALUE, () -> {});
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int at, int count) throws IOException {
        if (ended) {
            return -1;
        }
        int read = in.read(into, at, count);
        if (read < 0) {
            ended = true;
            return -1;
        }
        bytes += read;
        if (bytes > mostBytes) {
            hangUp();
            if (cuts) {
                return -1;
            }
            throw new IOException("the answer is longer than " + mostBytes + " bytes");
        }
        if (System.nanoTime() - from > mostNanos.applyAsLong(bytes)) {
            hangUp();
            throw new IOException("the answer comes too slowly: " + bytes + " bytes in "
                    + (System.nanoTime() - from) / 1_000_000_000 + " s");
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        return Math.max(0, read(new byte[(int) Math.min(count, 8192)]));
    }

    private void hangUp() {
        ended = true;
        hangUp.run();
    }

    @Override
    public void close() throws IOException {
        if (!ended) {
            hangUp();
        }
        in.close();
    }
}
