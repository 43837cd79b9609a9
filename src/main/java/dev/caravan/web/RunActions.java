package dev.caravan.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.cost.ModelRegistry;
import dev.caravan.operator.GivenApproval;
import dev.caravan.operator.ModelChange;
import dev.caravan.operator.ModelChange.Wish;
import dev.caravan.operator.OperatorCommands;
import dev.caravan.operator.StatedUsage;
import dev.caravan.pipeline.PipelineReader;
import dev.caravan.repair.RetryFailures;
import dev.caravan.run.CommandFolder;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunState;
import dev.caravan.service.Service;
import dev.caravan.step.RunSteps;
import dev.caravan.step.StepKind;
import java.time.Clock;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** What changes a run. Each answers with how the run stands, and 202 where whoever holds it does it in a moment. */
final class RunActions {
    private final Service service;
    private final RunApi runs;
    private final ModelRegistry registry;
    private final Map<String, StepKind> kinds;
    private final Disk disk;
    private final Clock clock;

    RunActions(
            Service service, RunApi runs, ModelRegistry registry, Map<String, StepKind> kinds, Disk disk, Clock clock) {
        this.service = service;
        this.runs = runs;
        this.registry = registry;
        this.kinds = kinds;
        this.disk = disk;
        this.clock = clock;
    }

    WebReply pause(WebRequest request) {
        return stop(request, CommandFolder.Verb.PAUSE);
    }

    WebReply kill(WebRequest request) {
        return stop(request, CommandFolder.Verb.KILL);
    }

    private WebReply stop(WebRequest request, CommandFolder.Verb verb) {
        RunFolder folder = runs.find(request);
        var body = new RequestBody(request);
        var orders = new OperatorCommands(disk, clock, body.actor());
        String reason = reason(body, false);
        body.end();
        return stands(folder, standing(() -> orders.stop(folder, verb, reason)));
    }

    WebReply approve(WebRequest request) {
        return decide(request, CommandFolder.Verb.APPROVE);
    }

    WebReply reject(WebRequest request) {
        return decide(request, CommandFolder.Verb.REJECT);
    }

    private WebReply decide(WebRequest request, CommandFolder.Verb verb) {
        RunFolder folder = runs.find(request);
        var body = new RequestBody(request);
        var orders = new OperatorCommands(disk, clock, body.actor());
        boolean approves = verb == CommandFolder.Verb.APPROVE;
        var word = new GivenApproval.Word(
                approves, orders.actor(), reason(body, !approves), body.text("step", ""), body.text("packet", ""));
        body.end();
        return stands(folder, standing(() -> orders.decide(folder, word)));
    }

    /** A person's word on what replies cost that told no usage. */
    WebReply settle(WebRequest request) {
        RunFolder folder = runs.find(request);
        var body = new RequestBody(request);
        var orders = new OperatorCommands(disk, clock, body.actor());
        String reason = reason(body, true);
        String as = body.text("as", "");
        String step = body.text("step", "");
        long usd = body.picos("usd");
        body.end();
        if (as.isEmpty() == usd < 0 || !(as.isEmpty() || as.equals("worst") || as.equals("free"))) {
            throw RequestBody.wrong("as", "must be worst or free; or say usd, what they cost together");
        }
        RunState state = RunApi.state(folder);
        int at = state.facts().steps().indexOf(step);
        if (!step.isEmpty() && at < 0) {
            throw RequestBody.wrong("step", "the run has no step '" + step + "'");
        }
        StatedUsage.How how = as.isEmpty()
                ? StatedUsage.How.AMOUNT
                : as.equals("free") ? StatedUsage.How.FREE : StatedUsage.How.WORST;
        StatedUsage word = StatedUsage.onAll(state, how, Math.max(0, usd), at, orders.actor(), reason);
        return stands(folder, standing(() -> orders.settle(folder, word)));
    }

    WebReply resume(WebRequest request) {
        RunFolder folder = runs.find(request);
        var body = new RequestBody(request);
        String actor = body.actor();
        var wishes = Wish.of(body.bySteps("models"), body.bySteps("providers"));
        boolean approve = body.flag("approve");
        body.end();
        standing(() -> {
            service.resume(folder, actor, () -> change(folder, wishes, false, approve, actor));
            return true;
        });
        return stands(folder, false);
    }

    /** Has steps ask other models, where that is wanted. */
    private void change(
            RunFolder folder, SortedMap<String, Wish> wishes, boolean reopening, boolean approve, String actor) {
        if (wishes.isEmpty()) {
            return;
        }
        var change = new ModelChange(registry, kinds, folder);
        RunState state = RunApi.state(folder);
        Function<RunState, ModelChange.Plan> weigh = now -> change.plan(now, wishes, reopening, now.capPicos());
        ModelChange.Plan plan = weigh.apply(state);
        if (!approve && !state.facts().simulated() && !plan.unpriced().isEmpty()) {
            throw new WebException(
                    409,
                    "the price of " + String.join(", ", plan.unpriced())
                            + " is not known: nobody can say what the rest of the run will cost; approve: true agrees");
        }
        change.record(plan, weigh, disk, clock, actor);
    }

    WebReply restart(WebRequest request) {
        RunFolder folder = runs.find(request);
        var body = new RequestBody(request);
        String actor = body.actor();
        body.end();
        standing(() -> {
            service.restart(folder, actor);
            return true;
        });
        return stands(folder, false);
    }

    WebReply retryFailures(WebRequest request) {
        RunFolder folder = runs.find(request);
        var body = new RequestBody(request);
        String actor = body.actor();
        boolean all = body.flag("all");
        var wishes = Wish.of(body.bySteps("models"), body.bySteps("providers"));
        boolean approve = body.flag("approve");
        body.end();
        standing(() -> {
            change(folder, wishes, true, approve, actor);
            return true;
        });
        RunState state = RunApi.state(folder);
        RetryFailures.Done done = standing(() -> RetryFailures.of(
                folder,
                RunSteps.of(folder, RunSteps.Basis.of(state), new PipelineReader(registry, Map.copyOf(kinds)), kinds),
                new RetryFailures.HardToo(all, wishes.keySet()),
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
        return WebReply.of(node);
    }

    private static String reason(RequestBody body, boolean needed) {
        String reason = body.reason();
        if (needed && reason.isEmpty()) {
            throw RequestBody.wrong("reason", "is needed: 1 to 500 characters that say why");
        }
        return reason;
    }

    /** The run is not in a state for that. */
    private static <T> T standing(Supplier<T> action) {
        try {
            return action.get();
        } catch (UserMistakeException e) {
            throw new WebException(409, String.valueOf(e.getMessage()));
        }
    }

    private WebReply stands(RunFolder folder, boolean done) {
        return WebReply.of(done ? 200 : 202, runs.json(folder), Map.of());
    }
}
