package dev.caravan.settle;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.JsonBytes;
import dev.caravan.base.UnitRecord;
import dev.caravan.journal.JsonLines;
import dev.caravan.journal.SealedLine;
import dev.caravan.money.Money;
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
import java.util.function.Supplier;
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
 * @param bound what a reply that told no usage can have cost at most; null where the row does not say
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
        @Nullable Money bound,
        Lane lane,
        int revision) {
    private static final String UNKNOWN_USAGE = "usage_unknown";

    /** @param worst what the call can have cost at most; asked for when it told no usage */
    public static ReplyRow of(
            Member member, String unitId, String work, Lane lane, Answer answer, Supplier<Money> worst) {
        return answer instanceof Answer.Received received
                ? received(member, unitId, work, lane, received, worst)
                : unanswered(member, unitId, work, lane, answer);
    }

    private static ReplyRow received(
            Member member, String unitId, String work, Lane lane, Answer.Received received, Supplier<Money> worst) {
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
                received.usage().known() ? null : worst.get(),
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
                bound,
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

    /** Which attempt of its unit at its step this was, from 1: the last number of its key but for that of a try. */
    public int attempt() {
        int end = key.length();
        int at = digitsBefore(end);
        if (at > 1 && at < end && key.charAt(at - 1) == 't' && key.charAt(at - 2) == '-') {
            int before = digitsBefore(at - 2);
            if (isNumbered(before, at - 2)) {
                return Integer.parseInt(key, before, at - 2, 10);
            }
        }
        return isNumbered(at, end) ? Integer.parseInt(key, at, end, 10) : 1;
    }

    private int digitsBefore(int end) {
        int at = end;
        while (at > 0 && key.charAt(at - 1) >= '0' && key.charAt(at - 1) <= '9') {
            at--;
        }
        return at;
    }

    private boolean isNumbered(int from, int to) {
        return from < to && from > 0 && key.charAt(from - 1) == '-';
    }

    /** Whom the call asked, which is what its price follows from. */
    public ModelChoice choice(int step) {
        return new ModelChoice(step, revision, attempt() > 1);
    }

    public boolean paid() {
        return outcome.isPaid();
    }

    byte[] line() {
        var line = new JsonBytes(text.length() + 400);
        write(line);
        return line.toBytes();
    }

    /** Writes it as a sealed line. */
    void write(JsonBytes into) {
        int from = into.size();
        into.ascii("{\"key\":").quoted(key).ascii(",\"_n\":").number(unit);
        into.ascii(",\"unit_id\":").quoted(unitId).ascii(",\"work\":").quoted(work);
        into.ascii(",\"lane\":").quoted(lane.word()).ascii(",\"outcome\":").quoted(outcome.word());
        if (revision > 0) {
            into.ascii(",\"revision\":").number(revision);
        }
        if (paid()) {
            into.ascii(",\"_raw_text\":").quoted(text).ascii(",\"model\":");
            if (answeredBy == null) {
                into.ascii("null");
            } else {
                into.quoted(answeredBy);
            }
            usage(into);
        }
        if (!paid()) {
            unlessEmpty(",\"_raw_text\":", text, into);
        }
        unlessEmpty(",\"code\":", code, into);
        unlessEmpty(",\"detail\":", detail, into);
        if (retryAfterMillis > 0) {
            into.ascii(",\"retry_after_ms\":").number(retryAfterMillis);
        }
        SealedLine.end(into, from);
    }

    private static void unlessEmpty(String name, String value, JsonBytes into) {
        if (!value.isEmpty()) {
            into.ascii(name).quoted(value);
        }
    }

    private void usage(JsonBytes into) {
        if (!told.known()) {
            into.ascii(",\"" + UNKNOWN_USAGE + "\":").quoted(told.unknown()).ascii(",\"worst_picos\":");
            into.ascii(bound == null ? "null" : Long.toString(bound.picos()));
            unlessEmpty(",\"usage_told\":", told.raw(), into);
            return;
        }
        Usage usage = usage();
        into.ascii(",\"usage\":{\"input\":").number(usage.input());
        into.ascii(",\"cached\":").number(usage.cached());
        into.ascii(",\"output\":").number(usage.output());
        into.ascii(",\"reasoning\":").number(usage.reasoning());
        into.ascii(",\"written\":").number(usage.written()).ascii("}");
    }

    /** Tokens of a received reply; none of one that told no usage. */
    public Usage usage() {
        return told.usage();
    }

    /** What a reply that told no usage can have cost at most; empty where the row does not say. */
    public Optional<Money> worst() {
        return Optional.ofNullable(bound);
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

    private static @Nullable Money bound(JsonNode picos) {
        return picos.canConvertToLong() && picos.longValue() >= Money.UNKNOWN.picos()
                ? new Money(picos.longValue())
                : null;
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
                bound(node.path("worst_picos")),
                Lane.valueOf(node.path("lane").asText().toUpperCase(Locale.ROOT)),
                node.path("revision").asInt(0));
    }
}
