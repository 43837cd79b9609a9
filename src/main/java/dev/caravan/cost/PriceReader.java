package dev.caravan.cost;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the prices of a model's entry. All of them are whole pico-dollars a token; one that follows from others and does
 * not come to such is asked for, and never rounded.
 */
final class PriceReader {
    static final List<String> KEYS = List.of(
            "input",
            "output",
            "cached_input",
            "cache_write",
            "batch_input",
            "batch_output",
            "batch_cached_input",
            "batch_cache_write",
            "long_prompt");

    private static final List<String> ANNOUNCED =
            Stream.concat(Stream.of("from"), KEYS.stream()).toList();

    /** What a provider's caches cost in a batch, of what they cost outside. */
    private final Ratio batchCache;

    PriceReader(EntryFields provider) {
        batchCache = provider.factor("batch_cache").map(Ratio::of).orElse(Ratio.ONE);
    }

    /** Null where nobody wrote one down. */
    @Nullable Price read(String id, EntryFields fields) {
        fields.inner("long_prompt").ifPresent(dear -> dear.known(LongPromptReader.KEYS));
        Rates realtime = realtime(fields);
        Rates batch = realtime == null ? null : batch(fields, realtime);
        return realtime == null ? null : new Price(id, realtime, batch, LongPromptReader.read(fields, realtime, batch));
    }

    private static @Nullable Rates realtime(EntryFields fields) {
        OptionalLong input = fields.rate("input");
        OptionalLong output = fields.rate("output");
        OptionalLong cached = fields.rate("cached_input");
        OptionalLong written = fields.rate("cache_write");
        if (!hasBoth(fields, "input", "output", KEYS) || input.isEmpty() || output.isEmpty()) {
            return null;
        }
        long usual = input.getAsLong();
        return new Rates(usual, cached.orElse(usual), written.orElse(usual), output.getAsLong());
    }

    private @Nullable Rates batch(EntryFields fields, Rates realtime) {
        OptionalLong input = fields.rate("batch_input");
        OptionalLong output = fields.rate("batch_output");
        boolean both =
                hasBoth(fields, "batch_input", "batch_output", List.of("batch_cached_input", "batch_cache_write"));
        if (!both || input.isEmpty() || output.isEmpty()) {
            return null;
        }
        long usual = input.getAsLong();
        return new Rates(
                usual,
                inBatch(fields, "cached_input", "batch_cached_input", realtime.cached(), usual),
                inBatch(fields, "cache_write", "batch_cache_write", realtime.written(), usual),
                output.getAsLong());
    }

    /** What a cache costs in a batch: as it is written, or by the provider's rule, or as other input where none is known. */
    private long inBatch(EntryFields fields, String key, String batchKey, long realtime, long usual) {
        OptionalLong written = fields.rate(batchKey);
        return written.isPresent()
                ? written.getAsLong()
                : fields.has(key) ? fields.exact(batchKey, realtime, batchCache) : usual;
    }

    /** Whether both of two prices are there. Complains where others need one that nobody took back. */
    private static boolean hasBoth(EntryFields fields, String input, String output, List<String> others) {
        if (fields.has(input) && fields.has(output)) {
            return true;
        }
        if (!fields.takesBack(input) && !fields.takesBack(output)) {
            Stream.concat(Stream.of(input, output), others.stream())
                    .filter(fields::has)
                    .findFirst()
                    .ifPresent(each -> fields.wrong(
                            each, "is no price without " + (fields.has(input) ? output : input) + ": give both"));
        }
        return false;
    }

    /**
     * A price that is announced. Where it does not say what a batch costs, that is half of it, if it is today.
     *
     * @param today the entry whose price it follows
     */
    @Nullable Price announced(String id, EntryFields today, EntryFields then) {
        then.known(ANNOUNCED);
        ObjectNode prices = then.copy();
        for (String each : List.of("input", "output")) {
            String batch = "batch_" + each;
            if (today.has(batch) && then.has(each) && !then.has(batch)) {
                half(today, then, each, batch).ifPresent(rate -> prices.put(batch, BigDecimal.valueOf(rate, 6)));
            }
        }
        return read(id, then.with(prices));
    }

    private static OptionalLong half(EntryFields today, EntryFields then, String key, String batch) {
        OptionalLong now = today.rate(key);
        OptionalLong nowInBatch = today.rate(batch);
        OptionalLong later = then.rate(key);
        if (now.isEmpty() || nowInBatch.isEmpty() || later.isEmpty()) {
            return OptionalLong.empty();
        }
        boolean halved = now.getAsLong() == 2 * nowInBatch.getAsLong() && later.getAsLong() % 2 == 0;
        if (!halved) {
            then.wrong(batch, "must be given: today's is not half of " + key + ", or half of it is too fine");
        }
        return halved ? OptionalLong.of(later.getAsLong() / 2) : OptionalLong.empty();
    }
}
