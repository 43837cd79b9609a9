package dev.caravan.settle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Lane;
import dev.caravan.provider.UsageReading;
import dev.caravan.run.UnitReview;
import dev.caravan.run.WorkOrder.Member;
import dev.caravan.step.PreparedStep;
import dev.caravan.step.SettlingInput;
import dev.caravan.step.WrittenPipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemberPartTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final long PAUSE = 1_000;

    @TempDir
    Path folder;

    private final ChunkPart part = new ChunkPart();

    /** What a unit brings; what its step's form does not ask for is not there. */
    private record Brought(
            PreparedStep step,
            ObjectNode record,
            int attempts,
            @Nullable ReplyRow row,
            @Nullable Children given,
            UnitReview.@Nullable Word said)
            implements MemberInput {
        @Override
        public Children children() {
            return Objects.requireNonNull(given);
        }

        @Override
        public UnitReview.Word word() {
            return Objects.requireNonNull(said);
        }
    }

    private static ObjectNode record() {
        ObjectNode record = Json.object().put("unit_id", "one").put("_n", 0).put("text", "t");
        record.putArray("list").add(1).add(2);
        return record;
    }

    private static Member member(int attempts, int back) {
        return new Member(0, attempts, 0, 0, 0, "ask-0-1", back, 0, 0);
    }

    private PreparedStep step(String written) throws IOException {
        return new WrittenPipeline(folder)
                .with("templates/ask.vm", "Of $text")
                .steps(written)
                .prepared()
                .get(0);
    }

    private PreparedStep asking() throws IOException {
        return step("- {name: ask, model: gpt-4o-mini, drop_if: 'mark == 0', validation: {required: [mark]}}");
    }

    private void settle(PreparedStep step, String returnsTo, Member member, Brought brought) {
        var settling = new StepSettling(
                step, returnsTo, 2, lane -> Duration.ofHours(1), PAUSE, Clock.fixed(NOW, ZoneOffset.UTC));
        MemberPart.settle(settling, member, brought, part);
    }

    private void reply(Member member, Answer answer) throws IOException {
        PreparedStep step = asking();
        ReplyRow row = ReplyRow.of(member, "one", "w000001", Lane.BATCH, answer, () -> 0);
        settle(step, "", member, new Brought(step, record(), member.attempts(), row, null, null));
    }

    private void compute(PreparedStep step, String returnsTo, Member member) {
        settle(step, returnsTo, member, new Brought(step, record(), member.attempts(), null, null, null));
    }

    private static Answer completed(String text) {
        return new Answer.Completed(text, "m", UsageReading.NONE);
    }

    private static String text(byte @Nullable [] line) {
        return new String(Objects.requireNonNull(line), StandardCharsets.UTF_8).strip();
    }

    private String failure() {
        assertThat(part.failed.get(0)).isTrue();
        return text(part.failures.get(0));
    }

    @Test
    void an_answer_that_holds_passes_and_is_added_to_the_record() throws IOException {
        reply(member(0, 0), completed("{\"mark\": 3}"));

        assertThat(part.done.get(0)).isTrue();
        assertThat(text(part.validated.get(0)))
                .isEqualTo("{\"unit_id\":\"one\",\"_n\":0,\"text\":\"t\",\"list\":[1,2],\"mark\":3}");
    }

    @Test
    void an_answer_by_which_the_unit_leaves_the_run_is_no_failure() throws IOException {
        reply(member(0, 0), completed("{\"mark\": 0}"));

        assertThat(part.dropped.get(0)).isTrue();
        assertThat(text(part.failures.get(0)))
                .isEqualTo("{\"unit_id\":\"one\",\"_n\":0,\"step\":\"ask\",\"failure_stage\":\"dropped\"}");
    }

    @Test
    void an_answer_that_does_not_hold_is_asked_again_while_the_budget_lasts_and_then_fails() throws IOException {
        reply(member(1, 0), completed("{}"));

        assertThat(part.retried.get(0)).isTrue();
        assertThat(text(part.findings.get(0)))
                .startsWith("{\"_n\":0,\"unit_id\":\"one\",\"attempt\":2,\"errors\":[{\"code\":\"required_");

        reply(member(2, 0), completed("{}"));

        assertThat(failure())
                .startsWith(
                        "{\"unit_id\":\"one\",\"_n\":0,\"step\":\"ask\",\"failure_stage\":\"validation\",\"errors\":[")
                .endsWith("\"retry_count\":2,\"attempts\":3,\"tries\":1,\"raw_response\":\"{}\"}");
    }

    @Test
    void a_refusal_and_a_cut_answer_are_noted_and_asked_again() throws IOException {
        reply(member(0, 0), new Answer.Refused("", "no", "m", UsageReading.NONE));
        reply(member(0, 0), new Answer.Truncated("{", "m", UsageReading.NONE));

        assertThat(part.notes).containsOnlyKeys("refused", "truncated");
        assertThat(text(part.findings.get(0))).contains("the answer was cut at the token limit");
    }

    @Test
    void a_call_without_an_answer_goes_again_after_the_longer_pause_until_it_is_given_up() throws IOException {
        var throttled = new Answer.Throttled("slow", "later", Duration.ofSeconds(7));
        reply(member(0, 0), throttled);

        assertThat(part.returned.get(0)).isTrue();
        assertThat(part.pause).isEqualTo(7_000);

        long anHourAgo = NOW.minusSeconds(3_600).getEpochSecond();
        reply(new Member(0, 0, 0, 4, anHourAgo, "ask-0-1"), throttled);

        assertThat(failure())
                .contains("\"failure_stage\":\"transport\"", "no answer after 5 tries: later")
                .endsWith("\"attempts\":0,\"tries\":5,\"provider_code\":\"slow\"}");
    }

    @Test
    void what_can_never_be_sent_fails_at_once() throws IOException {
        reply(member(0, 0), new Answer.Rejected("bad_request", "too long"));

        assertThat(failure()).contains("\"failure_stage\":\"rejected\"", "\"code\":\"bad_request\"");
    }

    @Test
    void a_unit_that_passes_a_computing_step_by_keeps_its_record() throws IOException {
        compute(
                step("- {name: sum, scope: expression, skip_if: \"text == 't'\", expressions: {a: '1'}}"),
                "",
                member(0, 0));

        assertThat(part.skipped.get(0)).isTrue();
        assertThat(text(part.validated.get(0))).isEqualTo(text(Json.line(record())));
    }

    @Test
    void what_cannot_be_computed_fails_by_its_kind_and_is_not_sent_back_unasked() throws IOException {
        String written = "- {name: sum, scope: expression, expressions: {a: '1 / (len(list) - 2)'}}";
        compute(step(written), "ask", member(0, 0));

        assertThat(failure())
                .contains("\"failure_stage\":\"expression\"", "\"code\":\"expression_error\"")
                .endsWith("\"retry_count\":0,\"attempts\":1}");
        assertThat(part.sentBack.isEmpty()).isTrue();
    }

    @Test
    void what_was_computed_and_does_not_hold_goes_back_while_the_budget_lasts() throws IOException {
        PreparedStep step =
                step("- {name: sum, scope: expression, expressions: {a: '1'}," + " validation: {ranges: {a: [2, 3]}}}");
        compute(step, "ask", member(0, 1));

        assertThat(part.sentBack.get(0)).isTrue();
        assertThat(text(part.findings.get(0)))
                .startsWith("{\"_n\":0,\"unit_id\":\"one\",\"attempt\":2,\"for\":\"ask\",\"errors\":[");

        compute(step, "ask", member(0, 2));

        assertThat(failure()).contains("\"failure_stage\":\"validation\"");
    }

    @Test
    void a_fan_out_gives_children_or_drops_or_fails() throws IOException {
        compute(step("- {name: split, scope: fan_out, field: list}"), "", member(0, 0));

        assertThat(part.children).containsEntry(0, 2);

        PreparedStep drops = step("- {name: split, scope: fan_out, field: list, on_empty: drop}");
        ObjectNode empty = record();
        empty.putArray("list");
        settle(drops, "", member(0, 0), new Brought(drops, empty, 0, null, null, null));

        assertThat(part.dropped.get(0)).isTrue();

        compute(step("- {name: split, scope: fan_out, field: list, max_children: 1}"), "", member(0, 0));

        assertThat(failure()).contains("\"failure_stage\":\"fan_out\"", "\"code\":\"too_many\"");
    }

    @Test
    void a_gather_takes_what_arrived_and_fails_for_a_child_that_did_not() throws IOException {
        PreparedStep gather = new WrittenPipeline(folder)
                .steps(
                        "- {name: split, scope: fan_out, field: list, child_field: each}",
                        "- {name: join, scope: gather, field: all, take: each}")
                .prepared()
                .get(1);
        List<ObjectNode> arrived =
                List.of(Json.object().put("each", 1), Json.object().put("each", 2));
        var all = new SettlingInput.Children(arrived, List.of());
        settle(gather, "", member(0, 0), new Brought(gather, record(), 0, null, all, null));

        assertThat(text(part.validated.get(0))).contains("\"all\":[1,2]");

        var some = new SettlingInput.Children(arrived, List.of("one.2"));
        settle(gather, "", member(0, 0), new Brought(gather, record(), 0, null, some, null));

        assertThat(failure()).contains("\"failure_stage\":\"gather\"", "1 of 3 children failed: one.2");
    }

    @Test
    void a_word_lets_a_unit_pass_as_it_is_or_fails_it() throws IOException {
        PreparedStep approval = step("- {name: look, scope: approval}");
        var yes = new UnitReview.Word(true, "ann", "");
        settle(approval, "", member(0, 0), new Brought(approval, record(), 0, null, null, yes));

        assertThat(text(part.validated.get(0))).isEqualTo(text(Json.line(record())));

        var no = new UnitReview.Word(false, "ann", "too long");
        settle(approval, "", member(0, 0), new Brought(approval, record(), 0, null, null, no));

        assertThat(failure()).contains("\"failure_stage\":\"approval\"", "rejected by ann: too long");
        assertThat(part.notes).containsOnlyKeys("rejected");
    }
}
