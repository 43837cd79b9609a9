package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretBlotterTest {
    private static final String KEY = "zk-Open/Sesame+4711=quux";

    @BeforeAll
    static void tell() {
        SecretBlotter.add(KEY);
        SecretBlotter.add("ollama");
        SecretBlotter.add("lm-studio");
        SecretBlotter.add(KEY + "-longer");
    }

    /** Ways in which a key comes back. */
    static List<String> echoes() {
        String unicode = KEY.replace("-", "\\u002d").replace("=", "\\u003D");
        return List.of(
                KEY,
                "x" + KEY + "y" + KEY,
                URLEncoder.encode(KEY, StandardCharsets.UTF_8),
                URLEncoder.encode(URLEncoder.encode(KEY, StandardCharsets.UTF_8), StandardCharsets.UTF_8),
                KEY.replace("/", "\\/"),
                unicode,
                unicode.replace("\\", "\\\\"),
                base64(KEY),
                base64("Bearer " + KEY),
                base64("user:" + KEY),
                base64("a" + KEY + " and more"),
                Base64.getUrlEncoder().encodeToString(("??" + KEY + "??").getBytes(StandardCharsets.UTF_8)),
                KEY + "-longer");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("echoes")
    void a_known_key_is_taken_out_of_answers_however_it_is_written(String echo) {
        String clean = SecretBlotter.known("before " + echo + " behind");
        assertThat(clean).startsWith("before ").endsWith(" behind").contains(SecretBlotter.BLOT);
        assertThat(clean).doesNotContain("Sesame", "U2VzYW1l", "Nlc2FtZ", "TZXNhbW", "longer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Incorrect API key provided: zk-Op*************quux. You can find yours",
                "Incorrect API key provided: zk-Op...quux",
                "Incorrect API key provided: zk-Open/Ses…",
                "Incorrect API key provided: '••••••••quux'",
                "Incorrect API key provided: zk-OpeXXXXXXXXuux"
            })
    void an_error_does_not_show_the_ends_of_a_known_key_either(String message) {
        assertThat(SecretBlotter.all(message))
                .startsWith("Incorrect API key provided: ")
                .contains(SecretBlotter.BLOT);
        assertThat(SecretBlotter.all(message)).doesNotContain("zk-Op", "uux");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "got Authorization: Bearer 0therPersons",
                "got \"authorization\":\"Basic 0therPersons\"",
                "got {\\\"x-api-key\\\": \\\"0therPersons\\\"}",
                "got x-goog-api-key=0therPersons",
                "GET /v1beta/models?key=0therPersons&pageSize=1",
                "GET /v1?a=b&api_key=0therPersons",
                "sent Bearer%200therPersons",
                "sent bearer 0therPersons",
                "headers: {x-api-key: [0therPersons]}",
                "the key sk-0therPersons"
            })
    void what_stands_where_keys_stand_is_taken_out_of_errors(String message) {
        assertThat(SecretBlotter.all(message)).doesNotContain("0ther").contains(SecretBlotter.BLOT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The Bearer of this letter is my friend; basic information follows. 50% of it, 100%25 sure...",
                "Send Authorization: Bearer <token> and x-api-key: abc; see https://example.com/?key=value&x=1",
                "use ollama or lm-studio ... or sk-abcdefgh1234, C:\\users \\u00e9 %7Eme **bold** zk-…",
                ""
            })
    void an_answer_without_a_known_key_is_left_as_it_is(String answer) {
        assertThat(SecretBlotter.known(answer)).isEqualTo(answer);
    }

    @Test
    void a_word_that_is_no_key_stays_even_in_errors() {
        assertThat(SecretBlotter.all("ollama at lm-studio: Bearer authentication, basic information; wait..."))
                .isEqualTo("ollama at lm-studio: Bearer authentication, basic information; wait...");
    }

    @Test
    void a_key_split_over_neighbouring_texts_is_taken_out_of_each_of_them() {
        JsonNode value = Json.parse("{\"a\": \"x zk-Open/Se\", \"b\": [\"same+4711\", {\"c\": \"=quux y\"}],"
                + " \"n\": 5, \"" + KEY + "\": \"z\"}");
        assertThat(Json.text(SecretBlotter.known(value)))
                .isEqualTo("{\"a\":\"x [key]\",\"b\":[\"[key]\",{\"c\":\"[key] y\"}],\"n\":5,\"[key]\":\"z\"}");
    }

    @Test
    void a_key_split_over_neighbouring_texts_is_taken_out_of_a_line_that_nobody_has_parsed() {
        assertThat(SecretBlotter.known(
                        "{\"a\":\"x zk-Open/Se\", \"b\" : [\"same+4711\",{\"c\":\"=quux y\"}],\"d\":\"zk-\"}"))
                .isEqualTo("{\"a\":\"x [key]\", \"b\" : [\"[key]\",{\"c\":\"[key] y\"}],\"d\":\"zk-\"}");
    }

    @Test
    void a_header_told_as_a_member_of_an_error_loses_its_value() {
        JsonNode value =
                Json.parse("{\"headers\": {\"X-Api-Key\": \"abc\", \"Authorization\": [\"def\"], \"Via\": \"p\"}}");
        assertThat(Json.text(SecretBlotter.all(value)))
                .doesNotContain("abc", "def")
                .contains("\"Via\":\"p\"");
    }

    @Test
    void a_stream_loses_keys_wherever_it_is_cut_and_keeps_every_other_byte() throws IOException {
        String row = "{\"text\":\"Gr\u00fc\u00dfe \uD83D\uDE00 " + "a".repeat(700) + KEY + "\"}\n";
        String text = row.repeat(300) + " ".repeat(70_000) + KEY + "b".repeat(65_000) + KEY;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int lot : new int[] {1, 7, 1000, 65_536, bytes.length}) {
            var out = new ByteArrayOutputStream();
            try (var stream = BlottingStream.known(out)) {
                for (int i = 0; i < bytes.length; i += lot) {
                    stream.write(bytes, i, Math.min(lot, bytes.length - i));
                }
            }
            assertThat(out.toString(StandardCharsets.UTF_8).equals(text.replace(KEY, SecretBlotter.BLOT)))
                    .as("lots of " + lot)
                    .isTrue();
        }
    }

    @Test
    void hostile_text_takes_no_longer_than_other_text() {
        for (String each : List.of("\\", " ", "%25", "authorization:", "bearer ", "*", "sk-", "zk-Open/", "\\u00")) {
            String text = "authorization: bearer ?key=" + each.repeat(1_000_000 / each.length());
            assertThat(SecretBlotter.all(text)).isNotEmpty();
        }
    }
}
