package dev.caravan.app;

import dev.caravan.base.BlottingStream;
import dev.caravan.base.Disk;
import dev.caravan.base.FailpointDisk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.cli.CaravanCommand;
import dev.caravan.cli.CommandContext;
import dev.caravan.cli.ExitCode;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.step.ApprovalStepKind;
import dev.caravan.step.ExpressionStepKind;
import dev.caravan.step.FanOutStepKind;
import dev.caravan.step.GatherStepKind;
import dev.caravan.step.LlmStepKind;
import dev.caravan.step.StepKind;
import dev.caravan.step.TransformStepKind;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The program. */
public final class Caravan {
    static final int USUAL_COLUMNS = 80;

    private Caravan() {}

    public static void main(String[] arguments) {
        var out = new PrintStream(
                BlottingStream.known(new FileOutputStream(FileDescriptor.out)), true, StandardCharsets.UTF_8);
        var err = new PrintStream(
                BlottingStream.all(new FileOutputStream(FileDescriptor.err)), true, StandardCharsets.UTF_8);
        // What libraries log goes there too.
        System.setErr(err);
        if (CaravanCommand.asksVersion(arguments)) {
            out.println(CaravanCommand.version(Installation.version()));
            System.exit(ExitCode.DONE);
        }
        Map<String, StepKind> kinds = kinds();
        Disk disk = FailpointDisk.orReal();
        Clock clock = Clock.systemUTC();
        ModelRegistry registry;
        try {
            WorkingFolder.check();
            registry = ModelRegistry.with(WorkingFolder.path().resolve("models.yaml"), clock);
        } catch (UserMistakeException e) {
            err.println("caravan: " + e.getMessage());
            System.exit(ExitCode.USAGE);
            return;
        }
        StepAccounts.hideKeys(registry);
        var driver = new EngineDriver(registry, kinds, disk, clock, new ShutdownSignals(err));
        var context = new CommandContext(
                Installation.home(),
                driver,
                registry,
                kinds,
                disk,
                clock,
                Installation.version(),
                System.in,
                out,
                err,
                Boolean.getBoolean("caravan.terminal"),
                Integer.getInteger("caravan.columns", USUAL_COLUMNS));
        int code = CaravanCommand.execute(context, arguments);
        out.flush();
        // Whoever interrupts wants the machine for something else.
        if (code != ExitCode.INTERRUPTED) {
            ClassData.wanted().ifPresent(each -> each.refresh(clock));
        }
        System.exit(code);
    }

    /** The kinds of steps there are, by name. */
    public static Map<String, StepKind> kinds() {
        return Stream.of(
                        new LlmStepKind(),
                        new ApprovalStepKind(),
                        new ExpressionStepKind(),
                        new FanOutStepKind(),
                        new GatherStepKind(),
                        new TransformStepKind())
                .collect(Collectors.toUnmodifiableMap(StepKind::kind, each -> each));
    }
}
