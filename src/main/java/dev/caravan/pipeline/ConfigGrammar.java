package dev.caravan.pipeline;

import dev.caravan.base.UnitRecord;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The words of {@code config.yaml}: which keys there are, and why some that others know are refused. */
final class ConfigGrammar {
    static final String FILE = "config.yaml";
    static final Set<String> TOP = keys(
            "pipeline",
            "api",
            "processing",
            "labels",
            "prompts",
            "schemas",
            "validation",
            "max_retries",
            "description",
            "post_process",
            "schedule",
            "schedule_zone");
    static final Set<String> PIPELINE = keys("name", "steps", "description");
    static final Set<String> API = keys(
            "provider",
            "model",
            "max_tokens",
            "temperature",
            "system",
            "stop",
            "seed",
            "reasoning_effort",
            "endpoint",
            "api_version",
            "structured_output",
            "max_inflight_batches");
    static final Set<String> PROCESSING = keys(
            "strategy",
            "chunk_size",
            "min_job",
            "items",
            "max_retries",
            "give_up_after",
            "positions",
            "repeat",
            "seed",
            "expressions",
            "brake");
    static final Set<String> BRAKE = keys("answers", "percent");
    static final Set<String> POSITION = keys("name", "source_key");
    static final Set<String> ITEMS = keys("source", "key", "name_field", "delimiter");
    static final Set<String> PROMPTS =
            keys("template_dir", "templates", "include", "global_context", "global_context_file");
    static final Set<String> SCHEMAS = keys("schema_dir", "files");
    static final Set<String> STEP = keys("name", "scope", "description", "skip_if", "drop_if", "retry_from");
    static final Set<String> RETRY = keys("model", "temperature", "show_errors");
    static final Set<String> SHORT = keys(
            "name",
            "items_source",
            "items_delimiter",
            "chunk_size",
            "max_retries",
            "pipeline",
            "description",
            "api",
            "schedule",
            "schedule_zone");
    static final Set<String> SHORT_STEP = keys("name", "template", "output_schema");

    /** Keys that the older system's configs hold, and what to do about each. */
    static final Map<String, String> REFUSED = new TreeMap<>(Map.ofEntries(
            Map.entry("depends_on", "steps run in the order they are written; remove it"),
            Map.entry("requests_per_triple", "has no meaning; remove it"),
            Map.entry("outputs_per_request", "has no meaning; remove it"),
            Map.entry("poll_interval_seconds", "is an option of the call: --interval; remove it"),
            Map.entry("validation_retry", "is spelled max_retries, at the top level"),
            Map.entry("strict_mode", "schemas are always strict; remove it"),
            Map.entry("log_validation_errors", "findings are always kept; remove it"),
            Map.entry("auto_retry", "retries are always on; max_retries bounds them"),
            Map.entry("subprocess_timeout_seconds", "nothing runs in a child process; remove it"),
            Map.entry("pricing", "prices come from the model registry; remove it"),
            Map.entry("output_file", "results are written to outputs/; remove it"),
            Map.entry("post_processing", "is spelled post_process"),
            Map.entry("monitoring", "is not part of this version"),
            Map.entry("realtime", "is not part of this version"),
            Map.entry("retry", "is not part of this version; max_retries bounds the paid answers"),
            Map.entry("name_field", "belongs to processing.items, for all positions alike")));

    /** Fields that records hold for the system: no item, expression or reply may set them. */
    static final Set<String> SYSTEM_FIELDS = keys(
            UnitRecord.ID,
            "errors",
            "config",
            UnitRecord.NUMBER,
            "_metadata",
            "_raw_text",
            "_repetition_id",
            "_repetition_seed",
            "_warnings",
            "_iterations",
            "_fan_index",
            "_fan_parent_id");

    private ConfigGrammar() {}

    private static Set<String> keys(String... names) {
        return new TreeSet<>(Set.of(names));
    }
}
