package dev.caravan.simulator;

import java.util.Map;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How servers tell usage that do not tell it as their provider does. What was used is on the bill all the same. */
enum OddUsage {
    LEFT_OUT,
    NULL,
    EMPTY,
    WORDS,
    /** Whole, and readable. */
    TEXTS,
    /** Whole, and readable. */
    RENAMED,
    NEGATIVE,
    HUGE,
    INFINITE,
    /** More tokens of the cache than of the prompt. */
    CACHED,
    TOTAL;

    private static final List<OddUsage> ODD = List.of(values()).subList(1, values().length);

    static OddUsage of(SeededStream dice) {
        return dice.of(ODD);
    }

    /** Spoils what a reply tells of its usage, where anything is to be spoilt. */
    static ObjectNode in(ObjectNode reply, String member, @Nullable OddUsage odd) {
        if (odd != null && reply.get(member) instanceof ObjectNode usage) {
            odd.spoil(reply, member, usage);
        }
        return reply;
    }

    private void spoil(ObjectNode reply, String member, ObjectNode usage) {
        switch (this) {
            case LEFT_OUT -> reply.remove(member);
            case NULL -> reply.putNull(member);
            case EMPTY -> reply.putObject(member);
            case WORDS -> reply.put(member, "n/a");
            case TEXTS -> each(usage, count -> Json.mapper().getNodeFactory().textNode(count.asText()));
            case RENAMED -> reply.set(member, renamed(usage));
            case NEGATIVE -> each(usage, count -> Json.mapper().getNodeFactory().numberNode(-1 - count.longValue()));
            case HUGE ->
                each(usage, count -> Json.mapper().getNodeFactory().numberNode(Long.MAX_VALUE - count.longValue()));
            case INFINITE -> each(usage, count -> Json.mapper().getNodeFactory().numberNode(new BigDecimal("1e999")));
            case CACHED -> {
                // Where there is a total, cached tokens are part of the prompt's.
                if (usage.has("total_tokens") || usage.has("totalTokenCount")) {
                    usage.put("cachedContentTokenCount", 1_000_000);
                } else {
                    reply.putNull(member);
                }
            }
            case TOTAL -> {
                usage.remove("totalTokenCount");
                usage.put("total_tokens", 1_000_000);
            }
        }
    }

    private interface Change {
        JsonNode of(JsonNode count);
    }

    private static void each(ObjectNode usage, Change change) {
        List<String> names =
                usage.properties().stream().map(Map.Entry::getKey).toList();
        for (String name : names) {
            if (usage.get(name).isIntegralNumber()) {
                usage.set(name, change.of(usage.get(name)));
            }
        }
    }

    /** {@code prompt_tokens} as {@code promptTokens}, and the other way round. */
    private static ObjectNode renamed(ObjectNode usage) {
        ObjectNode renamed = Json.object();
        usage.properties().forEach(each -> {
            var name = new StringBuilder();
            boolean raise = false;
            for (char letter : each.getKey().toCharArray()) {
                if (letter == '_') {
                    raise = true;
                    continue;
                }
                String text = String.valueOf(letter);
                name.append(
                        Character.isUpperCase(letter)
                                ? "_" + text.toLowerCase(Locale.ROOT)
                                : raise ? text.toUpperCase(Locale.ROOT) : text);
                raise = false;
            }
            renamed.set(
                    name.toString(), each.getValue() instanceof ObjectNode inner ? renamed(inner) : each.getValue());
        });
        return renamed;
    }
}
