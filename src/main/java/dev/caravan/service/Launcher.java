package dev.caravan.service;

import dev.caravan.execution.LiveRun;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;

/** Takes runs up in this process and gives them back; what the service knows of the engine. */
public interface Launcher {

    /** Starts a run, or goes on with it. */
    LiveRun start(RunFolder folder, Lane lane);

    /** Takes a run up that rests, so that what it paid for is collected. */
    LiveRun collect(RunFolder folder);

    void release(LiveRun run);
}
