package dev.caravan.cli;

import dev.caravan.base.UserMistakeException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves the simulator. */
@Command(name = "simulate", description = "Serve the simulated providers on 127.0.0.1 until stopped.")
final class SimulateCommand extends RunsCommand {
    @Option(
            names = "--port",
            paramLabel = "P",
            description = "port of openai; the next two are anthropic and gemini (default: free ones)")
    int port;

    @Option(names = "--state", paramLabel = "DIR", description = "where files, jobs and bill lie")
    String state = "";

    @Option(names = "--seed", description = "of answers and faults (default 1)")
    long seed = 1;

    @Option(names = "--faults", description = "misbehaviour, such as brokenJson=0.05,missingRow=0.01,latency=5..20")
    String faults = "";

    @Option(names = "--job-millis", description = "how long a batch job takes (default 1000)")
    long jobMillis = 1000;

    @Option(names = "--speed", description = "how much faster its clock runs than ours (default 1)")
    int speed = 1;

    SimulateCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        if (speed < 1 || jobMillis < 0) {
            throw new UserMistakeException(
                    speed < 1 ? "--speed" : "--job-millis", "", "must be at least " + (speed < 1 ? 1 : 0));
        }
        String folder = state.isEmpty()
                ? CommandContext.runs().resolve(".simulator/served").toString()
                : state;
        return context.driver().simulate(port, folder, seed, faults, jobMillis, speed, context.data()::println);
    }
}
