package dev.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.PlainText;
import dev.caravan.repair.RunVerification;
import dev.caravan.repair.RunVerification.StepAccount;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStatus;
import dev.caravan.run.RunView;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds a run to itself. */
@Command(
        name = "verify",
        description = "Check a run from its files: every unit, reply and token once. Writes nothing. Exit 1 if not.")
final class VerifyCommand extends RunsCommand {
    private static final int MOST_IDS = 50;

    @Parameters(index = "0", paramLabel = "RUN", description = "name, unique prefix, or folder")
    String name = "";

    @Option(names = "--json", description = "print the report as JSON, with every id")
    boolean json;

    VerifyCommand(CommandContext context) {
        super(context);
    }

    @Override
    public Integer call() {
        RunFolder folder = CommandContext.run(name);
        RunVerification.Report report = RunVerification.of(folder);
        RunStatus status = report.status() == RunStatus.RUNNING
                ? RunView.of(folder).summary().status()
                : report.status();
        if (json) {
            context.data().println(Json.text(json(report, status, folder)));
        } else {
            show(report, status);
        }
        return report.whole() ? ExitCode.DONE : ExitCode.FAILED_UNITS;
    }

    private static ObjectNode json(RunVerification.Report report, RunStatus status, RunFolder folder) {
        ObjectNode node = Json.object().put("run_dir", folder.root().toString()).put("run_name", report.run());
        node.put("status", status.toString()).put("initial_units", report.units());
        ArrayNode steps = node.putArray("steps");
        for (StepAccount each : report.steps()) {
            ObjectNode step = steps.addObject().put("step", each.step()).put("expected", each.expected());
            step.put("valid", each.valid()).put("failed", each.failed()).put("pending", each.open());
            step.put("missing", each.missing().size())
                    .put("duplicated", each.duplicated().size());
            step.put("orphaned", each.orphaned().size());
            step.set("missing_ids", Json.mapper().valueToTree(each.missing()));
            step.set("duplicated_ids", Json.mapper().valueToTree(each.duplicated()));
            step.set("orphaned_ids", Json.mapper().valueToTree(each.orphaned()));
        }
        node.set("problems", Json.mapper().valueToTree(report.problems()));
        return node.put("integrity", report.whole() ? "OK" : "DAMAGED");
    }

    private void show(RunVerification.Report report, RunStatus status) {
        context.out()
                .println("%-20s %9s %9s %9s %9s %9s %9s %9s"
                        .formatted("step", "expected", "valid", "failed", "open", "missing", "twice", "orphaned"));
        for (StepAccount each : report.steps()) {
            context.out()
                    .println("%-20s %9d %9d %9d %9d %9d %9d %9d"
                            .formatted(
                                    each.step(),
                                    each.expected(),
                                    each.valid(),
                                    each.failed(),
                                    each.open(),
                                    each.missing().size(),
                                    each.duplicated().size(),
                                    each.orphaned().size()));
        }
        for (StepAccount each : report.steps()) {
            ids("missing at " + each.step(), each.missing());
            ids("twice at " + each.step(), each.duplicated());
            ids("orphaned at " + each.step(), each.orphaned());
        }
        report.problems().forEach(each -> context.out().println("problem: " + PlainText.line(each)));
        context.out().println((report.whole() ? "OK: " : "DAMAGED: ") + report.units() + " units, run " + status);
    }

    private void ids(String what, List<String> ids) {
        if (!ids.isEmpty()) {
            String rest = ids.size() > MOST_IDS ? ", … (--json lists all " + ids.size() + ")" : "";
            context.out()
                    .println(what + ": " + String.join(", ", ids.subList(0, Math.min(MOST_IDS, ids.size()))) + rest);
        }
    }
}
