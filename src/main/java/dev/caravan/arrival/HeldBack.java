package dev.caravan.arrival;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What lies there and is not taken yet, with the reason; and which troubles were told already. */
final class HeldBack {
    private final Map<String, String> told = new HashMap<>();
    private SortedMap<String, String> reasons = new TreeMap<>();
    private volatile SortedMap<String, String> last = new TreeMap<>();

    /** A look begins: nothing is held back until it is said again. */
    void begin() {
        reasons = new TreeMap<>();
    }

    /** A look ends: troubles that are over may be told anew. */
    void end() {
        last = reasons;
        told.keySet().retainAll(reasons.keySet());
    }

    void back(String what, String reason) {
        reasons.put(what, reason);
    }

    /** Tells a trouble that is remembered nowhere, once for as long as it lasts. */
    void trouble(String what, String name, ArrivalRefusal refusal, Consumer<ArrivalDecision> out) {
        back(what, refusal.wrong());
        if (!refusal.toString().equals(told.put(what, refusal.toString()))) {
            out.accept(new ArrivalDecision.Refused(name, refusal));
        }
    }

    /** As of the last look. */
    SortedMap<String, String> reasons() {
        return last;
    }
}
