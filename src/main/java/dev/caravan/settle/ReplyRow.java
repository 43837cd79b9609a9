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
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code <step>_results.jsonl}: the outcome of one call, with the raw text where a reply was received.
 *
 * @param key the call's name: step, unit, attempt and try
 * @param outcome says among others whether it was paid for
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
        ReplyOutcome outcome,
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

    /** @param worstPicos what the call can have cost at most; asked for when it told no usage */
    public static ReplyRow of(
            Member member, String unitId, String work, Lane lane, Answer answer, LongSupplier worstPicos) {
        return answer instanceof Answer.Received received
                ? received(member, unitId, work, lane, received, worstPicos)
                : unanswered(member, unitId, work, lane, answer);
    }

    private static ReplyRow received(
            Member member, String unitId, String work, Lane lane, Answer.Received received, LongSupplier worstPicos) {
        ReplyOutcome outcome = ReplyOutcome.TRUNCATED;
        String detail = "";
        if (received instanceof Answer.Completed completed) {
            outcome = ReplyOutcome.COMPLETED;
            detail = completed.note();
        } else if (received instanceof Answer.Refused refused) {
            outcome = ReplyOutcome.REFUSED;
            detail = refused.reason();
        }
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

    private static ReplyRow unanswered(Member member, String unitId, String work, Lane lane, Answer answer) {
        if (answer instanceof Answer.Throttled each) {
            Duration pause = each.retryAfter();
            long millis = pause == null ? 0 : pause.toMillis();
            return unpaid(member, unitId, work, lane, ReplyOutcome.THROTTLED, each.code(), each.detail(), millis);
        }
        if (answer instanceof Answer.Transient each) {
            return unpaid(member, unitId, work, lane, ReplyOutcome.TRANSIENT, each.code(), each.detail(), 0);
        }
        if (answer instanceof Answer.Ambiguous each) {
            return unpaid(member, unitId, work, lane, ReplyOutcome.AMBIGUOUS, each.code(), each.detail(), 0)
                    .with(each.raw());
        }
        if (answer instanceof Answer.Rejected each) {
            return unpaid(member, unitId, work, lane, ReplyOutcome.REJECTED, each.code(), each.detail(), 0);
        }
        if (answer instanceof Answer.Fatal each) {
            return unpaid(member, unitId, work, lane, ReplyOutcome.FATAL, each.code(), each.detail(), 0);
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
        return unpaid(member, unitId, work, lane, ReplyOutcome.UNRENDERED, ReplyOutcome.UNRENDERED.word(), message, 0);
    }

    public static ReplyRow skipped(Member member, String unitId, String work, Lane lane) {
        return unpaid(member, unitId, work, lane, ReplyOutcome.SKIPPED, "", "", 0);
    }

    public static ReplyRow undecided(Member member, String unitId, String work, Lane lane, String message) {
        return unpaid(member, unitId, work, lane, ReplyOutcome.UNDECIDED, ReplyOutcome.UNDECIDED.word(), message, 0);
    }

    private static ReplyRow unpaid(
            Member member,
            String unitId,
            String work,
            Lane lane,
            ReplyOutcome outcome,
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
        return outcome.isPaid();
    }

    byte[] line() {
        ObjectNode node = Json.object();
        node.put("key", key).put("_n", unit).put("unit_id", unitId).put("work", work);
        node.put("lane", lane.name().toLowerCase(Locale.ROOT)).put("outcome", outcome.word());
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
                && outcome(node).isPresent()
                && (node.path("lane").asText().equals("batch")
                        || node.path("lane").asText().equals("realtime"));
    }

    private static Optional<ReplyOutcome> outcome(JsonNode node) {
        JsonNode word = node.path("outcome");
        return word.isTextual() ? ReplyOutcome.of(word.textValue()) : Optional.empty();
    }

    private static UsageReading told(JsonNode node, ReplyOutcome outcome) {
        if (!outcome.isPaid()) {
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
        ReplyOutcome outcome = outcome(node).orElseThrow();
        return new ReplyRow(
                node.path("key").textValue(),
                node.path(UnitRecord.NUMBER).intValue(),
                UnitRecord.id(node),
                node.path("work").textValue(),
                outcome,
                node.path("_raw_text").asText(""),
                node.path("code").asText(""),
                node.path("detail").asText(""),
                node.path("retry_after_ms").longValue(),
                node.path("model").textValue(),
                told(node, outcome),
                node.path("worst_picos").canConvertToLong()
                        ? (Long) node.get("worst_picos").longValue()
                        : null,
                Lane.valueOf(node.path("lane").asText().toUpperCase(Locale.ROOT)),
                node.path("revision").asInt(0));
    }
}
