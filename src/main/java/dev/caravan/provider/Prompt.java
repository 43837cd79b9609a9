package dev.caravan.provider;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One request to a model, before a provider's mapping turns it into that provider's wire form.
 *
 * @param callKey {@code <step>-<unit>-<attempt>[-t<try>]}, safe as a batch custom id, the same in every mode
 * @param text the rendered user message
 * @param schema JSON Schema the answer must follow, or null to ask for plain text
 * @param schemaName name a provider may want beside the schema
 */
public record Prompt(
        String callKey,
        String model,
        @Nullable String system,
        String text,
        @Nullable Integer maxTokens,
        @Nullable JsonNode temperature,
        @Nullable JsonNode schema,
        String schemaName) {}
