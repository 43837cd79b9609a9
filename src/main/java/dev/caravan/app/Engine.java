package dev.caravan.app;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.camel.ServiceDesk;
import dev.caravan.camel.StepRoutes;
import dev.caravan.camel.Wiring;
import dev.caravan.camel.http.ApiDesk;
import dev.caravan.cli.RunDriver;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.estimate.Estimator;
import dev.caravan.estimate.PromptCounter;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.ProcessServices;
import dev.caravan.execution.ProviderAccess;
import dev.caravan.extension.OperatorExtensions;
import dev.caravan.limit.AccountPaces;
import dev.caravan.limit.Turnstiles;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.provider.Account;
import dev.caravan.provider.Lane;
import dev.caravan.run.GivenFiles;
import dev.caravan.run.PauseReason;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunLog;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunStore;
import dev.caravan.run.RunSummary;
import dev.caravan.service.NoticeSink;
import dev.caravan.service.RunLauncher;
import dev.caravan.service.ServeSettings;
import dev.caravan.service.Service;
import dev.caravan.simulator.Simulator;
import dev.caravan.step.RunSteps;
import dev.caravan.step.StepKind;
import dev.caravan.task.TaskRunner;
import dev.caravan.task.TrustStore;
import dev.caravan.watch.RunWatch;
import dev.caravan.web.HttpApi;
import dev.caravan.web.NoticeLog;
import dev.caravan.web.WebhookFeed;
import dev.caravan.web.WebhookSettings;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/** The running application: a Camel context with the shipped routes, and the runs it is at. */
public final class Engine implements AutoCloseable {
    private final EngineSettings settings;
    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final Disk disk;
    private final Clock clock;
    private final CamelHost host;
    private final Wiring wiring;
    private final StepRoutes routes;
    private final Turnstiles turnstiles;
    private final ProcessServices services;
    private final EngineMonitoring observation;
    private final RunSimulators simulators;

    public Engine(
            EngineSettings settings, ModelRegistry registry, Map<String, StepKind> kinds, Disk disk, Clock clock) {
        this(settings, registry, kinds, disk, clock, CamelHost.start(null));
    }

    /** @param host is closed with it */
    Engine(
            EngineSettings settings,
            ModelRegistry registry,
            Map<String, StepKind> kinds,
            Disk disk,
            Clock clock,
            CamelHost host) {
        this.settings = settings;
        this.registry = registry;
        this.kinds = kinds;
        this.disk = disk;
        this.clock = clock;
        this.host = host;
        turnstiles = new Turnstiles(settings.concurrency(), clock, new AccountPaces(AccountPaces.folder()));
        wiring = ContextBeans.wiring(host.context());
        simulators = new RunSimulators(settings, registry, clock);
        services = new ProcessServices(
                turnstiles,
                wiring.workers(),
                (store, pipeline, log, stopped) ->
                        new TaskRunner(store, pipeline, TrustStore.ofWorkingFolder(), log, stopped).run(),
                new Estimator(registry, kinds, List.of(), PromptCounter.NOBODY)::behind);
        routes = new StepRoutes(host.context());
        observation = new EngineMonitoring(wiring, clock, host.listens());
    }

    /** What tells others how its runs do. */
    EngineMonitoring observation() {
        return observation;
    }

    /** How a run stands that this process is at. */
    Optional<RunSummary> summary(String run) {
        return wiring.runs().find(run).map(LiveRun::summary);
    }

    /** Who answers over HTTP. */
    ApiDesk apiDesk() {
        return wiring.apiDesk();
    }

    /** The operator's routes and classes that are read here. */
    OperatorExtensions extensions() {
        return ContextBeans.extensions(context());
    }

    /** What runs need that are made or taken up here. */
    Preflight preflight() {
        return new Preflight(registry, kinds, extensions());
    }

    public CamelContext context() {
        return host.context();
    }

    /** Takes a run up and starts or resumes it. */
    public LiveRun launch(RunFolder folder, Lane lane, String command) throws Exception {
        return launch(new RunLaunch(folder, lane, command, disk));
    }

    /** @param capPicos most that the run may cost, -1 for no cap, {@link RunDriver#AS_IT_WAS} */
    public LiveRun launch(RunFolder folder, Lane lane, String command, long capPicos) throws Exception {
        return launch(new RunLaunch(folder, lane, command, disk).capped(capPicos));
    }

    /** @param way another one to the providers of the run, by which they are the same accounts */
    LiveRun launch(RunFolder folder, Lane lane, String command, long capPicos, UnaryOperator<Account> way)
            throws Exception {
        return launch(
                new RunLaunch(folder, lane, command, disk).capped(capPicos).by(way));
    }

    /** Takes a run up that rests, and leaves it so: what it paid for is collected. */
    LiveRun collect(RunFolder folder) throws Exception {
        return launch(new RunLaunch(folder, Lane.BATCH, "caravan serve", disk).collecting());
    }

    /** As the other, on a disk of its own: one process may hold runs on several. */
    public LiveRun launch(RunFolder folder, Lane lane, String command, Disk disk) throws Exception {
        return launch(new RunLaunch(folder, lane, command, disk));
    }

    /** Tickets and routes go by the name that a run was made under, and a copy has the same. */
    private void checkAlone(RunStore store) {
        Optional<LiveRun> other = wiring.runs().find(store.facts().run());
        if (other.isPresent()) {
            throw new UserMistakeException(
                    store.folder().root().toString(),
                    "",
                    "was made under the same name as " + other.get().folder().root()
                            + ", which is at work in this process: let that one end, or pause it, and try again");
        }
    }

