package dev.caravan.app;

import dev.caravan.base.Disk;
import dev.caravan.base.RealDisk;
import dev.caravan.base.WorkingFolder;
import dev.caravan.cli.CaravanCommand;
import dev.caravan.cli.CommandContext;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.step.StepKind;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Does what most starts do, in a folder that nobody needs, so that a JVM which writes down its classes has them all: help,
 * small runs on the simulator in both modes, and what looks at them. That something fails here says nothing to anybody.
 */
final class ClassDataRehearsal {
    private static final List<String> AT_RUNS =
            List.of("ps", "status rehearsed", "info rehearsed", "verify rehearsed", "report rehearsed", "models");

    private static final List<String> RUNS = List.of(
            "run ticket-triage --simulate --yes --limit 2 --mode batch --name rehearsed",
            "run ticket-triage --simulate --yes --limit 2 --mode realtime --name called",
            "run drunken-sailor --simulate --yes --limit 2 --name walked");

    private ClassDataRehearsal() {}

    /** @param arguments none */
    public static void main(String[] arguments) {
        Disk disk = new RealDisk();
        Clock clock = Clock.systemUTC();
        Map<String, StepKind> kinds = Caravan.kinds();
        ModelRegistry registry = ModelRegistry.with(WorkingFolder.path().resolve("models.yaml"), clock);
        var nowhere = new PrintStream(OutputStream.nullOutputStream());
        var signals = new ShutdownSignals(nowhere);
        for (List<String> commands : List.of(List.of("--help"), RUNS, AT_RUNS)) {
            for (String each : commands) {
                var context = new CommandContext(
                        Installation.home(),
                        new EngineDriver(registry, kinds, disk, clock, signals),
                        registry,
                        kinds,
                        disk,
                        clock,
                        Installation.version(),
                        InputStream.nullInputStream(),
                        nowhere,
                        nowhere,
                        false,
                        Caravan.USUAL_COLUMNS);
                CaravanCommand.execute(context, each.split(" "));
            }
        }
        System.exit(0);
    }
}
