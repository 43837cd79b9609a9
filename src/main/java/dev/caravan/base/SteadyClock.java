package dev.caravan.base;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock that is never set back: when the machine's is, this one goes on from where it was, at the pace of time. So no
 * pause that was measured by it grows by what the machine lost. Forward it follows.
 */
public final class SteadyClock extends Clock {
    private final Clock machine;
    private Instant last;
    private long lastNanos = System.nanoTime();

    /** @param earliest no time before it is ever told */
    public SteadyClock(Clock machine, Instant earliest) {
        this.machine = machine;
        last = earliest;
    }

    /** From now on no time before this one is told. */
    public synchronized void atLeast(Instant time) {
        if (time.isAfter(last)) {
            last = time;
            lastNanos = System.nanoTime();
        }
    }

    @Override
    public synchronized Instant instant() {
        Instant told = machine.instant();
        long nanos = System.nanoTime();
        if (told.isBefore(last)) {
            told = last.plusNanos(nanos - lastNanos);
        }
        last = told;
        lastNanos = nanos;
        return told;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("times are told in UTC");
    }
}
