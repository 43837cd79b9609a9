package dev.caravan.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitIdsTest {
    @ParameterizedTest
    @CsvSource({
        "plain-name_1.2, plain-name_1.2",
        "two words, two_words",
        "-flag, _flag",
        ".hidden, _hidden",
        "a/../b, a_.._b",
        "???, ___"
    })
    void of_ascii_both_rules_make_the_same(String name, String id) {
        assertThat(UnitIds.safe(name)).isEqualTo(id);
        assertThat(UnitIds.safe("x".repeat(100))).isEqualTo("x".repeat(80));
    }

    @ParameterizedTest
    @CsvSource({
        "日本語の質問, 日本語の質問",
        "Ünïcode Straße, Ünïcode_Straße",
        "مرحبا بالعالم, مرحبا_بالعالم",
        "हिन्दी प्रश्न, हिन्दी_प्रश्न",
        "Don’t – stop, Don_t___stop",
        "emoji 🐫 inside, emoji___inside",
        "١٢٣, ١٢٣"
    })
    void letters_digits_and_marks_of_any_script_stay(String name, String id) {
        assertThat(UnitIds.safe(name)).isEqualTo(id);
        assertThat(UnitIds.isId(id)).isTrue();
    }

    @Test
    void composed_and_decomposed_names_make_the_same_id() {
        String composed = "Café_Zürich";

        assertThat(UnitIds.safe(Normalizer.normalize(composed, Normalizer.Form.NFD)))
                .isEqualTo(composed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u202eb", "a\u200bb", "a\ufe0fb", "a\u3164b", "\ufeffab", "a\u2066b\u2069"})
    void what_cannot_be_seen_is_left_out(String name) {
        assertThat(UnitIds.safe(name)).isEqualTo("ab");
        assertThat(UnitIds.isId(name)).isFalse();
    }

    @Test
    void a_name_that_leaves_nothing_to_read_has_a_hash_beside_it() {
        assertThat(UnitIds.safe("🐫🐪")).matches("__-[0-9a-f]{8}").isNotEqualTo(UnitIds.safe("🐪🐫"));
        assertThat(UnitIds.safe("\u200b")).matches("_-[0-9a-f]{8}");
        assertThat(UnitIds.safe("\u0301")).startsWith("_");
        assertThat(UnitIds.safe("\ud83d")).startsWith("_");
    }

    @ParameterizedTest
    @ValueSource(strings = {"質", "é", "𝒳", "a🐫", "ि"})
    void a_long_name_is_cut_with_a_hash_and_fits_a_file_system(String part) {
        String id = UnitIds.safe(part.repeat(150));

        assertThat(id).matches("(?s).*-[0-9a-f]{8}").isNotEqualTo(UnitIds.safe(part.repeat(151)));
        assertThat(id.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(200);
        assertThat(id.codePoints().count()).isLessThanOrEqualTo(80);
        assertThat(UnitIds.isId(id)).isTrue();
    }

    @Test
    void ids_that_a_file_system_takes_for_alike_get_numbers() {
        var ids = new UnitIds();

        assertThat(ids.of("ÄRGER")).isEqualTo("ÄRGER");
        assertThat(ids.of("ärger")).isEqualTo("ärger~2");
        assertThat(ids.of("a\u0308rger")).isEqualTo("ärger~3");
        assertThat(ids.take(Normalizer.normalize("Ärger", Normalizer.Form.NFD))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "-a", ".a", "a/b", "a\\b", "a:b", "\u0301a", "a\nb"})
    void what_is_no_id(String text) {
        assertThat(UnitIds.isId(text)).isFalse();
    }
}
