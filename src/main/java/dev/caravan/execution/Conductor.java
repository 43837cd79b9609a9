package dev.caravan.execution;

import dev.caravan.base.Json;
import dev.caravan.run.EventTable;
import dev.caravan.run.OpenWork;
import dev.caravan.run.Planner;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.Ticket;
import dev.caravan.run.WorkOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Turns each folded event into what comes next: binds units into work and lays tickets into the step queues. Runs on
 * the journal's thread, and does no work that grows with the run.
 */
final class Conductor implements RunStore.Listener {
    private static final EventTable<Conductor> HEARD = new EventTable<Conductor>()
            .on(RunEvent.WorkFormed.class, (conductor, e, time) -> conductor.forming--)
            .on(RunEvent.WorkDone.class, (conductor, e, time) -> conductor.orders.remove(e.work()))
            .on(RunEvent.WorkSplit.class, (conductor, e, time) -> conductor.orders.remove(e.work()));

    private final RunStore store;
    private final RunFolder folder;
    private final Planner planner;
    private final Runnable whenSettled;
    private final Runnable whenPilotOver;
    private final IntConsumer whenReviewDue;
    private final IntConsumer whenCapReached;
    private final Set<String> outstanding = new HashSet<>();
    private final Map<String, WorkOrder> orders = new ConcurrentHashMap<>();
    private final AtomicInteger openTickets = new AtomicInteger();
    private int forming;
    private long laid;
    private volatile boolean stopping;
    private volatile boolean started;
    private boolean settledTold;
    private boolean pilotTold;
    private boolean reviewTold;
    private boolean capTold;

    /**
     * @param whenSettled told once every unit has its outcome, on the journal's thread: it must hand over the work
     * @param whenPilotOver told in the same way once the units that go first are through
     * @param whenReviewDue told in the same way once nothing can go on before a person decides, with the step's place
     * @param whenCapReached told in the same way once nothing can go on under the cap, with the place of the step
     */
    Conductor(
            RunStore store,
            Planner planner,
            Runnable whenSettled,
            Runnable whenPilotOver,
            IntConsumer whenReviewDue,
            IntConsumer whenCapReached) {
        this.whenCapReached = whenCapReached;
        this.whenReviewDue = whenReviewDue;
        this.whenPilotOver = whenPilotOver;
        this.store = store;
        this.folder = store.folder();
        this.planner = planner;
        this.whenSettled = whenSettled;
    }

    /** Lays the first tickets: the queue of an earlier process is thrown away and made again from the state. */
    void start() {
        store.onState(state -> {
            state.facts().steps().forEach(step -> emptyQueue(folder.queue(step)));
            emptyQueue(folder.collecting());
            return true;
        });
        store.listen(this);
        started = true;
        store.later(state -> proceed(state, store.clock().instant()));
    }

    /** Time has passed: what was held back may be due. Before the start it is not: work would form unheard. */
    void tick() {
        if (started && !stopping) {
            store.later(state -> proceed(state, store.clock().instant()));
        }
    }

    /** No further tickets; those that lie in the queues are refused when they are opened. */
    void stop() {
        stopping = true;
    }

    boolean stopping() {
        return stopping;
    }

    @Override
    public void folded(RunEvent event, RunState state, Instant time) {
        HEARD.take(this, event, time);
        proceed(state, store.clock().instant());
    }

    @Override
    public void broken(Throwable cause) {
        stopping = true;
    }

    private void proceed(RunState state, Instant now) {
        if (stopping || !state.created()) {
            return;
        }
        if (forming == 0) {
            List<RunEvent.WorkFormed> formed = planner.form(state, now);
            forming += formed.size();
            formed.forEach(each -> store.record(each, failure -> {}));
        }
        for (OpenWork work : new ArrayList<>(state.works())) {
            planner.ticket(state, work, store.epoch(), now).ifPresent(ticket -> issue(state, work, ticket));
        }
        tell(state, now);
    }

    /** Says once of each point that all units have come to. */
    private void tell(RunState state, Instant now) {
        if (state.pilotOver() && state.status() == RunStatus.RUNNING && !pilotTold) {
            pilotTold = true;
            whenPilotOver.run();
        }
        if (forming == 0) {
            tellWhatHolds(state, now);
        }
        if (isThrough(state) && !settledTold) {
            settledTold = true;
            whenSettled.run();
        }
    }

    private static boolean isThrough(RunState state) {
        return state.everyUnitSettled()
                && state.strays().isEmpty()
                && !state.status().terminal();
    }

    /** Nothing can go on before a person decides, or more money is allowed. */
    private void tellWhatHolds(RunState state, Instant now) {
        if (!reviewTold) {
            state.reviewDue().ifPresent(step -> {
                reviewTold = true;
                whenReviewDue.accept(step);
            });
        }
        if (!capTold) {
            planner.heldByCap(state, now).ifPresent(step -> {
                capTold = true;
                whenCapReached.accept(step);
            });
        }
    }

    private void issue(RunState state, OpenWork work, Ticket ticket) {
        if (outstanding.add(ticket.need())) {
            orders.put(work.id(), WorkOrder.of(state, work));
            write(
                    ticket.action().bringsIn()
                            ? folder.collecting()
                            : folder.queue(state.facts().steps().get(ticket.step())),
                    ticket.need() + "-" + ++laid + ".json",
                    ticket);
        }
    }

    /** The order behind a ticket, if the ticket still counts: not stale, and its work still open. */
    Optional<WorkOrder> open(Ticket ticket) {
        if (stopping || ticket.epoch() != store.epoch()) {
            return Optional.empty();
        }
        Optional<WorkOrder> order = Optional.ofNullable(orders.get(ticket.work()));
        order.ifPresent(each -> openTickets.incrementAndGet());
        return order;
    }

    /** Tickets that routes work on at this moment. */
    int openTickets() {
        return openTickets.get();
    }

    /** A route is through with a ticket, whatever came of it. Should the work still need it, it is laid again. */
    void closed(Ticket ticket) {
        openTickets.decrementAndGet();
        store.later(state -> {
            outstanding.remove(ticket.need());
            proceed(state, store.clock().instant());
        });
    }

    private static void write(Path queue, String name, Ticket ticket) {
        try {
            Files.createDirectories(queue);
            Path hidden = queue.resolve("." + name + ".tmp");
            Files.write(hidden, Json.line(Json.mapper().valueToTree(ticket)));
            Files.move(hidden, queue.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lay a ticket into " + queue, e);
        }
    }

    private static void emptyQueue(Path queue) {
        try {
            Files.createDirectories(queue);
            try (Stream<Path> old = Files.list(queue)) {
                for (Path each : old.filter(Files::isRegularFile).toList()) {
                    Files.delete(each);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot empty " + queue, e);
        }
    }
}
