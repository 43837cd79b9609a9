package dev.caravan.octobatch;

import java.util.Map;
import java.util.Set;

/**
 * What a template's names may mean.
 *
 * @param fields of the record, with what is known of them
 * @param config the config's own keys, which the original lets templates see by their names alone
 * @param late whether a step that asks a model comes before, where not all fields are there yet
 */
record TemplateNames(Map<String, ValueType> fields, Set<String> config, boolean late) {
    private static final Set<String> GONE = Set.of("_raw_text", "_metadata", "retry_count");

    /** Whether a name is that of a field that there is no more. */
    static boolean isGone(String name) {
        return GONE.contains(name);
    }

    /** Names that any of the templates may know beside fields. */
    static Set<String> configKeys() {
        return Set.of("pipeline", "api", "processing", "prompts", "schemas", "validation", "post_process");
    }
}
