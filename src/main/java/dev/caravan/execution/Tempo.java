package dev.caravan.execution;

/**
 * How long a run waits: between two looks, after trouble, for company. One for real providers, and a fast one for the
 * simulator, which answers at once.
 *
 * @param pollMillis the most between two looks at a job
 * @param pauseMillis first pause when a provider is in trouble
 * @param throttledMillis by which pauses are counted after requests were turned away: 1,000 for seconds
 * @param lingerMillis how long stragglers wait for company
 * @param graceMillis how long a job may be missing from the provider's list before it is said not to exist
 */
public record Tempo(long pollMillis, long pauseMillis, long throttledMillis, long lingerMillis, long graceMillis) {
    public static final Tempo REAL = new Tempo(15_000, 1_000, 1_000, 20_000, 60_000);

    public static final Tempo SIMULATED = new Tempo(200, 100, 5, 2_000, 3_000);

    /** The same, but for how often jobs are looked at and how long one may be missing. */
    public Tempo looking(long everyMillis, long missingMillis) {
        return new Tempo(everyMillis, pauseMillis, throttledMillis, lingerMillis, missingMillis);
    }

    /** The same, and no job may be missing for longer than this. */
    public Tempo missingAtMost(long millis) {
        return looking(pollMillis, Math.min(graceMillis, millis));
    }
}
