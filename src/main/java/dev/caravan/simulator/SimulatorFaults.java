package dev.caravan.simulator;

import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the simulator misbehaves: a share of calls, from 0 to 1, for each kind of fault, the latency of every call, and
 * numbers for limits and for what is not settled about the real providers ({@link Setting}). Written as
 * {@code brokenJson=0.05,missingRow=0.01,latency=5..20,rpm=600}.
 */
public record SimulatorFaults(Map<Kind, Double> shares, Map<Setting, Long> settings, int latencyFrom, int latencyTo) {
    public static final SimulatorFaults NONE = new SimulatorFaults(Map.of(), Map.of(), 0, 0);

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
        /** 429 that names no time to wait. */
        THROTTLE_BARE,
        /** The account's money is used up; waiting does not help. */
        QUOTA,
        BILLING,
        FORBIDDEN,
        TIMEOUT,
        CONFLICT,
        TOO_LARGE,
        UNPROCESSABLE,
        ERROR502,
        ERROR504,
        OVERLOADED,
        /** 502 with a page instead of JSON. */
        HTML,
        INVALID,
        NOT_FOUND,
        /** Who calls is not known, though no key was refused: a token that has run out. */
        UNAUTHENTICATED,
        /** The client went away before the answer. */
        CANCELED,
        BROKEN_JSON,
        WRONG_SCHEMA,
        /** An answer that fits the schema, one field of which is wrong. */
        WRONG_VALUE,
        REFUSAL,
        TRUNCATION,
        /** The prompt itself is blocked: no answer at all, its tokens are counted. */
        BLOCKED,
        /** Half of the prompt was read from the provider's cache. */
        CACHED,
        /** A quarter of the prompt was written to the provider's cache. */
        CACHE_WRITE,
        /** The model thinks before it answers. */
        REASONING,
        /** The reply tells no usage; it is billed all the same. */
        NO_USAGE,
        /** The reply tells its usage in some way of which a part cannot be read or cannot be. */
        ODD_USAGE,
        MISSING_ROW,
        ERROR_ROW,
        /** A request of a batch is refused when it is run. */
        INVALID_ROW,
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
        QUEUE_FULL,
        /** A job runs out of time with half of its requests done. */
        EXPIRE,
        /** A job fails as a whole while it runs. */
        FAIL_JOB,
        /** The results of a job are gone when they should be read. */
        RESULTS_GONE;

        String word() {
            return SimulatorFaults.word(name());
        }
    }

    /** Numbers that may be set; {@link #otherwise} unless they are. */
    public enum Setting {
        /** Realtime calls a minute; more get 429. 0 is no limit. */
        RPM(0),
        /** Tokens a minute, prompts and longest answers together. */
        TPM(0),
        /** Tokens (for anthropic: requests) that may lie in batches at one time. */
        ENQUEUED(0),
        /** Milliseconds that a throttled call is told to wait. */
        RETRY_AFTER(200),
        /** Status of results asked for before a batch of anthropic has ended. */
        EARLY_RESULTS(404),
        /** Status of a cancel of an ended batch, of openai. */
        CANCEL_ENDED(409),
        /** Whether openai names in the error file what a cancelled batch did not run. */
        CANCELLED_LISTED(1),
        /** Longest custom_id of openai. */
        CUSTOM_ID_MAX(512),
        /** Whether gemini keeps what a cancelled batch had done. */
        CANCELLED_KEPT(0),
        /** Whether gemini's answer to a create already says RUNNING. */
        CREATED_RUNNING(0),
        /** Whether errors that a client should not repeat say so in {@code x-should-retry}. */
        SHOULD_RETRY(0),
        /** Whether a model that nobody knows is served all the same. */
        ANY_MODEL(0),
        /** Whether a token is a byte, see {@link TokenRule}; written as a word. */
        TOKENS(0);

        final long otherwise;

        Setting(long otherwise) {
            this.otherwise = otherwise;
        }
    }

    private static String word(String name) {
        var word = new StringBuilder();
        for (String part : name.toLowerCase(Locale.ROOT).split("_", -1)) {
            word.append(word.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        return word.toString();
    }

    public SimulatorFaults {
        shares = Map.copyOf(shares);
        settings = Map.copyOf(settings);
    }

    double share(Kind kind) {
        return shares.getOrDefault(kind, 0.0);
    }

    long number(Setting setting) {
        return settings.getOrDefault(setting, setting.otherwise);
    }

    boolean is(Setting setting) {
        return number(setting) != 0;
    }

    TokenRule tokens() {
        return is(Setting.TOKENS) ? TokenRule.BYTES : TokenRule.CHARACTERS;
    }

    /** The kinds by their words. */
    static Map<String, Kind> kinds() {
        var words = new TreeMap<String, Kind>();
        List.of(Kind.values()).forEach(each -> words.put(each.word(), each));
        return words;
    }

    public static SimulatorFaults parse(String text) {
        var kinds = kinds();
        var numbers = new TreeMap<String, Setting>();
        List.of(Setting.values()).forEach(each -> numbers.put(word(each.name()), each));
        var shares = new LinkedHashMap<Kind, Double>();
        var settings = new LinkedHashMap<Setting, Long>();
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
            } else if (pair[0].equals(word(Setting.TOKENS.name()))) {
                settings.put(Setting.TOKENS, bytes(value, problems));
            } else if (numbers.containsKey(pair[0])) {
                if (value.matches("[0-9]{1,12}")) {
                    settings.put(numbers.get(pair[0]), Long.valueOf(value));
                } else {
                    problems.at("--faults", pair[0], "must be a whole number, not '" + value + "'");
                }
            } else if (!kinds.containsKey(pair[0])) {
                var all = new TreeSet<String>(kinds.keySet());
                all.addAll(numbers.keySet());
                problems.at("--faults", pair[0], "unknown fault; " + Problems.suggestion(pair[0], all));
            } else if (!value.matches("0|1|0?[.][0-9]+|1[.]0+|0[.][0-9]+")) {
                problems.at("--faults", pair[0], "must be a share from 0 to 1, not '" + value + "'");
            } else {
                shares.put(kinds.get(pair[0]), Double.valueOf(value));
            }
        }
        problems.throwIfAny();
        return new SimulatorFaults(shares, settings, latency[0], latency[1]);
    }

    private static long bytes(String value, Problems problems) {
        if (!value.equals("bytes") && !value.equals("characters")) {
            problems.at("--faults", "tokens", "must be characters or bytes, not '" + value + "'");
        }
        return value.equals("bytes") ? 1 : 0;
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
            throw new UserMistakeException("--faults", "latency", "goes from low to high, not '" + value + "'");
        }
    }
}
