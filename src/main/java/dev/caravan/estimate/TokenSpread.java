package dev.caravan.estimate;

/** How many tokens prompts or answers have, and how far they differ. */
final class TokenSpread {
    private double count;
    private double sum;
    private double squares;

    /** @param times how many of them are as long */
    void add(double times, double tokens) {
        count += times;
        sum += times * tokens;
        squares += times * tokens * tokens;
    }

    double count() {
        return count;
    }

    /** Of all together. */
    double sum() {
        return sum;
    }

    /** 0 while there is none. */
    double mean() {
        return count == 0 ? 0 : sum / count;
    }

    StepCost.Spread spread() {
        double variance = count == 0 ? 0 : squares / count - mean() * mean();
        return new StepCost.Spread(mean(), Math.sqrt(Math.max(0, variance)));
    }
}
