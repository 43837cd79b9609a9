package dev.caravan.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountPaceTest {
    private static final long START = 1_790_000_000_000L;

    /** An account that takes so many requests a minute, a second's worth at once, and those who ask it by a pace. */
    private static final class Account {
        final double perMinute;
        final boolean tells;
        final long retryAfter;
        final int latency;
        final Random random = new Random(7);
        double left;
        double chance;
        long at = START;
        long taken;
        long turnedAway;

        Account(double perMinute, boolean tells, long retryAfter, int latency) {
            this.perMinute = perMinute;
            this.tells = tells;
            this.retryAfter = retryAfter;
            this.latency = latency;
            left = perMinute / 60;
        }

        private boolean takes(long now) {
            left = Math.min(Math.max(1, perMinute / 60), left + (now - at) * perMinute / 60_000);
            at = now;
            if (left >= 1 && random.nextDouble() >= chance) {
                left--;
                taken++;
                return true;
            }
            turnedAway++;
            return false;
        }

        /** Asks for so long with always more to ask; at most so many at once, slowly more from one on. */
        void run(AccountPace pace, long millis, int most) {
            run(pace, millis, most, Long.MAX_VALUE);
        }

        /** The same until so many were answered; tells how many milliseconds it took. */
        long run(AccountPace pace, long millis, int most, long wanted) {
            record Back(long at, long sent, boolean good) {}
            var out = new PriorityQueue<Back>((a, b) -> Long.compare(a.at(), b.at()));
            int limit = 1;
            long halvedAt = 0;
            long now = START;
            while (now < START + millis && taken < wanted) {
                while (!out.isEmpty() && out.element().at() <= now) {
                    Back back = out.remove();
                    if (back.good()) {
                        pace.allowed(tells ? (long) perMinute : 0, 0);
                        pace.answered(now, 0);
                        limit = tells ? most : Math.min(most, limit + 2);
                    } else {
                        pace.turnedAway(back.sent(), now, retryAfter);
                        if (back.sent() > halvedAt) {
                            halvedAt = now;
                            limit = Math.max(1, Math.min(limit, out.size() + 1) / 2);
                        }
                    }
                }
                long wait = out.size() < limit ? pace.take(now) : 1;
                if (wait == 0) {
                    boolean good = takes(now);
                    out.add(new Back(now + (good ? 1 + random.nextInt(2 * latency) : 5), now, good));
                } else {
                    now += Math.min(
                            wait,
                            out.isEmpty() ? wait : Math.max(1, out.element().at() - now));
                }
            }
            return now - START;
        }

        double used(long millis) {
            return taken / (perMinute * millis / 60_000);
        }
    }

    private static AccountPace pace(SharedNumbers cells) {
        return new AccountPace(cells, 1000, 0, 0, 60);
    }

    @ParameterizedTest
    @CsvSource({"600, 300", "6000, 2000", "60, 200", "600, 8000"})
    void a_limit_that_the_provider_tells_is_used_up_and_not_passed(int perMinute, int latency) {
        long millis = 10 * 60_000;
        var account = new Account(perMinute, true, 1000, latency);

        account.run(pace(SharedNumbers.ofProcess()), millis, 400);

        assertThat(account.used(millis)).isGreaterThan(0.95);
        assertThat(account.turnedAway).isLessThan(account.taken / 1000 + 5);
    }

    @ParameterizedTest
    @CsvSource({
        "600, 300, 0, 0.95",
        "600, 300, 1000, 0.95",
        "6000, 2000, 1000, 0.95",
        "600, 8000, 0, 0.85",
        "1200, 1700, 60, 0.95",
        "60, 200, 0, 0.8"
    })
    void a_limit_that_nobody_tells_is_found(int perMinute, int latency, long retryAfter, double least) {
        long millis = 10 * 60_000;
        var account = new Account(perMinute, false, retryAfter, latency);

        account.run(pace(SharedNumbers.ofProcess()), millis, 400);

        assertThat(account.used(millis)).isGreaterThan(least);
        assertThat(account.turnedAway).isLessThan(account.taken / 30 + 100);
    }

    /** Some providers are short of machines at times: slowing down changes nothing, and must not go on for ever. */
    @ParameterizedTest
    @CsvSource({"0.01, 100", "0.03, 200", "0.1, 300", "0.2, 900"})
    void what_is_turned_away_at_whatever_pace_is_not_slowed_down_for(double chance, long seconds) {
        var account = new Account(6_000_000, false, 1000, 1000);
        account.chance = chance;

        assertThat(account.run(pace(SharedNumbers.ofProcess()), 10_000_000, 100, 2000))
                .isLessThan(seconds * 1000);
    }

    @Test
    void nothing_goes_out_before_the_time_that_was_asked_for_is_over() {
        AccountPace pace = pace(SharedNumbers.ofProcess());
        assertThat(pace.take(START)).isZero();

        pace.turnedAway(START, START + 10, 90_000);

        assertThat(pace.take(START + 20)).isEqualTo(89_990);
        assertThat(pace.take(START + 90_009)).isEqualTo(1);
        assertThat(pace.take(START + 90_010)).isZero();
    }

    @Test
    void what_was_on_its_way_when_the_account_closed_belongs_to_the_same_round() {
        AccountPace pace = pace(SharedNumbers.ofProcess());
        for (int i = 0; i < 50; i++) {
            pace.turnedAway(START, START + 100 + i, 0);
        }

        assertThat(pace.closedUntil(START + 150)).isEqualTo(START + 600);
    }

    @Test
    void once_nothing_was_answered_for_a_minute_closings_are_long_and_the_fifth_is_for_somebody_to_look_at() {
        AccountPace pace = pace(SharedNumbers.ofProcess());
        long now = START;
        int closings = 0;
        var lengths = new ArrayList<Long>();
        while (!AccountPace.sustained(closings)) {
            long wait = pace.take(now);
            if (wait == 0) {
                now += 10;
                closings = pace.turnedAway(now - 10, now, 0);
                lengths.add((pace.closedUntil(now) - now) / 1000);
            } else {
                now += wait;
            }
        }

        assertThat(lengths).endsWith(30L, 60L, 120L, 300L, 300L);
        assertThat(lengths.size()).isBetween(8, 20);
    }

    @Test
    void trouble_of_yesterday_says_nothing_of_today_s() {
        var jobs = new AccountPace(SharedNumbers.ofProcess(), 1000, 0, 0, 0);
        jobs.turnedAway(START, START + 1, 0);
        assertThat(jobs.turnedAway(START + 40_000, START + 40_001, 0)).isEqualTo(2);

        long tomorrow = START + 86_400_000;
        assertThat(jobs.turnedAway(tomorrow, tomorrow + 1, 0)).isEqualTo(1);
        assertThat(jobs.closedUntil(tomorrow + 1)).isEqualTo(tomorrow + 30_001);
    }

    @Test
    void after_a_second_closing_one_goes_first_and_the_others_wait_for_its_answer() {
        AccountPace pace = pace(SharedNumbers.ofProcess());
        pace.turnedAway(START, START + 1, 0);
        pace.turnedAway(START + 1000, START + 1001, 0);

        long later = START + 10_000;
        assertThat(pace.take(later)).isZero();
        assertThat(pace.take(later + 1)).isPositive();
        pace.answered(later + 500, 0);
        assertThat(pace.take(later + 2000)).isZero();
        assertThat(pace.closedUntil(later + 2000)).isZero();
    }

    @Test
    void whoever_went_first_and_was_killed_is_not_waited_for_for_ever() {
        AccountPace pace = pace(SharedNumbers.ofProcess());
        pace.turnedAway(START, START + 1, 0);
        pace.turnedAway(START + 1000, START + 1001, 0);
        assertThat(pace.take(START + 10_000)).isZero();

        assertThat(pace.take(START + 100_000)).isPositive();
        assertThat(pace.take(START + 131_000)).isZero();
    }

    @Test
    void tokens_a_minute_hold_by_the_mean_of_what_was_answered() {
        var pace = new AccountPace(SharedNumbers.ofProcess(), 1000, 0, 60_000, 60);
        for (int i = 0; i < 200; i++) {
            pace.answered(START, 2000);
        }

        assertThat(pace.perMinute()).isBetween(29L, 31L);
    }

    @Test
    void a_clock_that_was_set_back_closes_nobody_out() {
        AccountPace pace = pace(SharedNumbers.ofProcess());
        pace.turnedAway(START, START, 600_000);
        assertThat(pace.take(START + 1000)).isPositive();

        assertThat(pace.take(START - 3_600_000)).isZero();
    }

    /** What was out when the clock was set back is turned away before anybody asks whether the account is open. */
    @Test
    void a_request_from_before_the_clock_was_set_back_does_not_keep_the_account_closed() {
        long back = START - 5 * 3_600_000L;
        AccountPace pace = pace(SharedNumbers.ofProcess());
        pace.turnedAway(START, START, 200);

        pace.turnedAway(START + 10, back, 200);

        assertThat(pace.closedUntil(back)).isLessThanOrEqualTo(back + 60_000);
        assertThat(pace.take(back)).isLessThanOrEqualTo(60_000);
    }

    @Test
    void what_was_learned_outlives_the_process(@TempDir Path folder) {
        Path file = folder.resolve("x.pace");
        pace(SharedNumbersFile.of(file)).turnedAway(START, START, 60_000);

        assertThat(pace(SharedNumbersFile.of(file)).take(START + 1000)).isEqualTo(59_000);
    }

    @Test
    void a_slot_that_was_not_used_is_another_s() {
        var pace = new AccountPace(SharedNumbers.ofProcess(), 1000, 60, 0, 60);
        while (pace.take(START) == 0) {
            // until the slots are gone
        }
        pace.giveBack();

        assertThat(pace.take(START)).isZero();
    }
}
