package dev.caravan.cli;

import dev.caravan.cost.ModelNames.Listed;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.provider.CountAnswer;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Prompt;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunSummary;
import dev.caravan.service.NoticeSink;
import dev.caravan.service.ServeSettings;
import dev.caravan.web.HttpSettings;
import dev.caravan.web.WebhookSettings;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Drives runs with the engine; what the commands know of it. */
public interface RunDriver {

    /** Most realtime calls that may be in flight in one process. */
    int MOST_CONCURRENT = 5000;

    /** The cap stays what it was. */
    long AS_IT_WAS = -2;

    /**
     * How to drive.
     *
     * @param faults misbehaviour of the built-in simulator, as text
     * @param timeoutMillis after which the run is left waiting, 0 for never
     * @param graceMillis how long an interrupt waits for calls in flight
     * @param capPicos most that the run may cost, -1 for no cap, {@link #AS_IT_WAS}
     */
    record Options(
            Lane lane,
            String command,
            int concurrency,
            long pollMillis,
            long findGraceMillis,
            String faults,
            long simulatedJobMillis,
            long timeoutMillis,
            long graceMillis,
            long capPicos) {}

    /**
     * How it ended.
     *
     * @param fault what broke, or empty
     * @param disk whether what broke was the disk
     * @param taken whether what it wrote to was taken away by somebody
     */
    record End(RunSummary summary, boolean interrupted, String fault, boolean disk, boolean taken) {}

    /**
     * In which way providers are asked.
     *
     * @param why it is another than the usual one, or empty
     */
    record Way(Lane lane, String why) {}

    /**
     * In which way the providers of a pipeline are asked: through the batch API, unless one is not known to have any.
     *
     * @param wanted what somebody asked for; null where he said nothing
     * @throws dev.caravan.base.UserMistakeException when batches were asked for and a provider has none
     */
    Way way(Pipeline pipeline, @Nullable Lane wanted, boolean simulated, Options options);

    /**
     * Whether a run of this pipeline could ask its providers: routes, keys, addresses. Before it is made.
     *
     * @throws dev.caravan.base.NotReadyException naming what is missing, where it was looked for and what to do
     */
    void check(Pipeline pipeline, boolean simulated);

    /** As {@link #check}, without keys and addresses: a run may be made where it is not driven. */
    void checkRoutes(Pipeline pipeline);

    /**
     * Starts the engine that {@link #drive} will use, so that what is wrong with routes and mappings is told before a run
     * is made. Whoever calls it calls {@link #close} too.
     */
    void open(Pipeline pipeline, Lane lane, Options options);

    /** Ends what {@link #open} started and nobody used. */
    void close();

    /** Drives a run until it is complete, paused, killed or interrupted; tells of it about once a second. */
    End drive(RunFolder folder, Options options, Consumer<RunSummary> progress);

    /**
     * The models that an account may use, as its provider lists them; a provider without a list is a value.
     *
     * @throws dev.caravan.base.UserMistakeException when there is no key, or the provider refuses
     */
    Listed models(String provider);

    /**
     * Tokens of prompts of one model, as its provider counts them; it takes nothing for that. Trouble is a value: there
     * is no key, or the provider does not count.
     */
    CountAnswer count(String provider, List<Prompt> prompts);

    /**
     * Turns what is dropped into a folder of pipelines into runs, until the process is asked to end.
     *
     * @param options lane, concurrency, intervals and grace of all runs
     * @param http where to listen; null for nowhere
     * @param webhooks who is told of what happens
     */
    int serve(
            ServeSettings settings,
            Options options,
            @Nullable HttpSettings http,
            WebhookSettings webhooks,
            NoticeSink notices);

    /** Serves the simulator until the process ends. */
    int simulate(
            int port, String stateDir, long seed, String faults, long jobMillis, int speed, Consumer<String> ready);
}
