package dev.caravan.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.quartz.CronExpression;

/**
 * When the service starts a pipeline: {@code schedule}, as Quartz writes times, in {@code schedule_zone}.
 *
 * @param cron seconds, minutes, hours, day of month, month, day of week, and perhaps the year
 */
public record PipelineSchedule(String cron, ZoneId zone) {
    private static final String ZONE = "schedule_zone";
    private static final ZoneId USUAL = ZoneId.of("UTC");

    /** What a config says; empty where it says nothing, or what is no schedule, which is noted. */
    static Optional<PipelineSchedule> read(ObjectNode config, String file, Problems problems) {
        JsonNode cron = config.path("schedule");
        ZoneId zone = zone(config.path(ZONE), file, problems);
        if (cron.isMissingNode()) {
            if (config.has(ZONE)) {
                problems.at(file, ZONE, "has no meaning without schedule; give both, or remove it");
            }
            return Optional.empty();
        }
        try {
            CronExpression.validateExpression(cron.isTextual() ? cron.textValue() : "");
            var schedule = new PipelineSchedule(cron.textValue(), zone);
            if (schedule.next(Instant.EPOCH).isEmpty()) {
                problems.at(file, "schedule", "'" + cron.textValue() + "' never comes");
            }
            return Optional.of(schedule);
        } catch (ParseException e) {
            problems.at(
                    file,
                    "schedule",
                    cron + " is no time as Quartz writes them: seconds, minutes, hours, day of month, month, day of"
                            + " week, one of the two days a ?, such as \"0 0 6 * * ?\" for six o'clock each day ("
                            + e.getMessage() + ")");
            return Optional.empty();
        }
    }

    private static ZoneId zone(JsonNode given, String file, Problems problems) {
        if (given.isMissingNode()) {
            return USUAL;
        }
        try {
            return ZoneId.of(given.isTextual() ? given.textValue() : "");
        } catch (DateTimeException e) {
            problems.at(file, ZONE, given + " is no time zone; write one such as Europe/Berlin or UTC");
            return USUAL;
        }
    }

    /** The first time behind another; empty when there is none any more. */
    public Optional<Instant> next(Instant after) {
        try {
            var expression = new CronExpression(cron);
            expression.setTimeZone(TimeZone.getTimeZone(zone));
            return Optional.ofNullable(expression.getNextValidTimeAfter(Date.from(after)))
                    .map(Date::toInstant);
        } catch (ParseException e) {
            throw new IllegalArgumentException("no Quartz time: " + cron, e);
        }
    }
}
