package dev.caravan.execution;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.run.JsonLines;
import dev.caravan.run.WorkOrder.Member;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code <step>_results.jsonl}: the outcome of one call, with the raw text where a reply was received.
 *
 * @param key the call's name: step, unit, attempt and try
 * @param outcome {@code completed}, {@code refused} and {@code truncated} were paid for; all others were not
 * @param code of the provider where there was trouble
 * @param detail message or reason, as the provider gave it
 * @param retryAfterMillis pause the provider asked for, or 0
 */
public record ReplyRow(
        String key,
        int unit,
        String unitId,
        String work,
        String outcome,
        String text,
        String code,
        String detail,
        long retryAfterMillis,
        @Nullable String answeredBy,
        Usage usage,
        Lane lane) {
    private static final Pattern ATTEMPT = Pattern.compile("-([0-9]+)(?:-t[0-9]+)?$");

    static final String COMPLETED = "completed";
    static final String REFUSED = "refused";
    static final String TRUNCATED = "truncated";
    static final String THROTTLED = "throttled";
    static final String TRANSIENT = "transient";
    static final String AMBIGUOUS = "ambiguous";
    static final String REJECTED = "rejected";
    static final String UNRENDERED = "template_error";
    /** The unit passes the step by; nothing was asked. */
    static final String SKIPPED = "skipped";
    /** Whether it does could not be computed. */
    static final String UNDECIDED = "expression_error";

    static ReplyRow of(Member member, String unitId, String work, Lane lane, Answer answer) {
        if (answer instanceof Answer.Received received) {
            String detail = received instanceof Answer.Refused refused ? refused.reason() : "";
            String outcome = received instanceof Answer.Completed
                    ? COMPLETED
                    : received instanceof Answer.Refused ? REFUSED : TRUNCATED;
            return new ReplyRow(
                    member.key(),
                    member.unit(),
                    unitId,
                    work,
                    outcome,
                    received.text(),
                    "",
                    detail,
                    0,
                    received.model(),
                    received.usage(),
                    lane);
        }
        if (answer instanceof Answer.Throttled each) {
            Duration pause = each.retryAfter();
            return unpaid(
                    member,
                    unitId,
                    work,
                    lane,
                    THROTTLED,
                    each.code(),
                    each.detail(),
                    pause == null ? 0 : pause.toMillis());
        }
        if (answer instanceof Answer.Transient each) {
            return unpaid(member, unitId, work, lane, TRANSIENT, each.code(), each.detail(), 0);
        }
        if (answer instanceof Answer.Ambiguous each) {
            return unpaid(member, unitId, work, lane, AMBIGUOUS, each.code(), each.detail(), 0);
        }
        if (answer instanceof Answer.Rejected each) {
            return unpaid(member, unitId, work, lane, REJECTED, each.code(), each.detail(), 0);
        }
        throw new IllegalArgumentException("a fatal answer belongs to the account, not to the unit: " + answer);
    }

    static ReplyRow unrendered(Member member, String unitId, String work, Lane lane, String message) {
        return unpaid(member, unitId, work, lane, UNRENDERED, UNRENDERED, message, 0);
    }

    static ReplyRow skipped(Member member, String unitId, String work, Lane lane) {
        return unpaid(member, unitId, work, lane, SKIPPED, "", "", 0);
    }

    static ReplyRow undecided(Member member, String unitId, String work, Lane lane, String message) {
        return unpaid(member, unitId, work, lane, UNDECIDED, UNDECIDED, message, 0);
    }

    private static ReplyRow unpaid(
            Member member,
            String unitId,
            String work,
            Lane lane,
            String outcome,
            String code,
            String detail,
            long retryAfterMillis) {
        return new ReplyRow(
                member.key(),
                member.unit(),
                unitId,
                work,
                outcome,
                "",
                code,
                detail,
                retryAfterMillis,
                null,
                Usage.NONE,
                lane);
    }

    /** Which attempt of its unit at its step this was, from 1. */
    public int attempt() {
        Matcher matcher = ATTEMPT.matcher(key);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 1;
    }

    public boolean paid() {
        return outcome.equals(COMPLETED) || outcome.equals(REFUSED) || outcome.equals(TRUNCATED);
    }

    byte[] line() {
        ObjectNode node = Json.object();
        node.put("key", key).put("_n", unit).put("unit_id", unitId).put("work", work);
        node.put("lane", lane.name().toLowerCase(java.util.Locale.ROOT)).put("outcome", outcome);
        if (paid()) {
            node.put("_raw_text", text).put("model", answeredBy);
            node.putObject("usage")
                    .put("input", usage.input())
                    .put("cached", usage.cached())
                    .put("output", usage.output())
                    .put("reasoning", usage.reasoning())
                    .put("written", usage.written());
        }
        if (!code.isEmpty()) {
            node.put("code", code);
        }
        if (!detail.isEmpty()) {
            node.put("detail", detail);
        }
        if (retryAfterMillis > 0) {
            node.put("retry_after_ms", retryAfterMillis);
        }
        return Json.line(node);
    }

    /** Whether a line has what makes it an outcome of a call. */
    static boolean readable(JsonNode node) {
        return node.path("key").isTextual()
                && node.path("work").isTextual()
                && node.path("outcome").isTextual()
                && (node.path("lane").asText().equals("batch")
                        || node.path("lane").asText().equals("realtime"));
    }

    /** @throws JsonLines.ForeignLineException when it is none */
    public static ReplyRow read(JsonNode node) {
        if (!readable(node)) {
            throw new JsonLines.ForeignLineException("holds a line that is no outcome of a call");
        }
        JsonNode tokens = node.path("usage");
        return new ReplyRow(
                node.path("key").textValue(),
                node.path("_n").intValue(),
                node.path("unit_id").asText(),
                node.path("work").textValue(),
                node.path("outcome").textValue(),
                node.path("_raw_text").asText(""),
                node.path("code").asText(""),
                node.path("detail").asText(""),
                node.path("retry_after_ms").longValue(),
                node.path("model").textValue(),
                new Usage(
                        tokens.path("input").longValue(),
                        tokens.path("cached").longValue(),
                        tokens.path("output").longValue(),
                        tokens.path("reasoning").longValue(),
                        tokens.path("written").longValue()),
                Lane.valueOf(node.path("lane").asText().toUpperCase(java.util.Locale.ROOT)));
    }
}
