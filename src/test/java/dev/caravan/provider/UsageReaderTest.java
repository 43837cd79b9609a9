package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.Json;
import dev.caravan.provider.UsageReader.Style;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens as servers tell them: what agrees is read, whatever it is called; all else is unknown and no exception. */
class UsageReaderTest {
    private static final Style ANTHROPIC = new Style(true, false);
    private static final Style GEMINI = new Style(false, true);

    private static UsageReading read(String told, Style style) {
        return UsageReader.read(Json.parse(told), style, true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}                             | 10 | 5
                    {"prompt_tokens":10,"completion_tokens":5}                                               | 10 | 5
                    {"input_tokens":10,"output_tokens":5}                                                    | 10 | 5
                    {"promptTokens":10,"completionTokens":5,"totalTokens":15}                                | 10 | 5
                    {"Input-Tokens":10,"Output-Tokens":5}                                                    | 10 | 5
                    {"prompt_eval_count":10,"eval_count":5}                                                  | 10 | 5
                    {"prompt_tokens":"10","completion_tokens":" 5 ","total_tokens":"15"}                     | 10 | 5
                    {"prompt_tokens":10.0,"completion_tokens":"5.00"}                                        | 10 | 5
                    {"prompt_tokens":1e1,"completion_tokens":50e-1}                                          | 10 | 5
                    {"prompt_tokens":10,"completion_tokens":5,"total_tokens":0}                              | 10 | 5
                    {"prompt_tokens":10,"total_tokens":15}                                                   | 10 | 5
                    {"prompt_tokens":10,"completion_tokens":5,"input_tokens":0,"output_tokens":0}            | 10 | 5
                    {"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":null}                  | 10 | 5
                    {"prompt_tokens":1000000000,"completion_tokens":5}                                       | 1000000000 | 5
                    """)
    void counts_are_read_by_any_name_and_in_any_form(String told, long input, long output) {
        assertThat(read(told, Style.PLAIN)).isEqualTo(UsageReading.told(new Usage(input, 0, output, 0, 0)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    null                                                                                     | tells no usage
                    {}                                                                                       | tells no usage
                    []                                                                                       | tells no usage
                    "n/a"                                                                                    | is no object
                    [10,5]                                                                                   | is no object
                    {"prompt_tokens":10}                                                                     | no tokens of the answer
                    {"completion_tokens":5,"total_tokens":15}                                                | no tokens of the prompt
                    {"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}                               | a prompt of no tokens
                    {"prompt_tokens":10,"completion_tokens":0}                                               | an answer of no tokens
                    {"prompt_tokens":10,"completion_tokens":-5}                                              | cannot be: -5
                    {"prompt_tokens":"ten","completion_tokens":5}                                            | cannot be: "ten"
                    {"prompt_tokens":"","completion_tokens":5}                                               | cannot be: ""
                    {"prompt_tokens":10.5,"completion_tokens":5}                                             | cannot be: 10.5
                    {"prompt_tokens":true,"completion_tokens":5}                                             | cannot be: true
                    {"prompt_tokens":[10],"completion_tokens":5}                                             | cannot be: [10]
                    {"prompt_tokens":1000000001,"completion_tokens":5}                                       | cannot be: 1000000001
                    {"prompt_tokens":9223372036854775807,"completion_tokens":5}                              | cannot be: 9223372036854775807
                    {"prompt_tokens":99999999999999999999999,"completion_tokens":5}                          | cannot be: 99999999999999999999999
                    {"prompt_tokens":1e999999999,"completion_tokens":5}                                      | cannot be: 1E+999999999
                    {"prompt_tokens":1e-999999999,"completion_tokens":5}                                     | cannot be: 1E-999999999
                    {"prompt_tokens":"99999999999999999999","completion_tokens":5}                           | cannot be
                    {"prompt_tokens":10,"completion_tokens":5,"total_tokens":-15}                            | cannot be: -15
                    {"prompt_tokens":10,"completion_tokens":5,"total_tokens":40}                             | and 40 as their total
                    {"prompt_tokens":10,"completion_tokens":5,"total_tokens":9}                              | and 9 as their total
                    {"prompt_tokens":10,"completion_tokens":5,"input_tokens":12}                             | 10 tokens under one name, 12 under another
                    {"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":11}}  | more tokens of the cache
                    {"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":-1}}  | cannot be: -1
                    {"prompt_tokens":10,"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":6}} | more tokens of reasoning
                    """)
    void what_is_missing_unreadable_impossible_or_contradicts_itself_is_unknown_with_the_reason(
            String told, String why) {
        UsageReading reading = read(told, Style.PLAIN);

        assertThat(reading.known()).isFalse();
        assertThat(reading.usage()).isEqualTo(Usage.NONE);
        assertThat(reading.unknown()).contains(why);
    }

