package dev.caravan.cost;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a model costs once a prompt is long: prices, or factors of the usual ones. What a cache costs follows from
 * the input where nothing else is said, and what a batch costs follows from the price outside of one.
 */
final class LongPromptReader {
    /** Two names of one thing: all tokens of a prompt are input. */
    private static final List<String> LIMITS = List.of("above_input_tokens", "above_prompt_tokens");

    static final List<String> KEYS = List.of(
            "above_input_tokens",
            "above_prompt_tokens",
            "input",
            "output",
            "cached_input",
            "cache_write",
            "batch_input",
            "batch_output",
            "batch_cached_input",
            "batch_cache_write",
            "input_factor",
            "output_factor",
            "cached_factor",
            "cache_write_factor");

    private static final String BATCH = "batch_";
    private static final long MOST_TOKENS = 1_000_000_000;

    private final EntryFields prices;
    private final EntryFields dear;
    private final Ratio input;
    private final Ratio cached;
    private final Ratio written;
    private final Ratio output;

    private LongPromptReader(EntryFields prices, EntryFields dear, Rates realtime) {
        this.prices = prices;
        this.dear = dear;
        input = ratio("input", "input_factor", realtime.input(), Ratio.ONE);
        cached = ratio("cached_input", "cached_factor", realtime.cached(), input);
        written = ratio("cache_write", "cache_write_factor", realtime.written(), input);
        output = ratio("output", "output_factor", realtime.output(), Ratio.ONE);
    }

    /** @param batch null where the model has no batch price */
    static @Nullable LongPrompt read(EntryFields prices, Rates realtime, @Nullable Rates batch) {
        EntryFields dear = prices.inner("long_prompt").orElse(null);
        if (dear == null) {
            return null;
        }
        var reader = new LongPromptReader(prices, dear, realtime);
        if (batch == null) {
            KEYS.stream()
                    .filter(each -> each.startsWith(BATCH) && dear.has(each))
                    .forEach(each -> dear.wrong(each, "the model has no batch_input and batch_output"));
        }
        return new LongPrompt.AtRates(
                above(dear), reader.rates("", realtime), batch == null ? null : reader.rates(BATCH, batch));
    }

    private static long above(EntryFields dear) {
        List<String> given = LIMITS.stream().filter(dear::has).toList();
        if (given.size() != 1) {
            dear.wrong(
                    "",
                    given.isEmpty()
                            ? "has no above_input_tokens: the tokens above which it holds"
                            : "names its limit twice: above_input_tokens and above_prompt_tokens");
        }
        return given.isEmpty() ? MOST_TOKENS : dear.whole(given.get(0), 1, MOST_TOKENS, MOST_TOKENS);
    }

    private Ratio ratio(String price, String factor, long usual, Ratio otherwise) {
        if (dear.has(price) && dear.has(factor)) {
            dear.wrong(factor, "stands beside " + price + ": give the price, or the factor");
        }
        OptionalLong rate = dear.rate(price);
        return rate.isPresent()
                ? Ratio.between(rate.getAsLong(), usual)
                : dear.factor(factor).map(Ratio::of).orElse(otherwise);
    }

    /** @param lane what stands before the keys of its prices */
    private Rates rates(String lane, Rates usual) {
        long inputRate = rate(lane + "input", usual.input(), input);
        return new Rates(
                inputRate,
                isOwn("cached_input", "cached_factor", lane)
                        ? rate(lane + "cached_input", usual.cached(), cached)
                        : inputRate,
                isOwn("cache_write", "cache_write_factor", lane)
                        ? rate(lane + "cache_write", usual.written(), written)
                        : inputRate,
                rate(lane + "output", usual.output(), output));
    }

    /** Whether a cache has a price of its own anywhere; else it costs what other input costs, whatever that is. */
    private boolean isOwn(String key, String factor, String lane) {
        return prices.has(key) || prices.has(lane + key) || dear.has(key) || dear.has(lane + key) || dear.has(factor);
    }

    private long rate(String key, long usual, Ratio ratio) {
        OptionalLong rate = dear.rate(key);
        return rate.isPresent() ? rate.getAsLong() : dear.exact(key, usual, ratio);
    }
}
