package dev.caravan.execution;

import dev.caravan.money.Money;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunStore;
import dev.caravan.run.UnitSpan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Journals the intent of each realtime call before it is sent; those that come in together share one event. */
final class IntentJournal {
    private record Waiting(String work, int unit, Money worst, Consumer<@Nullable Throwable> then) {}

    private final RunStore store;
    private List<Waiting> waiting = new ArrayList<>();
    private boolean writing;

    IntentJournal(RunStore store) {
        this.store = store;
    }

    void add(String work, int unit, Money worst, Consumer<@Nullable Throwable> then) {
        synchronized (this) {
            waiting.add(new Waiting(work, unit, worst, then));
            if (writing) {
                return;
            }
            writing = true;
        }
        write();
    }

    private void write() {
        List<Waiting> group;
        synchronized (this) {
            group = waiting;
            waiting = new ArrayList<>();
            if (group.isEmpty()) {
                writing = false;
                return;
            }
        }
        var byWork = new LinkedHashMap<String, List<Waiting>>();
        group.forEach(each ->
                byWork.computeIfAbsent(each.work(), key -> new ArrayList<>()).add(each));
        int last = byWork.size();
        for (var each : byWork.entrySet()) {
            last--;
            boolean closes = last == 0;
            store.record(event(each.getKey(), each.getValue()), failure -> {
                each.getValue().forEach(one -> one.then().accept(failure));
                if (closes) {
                    write();
                }
            });
        }
    }

    private static RunEvent.CallsIntended event(String work, List<Waiting> calls) {
        var units = new UnitSpan();
        var prices = new TreeMap<Integer, Money>();
        calls.forEach(each -> {
            units.set(each.unit());
            prices.put(each.unit(), each.worst());
        });
        return new RunEvent.CallsIntended(work, units.toString(), List.copyOf(prices.values()));
    }
}
