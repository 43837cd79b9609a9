package dev.caravan.app;

import dev.caravan.base.Disk;
import dev.caravan.base.OpenFiles;
import dev.caravan.base.PlainText;
import dev.caravan.base.TakenAwayException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.camel.exchange.ExchangeKeys;
import dev.caravan.camel.http.HttpDoor;
import dev.caravan.cli.ExitCode;
import dev.caravan.cli.RunDriver;
import dev.caravan.cost.ModelNames.Listed;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.cost.ProviderEntry;
import dev.caravan.execution.LiveRun;
import dev.caravan.extension.OperatorExtensions;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.CountAnswer;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.provider.ProviderKeys;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunSummary;
import dev.caravan.service.NoticeSink;
import dev.caravan.service.ServeSettings;
import dev.caravan.service.Service;
import dev.caravan.service.ServiceLease;
import dev.caravan.simulator.Simulator;
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.simulator.SimulatorSettings;
import dev.caravan.step.StepKind;
import dev.caravan.web.HttpSettings;
import dev.caravan.web.ServiceAddress;
import dev.caravan.web.WebhookSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.camel.builder.ExchangeBuilder;
import org.jspecify.annotations.Nullable;

/** Drives runs for the commands, in an engine of their own. */
public final class EngineDriver implements RunDriver {
    private static final long PROGRESS_MILLIS = 250;

    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final Disk disk;
    private final Clock clock;
    private final ShutdownSignals interrupts;
    private @Nullable Engine opened;

    public EngineDriver(
            ModelRegistry registry, Map<String, StepKind> kinds, Disk disk, Clock clock, ShutdownSignals interrupts) {
        this.registry = registry;
        this.kinds = kinds;
        this.disk = disk;
        this.clock = clock;
        this.interrupts = interrupts;
    }

    @Override
    public End drive(RunFolder folder, Options options, Consumer<RunSummary> progress) {
        try {
            return drive(opened(options, null), folder, options, UnaryOperator.identity(), progress);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            close();
        }
    }

    @Override
    public Way way(Pipeline pipeline, @Nullable Lane wanted, boolean simulated, Options options) {
        return preflight()
                .way(
                        pipeline,
                        simulated,
                        wanted,
                        Lane.BATCH,
                        each -> StepAccounts.listsBatches(
                                StepAccounts.real(each),
                                opened(options, routes(pipeline)).context()));
    }

    @Override
    public void check(Pipeline pipeline, boolean simulated) {
        preflight().check(pipeline, simulated);
    }

    @Override
    public void checkRoutes(Pipeline pipeline) {
        preflight().checkRoutes(pipeline);
    }

    private Preflight preflight() {
        return new Preflight(registry, kinds, OperatorExtensions.ofWorkingFolder(Installation.home()));
    }

    @Override
    public void open(Pipeline pipeline, Lane lane, Options options) {
        Engine engine = opened(options, routes(pipeline));
        engine.preflight().check(pipeline, lane, engine.context());
    }

