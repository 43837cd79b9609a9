package dev.caravan.limit;

/**
 * Looks for the pace at which an account takes requests, where nobody tells it: what went through while requests were
 * turned away, raised bit by bit while nobody complains. Some providers turn requests away whatever the pace; so when
 * slowing down does not help, it is undone. The law and the reason of each number: {@code docs/limits.md}.
 */
final class PaceFinder {
    /** Share of requests turned away from which on the pace falls at once to what goes through. */
    private static final double MUCH = 0.5;
    /** Share of requests turned away below which no pace is looked for. */
    private static final double LITTLE = 0.04;
    /** So many must have been turned away before a first pace is looked for. */
    private static final int ENOUGH = 10;
    /** So many must have been turned away before the pace falls at once. */
    private static final int FEW = 3;
    /** No two cuts within this. */
    private static final long CUT_SECONDS = 3;
    /** Of a pace that is told, so much is tried first when it was too fast. */
    private static final double BELOW_TOLD = 0.97;
    /** A cut is by half of the share turned away, and at least by this; more where the pace is a first guess. */
    private static final double LEAST_CUT = 0.03;

    private static final double LEAST_CUT_OF_GUESS = 0.1;
    /** After a doubt so many answers go by without a cut. */
    private static final long HELD_ANSWERS = 200;

    /** Raised each second by this, and by more once it was calm for so many seconds. */
    private static final double STEP = 0.005;

    private static final double CALM_STEP = 0.02;
    private static final double VERY_CALM_STEP = 0.05;
    private static final int CALM_SECONDS = 20;
    private static final int VERY_CALM_SECONDS = 60;
    /** What each answer lets the pace be raised by at most. */
    private static final double PER_ANSWER = 0.003;
    /** Raised each second by this while it is a first guess, and while it is not slowed down. */
    private static final double STEP_OF_GUESS = 0.15;

    private static final double STEP_WHEN_HELD = 0.05;
    /** So many times as long as the last closing, a raise waits; a closing counts for a minute at most. */
    private static final int REST = 10;

    private static final int LONGEST_CLOSING_SECONDS = 60;

    /** Shares are kept in millionths. */
    private static final long SHARES = 1_000_000;

    private final AccountNumbers numbers;
    private final RecentAnswers recent;
    private final long secondMillis;

    /** @param secondMillis by which pauses are counted */
    PaceFinder(AccountNumbers numbers, long secondMillis) {
        this.numbers = numbers;
        this.secondMillis = secondMillis;
        recent = new RecentAnswers(numbers);
    }

    /** Microseconds between two requests, 0 while none was looked for. */
    long interval() {
        return numbers.foundInterval.get();
    }

    /** A request goes out. */
    void sent() {
        numbers.sent.add(1);
    }

    /** A request did not go out after all. */
    void unsent() {
        numbers.sent.add(-1);
    }

    /** A request was held back. */
    void paced(long now) {
        numbers.pacedAt.set(now);
    }

    /** Whether requests were held back a moment ago. */
    boolean holdsBack(long now) {
        return isLately(numbers.pacedAt, now, 5);
    }

    /** A time that lies ahead is of a clock that was set back since, and long ago for all that is known. */
    private boolean isLately(AccountNumbers.Cell time, long now, long seconds) {
        long past = now - time.get();
        return past >= 0 && past < seconds * secondMillis;
    }

    /** A request was answered, well or not; only not turned away. */
    void answered(long now) {
        numbers.answered.add(1);
        recent.add(now);
    }

    /** A request was turned away. */
    void turnedAway() {
        numbers.turnedAway.add(1);
    }

    /**
     * Slower: to what went through, where much was turned away; a little, where little was.
     *
     * @param told microseconds between two requests by what is told, 0 where nothing is
     */
    void cut(long now, long told) {
        if (interval() > 0 && isLately(numbers.cutAt, now, CUT_SECONDS)) {
            return;
        }
        long bad = numbers.turnedAway.get() - numbers.turnedAwayAtCut.get();
        double share = (double) bad / Math.max(1, numbers.sent.get() - numbers.sentAtCut.get());
        if (cut(now, told, bad, share)) {
            numbers.cutAt.set(now);
            numbers.raisedAt.set(now);
            numbers.sentAtCut.set(numbers.sent.get());
            numbers.turnedAwayAtCut.set(numbers.turnedAway.get());
        }
    }

