package dev.caravan.expression;

import dev.caravan.base.Sha256;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Random numbers that are the same on every machine and in every order of work: a stream of its own for each run seed,
 * unit, step and attempt.
 *
 * <p>Version 1: xoshiro256** (Blackman and Vigna, 2018) whose 32 bytes of state are the SHA-256 of {@code
 * caravan-random-1}, run seed, unit id, step and attempt, each followed by a zero byte. Vectors are checked in with the
 * tests; another version gets another name and leaves this one as it is.
 */
public final class SeededRandom {
    private static final int BITS = 53;
    private static final int DIGITS = 15;
    private static final long TEN_TO_DIGITS = 1_000_000_000_000_000L;

    /** What the state follows from, until the first number is asked for: most units never ask. */
    private @Nullable String origin;

    private long a;
    private long b;
    private long c;
    private long d;

    private SeededRandom(@Nullable String origin) {
        this.origin = origin;
    }

    static SeededRandom ofState(long a, long b, long c, long d) {
        return new SeededRandom(null).at(a, b, c, d);
    }

    public static SeededRandom of(long runSeed, String unitId, String step, int attempt) {
        return new SeededRandom("caravan-random-1\0" + runSeed + "\0" + unitId + "\0" + step + "\0" + attempt + "\0");
    }

    private SeededRandom at(long first, long second, long third, long fourth) {
        origin = null;
        a = first;
        b = second;
        c = third;
        d = fourth;
        return this;
    }

    /**
     * The number that the older system derived from a unit's id: the last 31 bits of the SHA-256 of a text. Kept as the
     * base of {@code _repetition_seed}.
     */
    public static int low31(String text) {
        byte[] digest = new Sha256().add(text).bytes();
        return ByteBuffer.wrap(digest, digest.length - Integer.BYTES, Integer.BYTES)
                        .getInt()
                & 0x7FFFFFFF;
    }

    long next() {
        if (origin != null) {
            ByteBuffer words = ByteBuffer.wrap(new Sha256().add(origin).bytes());
            at(words.getLong(), words.getLong(), words.getLong(), words.getLong());
        }
        long result = Long.rotateLeft(b * 5, 7) * 9;
        long shifted = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = Long.rotateLeft(d, 45);
        return result;
    }

    /** Each whole number from 0 up to the bound, without it, as likely as any other. */
    long below(long bound) {
        if (bound <= 0) {
            throw EvaluationException.value("there is nothing to choose from");
        }
        long bits = next();
        // Of the numbers below the bound some would be drawn once too often; it is seldom that one of them comes up.
        while (Long.compareUnsigned(bits, bound) < 0
                && Long.compareUnsigned(bits, Long.remainderUnsigned(-bound, bound)) < 0) {
            bits = next();
        }
        return Long.remainderUnsigned(bits, bound);
    }

    /** From 0 up to 1, without it. */
    double unit() {
        return (next() >>> (Long.SIZE - BITS)) * 0x1.0p-53;
    }

    /** {@link #unit()} with the digits that a double is sure of, the rest cut off. */
    BigDecimal decimal() {
        long drawn = next() >>> (Long.SIZE - BITS);
        long high = Math.multiplyHigh(drawn, TEN_TO_DIGITS);
        return BigDecimal.valueOf((high << (Long.SIZE - BITS)) | ((drawn * TEN_TO_DIGITS) >>> BITS), DIGITS);
    }

    /** Normally distributed with mean 0 and deviation 1: Marsaglia's polar method, one value kept of each pair. */
    double gauss() {
        double x;
        double square;
        do {
            x = 2 * unit() - 1;
            double y = 2 * unit() - 1;
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        return x * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
    }
}
