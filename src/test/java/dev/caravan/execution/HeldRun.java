package dev.caravan.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.app.Caravan;
import dev.caravan.base.Json;
import dev.caravan.base.RealDisk;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.limit.AccountPaces;
import dev.caravan.limit.Turnstiles;
import dev.caravan.pipeline.CallOverrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.RunOptions;
import dev.caravan.provider.Answer;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.provider.UsageReading;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import dev.caravan.run.Ticket;
import dev.caravan.run.WorkOrder;
import dev.caravan.step.RunSteps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** A run of the shipped pipeline that is held without routes: a test does what routes would. One worker, in turn. */
final class HeldRun implements AutoCloseable {
    private static final ModelRegistry REGISTRY = ModelRegistry.shipped();

    final LiveRun run;
    private final Turnstiles turnstiles;
    private boolean closed;
    private final ExecutorService worker = Executors.newSingleThreadExecutor();

    /** @param capPicos -1 for none */
    HeldRun(Path folder, int units, long capPicos) {
        var reader = new PipelineReader(REGISTRY, Map.copyOf(Caravan.kinds()));
        Pipeline pipeline = reader.read(Path.of("pipelines/ticket-triage"), CallOverrides.NONE);
        RunFolder made = new RunMaker(REGISTRY, Caravan.kinds(), new RealDisk(), Clock.systemUTC(), "test")
                .make(pipeline, new RunOptions(CallOverrides.NONE, units, true), folder.resolve("held"), "test");
        RunStore store = RunStore.open(made, new RealDisk(), Clock.systemUTC(), "test");
        store.recordAndWait(new RunEvent.CapSet(capPicos));
        RunSteps steps = RunSteps.of(made, store.onState(RunSteps.Basis::of), reader, Caravan.kinds());
        turnstiles = new Turnstiles(10, Clock.systemUTC(), new AccountPaces(folder.resolve("accounts")));
        var services = new ProcessServices(
                turnstiles, worker, (held, its, log, stopped) -> true, (its, lane, simulated, step, sample, count) -> {
                    throw new IllegalStateException("nobody asks");
                });
        var accounts = steps.pipeline().steps().stream()
                .map(each -> REGISTRY.provider(each.provider()).account("http://localhost", "no-key"))
                .toList();
        run = LiveRun.open(store, steps, new ProviderAccess(accounts, Tempo.SIMULATED, CallListener.NONE), services);
    }

    /** Starts it, and opens the first ticket, as a route would. */
    WorkOrder start(Lane lane) throws IOException {
        run.start(lane, "test");
        settle();
        try (Stream<Path> tickets =
                Files.list(run.folder().queue(run.facts().steps().get(0)))) {
            Path first = tickets.filter(each -> each.toString().endsWith(".json"))
                    .findFirst()
                    .orElseThrow();
            return run.open(Json.mapper().readValue(first.toFile(), Ticket.class))
                    .orElseThrow();
        }
    }

    List<UnitCall> calls(WorkOrder order) {
        var all = new ArrayList<UnitCall>();
        for (Iterator<UnitCall> each = run.calls().calls(order); each.hasNext(); ) {
            all.add(each.next());
        }
        return all;
    }

    /** Done once the call may be sent, or never will be. */
    CompletableFuture<Boolean> admit(UnitCall call) {
        var done = new CompletableFuture<Boolean>();
        run.calls().admit(call, () -> done.complete(call.sent()));
        settle();
        return done;
    }

    /** Is admitted at once. */
    void send(UnitCall call) {
        assertThat(admit(call)).isCompletedWithValue(true);
    }

    /** What came of a call is booked. */
    void book(UnitCall call, Answer answer) {
        var done = new CompletableFuture<Boolean>();
        run.calls().book(call, answer, () -> done.complete(true));
        assertThat(done.join()).isTrue();
        settle();
    }

    static Answer cheap() {
        return new Answer.Completed("{}", "m", UsageReading.told(new Usage(1, 0, 1, 0, 0)));
    }

    /** Until nothing more follows by itself: what the worker and the journal have to do was done. */
    void settle() {
        try {
            for (int i = 0; i < 5; i++) {
                worker.submit(() -> {}).get();
                if (!run.store().isBroken()) {
                    run.store().onState(state -> true);
                }
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the run back; who comes later finds it closed. */
    void closeRun() {
        if (!closed) {
            closed = true;
            run.close();
        }
    }

    @Override
    public void close() {
        closeRun();
        worker.shutdown();
        turnstiles.close();
    }
}
