package dev.caravan.testing;

import dev.caravan.app.Caravan;
import dev.caravan.app.Engine;
import dev.caravan.app.EngineDriver;
import dev.caravan.app.ShutdownSignals;
import dev.caravan.base.RealDisk;
import dev.caravan.cli.RunDriver;
import dev.caravan.cost.ModelNames;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Account;
import dev.caravan.provider.CountAnswer;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import dev.caravan.service.NoticeSink;
import dev.caravan.service.ServeSettings;
import dev.caravan.web.HttpSettings;
import dev.caravan.web.WebhookSettings;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Command lines whose runs are all driven in one engine, so that each takes no second to start. */
public final class OneEngine implements AutoCloseable {
    private final EngineBeans beans = EngineBeans.off();
    private final Engine engine;

    public OneEngine(String faults, long jobMillis) {
        engine = ShippedRun.engine(faults, jobMillis, 500, new RealDisk());
    }

    public Engine engine() {
        return engine;
    }

    public CommandResult said(String... arguments) {
        return said(UnaryOperator.identity(), "", arguments);
    }

    /**
     * @param way to the providers of runs
     * @param input what filters read
     */
    public CommandResult said(UnaryOperator<Account> way, String input, String... arguments) {
        return CommandResult.by(errors -> new Shared(errors, way), Clock.systemUTC(), false, input, arguments);
    }

    @Override
    public void close() {
        engine.close();
        beans.close();
    }

    private final class Shared implements RunDriver {
        private final EngineDriver driver;
        private final UnaryOperator<Account> way;

        Shared(PrintStream errors, UnaryOperator<Account> way) {
            this.way = way;
            driver = new EngineDriver(
                    ModelRegistry.shipped(),
                    Caravan.kinds(),
                    new RealDisk(),
                    Clock.systemUTC(),
                    new ShutdownSignals(errors));
        }

        @Override
        public End drive(RunFolder folder, Options options, Consumer<RunSummary> progress) {
            try {
                return driver.drive(engine, folder, options, way, progress);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Way way(Pipeline pipeline, @Nullable Lane wanted, boolean simulated, Options options) {
            return driver.way(pipeline, wanted, simulated, options);
        }

        @Override
        public void check(Pipeline pipeline, boolean simulated) {
            driver.check(pipeline, simulated);
        }

        @Override
        public void checkRoutes(Pipeline pipeline) {
            driver.checkRoutes(pipeline);
        }

        @Override
        public void open(Pipeline pipeline, Lane lane, Options options) {
            engine.checkRoutes(pipeline, lane);
        }

        /** The engine is everybody's. */
        @Override
        public void close() {}

        @Override
        public ModelNames.Listed models(String provider) {
            throw new UnsupportedOperationException("no provider is asked here");
        }

        @Override
        public CountAnswer count(String provider, List<Prompt> prompts) {
            throw new UnsupportedOperationException("no provider is asked here");
        }

        @Override
        public int serve(
                ServeSettings settings,
                Options options,
                @Nullable HttpSettings http,
                WebhookSettings webhooks,
                NoticeSink notices) {
            throw new UnsupportedOperationException("no service is tried here");
        }

        @Override
        public int simulate(
                int port,
                String stateDir,
                long seed,
                String faults,
                long jobMillis,
                int speed,
                Consumer<String> ready) {
            throw new UnsupportedOperationException("no simulator is served here");
        }
    }
}
