package dev.caravan.app;

import dev.caravan.execution.LiveRun;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.service.RunLauncher;
import org.jspecify.annotations.Nullable;

/** Takes runs up for the service, all in one engine. */
final class EngineLauncher implements RunLauncher {
    private final Engine engine;
    private final String command;

    EngineLauncher(Engine engine, String command) {
        this.engine = engine;
        this.command = command;
    }

    /** Work with the engine, whose checked exceptions are Camel's. */
    private interface Work<T> {
        T run() throws Exception;
    }

    private static <T> T unchecked(Work<T> work) {
        try {
            return work.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Lane lane(Pipeline pipeline, boolean simulated, @Nullable Lane wanted, Lane usual) {
        return engine.preflight()
                .way(
                        pipeline,
                        simulated,
                        wanted,
                        usual,
                        // Who only drops a folder waits for no server.
                        each -> wanted != null && StepAccounts.listsBatches(StepAccounts.real(each), engine.context()))
                .lane();
    }

    @Override
    public void check(Pipeline pipeline, boolean simulated, Lane lane) {
        engine.preflight().check(pipeline, simulated);
        engine.preflight().check(pipeline, lane, engine.context());
    }

    @Override
    public LiveRun start(RunFolder folder, Lane lane) {
        return unchecked(() -> engine.launch(folder, lane, command));
    }

    @Override
    public LiveRun collect(RunFolder folder) {
        return unchecked(() -> engine.collect(folder));
    }

    @Override
    public void release(LiveRun run) {
        unchecked(() -> {
            engine.release(run);
            return run;
        });
    }
}
