package dev.caravan.execution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.UnitRecord;
import dev.caravan.limit.AccountTurnstile;
import dev.caravan.prompt.RenderException;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Prompt;
import dev.caravan.run.OpenWork;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.UnitRanges;
import dev.caravan.run.WorkOrder;
import dev.caravan.settle.ReplyRow;
import java.util.BitSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where realtime calls are admitted, intended, booked, and settled once all of a piece of work have their outcome. */
public final class CallDesk {
    private final RunContext run;
    private final RunControl control;
    private final RefusalWatch refusals;
    private final CapReached capReached;
    private final IntentJournal intents;
    /** By work, while its calls are made. */
    private final Map<String, OrderRecords> records = new ConcurrentHashMap<>();

    CallDesk(RunContext run, RunControl control, RefusalWatch refusals, CapReached capReached) {
        this.run = run;
        this.control = control;
        this.refusals = refusals;
        this.capReached = capReached;
        intents = new IntentJournal(run.store());
    }

    /** The calls that a ticket's work still needs, one at a time. */
    public Iterator<UnitCall> calls(WorkOrder order) {
        String name = UnitCall.plain(run.facts().run());
        var read = new OrderRecords(run.records());
        done(records.put(order.work(), read));
        StepRequests requests = run.requests().by(read);
        return order.unanswered().stream()
                .map(member -> new UnitCall(name, order, member, requests))
                .iterator();
    }

    private static void done(@Nullable OrderRecords read) {
        if (read != null) {
            read.close();
        }
    }

    /**
     * Waits for its turn, renders the prompt and journals the intent; then calls back. Afterwards the call has a prompt
     * to send, or none when its outcome is already decided or the run stops.
     */
    public void admit(UnitCall call, Runnable then) {
        AccountTurnstile turnstile =
                run.turnstiles().calls(call.order().step(), call.member().attempts() > 0);
        turnstile.acquire(control, new AccountTurnstile.Candidate() {
            @Override
            public boolean wanted() {
                return control.admits();
            }

            @Override
            public void refused() {
                run.workers().execute(then);
            }

            @Override
            public void admitted() {
                call.turnstile = turnstile;
                run.workers().execute(() -> {
                    try {
                        intend(call, then);
                    } catch (RuntimeException e) {
                        unused(call);
                        control.fail(e);
                        then.run();
                    }
                });
            }
        });
    }

    private void intend(UnitCall call, Runnable then) {
        WorkOrder order = call.order();
        ObjectNode record = call.requests().record(order.step(), call.member());
        call.unitId = UnitRecord.id(record);
        Optional<ReplyRow> passing = call.requests().unasked(order, call.member(), record, order.lane());
        if (passing.isPresent()) {
            unused(call);
            book(order, passing.get(), failure -> then.run());
            return;
        }
        Prompt prompt;
        try {
            prompt = call.requests().prompt(order.step(), call.member(), record);
        } catch (RenderException e) {
            unused(call);
            String message = String.valueOf(e.getMessage());
            book(
                    order,
                    ReplyRow.unrendered(call.member(), call.unitId, order.work(), order.lane(), message),
                    failure -> then.run());
            return;
        }
        call.worst = call.requests().worst(order.step(), call.member(), order.lane(), prompt);
        switch (run.budget().reserve(call.worst)) {
            case YES -> call.paidFor = true;
            case LATER -> {
                unused(call);
                run.budget().whenReleased(() -> admit(call, then));
                return;
            }
            case NEVER -> {
                unused(call);
                capReached.pause(order.step(), 1, call.worst);
                run.workers().execute(then);
                return;
            }
        }
        intents.add(order.work(), call.member().unit(), call.worst, failure -> {
            if (failure == null) {
                call.prompt = prompt;
                call.startedNanos = System.nanoTime();
                call.sentAt = run.turnstiles().now();
            } else {
                unused(call);
                settled(call);
            }
            run.workers().execute(then);
        });
    }

    /** The call's outcome is booked, whatever it cost. */
    private void settled(UnitCall call) {
        if (call.paidFor) {
            call.paidFor = false;
            run.budget().release(call.worst);
        }
    }

