package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UnitRecord;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Lane;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunStatus;
import dev.caravan.run.WorkOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallDeskTest {
    @TempDir
    Path folder;

    @Test
    void one_call_goes_first_and_others_follow_once_it_was_answered() throws Exception {
        try (var held = new HeldRun(folder, 5, -1)) {
            List<UnitCall> calls = held.calls(held.start(Lane.REALTIME));
            CompletableFuture<Boolean> first = held.admit(calls.get(0));
            CompletableFuture<Boolean> second = held.admit(calls.get(1));

            assertThat(first).isCompletedWithValue(true);
            assertThat(second).isNotDone();

            held.book(calls.get(0), HeldRun.cheap());

            assertThat(second).isCompletedWithValue(true);
        }
    }

    @Test
    void each_answer_makes_room_for_three() throws Exception {
        try (var held = new HeldRun(folder, 15, -1)) {
            List<UnitCall> calls = held.calls(held.start(Lane.REALTIME));
            List<CompletableFuture<Boolean>> let =
                    calls.stream().map(held::admit).toList();

            assertThat(let).filteredOn(CompletableFuture::isDone).hasSize(1);
            held.book(calls.get(0), HeldRun.cheap());

            assertThat(let).filteredOn(CompletableFuture::isDone).hasSize(1 + 3);
        }
    }

    @Test
    void records_are_read_in_any_order_also_once_their_work_was_settled() throws Exception {
        try (var held = new HeldRun(folder, 50, -1)) {
            WorkOrder order = held.start(Lane.REALTIME);
            List<UnitCall> calls = held.calls(order);
            List<ObjectNode> inOrder = calls.stream()
                    .map(each -> each.requests().record(0, each.member()))
                    .toList();
            List<UnitCall> shuffled = new ArrayList<>(calls);
            Collections.shuffle(shuffled, new Random(1));

            assertThat(inOrder).extracting(UnitRecord::id).doesNotHaveDuplicates();
            for (UnitCall each : shuffled) {
                assertThat(each.requests().record(0, each.member())).isEqualTo(inOrder.get(calls.indexOf(each)));
            }
            assertThat(held.run.calls().settle(order)).as("none was answered").isNull();
            assertThat(calls.get(7).requests().record(0, calls.get(7).member())).isEqualTo(inOrder.get(7));
        }
    }

    @Test
    void nothing_is_reserved_any_more_once_a_call_has_its_outcome() throws Exception {
        try (var held = new HeldRun(folder, 5, -1)) {
            UnitCall call = held.calls(held.start(Lane.REALTIME)).get(0);
            held.send(call);

            assertThat(held.run.reservedPicos()).isEqualTo(call.worst.picos()).isPositive();
            assertThat(held.run.callsInFlight()).isEqualTo(1);

            held.book(call, HeldRun.cheap());

            assertThat(held.run.reservedPicos()).isZero();
            assertThat(held.run.callsInFlight()).isZero();
        }
    }

    @Test
    void a_call_that_does_not_fit_waits_until_one_was_cheaper_than_it_might_have_been() throws Exception {
        long worst = worstOfACall();
        try (var held = new HeldRun(folder.resolve("capped"), 5, -1)) {
            List<UnitCall> calls = held.calls(held.start(Lane.REALTIME));
            held.run.store().recordAndWait(new RunEvent.CapSet(worst + worst / 2));
            held.send(calls.get(0));
            held.book(calls.get(0), HeldRun.cheap());
            CompletableFuture<Boolean> second = held.admit(calls.get(1));
            CompletableFuture<Boolean> third = held.admit(calls.get(2));

            assertThat(second).isCompletedWithValue(true);
            assertThat(third).isNotDone();

            held.book(calls.get(1), HeldRun.cheap());

            assertThat(third).isCompletedWithValue(true);
            assertThat(held.run.admits()).isTrue();
        }
    }

    @Test
    void a_run_whose_next_call_never_fits_pauses_at_its_cap_and_sends_nothing() throws Exception {
        long worst = worstOfACall();
        try (var held = new HeldRun(folder.resolve("capped"), 5, worst / 2)) {
            held.run.start(Lane.REALTIME, "test");
            held.settle();

            assertThat(held.run.awaitEnd(60_000)).isTrue();
            assertThat(held.run.summary().status()).isEqualTo(RunStatus.PAUSED);
            assertThat(PauseReason.of(held.run.summary().reason())).contains(PauseReason.CAP);
            assertThat(held.run.reservedPicos()).isZero();
        }
    }

    private long worstOfACall() throws Exception {
        try (var held = new HeldRun(folder.resolve("measured"), 5, -1)) {
            long most = 0;
            for (UnitCall each : held.calls(held.start(Lane.REALTIME))) {
                held.send(each);
                most = Math.max(most, each.worst.picos());
                held.book(each, HeldRun.cheap());
            }
            return most;
        }
    }

    @Test
    void whoever_waits_when_the_run_pauses_is_told_that_nothing_is_sent() throws Exception {
        try (var held = new HeldRun(folder, 5, -1)) {
            List<UnitCall> calls = held.calls(held.start(Lane.REALTIME));
            held.send(calls.get(0));
            CompletableFuture<Boolean> waits = held.admit(calls.get(1));

            held.run.pause(PauseReason.ASKED, "by a test");
            held.settle();

            assertThat(waits).isCompletedWithValue(false);
            assertThat(held.admit(calls.get(2))).as("who comes later").isCompletedWithValue(false);
        }
    }

    @Test
    void whoever_comes_after_the_run_was_closed_is_answered() throws Exception {
        var told = new CompletableFuture<Boolean>();
        try (var held = new HeldRun(folder, 5, -1)) {
            UnitCall call = held.calls(held.start(Lane.REALTIME)).get(0);
            held.closeRun();
            held.run.calls().admit(call, () -> told.complete(call.sent()));

            assertThat(told.get()).isFalse();
        }
    }

    @Test
    void a_key_that_is_refused_is_refused_once() throws Exception {
        try (var held = new HeldRun(folder, 5, -1)) {
            List<UnitCall> calls = held.calls(held.start(Lane.REALTIME));
            held.send(calls.get(0));
            CompletableFuture<Boolean> waits = held.admit(calls.get(1));

            held.book(calls.get(0), new Answer.Fatal("invalid_api_key", "no such key"));

            assertThat(waits).isCompletedWithValue(false);
            assertThat(held.run.summary().reason()).isEqualTo(PauseReason.PROVIDER.word());
            assertThat(held.run.summary().cost().calls()).isZero();
        }
    }

    @Test
    void a_call_whose_route_broke_is_at_risk_and_its_turn_is_anothers() throws Exception {
        try (var held = new HeldRun(folder, 5, -1)) {
            List<UnitCall> calls = held.calls(held.start(Lane.REALTIME));
            held.send(calls.get(0));
            CompletableFuture<Boolean> waits = held.admit(calls.get(1));

            held.run.calls().broken(calls.get(0), new IllegalArgumentException("odd"));
            held.settle();

            assertThat(waits).isCompletedWithValue(false);
            assertThat(held.run.failure()).hasMessage("odd");
            assertThat(held.run.summary().reason()).isEqualTo(PauseReason.FAULT.word());
            await().until(() -> held.run.reservedPicos() == 0);
            assertThat(held.run.summary().cost().atRiskPicos())
                    .isEqualTo(calls.get(0).worst.picos());
        }
    }

    @Test
    void work_is_settled_only_when_every_unit_of_it_has_its_outcome() throws Exception {
        try (var held = new HeldRun(folder, 5, -1)) {
            WorkOrder order = held.start(Lane.REALTIME);
            List<UnitCall> calls = held.calls(order);
            for (UnitCall each : calls.subList(1, calls.size())) {
                held.send(each);
                held.book(each, HeldRun.cheap());
            }

            assertThat(held.run.calls().settle(order)).isNull();

            held.send(calls.get(0));
            held.book(calls.get(0), HeldRun.cheap());

            assertThat(held.run.calls().settle(order)).isNotNull();
        }
    }
}
