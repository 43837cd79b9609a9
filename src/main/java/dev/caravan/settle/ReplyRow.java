package dev.caravan.settle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import dev.caravan.journal.SealedLine;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.provider.UsageReader;
import dev.caravan.provider.UsageReading;
import dev.caravan.run.ModelChoice;
import dev.caravan.run.WorkOrder.Member;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code <step>_results.jsonl}: the outcome of one call, with the raw text where a reply was received.
 *
 * @param key the call's name: step, unit, attempt and try
 * @param outcome {@code completed}, {@code refused} and {@code truncated} were paid for; all others were not
 * @param code of the provider where there was trouble
 * @param text raw, of what was received; also of what cannot be read and may have been paid for
 * @param detail message or reason, as the provider gave it; of a completed reply, what an operator should know of it
 * @param retryAfterMillis pause the provider asked for, or 0
 * @param told what a received reply told of its tokens
 * @param worstPicos what a reply that told no usage can have cost at most; -1 when the price is unknown, null where
 *     the row does not say
 * @param revision under how many revisions of the run it was asked
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
        UsageReading told,
        @Nullable Long worstPicos,
        Lane lane,
        int revision) {
    private static final Pattern ATTEMPT = Pattern.compile("-([0-9]+)(?:-t[0-9]+)?$");

    private static final String UNKNOWN_USAGE = "usage_unknown";

    public static final String COMPLETED = "completed";
    static final String REFUSED = "refused";
    static final String TRUNCATED = "truncated";
    static final String THROTTLED = "throttled";
    static final String TRANSIENT = "transient";
    static final String AMBIGUOUS = "ambiguous";
    public static final String REJECTED = "rejected";
    /** The account was refused while others of the job were answered: it goes again when somebody mended that. */
    static final String FATAL = "fatal";

    public static final String UNRENDERED = "template_error";
    /** The unit passes the step by; nothing was asked. */
    static final String SKIPPED = "skipped";
    /** Whether it does could not be computed. */
    static final String UNDECIDED = "expression_error";

    /** @param worstPicos what the call can have cost at most; asked for when it told no usage */
    public static ReplyRow of(
            Member member, String unitId, String work, Lane lane, Answer answer, LongSupplier worstPicos) {
        if (answer instanceof Answer.Received received) {
            String detail = received instanceof Answer.Refused refused
                    ? refused.reason()
                    : received instanceof Answer.Completed completed ? completed.note() : "";
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
                    received.usage().known() ? null : (Long) worstPicos.getAsLong(),
                    lane,
                    member.revision());
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
            return unpaid(member, unitId, work, lane, AMBIGUOUS, each.code(), each.detail(), 0)
                    .with(each.raw());
        }
        if (answer instanceof Answer.Rejected each) {
            return unpaid(member, unitId, work, lane, REJECTED, each.code(), each.detail(), 0);
        }
        if (answer instanceof Answer.Fatal each) {
            return unpaid(member, unitId, work, lane, FATAL, each.code(), each.detail(), 0);
        }
        throw new IllegalStateException("no row for " + answer);
    }

    private ReplyRow with(String raw) {
        return new ReplyRow(
                key,
                unit,
                unitId,
                work,
                outcome,
                raw,
                code,
                detail,
                retryAfterMillis,
                answeredBy,
                told,
                worstPicos,
                lane,
                revision);
    }

    public static ReplyRow unrendered(Member member, String unitId, String work, Lane lane, String message) {
        return unpaid(member, unitId, work, lane, UNRENDERED, UNRENDERED, message, 0);
    }

    public static ReplyRow skipped(Member member, String unitId, String work, Lane lane) {
        return unpaid(member, unitId, work, lane, SKIPPED, "", "", 0);
    }

    public static ReplyRow undecided(Member member, String unitId, String work, Lane lane, String message) {
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
                UsageReading.NONE,
                null,
                lane,
                member.revision());
    }

    /** Which attempt of its unit at its step this was, from 1. */
    public int attempt() {
        Matcher matcher = ATTEMPT.matcher(key);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 1;
    }

    /** Whom the call asked, which is what its price follows from. */
    public ModelChoice choice(int step) {
        return new ModelChoice(step, revision, attempt() > 1);
    }

    public boolean paid() {
        return paid(outcome);
    }

    private static boolean paid(String outcome) {
        return outcome.equals(COMPLETED) || outcome.equals(REFUSED) || outcome.equals(TRUNCATED);
    }

    byte[] line() {
        ObjectNode node = Json.object();
        node.put("key", key)
                .put(UnitRecord.NUMBER, unit)
                .put(UnitRecord.ID, unitId)
                .put("work", work);
        node.put("lane", lane.word()).put("outcome", outcome);
        if (revision > 0) {
            node.put("revision", revision);
        }
        if (paid()) {
            node.put("_raw_text", text).put("model", answeredBy);
            usage(node);
        }
        if (!paid() && !text.isEmpty()) {
            node.put("_raw_text", text);
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
        return SealedLine.of(node);
    }

    private void usage(ObjectNode node) {
        if (!told.known()) {
            node.put(UNKNOWN_USAGE, told.unknown()).put("worst_picos", worstPicos);
            if (!told.raw().isEmpty()) {
                node.put("usage_told", told.raw());
            }
            return;
        }
        Usage usage = usage();
        node.putObject("usage")
                .put("input", usage.input())
                .put("cached", usage.cached())
                .put("output", usage.output())
                .put("reasoning", usage.reasoning())
                .put("written", usage.written());
    }

    /** Tokens of a received reply; none of one that told no usage. */
    public Usage usage() {
        return told.usage();
    }

    /** Whether it was paid for, and nobody knows how much. */
    public boolean untold() {
        return paid() && !told.known();
    }

    /** Whether a line has what makes it an outcome of a call. */
    public static boolean readable(JsonNode node) {
        return node.path("key").isTextual()
                && node.path("work").isTextual()
                && node.path("outcome").isTextual()
                && (node.path("lane").asText().equals("batch")
                        || node.path("lane").asText().equals("realtime"));
    }

    private static UsageReading told(JsonNode node) {
        if (!paid(node.path("outcome").asText())) {
            return UsageReading.NONE;
        }
        return node.has(UNKNOWN_USAGE)
                ? UsageReading.unknown(
                        node.get(UNKNOWN_USAGE).asText(),
                        node.path("usage_told").asText(""))
                : UsageReader.stored(node.path("usage"));
    }

    /** @throws JsonLines.ForeignLineException when it is none */
    public static ReplyRow read(JsonNode node) {
        if (!readable(node)) {
            throw new JsonLines.ForeignLineException("holds a line that is no outcome of a call");
        }
        return new ReplyRow(
                node.path("key").textValue(),
                node.path(UnitRecord.NUMBER).intValue(),
                UnitRecord.id(node),
                node.path("work").textValue(),
                node.path("outcome").textValue(),
                node.path("_raw_text").asText(""),
                node.path("code").asText(""),
                node.path("detail").asText(""),
                node.path("retry_after_ms").longValue(),
                node.path("model").textValue(),
                told(node),
                node.path("worst_picos").canConvertToLong()
                        ? (Long) node.get("worst_picos").longValue()
                        : null,
                Lane.valueOf(node.path("lane").asText().toUpperCase(java.util.Locale.ROOT)),
                node.path("revision").asInt(0));
    }
}
