package dev.caravan.expression;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Exact numbers. Whole ones grow as needed and never wrap; the rest are decimals, 1.10 stays 1.10. A quotient that does
 * not end keeps ten digits behind the point, or ten more than its operands have, as Groovy's does.
 */
final class ExactNumbers {
    private static final BigInteger INT_MIN = BigInteger.valueOf(Integer.MIN_VALUE);
    private static final BigInteger INT_MAX = BigInteger.valueOf(Integer.MAX_VALUE);
    private static final BigInteger FIVE = BigInteger.valueOf(5);
    private static final int MOST_DIGITS = 1_000;
    private static final int MOST_BITS = 3_400;
    private static final int EXTRA_DIGITS = 10;
    /** Every number of so many digits fits a long. */
    private static final int DIGITS_OF_A_LONG = 18;
    /** Digits of roots, logarithms and such: all that a double is sure of. */
    private static final MathContext FLOATING = new MathContext(15, RoundingMode.HALF_EVEN);

    private ExactNumbers() {}

    static Number whole(BigInteger value) {
        if (value.compareTo(INT_MIN) >= 0 && value.compareTo(INT_MAX) <= 0) {
            return value.intValue();
        }
        if (value.bitLength() < Long.SIZE) {
            return value.longValue();
        }
        if (value.bitLength() > MOST_BITS) {
            throw EvaluationException.limit("makes a number of more than " + MOST_DIGITS + " digits");
        }
        return value;
    }

    static Number whole(long value) {
        return (int) value == value ? (Number) (int) value : (Number) value;
    }

    static BigDecimal decimal(BigDecimal value) {
        if (value.precision() > MOST_DIGITS || Math.abs((long) value.scale()) > MOST_DIGITS) {
            throw EvaluationException.limit("makes a number of more than " + MOST_DIGITS + " digits");
        }
        return value;
    }

    /** A double as the decimal of its 15 sure digits; the same on every machine and Java. */
    static Number of(double value) {
        if (!Double.isFinite(value)) {
            throw EvaluationException.value("the result is not a finite number");
        }
        BigDecimal rounded = new BigDecimal(value).round(FLOATING).stripTrailingZeros();
        return decimal(rounded.scale() < 1 ? rounded.setScale(1) : rounded);
    }

