package dev.caravan.simulator;

/** A bucket of calls or tokens that fills at a steady rate: how providers limit an account. */
final class RateMeter {
    private static final long MINUTE = 60_000;

    private final long perMinute;
    private final double most;
    private double left;
    private long at;

    /** @param perMinute 0 for no limit; one second's worth may come at once */
    RateMeter(long perMinute) {
        this.perMinute = perMinute;
        most = Math.max(1, perMinute / 60.0);
        left = most;
        at = System.nanoTime() / 1_000_000;
    }

    /** Takes an amount, or says in how many milliseconds it could be taken; 0 when it was taken. */
    synchronized long take(long amount) {
        if (perMinute == 0) {
            return 0;
        }
        long now = System.nanoTime() / 1_000_000;
        left = Math.min(most, left + (double) ((now - at) * perMinute) / MINUTE);
        at = now;
        double needed = Math.min((double) amount, most);
        if (left >= needed) {
            left -= amount;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((needed - left) * MINUTE / perMinute));
    }

    long perMinute() {
        return perMinute;
    }

    synchronized long left() {
        return (long) Math.max(0, left);
    }
}
