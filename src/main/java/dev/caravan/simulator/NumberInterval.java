package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.caravan.base.Json;
import dev.caravan.validation.SchemaFit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** The numbers that some schemas allow together: between two bounds, and in steps. */
final class NumberInterval {
    private static final BigDecimal USUAL = BigDecimal.valueOf(100);
    /** Digits that an unbounded choice between two bounds has. */
    private static final int DIGITS = 3;

    private @Nullable BigDecimal low;
    private @Nullable BigDecimal high;
    private boolean lowOpen;
    private boolean highOpen;
    private @Nullable BigDecimal step;

    void add(JsonNode schema) {
        low(figure(schema, "minimum"), false);
        low(figure(schema, "exclusiveMinimum"), true);
        high(figure(schema, "maximum"), false);
        high(figure(schema, "exclusiveMaximum"), true);
        BigDecimal every = figure(schema, "multipleOf");
        if (every != null && every.signum() > 0) {
            step = step == null ? every : common(step, every);
        }
    }

    private static @Nullable BigDecimal figure(JsonNode schema, String key) {
        JsonNode value = schema.path(key);
        return value.isNumber() && SchemaFit.measured(value.decimalValue()) ? value.decimalValue() : null;
    }

    private void low(@Nullable BigDecimal bound, boolean open) {
        if (bound != null && (low == null || bound.compareTo(low) > 0 || (bound.compareTo(low) == 0 && open))) {
            low = bound;
            lowOpen = open;
        }
    }

    private void high(@Nullable BigDecimal bound, boolean open) {
        if (bound != null && (high == null || bound.compareTo(high) < 0 || (bound.compareTo(high) == 0 && open))) {
            high = bound;
            highOpen = open;
        }
    }

    /** Whether any schema spoke of numbers. */
    boolean said() {
        return low != null || high != null || step != null;
    }

    /** The least figure that is a multiple of both. */
    private static BigDecimal common(BigDecimal one, BigDecimal other) {
        int scale = Math.max(0, Math.max(one.scale(), other.scale()));
        BigInteger a = one.movePointRight(scale).toBigIntegerExact();
        BigInteger b = other.movePointRight(scale).toBigIntegerExact();
        return new BigDecimal(a.divide(a.gcd(b)).multiply(b), scale);
    }

    /** @return null when there is no such number */
    @Nullable JsonNode make(boolean whole, SeededStream dice) {
        BigDecimal wide = USUAL.multiply(step == null ? BigDecimal.ONE : step.max(BigDecimal.ONE));
        BigDecimal least = low != null ? low : high != null ? high.subtract(wide) : BigDecimal.ZERO;
        BigDecimal most = high != null ? high : least.add(wide);
        BigDecimal every = every(whole, most.subtract(least));
        BigInteger first = least.divide(every, 0, RoundingMode.CEILING).toBigInteger();
        BigInteger last = most.divide(every, 0, RoundingMode.FLOOR).toBigInteger();
        if (lowOpen && every.multiply(new BigDecimal(first)).compareTo(least) == 0) {
            first = first.add(BigInteger.ONE);
        }
        if (highOpen && every.multiply(new BigDecimal(last)).compareTo(most) == 0) {
            last = last.subtract(BigInteger.ONE);
        }
        if (last.compareTo(first) < 0) {
            return step == null && !whole && isPoint(least, most) ? node(least) : null;
        }
        BigInteger count = last.subtract(first).add(BigInteger.ONE);
        return node(every.multiply(new BigDecimal(first.add(random(count, dice)))));
    }

    /** How far the numbers lie apart of which one is taken. */
    private BigDecimal every(boolean whole, BigDecimal span) {
        if (step != null) {
            return whole ? common(step, BigDecimal.ONE) : step;
        }
        return whole ? BigDecimal.ONE : BigDecimal.ONE.movePointRight(span.precision() - span.scale() - 1 - DIGITS);
    }

    private boolean isPoint(BigDecimal least, BigDecimal most) {
        return !lowOpen && !highOpen && least.compareTo(most) == 0;
    }

    private static BigInteger random(BigInteger below, SeededStream dice) {
        if (below.bitLength() < Long.SIZE) {
            return BigInteger.valueOf(Math.floorMod(dice.next(), below.longValueExact()));
        }
        BigInteger made = BigInteger.ZERO;
        for (int bits = 0; bits <= below.bitLength(); bits += Long.SIZE) {
            made = made.shiftLeft(Long.SIZE).add(BigInteger.valueOf(dice.next() >>> 1));
        }
        return made.mod(below);
    }

    private static JsonNode node(BigDecimal value) {
        JsonNodeFactory nodes = Json.mapper().getNodeFactory();
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        if (plain.scale() > 0) {
            return nodes.numberNode(plain);
        }
        BigInteger whole = plain.toBigInteger();
        return whole.bitLength() < Long.SIZE ? nodes.numberNode(whole.longValueExact()) : nodes.numberNode(whole);
    }
}
