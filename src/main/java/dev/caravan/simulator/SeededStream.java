package dev.caravan.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** A stream of numbers that depends on its seed texts and on nothing else (SplitMix64 over a SHA-256). */
final class SeededStream {
    private long state;

    SeededStream(Object... seeds) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Object each : seeds) {
                digest.update(each.toString().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            byte[] hash = digest.digest();
            for (int i = 0; i < 8; i++) {
                state = state << 8 | (hash[i] & 0xff);
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** From 0 to 1, exclusive. */
    double share() {
        return (next() >>> 11) * 0x1.0p-53;
    }

    int below(int bound) {
        return (int) Math.floorMod(next(), (long) bound);
    }

    <T> T of(List<T> choices) {
        return choices.get(below(choices.size()));
    }
}
