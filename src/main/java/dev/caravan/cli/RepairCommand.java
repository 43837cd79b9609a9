package dev.caravan.cli;

import dev.caravan.base.Json;
import dev.caravan.repair.RunRepair;
import dev.caravan.repair.RunVerification;
import dev.caravan.run.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes damaged derived files of a run again. */
@Command(
        name = "repair",
        description = "Make damaged settled files and outputs again from journal, replies and input; then verify.")
final class RepairCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(names = "--json")
    boolean json;

    RepairCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        RunRepair.Done done = RunRepair.of(folder, context.judging(folder), context.disk(), context.clock(), "cli");
        boolean whole = RunVerification.of(folder).whole();
        if (json) {
            context.out()
                    .println(Json.text(Json.object()
                            .put("booked", done.booked())
                            .put("rebuilt", done.rebuilt())
                            .put("outputs", done.outputs())
                            .put("integrity", whole ? "OK" : "DAMAGED")));
        } else {
            context.out()
                    .println("booked " + done.booked() + " replies, made settled files of " + done.rebuilt()
                            + " chunks again" + (done.outputs() ? ", wrote the outputs" : "") + ": "
                            + (whole ? "OK" : "DAMAGED; `caravan verify` says how"));
        }
        return whole ? ExitCode.DONE : ExitCode.FAILED_UNITS;
    }
}
