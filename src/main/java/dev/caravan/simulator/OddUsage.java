package dev.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.caravan.base.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How servers tell usage that do not tell it as their provider does. What was used is on the bill all the same. */
enum OddUsage {
    LEFT_OUT((reply, member, usage) -> reply.remove(member)),
    NULL((reply, member, usage) -> reply.putNull(member)),
    EMPTY((reply, member, usage) -> reply.putObject(member)),
    WORDS((reply, member, usage) -> reply.put(member, "n/a")),
    /** Whole, and readable. */
    TEXTS(each(count -> TextNode.valueOf(count.asText()))),
    /** Whole, and readable. */
    RENAMED((reply, member, usage) -> reply.set(member, renamed(usage))),
    NEGATIVE(each(count -> LongNode.valueOf(-1 - count.longValue()))),
    HUGE(each(count -> LongNode.valueOf(Long.MAX_VALUE - count.longValue()))),
    INFINITE(each(count -> DecimalNode.valueOf(new BigDecimal("1e999")))),
    /** More tokens of the cache than of the prompt. */
    CACHED(OddUsage::cached),
    TOTAL((reply, member, usage) -> {
        usage.remove("totalTokenCount");
        usage.put("total_tokens", 1_000_000);
    });

    private interface Spoiling {
        void spoil(ObjectNode reply, String member, ObjectNode usage);
    }

    @SuppressWarnings("ImmutableEnumChecker") // lambdas that hold nothing
    private final Spoiling spoiling;

    OddUsage(Spoiling spoiling) {
        this.spoiling = spoiling;
    }

    private static final List<OddUsage> ODD = List.of(values()).subList(1, values().length);

    static OddUsage of(SeededStream dice) {
        return dice.of(ODD);
    }

    /** Spoils what a reply tells of its usage, where anything is to be spoilt. */
    static ObjectNode in(ObjectNode reply, String member, @Nullable OddUsage odd) {
        if (odd != null && reply.get(member) instanceof ObjectNode usage) {
            odd.spoiling.spoil(reply, member, usage);
        }
        return reply;
    }

    /** Where there is a total, cached tokens are part of the prompt's. */
    private static void cached(ObjectNode reply, String member, ObjectNode usage) {
        if (usage.has("total_tokens") || usage.has("totalTokenCount")) {
            usage.put("cachedContentTokenCount", 1_000_000);
        } else {
            reply.putNull(member);
        }
    }

    private static Spoiling each(UnaryOperator<JsonNode> change) {
        return (reply, member, usage) -> {
            List<String> counts = usage.properties().stream()
                    .filter(each -> each.getValue().isIntegralNumber())
                    .map(Map.Entry::getKey)
                    .toList();
            counts.forEach(each -> usage.set(each, change.apply(usage.get(each))));
        };
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
