package dev.caravan.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.OpenFiles;
import dev.caravan.base.PlainText;
import dev.caravan.camel.ServiceDesk;
import dev.caravan.camel.StepRoutes;
import dev.caravan.camel.Wiring;
import dev.caravan.camel.http.ApiDesk;
import dev.caravan.camel.provider.ProviderWires;
import dev.caravan.cli.RunDriver;
import dev.caravan.cost.ModelNames;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.estimate.Estimator;
import dev.caravan.estimate.PromptCounter;
import dev.caravan.execution.LiveRun;
import dev.caravan.extension.OperatorExtensions;
import dev.caravan.limit.AccountPaces;
import dev.caravan.limit.Turnstiles;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.pipeline.Step;
import dev.caravan.provider.Account;
import dev.caravan.provider.Lane;
import dev.caravan.run.GivenFiles;
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
import dev.caravan.simulator.SimulatorFaults;
import dev.caravan.simulator.SimulatorSettings;
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
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running application: a Camel context with the shipped routes, and the runs it is at. */
public final class Engine implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);

    /**
     * Settings of a process.
     *
     * @param concurrency most realtime calls in flight, over all runs
     * @param pollMillis between two looks at a job of a real provider
     * @param graceMillis how long a job may be missing from a provider's list before it is said not to exist
     */
    public record Settings(
            int concurrency, long pollMillis, long graceMillis, SimulatorFaults faults, long simulatedJobMillis) {
        public static final Settings DEFAULT = new Settings(100, 15_000, 60_000, SimulatorFaults.NONE, 300);

        /** With no more calls in flight than there are files for; where those are fewer, it is told. */
        Settings within(OpenFiles files) {
            if (files.calls() < concurrency) {
                log.warn(
                        "few files may be open (ulimit -n): no more than {} calls in flight at one time",
                        files.calls());
            }
            return new Settings(
                    Math.min(concurrency, files.calls()), pollMillis, graceMillis, faults, simulatedJobMillis);
        }
    }

    private static final long SIMULATED_POLL_MILLIS = 200;
    private static final long SIMULATED_PAUSE_MILLIS = 100;
    private static final long SIMULATED_THROTTLED_MILLIS = 5;
    private static final long SIMULATED_GRACE_MILLIS = 3_000;
    private static final long PAUSE_MILLIS = 1_000;
    private static final long LINGER_MILLIS = 20_000;
    private static final long SIMULATOR_SEED = 1;

    private final Settings settings;
    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final Disk disk;
    private final Clock clock;
    private final CamelHost host;
    private final Wiring wiring;
    private final StepRoutes routes;
    private final Turnstiles permits;
    private final EngineMonitoring observation;
    private final Map<LiveRun, Simulator> simulators = new ConcurrentHashMap<>();

    public Engine(Settings settings, ModelRegistry registry, Map<String, StepKind> kinds, Disk disk, Clock clock) {
        this(settings, registry, kinds, disk, clock, CamelHost.start(null));
    }

    /** @param host is closed with it */
    Engine(
            Settings settings,
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
        permits = new Turnstiles(settings.concurrency(), clock, new AccountPaces(AccountPaces.folder()));
        wiring = Objects.requireNonNull(
                host.context().getRegistry().lookupByNameAndType(CaravanPlugin.WIRING, Wiring.class));
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
        return Objects.requireNonNull(
                context().getRegistry().lookupByNameAndType(CaravanPlugin.EXTENSIONS, OperatorExtensions.class));
    }

    /** What runs need that are made or taken up here. */
    Preflight preflight() {
        return new Preflight(registry, kinds, extensions());
    }

    /** The mappings of the providers. */
    ProviderWires wires() {
        return wiring.wires();
    }

    public CamelContext context() {
        return host.context();
    }

    /** Takes a run up and starts or resumes it. */
    public LiveRun launch(RunFolder folder, Lane lane, String command) throws Exception {
        return launch(folder, lane, command, disk);
    }

    /** @param capPicos most that the run may cost, -1 for no cap, {@link RunDriver#AS_IT_WAS} */
    public LiveRun launch(RunFolder folder, Lane lane, String command, long capPicos) throws Exception {
        return launch(folder, lane, command, disk, capPicos, true, UnaryOperator.identity());
    }

    /** @param way another one to the providers of the run, by which they are the same accounts */
    LiveRun launch(RunFolder folder, Lane lane, String command, long capPicos, UnaryOperator<Account> way)
            throws Exception {
        return launch(folder, lane, command, disk, capPicos, true, way);
    }

    /** Takes a run up that rests, and leaves it so: what it paid for is collected. */
    LiveRun collect(RunFolder folder) throws Exception {
        return launch(folder, Lane.BATCH, "caravan serve", disk, RunDriver.AS_IT_WAS, false, UnaryOperator.identity());
    }

    /** As the other, on a disk of its own: one process may hold runs on several. */
    public LiveRun launch(RunFolder folder, Lane lane, String command, Disk disk) throws Exception {
        return launch(folder, lane, command, disk, RunDriver.AS_IT_WAS, true, UnaryOperator.identity());
    }

    /** Tickets and routes go by the name that a run was made under, and a copy has the same. */
    private void checkAlone(RunStore store) {
        Optional<LiveRun> other = wiring.runs().find(store.facts().run());
        if (other.isPresent()) {
            throw new InvalidFileException(
                    store.folder().root().toString(),
                    "",
                    "was made under the same name as " + other.get().folder().root()
                            + ", which is at work in this process: let that one end, or pause it, and try again");
        }
    }

    private LiveRun launch(
            RunFolder folder,
            Lane lane,
            String command,
            Disk disk,
            long capPicos,
            boolean goesOn,
            UnaryOperator<Account> way)
            throws Exception {
        folder.checkPlace();
        RunStore store = RunStore.open(folder, disk, clock, "engine");
        Simulator simulator = null;
        try {
            checkAlone(store);
            if (capPicos != RunDriver.AS_IT_WAS && store.onState(state -> state.capPicos()) != capPicos) {
                store.recordAndWait(new RunEvent.CapSet(capPicos));
            }
            GivenFiles.check(store);
            boolean simulated = store.facts().simulated();
            RunSteps judging = RunSteps.of(
                    folder, store.onState(RunSteps.Basis::of), new PipelineReader(registry, Map.copyOf(kinds)), kinds);
            Pipeline pipeline = judging.pipeline();
            preflight().checkRoutes(pipeline);
            simulator = simulated ? simulator(folder, pipeline) : null;
            List<Account> accounts = new StepAccounts(registry, kinds)
                    .of(pipeline, simulator).stream().map(way).toList();
            if (goesOn) {
                checkWay(pipeline, lane, simulated, accounts);
            }
            if (goesOn && !simulated) {
                checkModels(store, pipeline, accounts);
            }
            RunWatch.Following following = observation.watch().follow(store);
            var shared = new LiveRun.Shared(
                    permits,
                    wiring.workers(),
                    simulated ? SIMULATED_POLL_MILLIS : settings.pollMillis(),
                    simulated ? SIMULATED_PAUSE_MILLIS : PAUSE_MILLIS,
                    simulated ? SIMULATED_THROTTLED_MILLIS : PAUSE_MILLIS,
                    simulated ? LINGER_MILLIS / 10 : LINGER_MILLIS,
                    simulated ? Math.min(SIMULATED_GRACE_MILLIS, settings.graceMillis()) : settings.graceMillis(),
                    (held, made, log, stopped) ->
                            new TaskRunner(held, made, TrustStore.ofWorkingFolder(), log, stopped).run(),
                    new Estimator(registry, kinds, List.of(), PromptCounter.NOBODY)::behind);
            var run = new LiveRun(store, judging, accounts, shared);
            run.listen(following.calls());
            run.log().log(
                    "INIT",
                    command + " | Caravan " + Caravan.version() + ", Java " + Runtime.version() + ", Camel "
                            + context().getVersion());
            if (simulator != null) {
                simulators.put(run, simulator);
            } else {
                registry.moved(accounts.stream().map(Account::provider).toList())
                        .forEach(each -> run.log().log("INIT", each));
            }
            if (goesOn) {
                run.start(lane, command);
            } else {
                run.collect();
            }
            wiring.runs().add(run);
            routes.add(run);
            observation.watch().take(run, following);
            return run;
        } catch (Exception | Error e) {
            if (simulator != null) {
                simulator.close();
            }
            explain(store, e);
            store.close();
            throw e;
        }
    }

    /** Refuses models that their provider says it does not have; those that have answered once, it had. */
    private void checkModels(RunStore store, Pipeline pipeline, List<Account> accounts) {
        List<ModelNames.Named> fresh = ModelNames.of(pipeline, kinds).stream()
                .filter(each -> store.onState(state -> state.ledger().lines().stream()
                        .noneMatch(line -> line.model().equals(each.model()) && line.calls() > 0)))
                .toList();
        new ModelNames(registry)
                .check(
                        store.folder().root().toString(),
                        fresh,
                        provider -> accounts.stream()
                                .filter(each -> each.provider().equals(provider))
                                .findFirst()
                                .map(each -> ModelLists.orTrouble(each, context()))
                                .orElseThrow(),
                        why -> log.info("{}", PlainText.line(why)));
    }

    /** Checks what only a context with routes can tell of a pipeline whose run is to be made. */
    public void checkRoutes(Pipeline pipeline, Lane lane) {
        preflight().check(pipeline, lane, this);
    }

    /** That each step can be asked in the way that was chosen. */
    private void checkWay(Pipeline pipeline, Lane lane, boolean simulated, List<Account> accounts) {
        preflight()
                .way(
                        pipeline,
                        simulated,
                        lane,
                        lane,
                        provider -> accounts.stream()
                                .filter(each -> each.provider().equals(provider.name()))
                                .allMatch(each -> StepAccounts.listsBatches(each, context())));
        preflight().check(pipeline, lane, this);
    }

    /**
     * A run that could not be taken up says why, whoever saw the message: it pauses. What the service keeps is tried
     * again, and told by it.
     */
    private static void explain(RunStore store, Throwable why) {
        if (store.isBroken() || !store.onState(state -> state.created() && !state.served() && goesOn(state.status()))) {
            return;
        }
        String reason = why instanceof InvalidFileException ? "unusable" : "fault";
        String detail = String.valueOf(why.getMessage());
        if (why instanceof UncheckedIOException refused) {
            reason = "disk";
            detail = Disk.reason(refused);
        } else if (reason.equals("fault")) {
            detail = why.getClass().getSimpleName() + ": " + detail;
        }
        try {
            store.recordAndWait(new RunEvent.RunPaused(reason, RunLog.clean(detail)));
        } catch (RuntimeException e) {
            why.addSuppressed(e);
        }
    }

    private static boolean goesOn(RunStatus status) {
        return status == RunStatus.PENDING || status == RunStatus.RUNNING;
    }

    private Simulator simulator(RunFolder folder, Pipeline pipeline) {
        Path home = Objects.requireNonNull(folder.root().toAbsolutePath().getParent())
                .resolve(".simulator")
                .resolve(folder.name());
        var settings = new SimulatorSettings(
                home,
                SIMULATOR_SEED,
                0,
                SimulatorSettings.KEY,
                this.settings.simulatedJobMillis(),
                1,
                this.settings.faults(),
                new ModelCatalogue(registry),
                clock);
        return Simulator.start(settings, simulator -> tell(simulator, pipeline));
    }

    private static void tell(Simulator simulator, Pipeline pipeline) {
        for (Step each : pipeline.steps()) {
            JsonNode block = each.simulate();
            if (block != null) {
                simulator.answers(each.name(), block);
            }
            JsonNode schema = each.schemaIn(pipeline.folder());
            if (schema != null) {
                simulator.schema(each.name(), schema);
            }
        }
    }

    /** The bill of a run's simulator, while the run is at work. */
    public @Nullable Simulator simulator(LiveRun run) {
        return simulators.get(run);
    }

    /** A service whose runs are at work here. */
    Service service(ServeSettings serve, RunLauncher launcher, NoticeSink notices) {
        return new Service(serve, launcher, notices, registry, kinds, disk, clock, Caravan.version());
    }

    /** What answers over HTTP for a service whose runs are at work here. */
    HttpApi api(Service service, NoticeLog log) {
        return new HttpApi(Caravan.version(), service, registry, kinds, disk, clock, log, this::summary);
    }

    /** Tells receivers of webhooks what happens to the runs of a service. */
    WebhookFeed webhooks(ServeSettings serve, WebhookSettings receivers, NoticeSink trouble) {
        return new WebhookFeed(receivers, serve.runs(), serve.memory(), disk, clock, trouble);
    }

    Clock clock() {
        return clock;
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
            Simulator simulator = simulators.remove(run);
            if (simulator != null) {
                simulator.close();
            }
        }
    }

    @Override
    public void close() {
        host.close();
        permits.close();
        observation.close();
    }
}
