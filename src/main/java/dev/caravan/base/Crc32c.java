package dev.caravan.base;

import java.util.zip.CRC32C;

/**
 * CRC-32C (Castagnoli, RFC 3720 appendix B.4) of bytes that were written in stretches.
 *
 * <p>The combination is linear algebra over GF(2): feeding n zero bytes is a matrix, and its powers come by squaring.
 */
public final class Crc32c {
    private static final int BITS = 32;
    private static final long REVERSED_POLYNOMIAL = 0x82F63B78L;

    private Crc32c() {}

    public static long of(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return crc.getValue();
    }

    /** The checksum of two stretches behind each other, from the checksums of both and the length of the second. */
    public static long combine(long first, long second, long secondLength) {
        long[] power = oneZeroBit();
        for (int i = 0; i < 3; i++) {
            power = squared(power);
        }
        long crc = first;
        for (long rest = secondLength; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                crc = times(power, crc);
            }
            power = squared(power);
        }
        return secondLength == 0 ? first : crc ^ second;
    }

    private static long[] oneZeroBit() {
        var matrix = new long[BITS];
        matrix[0] = REVERSED_POLYNOMIAL;
        for (int i = 1; i < BITS; i++) {
            matrix[i] = 1L << (i - 1);
        }
        return matrix;
    }

    private static long times(long[] matrix, long vector) {
        long sum = 0;
        for (int i = 0; i < BITS; i++) {
            if ((vector >> i & 1) == 1) {
                sum ^= matrix[i];
            }
        }
        return sum;
    }

    private static long[] squared(long[] matrix) {
        var square = new long[BITS];
        for (int i = 0; i < BITS; i++) {
            square[i] = times(matrix, matrix[i]);
        }
        return square;
    }
}
