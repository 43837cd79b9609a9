package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookPlanTest {
    private static final long MILLI = 1_000_000;
    private static final long TICK = 200 * MILLI;
    private static final long INTERVAL = 15_000 * MILLI;

    /** A provider whose jobs take what is asked for; so many are out at one time, and each that is over makes room. */
    private static final class Provider {
        private final List<Long> from = new ArrayList<>();
        private final List<Long> takes = new ArrayList<>();
        private final List<Integer> looks = new ArrayList<>();
        private final List<Long> seen = new ArrayList<>();
        private long mostBetween;

        /** Looks as the plan says, and counts at each moment what the plain clock would have asked by then. */
        void run(int jobs, int atOnce, long interval, IntToLongFunction millis) {
            var plan = new LookPlan(interval);
            var open = new ArrayList<Integer>();
            var last = new ArrayList<Long>();
            long now = 0;
            while (seen.size() < jobs || seen.contains(-1L)) {
                while (open.size() < atOnce && from.size() < jobs) {
                    open.add(from.size());
                    takes.add(millis.applyAsLong(from.size()) * MILLI);
                    from.add(now);
                    last.add(now);
                    looks.add(0);
                    seen.add(-1L);
                }
                for (int job : List.copyOf(open)) {
                    if (plan.isDue("job" + job, false, now)) {
                        looks.set(job, looks.get(job) + 1);
                        mostBetween = Math.max(mostBetween, now - last.get(job));
                        last.set(job, now);
                        if (now - from.get(job) < takes.get(job)) {
                            plan.running("job" + job);
                        } else {
                            plan.ended("job" + job, true);
                            seen.set(job, now);
                            open.remove((Integer) job);
                        }
                    }
                }
                assertThat(looks()).as("looks after %d ms", now / MILLI).isLessThanOrEqualTo(byClock(now, interval));
                now += TICK;
            }
        }

        long looks() {
            return looks.stream().mapToLong(each -> each).sum();
        }

        /**
         * What a clock asks that looks as soon as there is a job, and at each full interval from then on: by now of jobs
         * that run, in all of those that are over.
         */
        private long byClock(long now, long interval) {
            long all = 0;
            for (int job = 0; job < from.size(); job++) {
                long soFar = 1 + (now - from.get(job)) / interval;
                all += seen.get(job) >= 0 ? ofJob(job, interval) : Math.min(soFar, ofJob(job, interval));
            }
            return all;
        }

        private long ofJob(int job, long interval) {
            return 1 + (takes.get(job) + interval - 1) / interval;
        }

        /** How long after its end a job was seen to be over, on the whole, in milliseconds. */
        long meanDelay(int first) {
            long all = 0;
            for (int job = first; job < from.size(); job++) {
                all += seen.get(job) - from.get(job) - takes.get(job);
            }
            return all / (from.size() - first) / MILLI;
        }
    }

    @Test
    void jobs_that_are_over_in_a_second_are_seen_to_be_and_cost_no_look_more() {
        var provider = new Provider();

        provider.run(200, 10, INTERVAL, job -> 1_000);

        assertThat(provider.looks()).as("by the clock 400").isLessThanOrEqualTo(400);
        assertThat(provider.meanDelay(0)).as("by the clock 14,000").isLessThan(1_000);
    }

    @Test
    void a_provider_that_was_slow_and_is_so_no_more_is_found_out_in_a_few_rounds() {
        var provider = new Provider();

        provider.run(110, 10, INTERVAL, job -> job < 10 ? 13_000 : 1_000);

        assertThat(provider.meanDelay(40)).as("by the clock 14,000").isLessThan(1_000);
    }

    @Test
    void one_quick_job_does_not_make_all_others_be_looked_at_too_soon() {
        var provider = new Provider();

        provider.run(20, 10, INTERVAL, job -> job == 0 ? 1_900 : 4_000);

        assertThat(provider.meanDelay(1)).as("by the clock 11,000").isLessThan(3_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {300, 1_000, 3_000, 7_000, 14_000, 40_000, 600_000})
    void a_job_is_never_asked_for_more_often_in_all_than_by_the_clock_nor_less_often_than_at_each_interval(
            long millis) {
        for (int atOnce : new int[] {1, 3, 20}) {
            var provider = new Provider();

            provider.run(60, atOnce, INTERVAL, job -> millis);

            assertThat(provider.mostBetween).isLessThanOrEqualTo(INTERVAL);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void the_same_holds_for_jobs_of_any_length(int seed) {
        var random = new Random(seed);
        var provider = new Provider();

        provider.run(150, 8, INTERVAL, job -> random.nextInt(4) == 0 ? random.nextInt(90_000) : random.nextInt(9_000));

        assertThat(provider.mostBetween).isLessThanOrEqualTo(INTERVAL);
    }

    @Test
    void the_first_jobs_are_looked_at_at_different_ages_until_one_is_over() {
        var plan = new LookPlan(INTERVAL);
        var at = new ArrayList<Long>();
        for (long now = 0; now <= INTERVAL; now += TICK) {
            for (String job : List.of("a", "b", "c", "d")) {
                if (plan.isDue(job, false, now)) {
                    at.add(now / MILLI);
                    plan.running(job);
                }
            }
        }

        assertThat(at).startsWith(2_000L, 4_000L, 8_000L).hasSize(7);
        assertThat(Collections.frequency(at, 15_000L)).isEqualTo(4);
    }

    @Test
    void without_an_interval_a_job_is_due_at_any_time() {
        var plan = new LookPlan(0);

        assertThat(plan.isDue("a", false, 5)).isTrue();
        plan.running("a");
        assertThat(plan.isDue("a", false, 5)).isTrue();
    }
}
