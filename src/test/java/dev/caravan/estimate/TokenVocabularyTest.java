package dev.caravan.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held to jtokkit, whose tokens they are. */
class TokenVocabularyTest {
    private static final Encoding JTOKKIT = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
    private static final TokenVocabulary OURS = TokenVocabulary.o200k();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\n",
                "Hello, world! It's 12345678 o'clock, they'LL say.",
                "   indented\r\n\r\n\ttabs  and trailing   ",
                "snake_case camelCase SHOUTING kebab-case /path/to/file.txt https://a.b/c?d=e&f=%20",
                "Grüße aus Zürich, naïve café, Привет, мир, 你好世界, こんにちは, مرحبا, हिन्दी, 한국어",
                "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 e\u0301 \u200b\u2028\ufeff \u0000\u0007 ½ Ⅻ ٣٤٥",
                "lone \ud83d and \udc00 halves",
                "<|endoftext|> <|fim_prefix|>",
                "{\"type\":\"object\",\"properties\":{\"score\":{\"minimum\":0.5}}}",
            })
    void a_text_comes_to_as_many_tokens_as_jtokkit_says(String text) {
        assertThat(OURS.count(text)).isEqualTo(JTOKKIT.countTokensOrdinary(text));
    }

    @Test
    void so_do_random_texts() {
        var random = new Random(20);
        List<String> bits = List.of(
                "a", "the", " the", "ing", "Z", "é", "ß", "中", "文", "😀", "\ud83d", " ", "  ", "\n", "\r", "\t", "7",
                "42", "'", "'s", "'RE", "-", "/", "//", "...", "\u0301", "\u00a0", "ا", "한", "ǅ", "ʰ", "_", "$", "{",
                "\"", "\\");
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int k = random.nextInt(40); k > 0; k--) {
                text.append(
                        random.nextInt(4) > 0
                                ? bits.get(random.nextInt(bits.size()))
                                : String.valueOf((char) random.nextInt(0x3000)));
            }
            assertThat(OURS.count(text.toString()))
                    .as(() -> "seed 20, text " + text)
                    .isEqualTo(JTOKKIT.countTokensOrdinary(text.toString()));
        }
    }

    @Test
    void so_do_pieces_of_any_length() {
        for (String each : List.of("ab", "x", "中文", "=", " ", "\n", "ACGT", "Zz")) {
            for (int times : List.of(50, 249, 250, 251, 499, 500, 501, 3000)) {
                String text = "See " + each.repeat(times) + "tail";
                assertThat(OURS.count(text)).isEqualTo(JTOKKIT.countTokensOrdinary(text));
            }
        }
    }

    @Test
    void so_do_all_our_own_pages() throws IOException {
        try (Stream<Path> pages = Files.walk(Path.of("docs"))) {
            for (Path each : pages.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(each);
                assertThat(OURS.count(text)).as(each.toString()).isEqualTo(JTOKKIT.countTokensOrdinary(text));
            }
        }
    }
}
