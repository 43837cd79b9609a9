package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** A clock that runs faster than another, can be set forward, and goes on from where it was when it is started again. */
final class SimulatedClock extends Clock {
    private final Clock base;
    private final Path file;
    private final int speed;
    private long start;
    private long ahead;

    SimulatedClock(Clock base, int speed, Path file) throws IOException {
        this.base = base;
        this.file = file;
        this.speed = speed;
        start = base.millis();
        if (Files.exists(file)) {
            JsonNode kept = Json.parse(Files.readAllBytes(file));
            start = kept.path("start").longValue();
            ahead = kept.path("ahead").longValue();
        } else {
            keep();
        }
    }

    private void keep() throws IOException {
        StateFiles.put(file, Json.object().put("start", start).put("ahead", ahead));
    }

    synchronized void forward(Duration by) throws IOException {
        ahead += by.toMillis();
        keep();
    }

    /** Our milliseconds until it shows a time. */
    long until(long millis) {
        return Math.max(0, (millis - millis()) / speed);
    }

    @Override
    public synchronized long millis() {
        return start + (base.millis() - start) * speed + ahead;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return base.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
