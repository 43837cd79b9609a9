package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tokens of a reply out of what a provider, or a server that speaks like one, tells of them.
 *
 * <p>Counts are known by several names, written in any case, with or without underscores. A count is a whole number, one
 * written as a text, or a decimal without a fraction. It is believed only when all that was told agrees: what is missing,
 * cannot be read, cannot be (a negative count, more from the cache than was sent, an answer of no tokens) or contradicts
 * the total is unknown, and no exception. Where the total says so, reasoning that stands beside the output is part of
 * it, and cached tokens that stand beside the input are part of that.
 */
public final class UsageReader {
    /**
     * Most tokens of a reply that are believed. No model reads or writes so many, and sums over any run stay far below
     * what a long holds: 9 billion replies would not reach it.
     */
    public static final long MOST_TOKENS = 1_000_000_000;

    private static final int LONGEST_RAW = 300;
    private static final int LONGEST_DIGITS = 15;

    private static final int MOST_NAMES = 500;
    private static final int LONGEST_NAME = 60;
    private static final Map<String, String> BARE = new ConcurrentHashMap<>();

    private static final List<String> INPUT = List.of(
            "prompttokens",
            "inputtokens",
            "prompttokencount",
            "inputtokencount",
            "promptevalcount",
            "tokensprompt",
            "input");
    private static final List<String> OUTPUT = List.of(
            "completiontokens",
            "outputtokens",
            "candidatestokencount",
            "completiontokencount",
            "outputtokencount",
            "generatedtokens",
            "evalcount",
            "tokenscompletion",
            "output");
    private static final List<String> CACHED = List.of(
            "prompttokensdetails.cachedtokens",
            "inputtokensdetails.cachedtokens",
            "cachedcontenttokencount",
            "cachereadinputtokens",
            "numcachedtokens",
            "promptcachehittokens",
            "cachedtokens",
            "cached");
    private static final List<String> WRITTEN = List.of(
            "prompttokensdetails.cachewritetokens",
            "inputtokensdetails.cachewritetokens",
            "cachecreationinputtokens",
            "written");
    private static final List<String> REASONING = List.of(
            "completiontokensdetails.reasoningtokens",
            "outputtokensdetails.reasoningtokens",
            "outputtokensdetails.thinkingtokens",
            "thoughtstokencount",
            "reasoningtokens",
            "reasoning");
    private static final List<String> TOTAL = List.of("totaltokens", "totaltokencount", "tokenstotal", "total");

    /**
     * What a provider's counts hold, where it differs from most.
     *
     * @param cacheBeside cached and written tokens stand beside the input, not in it
     * @param reasoningBeside reasoning stands beside the output, not in it; a count of zero is left out
     */
    public record Style(boolean cacheBeside, boolean reasoningBeside) {
        public static final Style PLAIN = new Style(false, false);
    }

    /** Why what was told cannot be believed. */
    private static final class Unbelievable extends Exception {
        private static final long serialVersionUID = 1;

        Unbelievable(String why) {
            super(why, null, false, false);
        }
    }

    private final Style style;
    private final Map<String, JsonNode> members = new HashMap<>();

    private UsageReader(Style style) {
        this.style = style;
    }

    /**
     * @param told what was told of a reply's tokens; a missing node where nothing was
     * @param answered whether the reply has a text: it cannot have been made of no tokens
     */
    public static UsageReading read(JsonNode told, Style style, boolean answered) {
        if (told.isMissingNode() || told.isNull() || (told.isContainerNode() && told.isEmpty())) {
            return UsageReading.unknown("the reply tells no usage", "");
        }
        if (!told.isObject()) {
            return UsageReading.unknown("usage is no object", raw(told));
        }
        var reader = new UsageReader(style);
        reader.gather("", told);
        return reader.read(answered, told);
    }

    private static String raw(JsonNode told) {
        String raw = Json.text(told);
        return raw.length() > LONGEST_RAW ? raw.substring(0, LONGEST_RAW) + "…" : raw;
    }

    /** Members by their names without case, hyphens and underscores; those of objects in it behind their names. */
    private void gather(String before, JsonNode object) {
        object.properties().forEach(each -> {
            String bare = bare(each.getKey());
            String name = before.isEmpty() ? bare : before + bare;
            if (each.getValue().isObject() && before.isEmpty()) {
                gather(name + ".", each.getValue());
            } else if (!each.getValue().isNull()) {
                members.putIfAbsent(name, each.getValue());
            }
        });
    }

    /** Providers use few names; a name is made bare once. */
    private static String bare(String name) {
        String known = BARE.get(name);
        if (known == null) {
            known = name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
            if (BARE.size() < MOST_NAMES && name.length() < LONGEST_NAME) {
                BARE.put(name, known);
            }
        }
        return known;
    }

    private UsageReading read(boolean answered, JsonNode told) {
        try {
            return UsageReading.told(counts().usage(answered));
        } catch (Unbelievable e) {
            return UsageReading.unknown(String.valueOf(e.getMessage()), raw(told));
        }
    }

