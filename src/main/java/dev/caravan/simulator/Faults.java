package dev.caravan.simulator;

import dev.caravan.base.InvalidFileException;
import dev.caravan.base.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the simulator misbehaves: a share of calls, from 0 to 1, for each kind of fault, and the latency of every call.
 * Written as {@code brokenJson=0.05,missingRow=0.01,latency=5..20}.
 */
public record Faults(Map<Kind, Double> shares, int latencyFrom, int latencyTo) {
    public static final Faults NONE = new Faults(Map.of(), 0, 0);

    /** Kinds of faults. Those of content are paid for; those of transport may pass when the call is repeated. */
    public enum Kind {
        /** The key is refused, whatever it is. */
        WRONG_KEY,
        THROTTLE,
        ERROR500,
        ERROR503,
        /** Never answers; half of such calls are billed all the same. */
        SILENCE,
        /** The connection breaks after the call was billed. */
        RESET,
        BROKEN_JSON,
        WRONG_SCHEMA,
        /** An answer that fits the schema, one field of which is wrong. */
        WRONG_VALUE,
        REFUSAL,
        TRUNCATION,
        MISSING_ROW,
        ERROR_ROW,
        DUPLICATE_ROW,
        /** A job is created but its answer never arrives. */
        CREATE_LOST,
        /** A job does not appear in lists for a while. */
        LATE_LIST,
        /** A job is unknown, 404, for a moment after its creation. */
        YOUNG404,
        /** A call for a file or a job fails: 500, 503, 409 or a reset, before anything was done or after all of it. */
        CONTROL,
        /** A request that makes its whole job be refused, without naming its line. */
        POISON,
        /** A job is refused because the account's queue is full. */
        QUEUE_FULL;

        String word() {
            var word = new StringBuilder();
            for (String part : name().toLowerCase(Locale.ROOT).split("_", -1)) {
                word.append(word.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
            }
            return word.toString();
        }
    }

    public Faults {
        shares = Map.copyOf(shares);
    }

    double share(Kind kind) {
        return shares.getOrDefault(kind, 0.0);
    }

    public static Faults parse(String text) {
        var words = new TreeMap<String, Kind>();
        List.of(Kind.values()).forEach(each -> words.put(each.word(), each));
        var shares = new LinkedHashMap<Kind, Double>();
        var problems = new Problems("--faults");
        int[] latency = {0, 0};
        for (String part : text.split(",", -1)) {
            if (part.isBlank()) {
                continue;
            }
            String[] pair = part.strip().split("=", 2);
            String value = pair.length == 2 ? pair[1] : "";
            if (pair[0].equals("latency")) {
                latency(value, latency, problems);
            } else if (!words.containsKey(pair[0])) {
                problems.at("--faults", pair[0], "unknown fault; " + Problems.suggestion(pair[0], words.keySet()));
            } else if (!value.matches("0|1|0?[.][0-9]+|1[.]0+|0[.][0-9]+")) {
                problems.at("--faults", pair[0], "must be a share from 0 to 1, not '" + value + "'");
            } else {
                shares.put(words.get(pair[0]), Double.valueOf(value));
            }
        }
        problems.throwIfAny();
        return new Faults(shares, latency[0], latency[1]);
    }

    private static void latency(String value, int[] latency, Problems problems) {
        String[] bounds = value.split("[.][.]", -1);
        try {
            latency[0] = Integer.parseInt(bounds[0]);
            latency[1] = Integer.parseInt(bounds[bounds.length - 1]);
        } catch (NumberFormatException e) {
            problems.at("--faults", "latency", "must be milliseconds like 20 or 5..20, not '" + value + "'");
        }
        if (latency[0] < 0 || latency[1] < latency[0]) {
            throw new InvalidFileException("--faults", "latency", "goes from low to high, not '" + value + "'");
        }
    }
}
