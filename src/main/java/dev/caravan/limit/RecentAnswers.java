package dev.caravan.limit;

/** How many answers came in the last eight seconds, by quarters of a second. */
final class RecentAnswers {
    private static final long QUARTER_MILLIS = 250;

    /** Where nothing was answered: one request a second. */
    private static final long SLOW = 1_000_000;

    private final AccountNumbers numbers;

    RecentAnswers(AccountNumbers numbers) {
        this.numbers = numbers;
    }

    /** One more. */
    void add(long now) {
        forgetOld(now);
        numbers.recent(now / QUARTER_MILLIS).add(1);
    }

    private void forgetOld(long now) {
        long quarter = now / QUARTER_MILLIS;
        long last = numbers.recentAt.get();
        if (quarter == last) {
            return;
        }
        boolean none = last < quarter - AccountNumbers.RECENT || last > quarter;
        long from = none ? quarter - AccountNumbers.RECENT + 1 : last + 1;
        for (long each = from; each <= quarter; each++) {
            numbers.recent(each).set(0);
        }
        numbers.recentAt.set(quarter);
    }

    /** Microseconds between two of them. */
    long interval(long now) {
        forgetOld(now);
        long count = 0;
        int first = AccountNumbers.RECENT;
        for (int back = 0; back < AccountNumbers.RECENT; back++) {
            long here = numbers.recent(now / QUARTER_MILLIS - back).get();
            count += here;
            first = here > 0 ? back : first;
        }
        return count == 0 ? SLOW : Math.max(1, (first + 1) * QUARTER_MILLIS * 1000 / count);
    }
}
