package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request to a model, before a provider's mapping turns it into that provider's wire form.
 *
 * @param callKey {@code <step>-<unit>-<attempt>[-t<try>]}, safe as a batch custom id, the same in every mode
 * @param text the rendered user message
 * @param schema JSON Schema the answer must follow, in the provider's subset, or null to ask for plain text
 * @param strict whether the schema keeps the provider's rules for strict schemas
 * @param schemaName name a provider may want beside the schema
 * @param stop texts that end the answer
 * @param reasoningEffort the provider's word, or empty
 * @param endpoint which of the provider's endpoints, or empty
 * @param apiVersion of the provider's wire, or empty
 */
public record Prompt(
        String callKey,
        String model,
        @Nullable String system,
        String text,
        @Nullable Integer maxTokens,
        @Nullable JsonNode temperature,
        @Nullable JsonNode schema,
        boolean strict,
        String schemaName,
        List<String> stop,
        @Nullable Long seed,
        String reasoningEffort,
        String endpoint,
        String apiVersion) {

    public Prompt {
        stop = List.copyOf(stop);
    }

    /** A plain question. */
    public static Prompt of(String callKey, String model, String text, int maxTokens) {
        return new Prompt(
                callKey, model, null, text, maxTokens, null, null, false, "answer", List.of(), null, "", "", "");
    }
}
