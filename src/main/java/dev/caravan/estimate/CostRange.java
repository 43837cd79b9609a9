package dev.caravan.estimate;

import dev.caravan.money.Money;

/** What a call or a unit costs that nobody has made yet: at least, as expected, and in a bad case. */
record CostRange(Money low, Money expected, Money high) {
    static final CostRange ZERO = new CostRange(Money.ZERO, Money.ZERO, Money.ZERO);

    CostRange plus(CostRange other) {
        return new CostRange(low.plus(other.low), expected.plus(other.expected), high.plus(other.high));
    }

    boolean isUnknown() {
        return low.isUnknown() || expected.isUnknown() || high.isUnknown();
    }
}
