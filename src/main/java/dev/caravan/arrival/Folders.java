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
final class Folders {
    private final Path pipelines;
    private final Memory memory;
    private final Held held;
    private final Settling settling;

    Folders(Path pipelines, Memory memory, Held held, Limits limits) {
        this.pipelines = pipelines;
        this.memory = memory;
        this.held = held;
        settling = new Settling(pipelines, held, limits);
    }

    /** @return the content of every folder that is complete and at rest, by name */
    SortedMap<String, Settled> look(SortedSet<String> names, Instant now, Work work, Consumer<Decision> out) {
        State draft = memory.draft();
        var notices = new ArrayList<Decision>();
        gone(draft, names, notices);
        settling.keep(names);
        var settled = new TreeMap<String, Settled>();
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

    private static void gone(State draft, SortedSet<String> names, List<Decision> notices) {
        for (Standing each : List.copyOf(draft.pipelines().values())) {
            if (each.present() && !names.contains(each.name())) {
                draft.put(each.there(false));
                if (!each.digest().isEmpty()) {
                    notices.add(new Decision.Removed(each.name()));
                }
            }
        }
    }

    private void judge(String name, Settled content, State draft, Instant now, List<Decision> notices) {
        Path folder = pipelines.resolve(name);
        Standing before = draft.pipelines().get(name);
        if (before == null) {
            before = newcomer(name, content, draft, now);
            draft.put(before);
            if (before.phase() == Phase.READY) {
                notices.add(new Decision.Ready(name, folder, content.digest(), Decision.Why.MOVED));
            }
        } else if (before.phase() == Phase.CLAIMED) {
            draft.put(before.there(true));
            return;
        } else if (before.digest().equals(content.digest())) {
            draft.put(before.there(true));
            if (!before.present() && !before.fresh() && before.phase() != Phase.REFUSED) {
                notices.add(new Decision.Ready(name, folder, content.digest(), Decision.Why.CAME_BACK));
            }
            return;
        } else {
            Standing after = before.changed(content.digest(), now);
            draft.put(after);
            if (after.phase() == Phase.READY && content.refusal() == null) {
                notices.add(
                        before.digest().isEmpty()
                                ? new Decision.Ready(name, folder, content.digest(), Decision.Why.WAS_THERE)
                                : new Decision.Changed(name, folder, content.digest(), before.phase()));
            }
        }
        Refusal refusal = content.refusal();
        if (refusal != null) {
            draft.put(Objects.requireNonNull(draft.pipelines().get(name)).refused(refusal.toString(), now));
            notices.add(new Decision.Refused(name, refusal));
        }
    }

    /** New, unless it is what a folder held that is gone: then it was only moved. A copy beside the original is new. */
    private static Standing newcomer(String name, Settled content, State draft, Instant now) {
        boolean moved = draft.pipelines().values().stream()
                .anyMatch(each -> !each.present()
                        && !each.fresh()
                        && content.refusal() == null
                        && each.digest().equals(content.digest()));
        return Standing.first(name, moved ? Phase.READY : Phase.SEEN, content.digest(), now);
    }

    private void questions(SortedMap<String, Settled> settled, Consumer<Decision> out) {
        for (Standing each : memory.state().pipelines().values()) {
            String name = each.name();
            Path folder = pipelines.resolve(name);
            Settled content = settled.get(name);
            if (each.phase() == Phase.CLAIMED) {
                boolean unchanged = each.present() && digest(name, content).equals(each.digest());
                out.accept(new Decision.Claimed(name, folder, each.digest(), each.run(), unchanged));
            } else if (each.phase() == Phase.SEEN && content != null) {
                out.accept(new Decision.Arrived(name, folder, each.digest()));
            }
        }
    }

    /** A claimed run is not kept waiting for its folder to come to rest. */
    private String digest(String name, @Nullable Settled content) {
        try {
            return content == null ? settling.now(name) : content.digest();
        } catch (IOException e) {
            held.back(name, "cannot be read: " + e.getMessage());
            return "";
        }
    }
}
