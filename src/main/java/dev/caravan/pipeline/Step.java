package dev.caravan.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Json;
import dev.caravan.base.TextFile;
import dev.caravan.base.UserMistakeException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One stage of a pipeline.
 *
 * @param index place in the pipeline, from 0
 * @param name unique in the pipeline and safe as a file name
 * @param kind which {@link StepGrammar} reads it
 * @param provider effective provider: call before step before pipeline before registry
 * @param model effective model
 * @param template file in the snapshot, relative to the pipeline folder, or null for kinds without one
 * @param transform file of the mapping, relative to the pipeline folder, or null when there is none
 * @param schema file of the JSON Schema, relative to the pipeline folder, or null when there is none
 * @param validation the step's rules: {@code required, types, ranges, enums, rules}; empty when there are none
 * @param simulate how the simulator should answer this step, or null to follow the schema
 * @param call what else is asked of the model
 * @param retryFrom place of the step a unit goes back to when it does not hold here; {@link #NOWHERE} when it does not
 * @param retry what is different when a unit is asked again
 * @param shared what all steps have in common
 * @param source the step as written
 * @param settings what its kind alone understands of it
 */
public record Step(
        int index,
        String name,
        String kind,
        String description,
        String provider,
        String model,
        @Nullable String system,
        @Nullable Integer maxTokens,
        @Nullable JsonNode temperature,
        @Nullable String template,
        @Nullable String transform,
        @Nullable String schema,
        ObjectNode validation,
        @Nullable JsonNode simulate,
        Call call,
        int retryFrom,
        Retry retry,
        SharedContext shared,
        ObjectNode source,
        StepSettings settings) {

    /** No step to go back to: what does not hold is asked again here, or fails. */
    public static final int NOWHERE = -1;

    Step retryingFrom(int target) {
        return with(target, settings);
    }

    Step with(StepSettings read) {
        return with(retryFrom, read);
    }

    private Step with(int target, StepSettings read) {
        return new Step(
                index,
                name,
                kind,
                description,
                provider,
                model,
                system,
                maxTokens,
                temperature,
                template,
                transform,
                schema,
                validation,
                simulate,
                call,
                target,
                retry,
                shared,
                source,
                read);
    }

    /**
     * What is asked of the model beside the prompt.
     *
     * @param stop texts that end an answer
     * @param seed for the provider's sampling, or null
     * @param reasoningEffort the provider's own word, or empty
     * @param endpoint {@code chat}, {@code responses}, or empty for the provider's usual one
     * @param apiVersion of the provider's wire, or empty for the one that suits
     * @param schemas the kind of JSON Schema the provider takes for structured answers; {@code none} to send none
     */
    public record Call(
            List<String> stop,
            @Nullable Long seed,
            String reasoningEffort,
            String endpoint,
            String apiVersion,
            String schemas) {
        public Call {
            stop = List.copyOf(stop);
        }
    }

    /**
     * What is different when a unit is asked again.
     *
     * @param model to ask then, or null for the same
     * @param temperature to ask with then, or null for the same
     * @param showErrors whether the prompt finds what was wrong in {@code $errors}
     */
    public record Retry(@Nullable String model, @Nullable JsonNode temperature, boolean showErrors) {
        static final Retry SAME = new Retry(null, null, true);
    }

    /** The settings as the step's kind read them. */
    public <S extends StepSettings> S settings(Class<S> ofKind) {
        return ofKind.cast(settings);
    }

    /** The model that is asked the first time, or again. */
    public String model(boolean again) {
        String other = retry.model();
        return again && other != null ? other : model;
    }

    public @Nullable JsonNode temperature(boolean again) {
        JsonNode other = retry.temperature();
        return again && other != null ? other : temperature;
    }

    /**
     * The schema of a step that was checked; null when it has none.
     *
     * @param folder of the pipeline, or a run's copy of it
     */
    public @Nullable JsonNode schemaIn(Path folder) {
        if (schema == null) {
            return null;
        }
        try {
            return filled(
                    Json.written(TextFile.read(folder.resolve(schema), schema, TextFile.LARGEST_WRITTEN)),
                    (at, wrong) -> {
                        throw new UserMistakeException(schema, at, wrong);
                    });
        } catch (JsonProcessingException e) {
            throw new UserMistakeException(schema, Json.place(e), "is not JSON: " + Json.reason(e));
        }
    }

    /**
     * A schema with the pipeline's lists of labels in it.
     *
     * @param wrong takes place and message of each reference to a list that is not there
     */
    public JsonNode filled(JsonNode written, BiConsumer<String, String> wrong) {
        return shared.filled(written, wrong);
    }

    /** Whether an enum is one of the pipeline's lists of labels, which were checked where they are written. */
    public boolean isList(JsonNode members) {
        return shared.isList(members);
    }

    /** Whether another model is asked again: such calls make jobs of their own. */
    public boolean escalates() {
        return !model(true).equals(model);
    }
}