    /** A run that is in order, and who watches it. */
    private record Opened(LiveRun run, RunWatch.Following following) {}

    private LiveRun launch(RunLaunch launch) throws Exception {
        launch.folder().checkPlace();
        RunStore store = RunStore.open(launch.folder(), launch.disk(), clock, "engine");
        Opened opened;
        try {
            opened = open(launch, store);
        } catch (Exception | Error e) {
            explain(store, e);
            store.close();
            throw e;
        }
        try {
            begin(launch, opened);
        } catch (Exception | Error e) {
            explain(store, e);
            release(opened.run());
            throw e;
        }
        return opened.run();
    }

    private Opened open(RunLaunch launch, RunStore store) {
        checkAlone(store);
        launch.setCap(store);
        GivenFiles.check(store);
        RunSteps steps = RunSteps.of(
                launch.folder(),
                store.onState(RunSteps.Basis::of),
                new PipelineReader(registry, Map.copyOf(kinds)),
                kinds);
        preflight().checkRoutes(steps.pipeline());
        Simulator simulator = store.facts().simulated() ? simulators.start(launch.folder(), steps.pipeline()) : null;
        try {
            return open(launch, store, steps, simulator);
        } catch (RuntimeException | Error e) {
            if (simulator != null) {
                simulator.close();
            }
            throw e;
        }
    }

    private Opened open(RunLaunch launch, RunStore store, RunSteps steps, @Nullable Simulator simulator) {
        List<Account> accounts = new StepAccounts(registry, kinds)
                .of(steps.pipeline(), simulator).stream().map(launch.way()).toList();
        if (launch.goesOn()) {
            new LaunchChecks(registry, kinds, context()).check(store, steps.pipeline(), launch.lane(), accounts);
        }
        RunWatch.Following following = observation.watch().follow(store);
        var access = new ProviderAccess(accounts, settings.tempo(simulator != null), following.calls());
        LiveRun run = LiveRun.open(store, steps, access, services);
        run.log().log(
                "INIT",
                launch.command() + " | Caravan " + Installation.version() + ", Java " + Runtime.version() + ", Camel "
                        + context().getVersion());
        if (simulator != null) {
            simulators.keep(run, simulator);
        } else {
            registry.moved(accounts.stream().map(Account::provider).toList())
                    .forEach(each -> run.log().log("INIT", each));
        }
        return new Opened(run, following);
    }

    private void begin(RunLaunch launch, Opened opened) throws Exception {
        LiveRun run = opened.run();
        if (launch.goesOn()) {
            run.start(launch.lane(), launch.command());
        } else {
            run.collect();
        }
        // A clock tick before the start would form work whose end nobody counts.
        wiring.runs().add(run);
        routes.add(run);
        observation.watch().take(run, opened.following());
    }

    /** Checks what only a context with routes can tell of a pipeline whose run is to be made. */
    public void checkRoutes(Pipeline pipeline, Lane lane) {
        preflight().check(pipeline, lane, context());
    }

    /**
     * A run that could not be taken up says why, whoever saw the message: it pauses. What the service keeps is tried
     * again, and told by it.
     */
    private static void explain(RunStore store, Throwable why) {
        if (store.isBroken() || !store.onState(state -> state.created() && !state.served() && goesOn(state.status()))) {
            return;
        }
        PauseReason reason = why instanceof UserMistakeException ? PauseReason.UNUSABLE : PauseReason.FAULT;
        String detail = String.valueOf(why.getMessage());
        if (why instanceof UncheckedIOException refused) {
            reason = PauseReason.DISK;
            detail = Disk.reason(refused);
        } else if (reason == PauseReason.FAULT) {
            detail = why.getClass().getSimpleName() + ": " + detail;
        }
        try {
            store.recordAndWait(new RunEvent.RunPaused(reason.word(), RunLog.clean(detail)));
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private static boolean goesOn(RunStatus status) {
        return status == RunStatus.PENDING || status == RunStatus.RUNNING;
    }

    /** The bill of a run's simulator, while the run is at work. */
    public @Nullable Simulator simulator(LiveRun run) {
        return simulators.of(run);
    }

    /** A service whose runs are at work here. */
    Service service(ServeSettings serve, RunLauncher launcher, NoticeSink notices) {
        return new Service(serve, launcher, notices, registry, kinds, disk, clock, Installation.version());
    }

    /** What answers over HTTP for a service whose runs are at work here. */
    HttpApi api(Service service, NoticeLog log) {
        return new HttpApi(Installation.version(), service, registry, kinds, disk, clock, log, this::summary);
    }

    /** Tells receivers of webhooks what happens to the runs of a service. */
    WebhookFeed webhooks(ServeSettings serve, WebhookSettings receivers, NoticeSink trouble) {
        return new WebhookFeed(receivers, serve.runs(), serve.memory(), disk, clock, trouble);
    }

    Clock clock() {
        return clock;
    }

    /** Looks at no jobs until a run is taken up. */
    void rest() {
        try {
            routes.rest();
        } catch (Exception e) {
            throw new IllegalStateException("the clock of jobs cannot be stopped", e);
        }
    }

    /** Whom the clock of {@code routes/serve.camel.yaml} serves. */
    ServiceDesk serviceDesk() {
        return wiring.serviceDesk();
    }

    /** Ends a run's routes and gives its folder back. */
    public void release(LiveRun run) throws Exception {
        run.stopAdmitting();
        routes.remove(run);
        wiring.runs().remove(run);
        observation.watch().leave(run);
        try {
            run.close();
        } finally {
            simulators.close(run);
        }
    }

    @Override
    public void close() {
        host.close();
        turnstiles.close();
        observation.close();
    }
}