    @Test
    void the_total_says_whether_reasoning_and_cached_tokens_stand_beside_the_others() {
        String reasoning = "{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":115,"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":100}}";
        String inside = "{\"prompt_tokens\":10,\"completion_tokens\":105,\"total_tokens\":115,"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":100}}";
        String cached = "{\"input_tokens\":10,\"output_tokens\":5,\"total_tokens\":55,\"cached_tokens\":40}";

        assertThat(read(reasoning, Style.PLAIN).usage()).isEqualTo(new Usage(10, 0, 105, 100, 0));
        assertThat(read(inside, Style.PLAIN).usage()).isEqualTo(new Usage(10, 0, 105, 100, 0));
        assertThat(read(cached, Style.PLAIN).usage()).isEqualTo(new Usage(50, 40, 5, 0, 0));
    }

    @Test
    void each_provider_is_read_by_its_own_way_to_count() {
        String anthropic =
                "{\"input_tokens\":\"10\",\"cache_read_input_tokens\":\"5\",\"cache_creation_input_tokens\":2,"
                        + "\"output_tokens\":7,\"output_tokens_details\":{\"thinking_tokens\":3},\"service_tier\":\"batch\"}";
        String gemini = "{\"promptTokenCount\":17,\"cachedContentTokenCount\":5,\"candidatesTokenCount\":4,"
                + "\"thoughtsTokenCount\":3,\"totalTokenCount\":24,"
                + "\"promptTokensDetails\":[{\"modality\":\"TEXT\",\"tokenCount\":17}]}";
        String blocked = "{\"promptTokenCount\":17,\"totalTokenCount\":17}";

        assertThat(read(anthropic, ANTHROPIC).usage()).isEqualTo(new Usage(17, 5, 7, 3, 2));
        assertThat(read(gemini, GEMINI).usage()).isEqualTo(new Usage(17, 5, 7, 3, 0));
        assertThat(UsageReader.read(Json.parse(blocked), GEMINI, false).usage()).isEqualTo(new Usage(17, 0, 0, 0, 0));
        // Gemini leaves a zero out; an answer of none is not told.
        assertThat(read(blocked, GEMINI).known()).isFalse();
        assertThat(read("{\"input_tokens\":3,\"output_tokens\":7,\"cache_read_input_tokens\":-2}", ANTHROPIC)
                        .known())
                .isFalse();
    }

    @Test
    void what_was_told_instead_is_kept_and_cut() {
        assertThat(read("{\"prompt_tokens\":-1}", Style.PLAIN).raw()).isEqualTo("{\"prompt_tokens\":-1}");
        assertThat(read("\"" + "x".repeat(10_000) + "\"", Style.PLAIN).raw()).hasSizeBetween(300, 302);
    }

    @Test
    void sums_of_what_is_told_never_overflow() {
        Usage most = new Usage(Long.MAX_VALUE, 0, Long.MAX_VALUE - 1, 0, 0);
        Usage bound = new Usage(UsageReader.MOST_TOKENS, 0, UsageReader.MOST_TOKENS, 0, 0);

        assertThat(most.plus(most)).isEqualTo(new Usage(Long.MAX_VALUE, 0, Long.MAX_VALUE, 0, 0));
        // What is believed is so small that a run of four attempts at each of two billion units adds up exactly.
        assertThat(Math.multiplyExact(bound.input(), 4L * Integer.MAX_VALUE)).isPositive();
    }
}
