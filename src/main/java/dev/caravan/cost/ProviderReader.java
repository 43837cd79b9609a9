package dev.caravan.cost;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Problems;
import dev.caravan.provider.AccountLimits;
import dev.caravan.provider.BaseUrl;
import java.util.List;
import java.util.Locale;

/** Reads an entry of {@code models.yaml} that names a provider. */
final class ProviderReader {
    private static final List<String> KEYS = List.of(
            "routes",
            "flavour",
            "key",
            "key_optional",
            "base_url",
            "base_url_variable",
            "default_model",
            "auth",
            "schemas",
            "tokenizer",
            "tagged",
            "batch",
            "batch_cache",
            "max_requests",
            "max_bytes",
            "requests_header",
            "tokens_header",
            "requests_per_minute",
            "tokens_per_minute",
            "enqueued_tokens",
            "results_hours");

    private static final List<String> SCHEMAS = List.of("openai", "anthropic", "gemini", "plain", "none");
    private static final List<String> TOKENIZERS = List.of("o200k_base");
    private static final List<String> BATCH = List.of("yes", "no", "ask", "true", "false");

    private static final String VARIABLE = "[A-Za-z_][A-Za-z0-9_]*";
    private static final String FOLDER = "[A-Za-z0-9][A-Za-z0-9._-]*";
    private static final String NO_FOLDER = "must be a name of letters, digits, '.', '_' and '-'";
    private static final String HEADER = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
    /** The header, a colon, and perhaps a word before the key. */
    private static final String AUTH = HEADER + ":[ -~]*";

    private static final int USUAL_REQUESTS = 50_000;
    private static final long USUAL_BYTES = 100_000_000;
    private static final int MOST_REQUESTS = 100_000_000;
    private static final long MOST_BYTES = 1_000_000_000_000L;
    private static final long MOST_A_MINUTE = 1_000_000_000_000L;
    private static final long MOST_ENQUEUED = 1_000_000_000_000_000L;
    private static final int MOST_HOURS = 100_000;

    private final String file;
    private final Problems problems;

    ProviderReader(String file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    ProviderEntry read(String name, ObjectNode entry) {
        var fields = new EntryFields(file, "providers." + name, entry, problems);
        fields.known(KEYS);
        if (!name.matches(FOLDER)) {
            fields.wrong("", NO_FOLDER);
        }
        String variable = name.toUpperCase(Locale.ROOT).replace('-', '_');
        String auth = fields.text(
                "auth",
                "Authorization: Bearer",
                AUTH,
                "must be a header and what stands before the key, like 'Authorization: Bearer'");
        int colon = auth.indexOf(':');
        String prefix = auth.substring(colon + 1).strip();
        return new ProviderEntry(
                name,
                fields.text("routes", name, FOLDER, NO_FOLDER),
                keyVariable(fields, variable + "_API_KEY"),
                fields.flag("key_optional", false),
                address(fields),
                fields.text(
                        "base_url_variable",
                        variable + "_BASE_URL",
                        VARIABLE,
                        "must be the name of an environment variable, such as OPENAI_BASE_URL"),
                fields.required("default_model"),
                auth.substring(0, colon),
                prefix.isEmpty() ? "" : prefix + " ",
                fields.text("flavour", ""),
                fields.choice("schemas", SCHEMAS, "none"),
                fields.choice("tokenizer", TOKENIZERS, ""),
                fields.flag("tagged", true),
                fields.choice("batch", BATCH, "yes").replace("true", "yes").replace("false", "no"),
                limits(fields));
    }

    private static String address(EntryFields fields) {
        String address = fields.required("base_url");
        String problem = BaseUrl.problem(address);
        if (!address.isEmpty() && !problem.isEmpty()) {
            fields.wrong("base_url", problem);
        }
        return address;
    }

    /** Who writes the key itself there is told so, without it. */
    private static String keyVariable(EntryFields fields, String usual) {
        String variable = fields.text("key", usual);
        if (!variable.matches(VARIABLE)) {
            fields.wrong(
                    "key",
                    "must be the name of an environment variable, such as OPENAI_API_KEY; the key itself belongs into"
                            + " the environment or into .env");
        }
        return variable;
    }

    private static AccountLimits limits(EntryFields fields) {
        return new AccountLimits(
                (int) fields.whole("max_requests", 1, MOST_REQUESTS, USUAL_REQUESTS),
                fields.whole("max_bytes", 1, MOST_BYTES, USUAL_BYTES),
                header(fields, "requests_header"),
                header(fields, "tokens_header"),
                fields.whole("requests_per_minute", 0, MOST_A_MINUTE, 0),
                fields.whole("tokens_per_minute", 0, MOST_A_MINUTE, 0),
                (int) fields.whole("results_hours", 0, MOST_HOURS, 0),
                fields.whole("enqueued_tokens", 0, MOST_ENQUEUED, 0));
    }

    private static String header(EntryFields fields, String key) {
        return fields.text(key, "", "(" + HEADER + ")?", "must be the name of a header");
    }
}
