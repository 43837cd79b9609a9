package dev.caravan.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Json;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.execution.Approval;
import dev.caravan.execution.Judging;
import dev.caravan.execution.Orders;
import dev.caravan.execution.RetryFailures;
import dev.caravan.execution.StepKind;
import dev.caravan.execution.UsageWord;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.run.Commands;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.service.Service;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/** What changes a run. Each answers with how the run stands, and 202 where whoever holds it does it in a moment. */
final class Actions {
    private final Service service;
    private final Runs runs;
    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final Disk disk;
    private final Clock clock;

    Actions(Service service, Runs runs, ModelRegistry registry, Map<String, StepKind> kinds, Disk disk, Clock clock) {
        this.service = service;
        this.runs = runs;
        this.registry = registry;
        this.kinds = kinds;
        this.disk = disk;
        this.clock = clock;
    }

    Reply pause(Request request) {
        return stop(request, Commands.Verb.PAUSE);
    }

    Reply kill(Request request) {
        return stop(request, Commands.Verb.KILL);
    }

    private Reply stop(Request request, Commands.Verb verb) {
        RunFolder folder = runs.find(request);
        var body = new Body(request);
        var orders = new Orders(disk, clock, body.actor());
        String reason = reason(body, false);
        body.end();
        return stands(folder, standing(() -> orders.stop(folder, verb, reason)));
    }

    Reply approve(Request request) {
        return decide(request, Commands.Verb.APPROVE);
    }

    Reply reject(Request request) {
        return decide(request, Commands.Verb.REJECT);
    }

    private Reply decide(Request request, Commands.Verb verb) {
        RunFolder folder = runs.find(request);
        var body = new Body(request);
        var orders = new Orders(disk, clock, body.actor());
        boolean approves = verb == Commands.Verb.APPROVE;
        var word = new Approval.Word(
                approves, orders.actor(), reason(body, !approves), body.text("step", ""), body.text("packet", ""));
        body.end();
        return stands(folder, standing(() -> orders.decide(folder, word)));
    }

    /** A person's word on what replies cost that told no usage. */
    Reply settle(Request request) {
        RunFolder folder = runs.find(request);
        var body = new Body(request);
        var orders = new Orders(disk, clock, body.actor());
        String reason = reason(body, true);
        String as = body.text("as", "");
        String step = body.text("step", "");
        long usd = body.picos("usd");
        body.end();
        if (as.isEmpty() == usd < 0 || !(as.isEmpty() || as.equals("worst") || as.equals("free"))) {
            throw Body.wrong("as", "must be worst or free; or say usd, what they cost together");
        }
        RunState state = Runs.state(folder);
        int at = state.facts().steps().indexOf(step);
        if (!step.isEmpty() && at < 0) {
            throw Body.wrong("step", "the run has no step '" + step + "'");
        }
        UsageWord.How how =
                as.isEmpty() ? UsageWord.How.AMOUNT : as.equals("free") ? UsageWord.How.FREE : UsageWord.How.WORST;
        UsageWord word = UsageWord.onAll(state, how, Math.max(0, usd), at, orders.actor(), reason);
        return stands(folder, standing(() -> orders.settle(folder, word)));
    }

    Reply resume(Request request) {
        RunFolder folder = runs.find(request);
        var body = new Body(request);
        String actor = body.actor();
        body.end();
        standing(() -> {
            service.resume(folder, actor);
            return true;
        });
        return stands(folder, false);
    }

    Reply restart(Request request) {
        RunFolder folder = runs.find(request);
        var body = new Body(request);
        String actor = body.actor();
        body.end();
        standing(() -> {
            service.restart(folder, actor);
            return true;
        });
        return stands(folder, false);
    }

    Reply retryFailures(Request request) {
        RunFolder folder = runs.find(request);
        var body = new Body(request);
        String actor = body.actor();
        boolean all = body.flag("all");
        body.end();
        RunState state = Runs.state(folder);
        RetryFailures.Done done = standing(() -> RetryFailures.of(
                folder,
                Judging.of(
                        Judging.snapshots(folder, state.revisions(), new PipelineReader(registry, Map.copyOf(kinds))),
                        state.readings(),
                        state.facts().rendering(),
                        kinds),
                all,
                disk,
                clock,
                actor));
        ObjectNode node = Json.object()
                .put(
                        "retried",
                        done.retried().values().stream()
                                .mapToInt(Integer::intValue)
                                .sum());
        node.set("by_step", Json.mapper().valueToTree(done.retried()));
        node.set("left", Json.mapper().valueToTree(done.left()));
        return Reply.of(node);
    }

    private static String reason(Body body, boolean needed) {
        String reason = body.reason();
        if (needed && reason.isEmpty()) {
            throw Body.wrong("reason", "is needed: 1 to 500 characters that say why");
        }
        return reason;
    }

    /** The run is not in a state for that. */
    private static <T> T standing(Supplier<T> action) {
        try {
            return action.get();
        } catch (InvalidFileException e) {
            throw new WebException(409, String.valueOf(e.getMessage()));
        }
    }

    private Reply stands(RunFolder folder, boolean done) {
        return Reply.of(done ? 200 : 202, runs.json(folder), Map.of());
    }
}
