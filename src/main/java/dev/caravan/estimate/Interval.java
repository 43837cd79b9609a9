package dev.caravan.estimate;

/** A number that is not known, but where it lies. For counts and factors, never for money. */
record Interval(double low, double expected, double high) {
    static final Interval ONE = new Interval(1, 1, 1);

    Interval times(double lowest, double usual, double highest) {
        return new Interval(low * lowest, expected * usual, high * highest);
    }

    Interval times(double each) {
        return times(each, each, each);
    }

    /** It may as well be nothing. */
    Interval perhaps() {
        return new Interval(0, expected, high);
    }
}
