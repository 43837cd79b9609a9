package dev.caravan.service;

import dev.caravan.execution.LiveRun;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import org.jspecify.annotations.Nullable;

/** Takes runs up in this process and gives them back; what the service knows of the engine. */
public interface RunLauncher {

    /**
     * In which way the providers of a pipeline are asked.
     *
     * @param wanted what somebody asked for; null where nobody did
     * @param usual where nobody asked and every provider is known to take batches
     * @throws dev.caravan.base.UserMistakeException when batches were asked for and a provider has none
     */
    Lane lane(Pipeline pipeline, boolean simulated, @Nullable Lane wanted, Lane usual);

    /**
     * Whether a run of this pipeline could ask its providers. Before it is made.
     *
     * @throws dev.caravan.base.NotReadyException when routes, a key or an address is missing
     */
    void check(Pipeline pipeline, boolean simulated, Lane lane);

    /** Starts a run, or goes on with it. */
    LiveRun start(RunFolder folder, Lane lane);

    /** Takes a run up that rests, so that what it paid for is collected. */
    LiveRun collect(RunFolder folder);

    void release(LiveRun run);
}
