package dev.caravan.cli;

import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.pipeline.Overrides;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.UnitWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a pipeline. */
@Command(name = "validate-config", description = "Check a pipeline folder; every problem at once.")
final class ValidateConfigCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "PIPELINE")
    String pipeline = "";

    @Option(names = "--json")
    boolean json;

    ValidateConfigCommand(Shop shop) {
        super(shop);
    }

    @Override
    public Integer call() {
        try {
            Pipeline read = shop.read(pipeline, Overrides.NONE);
            int units = UnitWriter.make(read, Integer.MAX_VALUE, unit -> {});
            if (json) {
                var node = Json.object().put("valid", true).put("pipeline", read.name());
                node.put("steps", read.steps().size()).put("units", units).putArray("problems");
                node.set("hints", Json.mapper().valueToTree(read.hints()));
                shop.out().println(Json.text(node));
            } else {
                read.hints().forEach(each -> shop.out().println("hint: " + each));
                shop.out()
                        .println(read.name() + ": " + read.steps().size() + " steps, " + units
                                + " units, nothing wrong");
            }
            return ExitCode.DONE;
        } catch (InvalidFileException e) {
            if (!json) {
                throw e;
            }
            var node = Json.object().put("valid", false);
            node.set("problems", Json.mapper().valueToTree(e.problems()));
            shop.out().println(Json.text(node));
            return ExitCode.USAGE;
        }
    }
}
