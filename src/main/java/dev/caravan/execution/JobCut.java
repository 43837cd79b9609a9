package dev.caravan.execution;

import dev.caravan.base.SaturatedMath;
import dev.caravan.cost.RunBudget;
import dev.caravan.provider.Account;
import dev.caravan.provider.AccountLimits;
import dev.caravan.run.RunEvent;
import dev.caravan.run.UnitRanges;
import dev.caravan.run.WorkOrder;
import dev.caravan.run.WorkOrder.Member;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** How a job is cut before it is sent: to what its provider takes in one, and to what the run may still spend. */
final class JobCut {
    /** What waits for a job of a day should not write a line each second. */

    /** Of a request's line, about; the frame around the prompt makes up for texts with shorter tokens. */
    private static final int BYTES_PER_TOKEN = 4;

    private record Size(Member member, long bytes, long worst) {}

    private final RunContext run;
    private final QueueRoom queueRoom;
    private final CapReached capReached;
    private final WorkOrder order;
    private final List<Size> sizes = new ArrayList<>();
    private long worst;

    JobCut(RunContext run, QueueRoom queueRoom, CapReached capReached, WorkOrder order) {
        this.run = run;
        this.queueRoom = queueRoom;
        this.capReached = capReached;
        this.order = order;
    }

    /** @param bytes of its line; 0 for a unit that has none */
    void add(Member member, long bytes, long price) {
        sizes.add(new Size(member, bytes, Math.max(0, price)));
        worst = Math.addExact(worst, Math.max(0, price));
    }

    /** The fact that follows when the job cannot go as it is; empty when it is admitted. */
    Optional<RunEvent> answer() {
        List<List<Member>> parts = byLimits(run.account(order.step()).limits());
        if (parts.size() > 1) {
            return Optional.of(split("too_large", "the provider takes less in one job", parts));
        }
        if (!hasRoomInQueue()) {
            return Optional.of(later("enqueued", "waits until the account's queue has room for its tokens"));
        }
        return switch (run.budget().reserve(order.work(), worst)) {
            case YES -> Optional.empty();
            case LATER, NEVER -> Optional.of(byCap());
        };
    }

    /** Known only where the user has said how much the account's queue takes. */
    private boolean hasRoomInQueue() {
        Account account = run.account(order.step());
        long most = account.limits().enqueuedTokens();
        if (most == 0 || run.facts().simulated()) {
            return true;
        }
        String model = run.step(order.step()).model(order.members().get(0).attempts() > 0);
        long tokens =
                sizes.stream().mapToLong(each -> each.bytes() / BYTES_PER_TOKEN).sum();
        return queueRoom.enter(run.services().turnstiles().queue(account, model), order.work(), tokens, most);
    }

    /** The same work is tried again, after pauses that become longer. */
    private RunEvent later(String code, String why) {
        long pause = order.pause(run.pauseMillis());
        return new RunEvent.JobNotCreated(order.work(), code, why, pause);
    }

    private List<List<Member>> byLimits(AccountLimits limits) {
        var parts = new ArrayList<List<Member>>();
        var part = new ArrayList<Member>();
        long mostBytes = limits.enqueuedTokens() == 0
                ? limits.maxBytes()
                : Math.min(limits.maxBytes(), limits.enqueuedTokens() * BYTES_PER_TOKEN);
        long bytes = 0;
        int requests = 0;
        for (Size each : sizes) {
            int more = each.bytes() > 0 ? 1 : 0;
            if (!part.isEmpty() && (requests + more > limits.maxRequests() || bytes + each.bytes() > mostBytes)) {
                parts.add(List.copyOf(part));
                part.clear();
                bytes = 0;
                requests = 0;
            }
            part.add(each.member());
            bytes += each.bytes();
            requests += more;
        }
        parts.add(List.copyOf(part));
        return parts;
    }

    /** As many as fit go now, the rest when something that was admitted turns out cheaper, or the cap is raised. */
    private RunEvent byCap() {
        long room = run.budget().room();
        List<Member> all = sizes.stream().map(Size::member).toList();
        int fit = 0;
        long sum = 0;
        for (Size each : sizes) {
            sum = Math.addExact(sum, each.worst());
            fit += sum <= room ? 1 : 0;
        }
        // Neither part is a crumb.
        int first = Math.min(fit, all.size() - run.minJob());
        if (first >= run.minJob()) {
            return split(
                    "cap",
                    "only a part fits below the cap",
                    List.of(all.subList(0, first), all.subList(first, all.size())));
        }
        int requests = all.size() < 2 * run.minJob() ? all.size() : run.minJob();
        long least = sizes.stream().limit(requests).mapToLong(Size::worst).reduce(0, SaturatedMath::plus);
        if (run.budget().wouldAdmit(least) == RunBudget.Admission.NEVER) {
            capReached.pause(order.step(), requests, least);
        }
        return later("cap", "waits for room below the cap");
    }

    private RunEvent split(String code, String message, List<List<Member>> parts) {
        run.settler().settle(order.answered());
        var named = new TreeMap<String, String>();
        for (List<Member> each : parts) {
            var units = new BitSet();
            each.forEach(member -> units.set(member.unit()));
            named.put(order.work() + "x" + (named.size() + 1), UnitRanges.text(units));
        }
        return new RunEvent.WorkSplit(order.work(), code, message, named);
    }
}