    /** The folders of routes that the providers of a pipeline need. */
    private Set<String> routes(Pipeline pipeline) {
        return Preflight.names(pipeline, kinds).stream()
                .map(each -> registry.provider(each).routes())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** @param providers whose routes are asked for, by their folders; null for all, where a run may have been revised */
    private Engine opened(Options options, @Nullable Set<String> providers) {
        Engine known = opened;
        if (known == null) {
            known = engine(settings(options), null, providers);
            opened = known;
        }
        return known;
    }

    @Override
    public void close() {
        Engine known = opened;
        opened = null;
        if (known != null) {
            known.close();
        }
    }

    /**
     * In an engine that others share.
     *
     * @param way another one to the run's providers
     */
    public End drive(
            Engine engine, RunFolder folder, Options options, UnaryOperator<Account> way, Consumer<RunSummary> progress)
            throws Exception {
        LiveRun run = engine.launch(folder, options.lane(), options.command(), options.capPicos(), way);
        try {
            return watch(run, options, progress);
        } finally {
            engine.release(run);
        }
    }

    /** Each start says whose routes and classes are in use beside the installation's. */
    private Engine engine(EngineSettings settings, @Nullable HttpSettings http, @Nullable Set<String> providers) {
        OperatorExtensions extensions = OperatorExtensions.ofWorkingFolder(Installation.home());
        if (!extensions.words().isEmpty()) {
            interrupts.say("caravan: " + PlainText.line(extensions.words()));
        }
        return new Engine(settings, registry, kinds, disk, clock, CamelHost.start(http, extensions, providers));
    }

    private static EngineSettings settings(Options options) {
        return new EngineSettings(
                options.concurrency(),
                options.pollMillis(),
                options.findGraceMillis(),
                SimulatorFaults.parse(options.faults()),
                options.simulatedJobMillis());
    }

    @Override
    public int serve(
            ServeSettings settings,
            Options options,
            @Nullable HttpSettings http,
            WebhookSettings receivers,
            NoticeSink screen) {
        ServiceLease lease = ServiceLease.take(settings.memory(), disk, clock);
        Service.note(settings, disk, clock);
        var address = new ServiceAddress(settings.memory(), disk);
        var files = OpenFiles.atStart();
        ServeSettings bearable = settings.within(files);
        EngineSettings calls = settings(options).within(files);
        try (var engine = engine(calls, http, null);
                var serving = new ServiceSession(engine, bearable, receivers, screen, options.command())) {
            String url = http == null ? "" : http.url(HttpDoor.open(engine.context(), http, engine.apiDesk()));
            address.keep(url);
            serving.begin(url);
            var lost = lease.lost().thenApply(why -> {
                interrupts.say("error: " + Disk.reason(why) + "; the service ends");
                interrupts.end();
                return true;
            });
            interrupts.await();
            serving.stop(options.graceMillis(), " (a second signal leaves at once)", () -> interrupts.count() > 1);
            return lost.toCompletableFuture().isDone() ? ExitCode.WAITING : ExitCode.DONE;
        } finally {
            try {
                address.forget();
            } finally {
                lease.close();
            }
        }
    }

    private End watch(LiveRun run, Options options, Consumer<RunSummary> progress) throws InterruptedException {
        long from = System.nanoTime();
        while (!run.awaitEnd(PROGRESS_MILLIS)) {
            progress.accept(run.summary());
            if (interrupts.count() > 0) {
                interrupted(run, options);
                return end(run, true);
            }
            if (options.timeoutMillis() > 0 && System.nanoTime() - from > options.timeoutMillis() * 1_000_000) {
                interrupted(run, options);
                break;
            }
        }
        if (run.is(RunStatus.KILLED)) {
            awaitCancelled(run, options);
        }
        if (run.is(RunStatus.PAUSED) || run.is(RunStatus.KILLED)) {
            interrupted(run, options);
        }
        return end(run, false);
    }

    /** Jobs of a killed run are cancelled, and what they answered before is collected and booked, up to the grace. */
    private void awaitCancelled(LiveRun run, Options options) throws InterruptedException {
        int before = interrupts.count();
        if (run.hasJobsOut()) {
            interrupts.say("killed: jobs at the provider are cancelled and collected, up to "
                    + options.graceMillis() / 1000 + " s");
        }
        await(options, before, run::hasJobsOut);
    }

    private void await(Options options, int before, BooleanSupplier open) throws InterruptedException {
        long until = System.nanoTime() + options.graceMillis() * 1_000_000;
        while (open.getAsBoolean() && System.nanoTime() < until && interrupts.count() == before) {
            new CountDownLatch(1).await(50, TimeUnit.MILLISECONDS);
        }
    }

    /** Nothing new is sent; calls in flight are awaited up to the grace, or until a second interrupt. */
    private void interrupted(LiveRun run, Options options) throws InterruptedException {
        run.stopAdmitting();
        int before = interrupts.count();
        int open = run.callsInFlight();
        if (interrupts.count() > 0) {
            interrupts.say("stopping: nothing new is sent; " + open + " calls in flight are awaited up to "
                    + options.graceMillis() / 1000 + " s (Ctrl-C again leaves at once)");
        }
        await(options, before, () -> run.callsInFlight() > 0);
        run.log().log(
                "STOP",
                run.callsInFlight() + " calls in flight and " + run.jobsOut().size()
                        + " jobs at the provider were left behind");
    }

    private static End end(LiveRun run, boolean interrupted) {
        Throwable failure = run.failure();
        if (failure instanceof UncheckedIOException refused) {
            boolean taken = refused instanceof TakenAwayException;
            return new End(run.summary(), interrupted, Disk.reason(refused), true, taken);
        }
        String fault = failure == null ? "" : String.valueOf(failure);
        return new End(run.summary(), interrupted, fault, false, false);
    }

    @Override
    public Listed models(String provider) {
        Account account = StepAccounts.real(registry.provider(provider));
        try (var engine = engine(EngineSettings.DEFAULT, null, Set.of(account.routes()))) {
            return ModelLists.of(account, engine.context());
        }
    }

    @Override
    public CountAnswer count(String provider, List<Prompt> prompts) {
        ProviderEntry entry = registry.provider(provider);
        if (ProviderKeys.of(System.getenv(), WorkingFolder.path())
                .secret(entry.keyVariable())
                .isEmpty()) {
            return new CountAnswer(List.of(), "no key is set in " + entry.keyVariable());
        }
        Account account = StepAccounts.real(entry);
        try (var engine = engine(EngineSettings.DEFAULT, null, Set.of(account.routes()));
                var template = engine.context().createProducerTemplate()) {
            if (engine.context().getRoute(account.routes() + "-count") == null) {
                return new CountAnswer(List.of(), "it has no route for that");
            }
            var tokens = new ArrayList<Long>();
            for (Prompt each : prompts) {
                var exchange = ExchangeBuilder.anExchange(engine.context())
                        .withProperty(ExchangeKeys.ACCOUNT.name(), account)
                        .withBody(each)
                        .build();
                Object answer = template.send("direct:" + account.routes() + "-count", exchange)
                        .getMessage()
                        .getBody();
                if (!(answer instanceof Long count)) {
                    return new CountAnswer(List.of(), answer instanceof Answer trouble ? code(trouble) : "no answer");
                }
                tokens.add(count);
            }
            return new CountAnswer(tokens, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without the provider's words, which may quote a key. */
    private static String code(Answer trouble) {
        if (trouble instanceof Answer.Fatal each) {
            return each.code();
        }
        if (trouble instanceof Answer.Throttled each) {
            return each.code();
        }
        if (trouble instanceof Answer.Rejected each) {
            return each.code();
        }
        return trouble instanceof Answer.Transient each ? each.code() : "no answer";
    }

    @Override
    public int simulate(
            int port, String stateDir, long seed, String faults, long jobMillis, int speed, Consumer<String> ready) {
        try (var simulator = Simulator.start(new SimulatorSettings(
                Path.of(stateDir),
                seed,
                port,
                "",
                jobMillis,
                speed,
                SimulatorFaults.parse(faults),
                new ModelCatalogue(registry),
                clock))) {
            ready.accept(simulator.readyLine());
            interrupts.await();
            return ExitCode.DONE;
        }
    }
}
