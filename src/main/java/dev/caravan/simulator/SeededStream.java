package dev.caravan.simulator;

import dev.caravan.base.Sha256;
import java.util.List;

/** A stream of numbers that depends on its seed texts and on nothing else (SplitMix64 over a SHA-256). */
final class SeededStream {
    private long state;

    SeededStream(Object... seeds) {
        var digest = new Sha256();
        for (Object each : seeds) {
            digest.add(each + "\0");
        }
        byte[] hash = digest.bytes();
        for (int i = 0; i < 8; i++) {
            state = state << 8 | (hash[i] & 0xff);
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
