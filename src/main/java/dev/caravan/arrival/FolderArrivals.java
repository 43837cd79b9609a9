package dev.caravan.arrival;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides what becomes of the folders in {@code pipelines/}. */
final class FolderArrivals {
    private final Path pipelines;
    private final ArrivalMemory memory;
    private final HeldBack held;
    private final RestWatch settling;

    FolderArrivals(Path pipelines, ArrivalMemory memory, HeldBack held, ArrivalLimits limits) {
        this.pipelines = pipelines;
        this.memory = memory;
        this.held = held;
        settling = new RestWatch(pipelines, held, limits);
    }

    /** @return the content of every folder that is complete and at rest, by name */
    SortedMap<String, RestedFolder> look(
            SortedSet<String> names, Instant now, LookBudget work, Consumer<ArrivalDecision> out) {
        ArrivalState draft = memory.draft();
        var notices = new ArrayList<ArrivalDecision>();
        gone(draft, names, notices);
        settling.keep(names);
        var settled = new TreeMap<String, RestedFolder>();
        for (String name : names) {
            settling.settle(name, now, work, out).ifPresent(content -> {
                settled.put(name, content);
                judge(name, content, draft, now, notices);
            });
        }
        memory.keep(draft);
        notices.forEach(out);
        questions(settled, out);
        return settled;
    }

    private static void gone(ArrivalState draft, SortedSet<String> names, List<ArrivalDecision> notices) {
        for (FolderRecord each : List.copyOf(draft.pipelines().values())) {
            if (each.present() && !names.contains(each.name())) {
                draft.put(each.there(false));
                if (!each.digest().isEmpty()) {
                    notices.add(new ArrivalDecision.Removed(each.name()));
                }
            }
        }
    }

    private void judge(
            String name, RestedFolder content, ArrivalState draft, Instant now, List<ArrivalDecision> notices) {
        Path folder = pipelines.resolve(name);
        FolderRecord before = draft.pipelines().get(name);
        if (before == null) {
            before = newcomer(name, content, draft, now);
            draft.put(before);
            if (before.phase() == ArrivalPhase.READY) {
                notices.add(new ArrivalDecision.Ready(name, folder, content.digest(), ArrivalDecision.Why.MOVED));
            }
        } else if (before.phase() == ArrivalPhase.CLAIMED) {
            draft.put(before.there(true));
            return;
        } else if (before.digest().equals(content.digest())) {
            draft.put(before.there(true));
            if (!before.present() && !before.fresh() && before.phase() != ArrivalPhase.REFUSED) {
                notices.add(new ArrivalDecision.Ready(name, folder, content.digest(), ArrivalDecision.Why.CAME_BACK));
            }
            return;
        } else {
            FolderRecord after = before.changed(content.digest(), now);
            draft.put(after);
            if (after.phase() == ArrivalPhase.READY && content.refusal() == null) {
                notices.add(changed(before, folder, content));
            }
        }
        ArrivalRefusal refusal = content.refusal();
        if (refusal != null) {
            draft.put(Objects.requireNonNull(draft.pipelines().get(name)).refused(refusal.toString(), now));
            notices.add(new ArrivalDecision.Refused(name, refusal));
        }
    }

    private static ArrivalDecision changed(FolderRecord before, Path folder, RestedFolder content) {
        return before.digest().isEmpty()
                ? new ArrivalDecision.Ready(before.name(), folder, content.digest(), ArrivalDecision.Why.WAS_THERE)
                : new ArrivalDecision.Changed(before.name(), folder, content.digest(), before.phase());
    }

    /** New, unless it is what a folder held that is gone: then it was only moved. A copy beside the original is new. */
    private static FolderRecord newcomer(String name, RestedFolder content, ArrivalState draft, Instant now) {
        boolean moved = draft.pipelines().values().stream()
                .anyMatch(each -> !each.present()
                        && !each.fresh()
                        && content.refusal() == null
                        && each.digest().equals(content.digest()));
        return FolderRecord.first(name, moved ? ArrivalPhase.READY : ArrivalPhase.SEEN, content.digest(), now);
    }

    private void questions(SortedMap<String, RestedFolder> settled, Consumer<ArrivalDecision> out) {
        for (FolderRecord each : memory.state().pipelines().values()) {
            String name = each.name();
            Path folder = pipelines.resolve(name);
            RestedFolder content = settled.get(name);
            if (each.phase() == ArrivalPhase.CLAIMED) {
                boolean unchanged = each.present() && digest(name, content).equals(each.digest());
                out.accept(new ArrivalDecision.Claimed(name, folder, each.digest(), each.run(), unchanged));
            } else if (each.phase() == ArrivalPhase.SEEN && content != null) {
                out.accept(new ArrivalDecision.Arrived(name, folder, each.digest()));
            }
        }
    }

    /** A claimed run is not kept waiting for its folder to come to rest. */
    private String digest(String name, @Nullable RestedFolder content) {
        try {
            return content == null ? settling.now(name) : content.digest();
        } catch (IOException e) {
            held.back(name, "cannot be read: " + e.getMessage());
            return "";
        }
    }
}