    /** Whether there was anything to do. */
    private boolean cut(long now, long told, long bad, double share) {
        if (interval() > 0) {
            if (share > MUCH && bad < FEW) {
                return false;
            }
            slower(now, share);
        } else if (told > 0) {
            // Others may use the account too, or requests came bunched.
            begin(Math.round(told / BELOW_TOLD), false);
        } else if (bad >= ENOUGH && share >= LITTLE) {
            // Answers come late: what went through so far is less than what would.
            begin(recent.interval(now), true);
        } else {
            return false;
        }
        return true;
    }

    private void begin(long interval, boolean guess) {
        numbers.foundInterval.set(interval);
        numbers.seeking.set(guess ? 1 : 0);
        mark(0);
    }

    private void slower(long now, double share) {
        long found = interval();
        if (share > MUCH) {
            numbers.foundInterval.set(Math.min(2 * found, Math.max(found * 4 / 3, recent.interval(now))));
            mark(0);
        } else if (!isHeld()) {
            if (found * 10 < numbers.markInterval.get() * 7) {
                mark(numbers.markShare.get());
            }
            double less = Math.max(isGuess() ? LEAST_CUT_OF_GUESS : LEAST_CUT, share / 2);
            numbers.foundInterval.set(Math.round(found / (1 - less)));
            doubt();
        }
        numbers.seeking.set(0);
    }

    private boolean isGuess() {
        return numbers.seeking.get() > 0;
    }

    /** Whether it is not to be slowed down for now. */
    private boolean isHeld() {
        return numbers.answered.get() < numbers.heldUntilAnswered.get();
    }

    /** From here on it is seen whether slowing down helps. */
    private void mark(long share) {
        numbers.markInterval.set(interval());
        numbers.markShare.set(share);
        numbers.sentAtMark.set(numbers.sent.get());
        numbers.turnedAwayAtMark.set(numbers.turnedAway.get());
    }

    /**
     * Whether it is the pace that requests are turned away for: when it fell to seven tenths, twice, and about as many
     * are turned away as before, it is not. Then it is twice as fast again, and not slowed down for a while.
     */
    private void doubt() {
        long found = interval();
        if (found * 7 < numbers.markInterval.get() * 10) {
            return;
        }
        long bad = numbers.turnedAway.get() - numbers.turnedAwayAtMark.get();
        long share = Math.max(1, bad * SHARES / Math.max(1, numbers.sent.get() - numbers.sentAtMark.get()));
        long before = numbers.markShare.get();
        if (before > 0 && share * 10 > before * 6) {
            numbers.foundInterval.set(found / 2);
            numbers.heldUntilAnswered.set(numbers.answered.get() + Math.max(HELD_ANSWERS, 10 * SHARES / share));
        }
        mark(share);
    }

    /**
     * Faster again, as long as it is this that holds requests back.
     *
     * @param told microseconds between two requests by what is told: no faster than that
     * @param lastClosing how long the last one lasted, milliseconds
     */
    void raise(long now, long told, long lastClosing) {
        long found = interval();
        if (found == 0 || isLately(numbers.raisedAt, now, 1)) {
            return;
        }
        numbers.raisedAt.set(now);
        long answers = numbers.answered.get() - numbers.answeredAtRaise.get();
        numbers.answeredAtRaise.set(numbers.answered.get());
        long calm = now - numbers.cutAt.get();
        // The longer a closing lasts, the less often one should be risked.
        boolean rested = calm > REST * Math.min(lastClosing, LONGEST_CLOSING_SECONDS * secondMillis);
        if ((isGuess() || isHeld() || rested) && now - numbers.pacedAt.get() < 2 * secondMillis) {
            long faster = (long) Math.floor(found / (1 + step(calm, answers)));
            numbers.foundInterval.set(Math.max(Math.max(1, told), faster));
        }
    }

    private double step(long calm, long answers) {
        if (isGuess()) {
            return STEP_OF_GUESS;
        }
        if (isHeld()) {
            return STEP_WHEN_HELD;
        }
        double step = calm > VERY_CALM_SECONDS * secondMillis
                ? VERY_CALM_STEP
                : calm > CALM_SECONDS * secondMillis ? CALM_STEP : STEP;
        return Math.min(step, answers * PER_ANSWER);
    }
}
