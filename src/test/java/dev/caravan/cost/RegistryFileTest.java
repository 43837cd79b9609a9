package dev.caravan.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caravan.base.UserMistakeException;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator writes into models.yaml is read strictly, and its prices exactly. */
class RegistryFileTest {
    private static final Usage LONG = new Usage(1_001, 0, 0, 0, 0);
    private static final Usage LONG_CACHED = new Usage(1_001, 1_001, 0, 0, 0);
    private static final Usage LONG_WRITTEN = new Usage(1_001, 0, 0, 0, 1_001);
    private static final Usage ANSWER = new Usage(1_001, 1_001, 1_000, 0, 0);

    @TempDir
    Path folder;

    private ModelRegistry registry(String text) throws IOException {
        Path file = folder.resolve("models.yaml");
        Files.writeString(file, text);
        return ModelRegistry.with(file, Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC));
    }

    /** Of a model with the name m, whatever else it has. */
    private Price price(String entry) throws IOException {
        return registry("models: [{id: m, provider: openai, " + entry + "}]\n")
                .price("m")
                .orElseThrow();
    }

    /** Each with its place, without the file's name. */
    private List<String> problems(String text) {
        var refused = catchThrowableOfType(UserMistakeException.class, () -> registry(text));
        assertThat(refused).as(text).isNotNull();
        return refused.problems().stream()
                .peek(each -> assertThat(each.file())
                        .isEqualTo(folder.resolve("models.yaml").toString()))
                .map(each -> each.path() + ": " + each.message())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "inputt: 3|models.gpt-4o-mini.inputt: unknown key; did you mean 'input'?",
                "cached: 3|models.gpt-4o-mini.cached: unknown key; known: id, provider",
                "long_prompt: {above_input_tokens: 9, input_facto: 3}|models.gpt-4o-mini.long_prompt.input_facto: unknown key; did you mean 'input_factor'?",
                "input: cheap|models.gpt-4o-mini.input: must be a number, not 'cheap'",
                "input: [1]|models.gpt-4o-mini.input: must be a number, not [1]",
                "input: true|models.gpt-4o-mini.input: must be a number, not true",
                "input: -1|models.gpt-4o-mini.input: must not be below 0",
                "input: 0.0000001|models.gpt-4o-mini.input: must be a price with no more than six digits behind the point",
                "input: 1e30|models.gpt-4o-mini.input: must be a price with no more than six digits behind the point, below a million",
                "input: '1e-999999999'|models.gpt-4o-mini.input: must be a price with no more than six digits",
                "context: 1.5|models.gpt-4o-mini.context: must be a whole number from 0 to 1000000000, not 1.5",
                "context: -1|models.gpt-4o-mini.context: must be a whole number from 0",
                "max_output: 1e30|models.gpt-4o-mini.max_output: must be a whole number from 0",
                "max_input: many|models.gpt-4o-mini.max_input: must be a whole number from 0",
                "lifecycle: gone|models.gpt-4o-mini.lifecycle: must be one of active, legacy, deprecated, retired, not \"gone\"",
                "temperature: maybe|models.gpt-4o-mini.temperature: must be one of true, false, only_with_reasoning_effort_none",
                "replaced_by: 7|models.gpt-4o-mini.replaced_by: must be a text; put it in quotes",
                "aliases: mini|models.gpt-4o-mini.aliases: must be a list of names",
                "aliases: [a, a]|models.gpt-4o-mini.aliases: names \"a\" twice",
                "aliases: [gpt-6-luna]|models.gpt-6-luna: is another name of 'gpt-4o-mini'",
                "aliases: [gpt-5.6]|models.gpt-4o-mini.aliases: 'gpt-5.6' is another name of 'gpt-5.6-sol' already",
                "date: yesterday|models.gpt-4o-mini.date: must be a date like 2026-12-31",
                "until: 2026-13-01|models.gpt-4o-mini.until: must be a date like 2026-12-31",
                "then: {input: 1}|models.gpt-4o-mini.then: needs until",
                "until: 2026-12-31, then: {from: 2027-02-01}|models.gpt-4o-mini.then.from: must be 2027-01-01, the day after until",
                "until: 2026-12-31, then: {inputt: 1}|models.gpt-4o-mini.then.inputt: unknown key; did you mean 'input'?",
                "until: 2026-12-31, then: {input: 0.000001, output: 1}|models.gpt-4o-mini.then.batch_input: must be given",
                "batch_input: 0.1, until: 2026-12-31, then: {input: 1, output: 1}|models.gpt-4o-mini.then.batch_input: must be given",
                "long_prompt: 7|models.gpt-4o-mini.long_prompt: must be a map",
                "long_prompt: {input: 1}|models.gpt-4o-mini.long_prompt: has no above_input_tokens",
                "long_prompt: {above_input_tokens: 0, input: 1}|models.gpt-4o-mini.long_prompt.above_input_tokens: must be a whole number from 1",
                "long_prompt: {above_input_tokens: 9, above_prompt_tokens: 9}|models.gpt-4o-mini.long_prompt: names its limit twice",
                "long_prompt: {above_input_tokens: 9, input: 1, input_factor: 2}|models.gpt-4o-mini.long_prompt.input_factor: stands beside input",
                "long_prompt: {above_input_tokens: 9, input_factor: 0}|models.gpt-4o-mini.long_prompt.input_factor: must be a factor above 0, and 100 at most",
                "long_prompt: {above_input_tokens: 9, output_factor: 101}|models.gpt-4o-mini.long_prompt.output_factor: must be a factor above 0, and 100 at most",
                "long_prompt: {above_input_tokens: 9, input_factor: 1.0000001}|models.gpt-4o-mini.long_prompt.input: must be given",
                "long_prompt: {above_input_tokens: 9, input: 0.200001}|models.gpt-4o-mini.long_prompt.batch_input: must be given",
                "input: 0, long_prompt: {above_input_tokens: 9, input: 1}|models.gpt-4o-mini.long_prompt.batch_input: must be given",
            })
    void an_entry_that_cannot_be_is_refused_with_its_place(String entry, String problem) {
        assertThat(problems("models: [{id: gpt-4o-mini, " + entry + "}]\n"))
                .anySatisfy(each -> assertThat(each).startsWith(problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "providers: {openai: {base_ulr: 'http://x'}}|providers.openai.base_ulr: unknown key; did you mean 'base_url'?",
                "providers: {openai: {requests_per_minute: lots}}|providers.openai.requests_per_minute: must be a whole number from 0",
                "providers: {openai: {max_requests: 99999999999}}|providers.openai.max_requests: must be a whole number from 1",
                "providers: {openai: {max_bytes: 0}}|providers.openai.max_bytes: must be a whole number from 1",
                "providers: {openai: {key_optional: yes}}|providers.openai.key_optional: must be true or false, not \"yes\"",
                "providers: {openai: {tagged: no}}|providers.openai.tagged: must be true or false, not \"no\"",
                "providers: {openai: {batch: never}}|providers.openai.batch: must be one of yes, no, ask",
                "providers: {openai: {schemas: open-ai}}|providers.openai.schemas: must be one of openai, anthropic, gemini, plain, none",
                "providers: {openai: {tokenizer: o200k}}|providers.openai.tokenizer: must be one of o200k_base",
                "providers: {openai: {auth: Bearer}}|providers.openai.auth: must be a header and what stands before the key",
                "providers: {openai: {requests_header: 'a b'}}|providers.openai.requests_header: must be the name of a header",
                "providers: {openai: {routes: ../mine}}|providers.openai.routes: must be a name of letters",
                "providers: {openai: {base_url_variable: a-b}}|providers.openai.base_url_variable: must be the name of an environment variable",
                "providers: {openai: {batch_cache: half}}|providers.openai.batch_cache: must be a number, not 'half'",
                "providers: {openai: {default_model: 7}}|providers.openai.default_model: must be a text; put it in quotes",
                "providers: {openai: {default_model: ''}}|providers.openai.default_model: must not be empty",
                "providers: {openai: {base_url: ''}}|providers.openai.base_url: must not be empty",
                "providers: {openai: 7}|providers.openai: must be a map",
                "providers: [openai]|providers: must be a map of names",
                "providers: {'a b': {base_url: 'http://y', default_model: m, key: K, base_url_variable: U}}|providers.a b: must be a name of letters",
                "default_provider: opanai|default_provider: there is no provider 'opanai'; did you mean 'openai'?",
                "default_provider: [openai]|default_provider: must be a text",
                "models: {gpt-4o-mini: {input: 1}}|models: must be a list of entries",
                "models: [gpt-4o-mini]|models[0]: must be a map",
                "models: [{id: a, provider: opanai}]|models.a.provider: there is no provider 'opanai'; did you mean 'openai'?",
                "models: [{id: 7, provider: openai}]|models.7.id: must be a text; put it in quotes",
                "models: [{id: a, provider: openai, input: 1}]|models.a.input: is no price without output: give both",
                "models: [{id: a, provider: openai, input: 1, output: 1, batch_output: 1}]|models.a.batch_output: is no price without batch_input: give both",
                "models: [{id: a, provider: openai, input: 1, output: 1, long_prompt: {above_input_tokens: 9, batch_input: 1}}]|models.a.long_prompt.batch_input: the model has no batch_input",
                "models: [{id: a, provider: openai, cached_input: 1}]|models.a.cached_input: is no price without input: give both",
                "models: [{id: gpt-4o-mini}, {id: gpt-4o-mini, input: 1}]|models[1].id: 'gpt-4o-mini' stands at models[0] already",
                "models: [{id: a, provider: openai, input: 1, input: 2}]|line 1, column",
                "7|: must hold providers: and models:",
            })
    void a_file_that_cannot_be_is_refused_with_its_place(String text, String problem) {
        assertThat(problems(text + "\n")).anySatisfy(each -> assertThat(each).startsWith(problem));
    }

    @Test
    void all_that_is_wrong_is_told_at_once() {
        assertThat(problems("""
                        modles: []
                        default_provider: nobody
                        providers:
                          openai: {max_bytes: -1, schema: openai}
                          mine: {key: sk-secret}
                        models:
                          - {id: gpt-4o-mini, inputt: 3, output: dear}
                          - {id: m, provider: mine, batch_input: 1}
                          - {provider: openai}
                        """))
                .hasSize(11)
                .extracting(each -> each.replaceFirst(": .*", ""))
                .containsExactlyInAnyOrder(
                        "modles",
                        "models[2]",
                        "providers.mine.key",
                        "providers.mine",
                        "providers.mine",
                        "providers.openai.schema",
                        "providers.openai.max_bytes",
                        "models.gpt-4o-mini.inputt",
                        "models.gpt-4o-mini.output",
                        "models.m.batch_input",
                        "default_provider");
    }

    @Test
    void what_may_be_a_key_is_not_repeated() {
        assertThat(problems("providers: {openai: {key: 'sk-secret', auth: 'sk secret', api_key: sk-secret}}"))
                .hasSize(3)
                .allSatisfy(each -> assertThat(each).doesNotContain("secret"));
    }

    @Test
    void null_takes_back_what_the_shipped_file_says() throws Exception {
        ModelRegistry registry = registry("""
                models:
                  - {id: gpt-6-luna, long_prompt: null, cached_input: null, batch_input: null}
                  - {id: gpt-6-sol, output: null}
                """);

        Price price = registry.price("gpt-6-luna").orElseThrow();
        assertThat(price.longPrompt()).isNull();
        assertThat(price.realtime().cached()).isEqualTo(price.realtime().input());
        assertThat(price.batch()).isNull();
        assertThat(registry.price("gpt-6-sol")).isEmpty();
    }

    @Test
    void a_price_may_stand_in_quotes_and_keeps_all_its_digits() throws Exception {
        assertThat(price("input: '0.300001', output: 123456.789012").realtime())
                .isEqualTo(new Rates(300_001, 300_001, 300_001, 123_456_789_012L));
    }

    /** The dear price itself, not a percent of the usual one: 0.55 over 0.30 would be 184 %. */
    @Test
    void the_price_of_a_long_prompt_is_the_one_that_is_written() throws Exception {
        Price price = price("input: 0.30, output: 1, batch_input: 0.15, batch_output: 0.5, long_prompt:"
                + " {above_input_tokens: 1000, input: 0.55}");

        assertThat(price.cost(Lane.REALTIME, LONG)).isEqualTo(new Money(550_000L * 1_001));
        assertThat(price.cost(Lane.BATCH, LONG)).isEqualTo(new Money(275_000L * 1_001));
        assertThat(price.cost(Lane.REALTIME, new Usage(1_000, 0, 0, 0, 0))).isEqualTo(new Money(300_000L * 1_000));
    }

    @Test
    void each_factor_of_a_long_prompt_is_that_of_its_own_price() throws Exception {
        Price price = price("input: 1, output: 10, cached_input: 0.1, cache_write: 1.25, batch_input: 0.5,"
                + " batch_output: 5, long_prompt: {above_input_tokens: 1000, input_factor: 2, cached_factor: 3,"
                + " cache_write_factor: 1.001, output_factor: 1.5}");

        assertThat(price.cost(Lane.REALTIME, LONG)).isEqualTo(new Money(2_000_000L * 1_001));
        assertThat(price.cost(Lane.REALTIME, LONG_CACHED)).isEqualTo(new Money(300_000L * 1_001));
        assertThat(price.cost(Lane.REALTIME, LONG_WRITTEN)).isEqualTo(new Money(1_251_250L * 1_001));
        assertThat(price.cost(Lane.REALTIME, ANSWER)).isEqualTo(new Money(300_000L * 1_001 + 15_000_000_000L));
        assertThat(price.cost(Lane.BATCH, LONG)).isEqualTo(new Money(1_000_000L * 1_001));
        assertThat(price.cost(Lane.BATCH, LONG_CACHED)).isEqualTo(new Money(300_000L * 1_001));
        assertThat(price.cost(Lane.BATCH, ANSWER)).isEqualTo(new Money(300_000L * 1_001 + 7_500_000_000L));
    }

    @Test
    void caches_follow_the_input_of_a_long_prompt_where_nothing_else_is_said() throws Exception {
        Price price =
                price("input: 1, output: 10, cached_input: 0.1, long_prompt: {above_prompt_tokens: 1000, input: 3}");

        assertThat(price.cost(Lane.REALTIME, LONG_CACHED)).isEqualTo(new Money(300_000L * 1_001));
        assertThat(price.cost(Lane.REALTIME, LONG_WRITTEN)).isEqualTo(new Money(3_000_000L * 1_001));
        assertThat(price.cost(Lane.REALTIME, ANSWER)).isEqualTo(new Money(300_000L * 1_001 + 10_000_000_000L));
    }

    /** Whoever pays another price for short prompts need not write out the long ones anew. */
    @Test
    void any_price_of_a_shipped_model_may_be_replaced_alone() throws Exception {
        for (Model each : ModelRegistry.shipped().models()) {
            for (String key :
                    List.of("input", "output", "cached_input", "cache_write", "batch_input", "batch_output")) {
                String entry = "models: [{id: " + each.id() + ", " + key + ": 7.123456}]";
                assertThat(registry(entry).price(each.id())).as(entry).isNotEqualTo(Optional.ofNullable(each.price()));
            }
        }
    }

    @Test
    void what_a_long_prompt_costs_in_a_batch_may_be_written() throws Exception {
        Price price = price("input: 0.3, output: 1, batch_input: 0.07, batch_output: 0.5, long_prompt:"
                + " {above_input_tokens: 1000, input: 0.5, batch_input: 0.2, batch_cached_input: 0.1,"
                + " batch_cache_write: 0.3}");

        assertThat(price.cost(Lane.BATCH, LONG)).isEqualTo(new Money(200_000L * 1_001));
        assertThat(price.cost(Lane.BATCH, LONG_CACHED)).isEqualTo(new Money(100_000L * 1_001));
        assertThat(price.cost(Lane.BATCH, LONG_WRITTEN)).isEqualTo(new Money(300_000L * 1_001));
    }

    /** Anthropic's rule: caches cost half in a batch. */
    @Test
    void what_a_cache_costs_in_a_batch_is_exact_or_asked_for() throws Exception {
        String odd = "models: [{id: m, provider: anthropic, input: 1, output: 1, batch_input: 0.5, batch_output: 0.5,"
                + " cached_input: 0.000003, cache_write: 0.000002%s}]";

        assertThat(problems(odd.formatted("")))
                .singleElement()
                .asString()
                .startsWith("models.m.batch_cached_input: must be given");
        assertThat(registry(odd.formatted(", batch_cached_input: 0.000002"))
                        .price("m")
                        .orElseThrow()
                        .batch())
                .isEqualTo(new Rates(500_000, 2, 1, 500_000));
    }

    @Test
    void a_written_token_may_cost_nothing() throws Exception {
        assertThat(price("input: 1, output: 1, cache_write: 0").cost(Lane.REALTIME, LONG_WRITTEN))
                .isEqualTo(Money.ZERO);
    }

    @Test
    void an_announced_price_may_say_itself_what_a_batch_costs() throws Exception {
        Model model = registry(
                        "models: [{id: m, provider: openai, input: 1, output: 2, batch_input: 0.5, batch_output: 1,"
                                + " until: 2026-12-31, then: {input: 3, output: 4, batch_input: 2.5}}]")
                .model("m")
                .orElseThrow();

        assertThat(model.then())
                .isEqualTo(new Price(
                        "m@2027-01-01",
                        new Rates(3_000_000, 3_000_000, 3_000_000, 4_000_000),
                        new Rates(2_500_000, 2_500_000, 2_500_000, 2_000_000),
                        null));
    }

    @Test
    void an_announced_price_has_no_batch_where_today_s_has_none() throws Exception {
        Model model = registry(
                        "models: [{id: m, provider: openai, input: 1, output: 2, until: 2026-12-31, then: {input: 3,"
                                + " output: 4}}]")
                .model("m")
                .orElseThrow();

        assertThat(model.then()).isNotNull().extracting(Price::batch).isNull();
    }
}
