package dev.caravan.testing;

import dev.caravan.app.Caravan;
import dev.caravan.app.EngineDriver;
import dev.caravan.app.ShutdownSignals;
import dev.caravan.base.RealDisk;
import dev.caravan.cli.CaravanCommand;
import dev.caravan.cli.CommandContext;
import dev.caravan.cli.RunDriver;
import dev.caravan.cost.ModelRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Function;

/** What a command line answered. */
public record CommandResult(int code, String out, String err) {
    public String all() {
        return out + err;
    }

    /** One command line in this process. */
    public static CommandResult of(String... arguments) {
        return at(Clock.systemUTC(), arguments);
    }

    /** As if it were another time. */
    public static CommandResult at(Clock clock, String... arguments) {
        return typed(clock, false, "", arguments);
    }

    /** As somebody at a terminal, or a program behind a pipe, who also types something. */
    public static CommandResult typed(boolean terminal, String input, String... arguments) {
        return typed(Clock.systemUTC(), terminal, input, arguments);
    }

    private static CommandResult typed(Clock clock, boolean terminal, String input, String... arguments) {
        ModelRegistry registry = ModelRegistry.shipped();
        return by(
                errors ->
                        new EngineDriver(registry, Caravan.kinds(), new RealDisk(), clock, new ShutdownSignals(errors)),
                clock,
                terminal,
                input,
                arguments);
    }

    /**
     * With somebody else to drive runs.
     *
     * @param drivers makes him, given where he says what goes wrong
     * @param input what filters read, or somebody types
     */
    public static CommandResult by(
            Function<PrintStream, RunDriver> drivers,
            Clock clock,
            boolean terminal,
            String input,
            String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        var context = new CommandContext(
                Path.of(""),
                drivers.apply(errors),
                ModelRegistry.shipped(),
                Caravan.kinds(),
                new RealDisk(),
                clock,
                "test",
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                errors,
                terminal,
                80);
        int code = CaravanCommand.execute(context, arguments);
        return new CommandResult(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
