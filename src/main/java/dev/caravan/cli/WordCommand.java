package dev.caravan.cli;

import dev.caravan.execution.Orders;
import dev.caravan.run.Commands;
import dev.caravan.run.Lease;
import dev.caravan.run.RunFolder;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says the word that a run waits for: into its journal, or to the process that holds it. */
abstract class WordCommand extends RunsCommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(names = "--actor", paramLabel = "NAME", description = "who says so (default: who is logged in)")
    String actor = "";

    private final Commands.Verb verb;

    WordCommand(Shop shop, Commands.Verb verb) {
        super(shop);
        this.verb = verb;
    }

    /** What goes with the word, or empty. */
    abstract String text();

    abstract String said(RunFolder folder);

    @Override
    public Integer call() {
        String who = actor.isEmpty() ? actor() : Orders.actor("approve", "--actor", actor);
        String text = text();
        RunFolder folder = Shop.run(name);
        summary(shop, folder);
        boolean done = new Orders(shop.disk(), shop.clock(), who).decide(folder, verb, text);
        shop.out().println(done ? said(folder) : "told the process that holds " + folder.name());
        return ExitCode.DONE;
    }

    /** Whether a service is there to go on with it. */
    boolean isServed() {
        return Lease.holder(Shop.service())
                .filter(each -> each.seemsAlive(shop.clock().instant()))
                .isPresent();
    }
}