    /** Books what came of a sent call; calls back when it is durable. */
    public void book(UnitCall call, Answer answer, Runnable then) {
        if (answer instanceof Answer.Fatal fatal) {
            // Before the turn goes on to another call of the same account.
            control.pause(PauseReason.PROVIDER, fatal.code() + ": " + fatal.detail());
        }
        tell(call, answer);
        release(call);
        trace(call, answer);
        WorkOrder order = call.order();
        String unit = unit(call);
        boolean held = refusals.hold(call, answer);
        if (held || answer instanceof Answer.Fatal) {
            String code = answer instanceof Answer.Fatal fatal ? fatal.code() : RefusalWatch.CODE;
            run.store().record(new RunEvent.CallsNotBought(order.work(), unit, code), failure -> {
                settled(call);
                run.workers().execute(then);
            });
            return;
        }
        if (answer instanceof Answer.Ambiguous lost) {
            run.store().record(new RunEvent.CallsLost(order.work(), unit, lost.code(), 1, call.worst), failure -> {});
        }
        ReplyRow row = ReplyRow.of(call.member(), call.unitId, order.work(), order.lane(), answer, () -> call.worst);
        book(order, row, failure -> {
            settled(call);
            then.run();
        });
    }

    /**
     * The route broke before the call had an outcome. Whether it was sent nobody knows, so it is at risk; its turn is
     * another's, or whoever waits behind it would wait for ever.
     */
    public void broken(UnitCall call, Throwable cause) {
        if (call.turnstile == null) {
            return;
        }
        // Before the turn goes on to another call, which would break in the same way.
        control.fail(cause);
        if (call.sent()) {
            book(call, new Answer.Ambiguous("fault", cause.getClass().getSimpleName()), () -> {});
        } else {
            unused(call);
            settled(call);
        }
    }

    /** The account's turnstile learns from the answer, before the next one goes through. */
    private void tell(UnitCall call, Answer answer) {
        AccountTurnstile turnstile = call.turnstile;
        if (turnstile == null) {
            return;
        }
        turnstile.allowed(call.requestsPerMinute, call.tokensPerMinute);
        if (answer instanceof Answer.Throttled throttled) {
            if (turnstile.turnedAway(call.sentAt, throttled.retryAfter())) {
                control.pause(
                        PauseReason.THROTTLED, "requests were turned away again and again: " + throttled.detail());
            }
        } else if (answer instanceof Answer.Received received) {
            turnstile.answered(
                    received.usage().usage().input() + received.usage().usage().output());
        } else if (answer instanceof Answer.Rejected) {
            turnstile.answered(0);
        } else if (answer instanceof Answer.Fatal) {
            turnstile.failed();
        } else {
            turnstile.ended();
        }
    }

    private void trace(UnitCall call, Answer answer) {
        long nanos = System.nanoTime() - call.startedNanos;
        run.access().listener().answered(call.order().step(), answer, nanos);
        if (answer instanceof Answer.Throttled) {
            run.access().listener().turnedAway(call.order().step());
        }
        run.log()
                .trace("[API] " + run.step(call.order().step()).provider() + " "
                        + call.order().work() + " " + call.unitId + " | " + seconds(nanos) + "s | "
                        + answer.getClass().getSimpleName());
    }

    /** With two places. */
    private static String seconds(long nanos) {
        long hundredths = (nanos + 5_000_000) / 10_000_000;
        return hundredths / 100 + (hundredths % 100 < 10 ? ".0" : ".") + hundredths % 100;
    }

    private static String unit(UnitCall call) {
        var one = new BitSet();
        one.set(call.member().unit());
        return UnitRanges.text(one);
    }

    private void book(WorkOrder order, ReplyRow row, Consumer<@Nullable Throwable> then) {
        run.results().add(order.step(), row, failure -> run.workers().execute(() -> then.accept(failure)));
    }

    private static void release(UnitCall call) {
        AccountTurnstile turnstile = call.turnstile;
        call.turnstile = null;
        if (turnstile != null) {
            turnstile.release();
        }
    }

    /** Nothing was sent: the turn is another's. */
    private static void unused(UnitCall call) {
        AccountTurnstile turnstile = call.turnstile;
        call.turnstile = null;
        if (turnstile != null) {
            turnstile.unused();
        }
    }

    /** Settles the work if every member has its outcome, else leaves it open for when the run goes on. */
    public @Nullable RunEvent settle(WorkOrder order) {
        done(records.remove(order.work()));
        run.results().addAll(order.step(), refusals.given(order));
        boolean complete = run.store().onState(state -> {
            OpenWork work = state.openWork(order.work());
            return work != null && work.unanswered().isEmpty();
        });
        return complete ? run.settler().settle(order) : null;
    }

    /** Lets go of what is open for work that was not settled. */
    void close() {
        records.keySet().forEach(each -> done(records.remove(each)));
    }
}
