package dev.caravan.simulator;

import dev.caravan.simulator.SimulatorFaults.Kind;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Faults that a caller asks for: {@code [[simulate: throttle times=2 retryAfter=3000]]} in a prompt, the same words in
 * the header {@code X-Simulate}. Each fault holds for the first {@code times} sights of the same call, or always.
 */
record FaultMarkers(Map<Kind, Integer> wanted, @Nullable Long retryAfter) {
    static final FaultMarkers NONE = new FaultMarkers(Map.of(), null);
    private static final Pattern MARKER = Pattern.compile("\\[\\[simulate:([^\\]]*)\\]\\]");
    private static final Map<String, Kind> KINDS = SimulatorFaults.kinds();

    FaultMarkers {
        wanted = Map.copyOf(wanted);
    }

    static FaultMarkers in(String prompt) {
        if (!prompt.contains("[[simulate:")) {
            return NONE;
        }
        var all = new StringBuilder();
        Matcher matcher = MARKER.matcher(prompt);
        while (matcher.find()) {
            all.append(matcher.group(1)).append(' ');
        }
        return of(all.toString());
    }

    static FaultMarkers of(@Nullable String words) {
        if (words == null || words.isBlank()) {
            return NONE;
        }
        var wanted = new EnumMap<Kind, Integer>(Kind.class);
        Kind last = null;
        Long retryAfter = null;
        for (String word : words.strip().split("[ ,;]+", -1)) {
            Kind kind = KINDS.get(word);
            if (kind != null) {
                wanted.put(kind, Integer.MAX_VALUE);
                last = kind;
            } else if (word.matches("times=[0-9]{1,6}") && last != null) {
                wanted.put(last, Integer.valueOf(word.substring(6)));
            } else if (word.matches("retryAfter=[0-9]{1,9}")) {
                retryAfter = Long.valueOf(word.substring(11));
            }
        }
        return new FaultMarkers(wanted, retryAfter);
    }

    FaultMarkers and(FaultMarkers other) {
        if (other.wanted.isEmpty()) {
            return this;
        }
        var both = new EnumMap<Kind, Integer>(Kind.class);
        both.putAll(wanted);
        both.putAll(other.wanted);
        return new FaultMarkers(both, other.retryAfter == null ? retryAfter : other.retryAfter);
    }

    boolean has(Kind kind) {
        return wanted.containsKey(kind);
    }

    /** @param sight how often the call was seen, from 1 */
    boolean has(Kind kind, int sight) {
        return wanted.getOrDefault(kind, 0) >= sight;
    }
}