    private Counts counts() throws Unbelievable {
        long input = needed(INPUT, "prompt");
        long cached = optional(CACHED);
        long written = optional(WRITTEN);
        long reasoning = optional(REASONING);
        long total = optional(TOTAL);
        Long output = any(OUTPUT);
        if (output == null && style.reasoningBeside()) {
            output = 0L;
        } else if (output == null && total > input) {
            output = total - input - (style.cacheBeside() ? cached + written : 0);
        }
        if (output == null || output < 0) {
            throw new Unbelievable("usage tells no tokens of the answer");
        }
        return new Counts(
                input + (style.cacheBeside() ? cached + written : 0),
                cached,
                written,
                output + (style.reasoningBeside() ? reasoning : 0),
                reasoning,
                total);
    }

    /** All that was told, each by itself within bounds. */
    private record Counts(long input, long cached, long written, long output, long reasoning, long total) {

        Usage usage(boolean answered) throws Unbelievable {
            if (input == 0) {
                throw new Unbelievable("usage tells a prompt of no tokens");
            }
            if (answered && output == 0) {
                throw new Unbelievable("usage tells an answer of no tokens");
            }
            long in = input;
            long out = output;
            if (total > 0 && total != in + out) {
                // Of two ways to count, the total says which one it is.
                if (reasoning > 0 && total == in + out + reasoning) {
                    out += reasoning;
                } else if (cached + written > in && total == in + cached + written + out) {
                    in += cached + written;
                } else {
                    throw new Unbelievable(
                            "usage tells " + in + " + " + out + " tokens, and " + total + " as their total");
                }
            }
            if (cached + written > in) {
                throw new Unbelievable(
                        "usage tells more tokens of the cache, " + (cached + written) + ", than of the prompt, " + in);
            }
            if (reasoning > out) {
                throw new Unbelievable(
                        "usage tells more tokens of reasoning, " + reasoning + ", than of the answer, " + out);
            }
            return new Usage(in, cached, out, reasoning, written);
        }
    }

    private long needed(List<String> names, String what) throws Unbelievable {
        Long count = any(names);
        if (count == null) {
            throw new Unbelievable("usage tells no tokens of the " + what);
        }
        return count;
    }

    private long optional(List<String> names) throws Unbelievable {
        Long count = any(names);
        return count == null ? 0 : count;
    }

    /** The count that stands under one of the names. A zero beside another count is a name that was filled up. */
    private @Nullable Long any(List<String> names) throws Unbelievable {
        Long found = null;
        for (String each : names) {
            JsonNode member = members.get(each);
            if (member == null) {
                continue;
            }
            long count = count(member);
            if (count < 0) {
                throw new Unbelievable("usage tells a number of tokens that cannot be: " + shown(member));
            }
            if (found != null && found > 0 && count > 0 && found != count) {
                throw new Unbelievable("usage tells " + found + " tokens under one name, " + count + " under another");
            }
            found = found == null ? count : Math.max(found, count);
        }
        return found;
    }

    private static String shown(JsonNode member) {
        String text = Json.text(member);
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }

    /** A number of tokens, however it is written; -1 for what is none, or is out of bounds. */
    public static long count(JsonNode node) {
        if (node.isIntegralNumber()) {
            return node.canConvertToLong() ? bounded(node.longValue()) : -1;
        }
        if (node.isTextual()) {
            String digits = node.textValue().strip();
            boolean whole = digits.matches("[0-9]{1," + LONGEST_DIGITS + "}(?:[.]0{1,6})?");
            return whole ? bounded(new BigDecimal(digits).longValue()) : -1;
        }
        return node.isNumber() ? whole(node) : -1;
    }

    private static long whole(JsonNode node) {
        if ((node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue())) {
            return -1;
        }
        BigDecimal exact = node.decimalValue();
        // The exponent first: to write out 1e999999999 would take all memory.
        if (exact.signum() < 0 || (long) exact.precision() - exact.scale() > LONGEST_DIGITS) {
            return -1;
        }
        if (exact.signum() == 0) {
            return 0;
        }
        boolean fraction = exact.stripTrailingZeros().scale() > 0;
        return fraction ? -1 : bounded(exact.longValue());
    }

    private static long bounded(long count) {
        return count < 0 || count > MOST_TOKENS ? -1 : count;
    }

    /** What a line of ours says of a reply's tokens; unknown where an earlier version kept what cannot be. */
    public static UsageReading stored(JsonNode usage) {
        if (!usage.isObject()) {
            return UsageReading.unknown("no usage was kept", "");
        }
        long[] counts = new long[5];
        List<String> names = List.of("input", "cached", "output", "reasoning", "written");
        for (int i = 0; i < counts.length; i++) {
            JsonNode each = usage.path(names.get(i));
            counts[i] = each.isMissingNode() ? 0 : count(each);
            if (counts[i] < 0) {
                return UsageReading.unknown(
                        "a number of tokens that cannot be was kept: " + shown(each), Json.text(usage));
            }
        }
        return UsageReading.told(new Usage(counts[0], counts[1], counts[2], counts[3], counts[4]));
    }
}
