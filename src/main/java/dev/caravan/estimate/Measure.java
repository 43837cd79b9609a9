package dev.caravan.estimate;

/** A number that is not known, but where it lies. For counts and factors, never for money. */
record Measure(double low, double expected, double high) {
    static final Measure ONE = new Measure(1, 1, 1);

    Measure times(double lowest, double usual, double highest) {
        return new Measure(low * lowest, expected * usual, high * highest);
    }

    Measure times(double each) {
        return times(each, each, each);
    }

    /** It may as well be nothing. */
    Measure perhaps() {
        return new Measure(0, expected, high);
    }
}