    /** How many steps reckoning with a value costs beyond the usual one. */
    static int weight(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.precision() <= DIGITS_OF_A_LONG ? 0 : weight(decimal.unscaledValue());
        }
        return value instanceof BigInteger big ? weight(big) : 0;
    }

    private static int weight(BigInteger value) {
        int bits = value.bitLength();
        return bits <= Long.SIZE ? 0 : bits / 8;
    }

    static boolean isWhole(Number value) {
        return !(value instanceof BigDecimal);
    }

    private static boolean small(Number value) {
        return value instanceof Integer || value instanceof Long;
    }

    static BigInteger big(Number value) {
        return value instanceof BigInteger big ? big : BigInteger.valueOf(value.longValue());
    }

    static BigDecimal exact(Number value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        return value instanceof BigInteger big ? new BigDecimal(big) : BigDecimal.valueOf(value.longValue());
    }

    static int signum(Number value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.signum();
        }
        return value instanceof BigInteger big ? big.signum() : Long.signum(value.longValue());
    }

    static int compare(Number a, Number b) {
        if (small(a) && small(b)) {
            return Long.compare(a.longValue(), b.longValue());
        }
        return exact(a).compareTo(exact(b));
    }

    static Number plus(Number a, Number b) {
        if (a instanceof Integer && b instanceof Integer) {
            return whole(a.longValue() + b.longValue());
        }
        return isWhole(a) && isWhole(b) ? whole(big(a).add(big(b))) : decimal(exact(a).add(exact(b)));
    }

    static Number minus(Number a, Number b) {
        if (a instanceof Integer && b instanceof Integer) {
            return whole(a.longValue() - b.longValue());
        }
        return isWhole(a) && isWhole(b) ? whole(big(a).subtract(big(b))) : decimal(exact(a).subtract(exact(b)));
    }

    static Number times(Number a, Number b) {
        if (a instanceof Integer && b instanceof Integer) {
            return whole(a.longValue() * b.longValue());
        }
        return isWhole(a) && isWhole(b) ? whole(big(a).multiply(big(b))) : decimal(exact(a).multiply(exact(b)));
    }

    /** A decimal, also of two whole numbers: 7 / 2 is 3.5. */
    static Number dividedBy(Number a, Number b) {
        notZero(b);
        BigDecimal x = exact(a);
        BigDecimal y = exact(b);
        if (ends(x, y)) {
            return decimal(x.divide(y));
        }
        int digits = Math.max(x.precision(), y.precision()) + EXTRA_DIGITS;
        BigDecimal quotient = x.divide(y, new MathContext(digits, RoundingMode.HALF_UP));
        int scale = Math.max(Math.max(x.scale(), y.scale()), EXTRA_DIGITS);
        return decimal(quotient.scale() > scale ? quotient.setScale(scale, RoundingMode.HALF_UP) : quotient);
    }

    /** Whether a quotient has an end: what its divisor holds beside twos and fives must be a factor of the dividend. */
    private static boolean ends(BigDecimal x, BigDecimal y) {
        BigInteger odd = y.unscaledValue().abs();
        odd = odd.shiftRight(odd.getLowestSetBit());
        for (BigInteger[] parts = odd.divideAndRemainder(FIVE);
                parts[1].signum() == 0;
                parts = odd.divideAndRemainder(FIVE)) {
            odd = parts[0];
        }
        return odd.equals(BigInteger.ONE) || x.unscaledValue().mod(odd).signum() == 0;
    }

    /** The remainder, with the sign of the dividend. */
    static Number remainder(Number a, Number b) {
        notZero(b);
        if (small(a) && small(b)) {
            return whole(a.longValue() % b.longValue());
        }
        return isWhole(a) && isWhole(b) ? whole(big(a).remainder(big(b))) : decimal(exact(a).remainder(exact(b)));
    }

    /** Whole quotient, towards zero. */
    static Number quotient(Number a, Number b) {
        notZero(b);
        return isWhole(a) && isWhole(b)
                ? whole(big(a).divide(big(b)))
                : whole(exact(a).divideToIntegralValue(exact(b)).toBigInteger());
    }

    private static void notZero(Number b) {
        if (signum(b) == 0) {
            throw EvaluationException.value("divides by zero");
        }
    }

    static Number power(Number base, Number exponent) {
        if (!isWhole(exponent)) {
            return of(StrictMath.pow(base.doubleValue(), exponent.doubleValue()));
        }
        int times = index(exponent);
        if (Math.abs((long) times) > MOST_BITS) {
            if (isWhole(base) && big(base).abs().bitLength() <= 1 && times > 0) {
                return whole(big(base).pow((times & 1) | 2));
            }
            throw EvaluationException.limit("raises to a power beyond " + MOST_BITS);
        }
        if (times < 0) {
            return dividedBy(1, power(base, -times));
        }
        long digits = (long) exact(base).precision() * times;
        if (digits > 4L * MOST_DIGITS) {
            throw EvaluationException.limit("makes a number of more than " + MOST_DIGITS + " digits");
        }
        return isWhole(base) ? whole(big(base).pow(times)) : decimal(exact(base).pow(times));
    }

    static Number bits(String operator, Number a, Number b) {
        if (!isWhole(a) || !isWhole(b)) {
            throw EvaluationException.type("the operator " + operator + " needs whole numbers");
        }
        return whole(
                switch (operator) {
                    case "&" -> big(a).and(big(b));
                    case "|" -> big(a).or(big(b));
                    default -> big(a).xor(big(b));
                });
    }

    /** Shifted to the left by so many bits, or to the right by fewer than none. */
    static Number shifted(Number value, long bits) {
        if (!isWhole(value) || Math.abs(bits) > MOST_BITS) {
            throw EvaluationException.value("shifts a whole number by at most " + MOST_BITS + " bits");
        }
        return whole(big(value).shiftLeft((int) bits));
    }

    static Number negated(Number value) {
        if (value instanceof Integer number) {
            return whole(-number.longValue());
        }
        return isWhole(value) ? whole(big(value).negate()) : exact(value).negate();
    }

    static Number absolute(Number value) {
        return signum(value) < 0 ? negated(value) : value;
    }

    static Number rounded(Number value, RoundingMode mode) {
        return isWhole(value) ? value : whole(exact(value).setScale(0, mode).toBigInteger());
    }

    /** Rounded half up to so many digits behind the point. */
    static Number rounded(Number value, int digits) {
        if (digits < -MOST_DIGITS || digits > MOST_DIGITS) {
            throw EvaluationException.value("cannot round to " + digits + " digits");
        }
        return isWhole(value) && digits >= 0 ? value : decimal(exact(value).setScale(digits, RoundingMode.HALF_UP));
    }

    /** A whole number that fits an int: a count, an index. */
    static int index(Object value) {
        if (value instanceof Integer small) {
            return small;
        }
        if (value instanceof Number number) {
            try {
                return exact(number).intValueExact();
            } catch (ArithmeticException e) {
                throw EvaluationException.value(exact(number).toPlainString() + " is no whole number that can count");
            }
        }
        throw EvaluationException.type("a whole number is needed, not " + ExpressionValues.kind(value));
    }

    /** The number a text says. */
    static Number parse(String text) {
        String digits = text.strip();
        if (digits.length() > MOST_DIGITS) {
            throw EvaluationException.value("a text of " + digits.length() + " characters is no number");
        }
        if (!digits.chars().allMatch(ExactNumbers::standsInNumbers)) {
            throw noNumber(digits);
        }
        try {
            var value = new BigDecimal(digits);
            return digits.chars().allMatch(c -> Character.isDigit(c) || c == '-' || c == '+')
                    ? whole(value.toBigInteger())
                    : decimal(value);
        } catch (NumberFormatException e) {
            throw noNumber(digits);
        }
    }

    /** Most texts that are no number hold something else, and are told from it at little cost. */
    private static boolean standsInNumbers(int c) {
        return Character.isDigit(c) || "+-.eE".indexOf(c) >= 0;
    }

    private static EvaluationException noNumber(String text) {
        return EvaluationException.value(
                "'" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "' is no number");
    }
}
