package dev.caravan.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderKeysTest {
    private static final String KEY = "tk-Hidden_0815";

    @TempDir
    Path folder;

    private ProviderKeys file(String text) throws IOException {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    private ProviderKeys file(byte[] bytes) throws IOException {
        Files.write(folder.resolve(".env"), bytes);
        return ProviderKeys.of(Map.of(), folder);
    }

    private ProviderKeys environment(String value) {
        return ProviderKeys.of(Map.of("A_KEY", value), folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A_KEY=" + KEY,
                "A_KEY=" + KEY + " # of the team",
                "A_KEY=" + KEY + "\t#tab",
                "A_KEY = " + KEY + "  ",
                "export A_KEY=" + KEY,
                "export  A_KEY='" + KEY + "'",
                "  A_KEY=\"" + KEY + "\"   # quoted",
                "A_KEY='" + KEY + "'#close",
                "# A_KEY=another\r\nA_KEY=" + KEY + "\r\nB=2\r\n",
                "A_KEY=first\nA_KEY=" + KEY + "\n",
                "\uFEFFA_KEY=" + KEY + "\n",
                "A_KEY=' " + KEY + " '",
                "no assignment\n\n=x\nA_KEY=" + KEY
            })
    void every_usual_way_of_writing_a_line_gives_the_same_key(String text) throws IOException {
        assertThat(file(text).secret("A_KEY")).contains(KEY);
    }

    @Test
    void a_file_in_utf_16_is_read_by_its_mark() throws IOException {
        for (Charset each : new Charset[] {StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE}) {
            assertThat(file(("\uFEFFA_KEY=" + KEY + "\r\n").getBytes(each)).secret("A_KEY"))
                    .contains(KEY);
        }
    }

    @Test
    void a_file_in_another_encoding_is_refused_with_a_word_on_utf_8() {
        byte[] withoutMark = ("A_KEY=" + KEY).getBytes(StandardCharsets.UTF_16LE);
        byte[] latin = ("# Schl\u00fcssel\nA_KEY=" + KEY).getBytes(StandardCharsets.ISO_8859_1);
        for (byte[] each : new byte[][] {withoutMark, latin}) {
            assertThatThrownBy(() -> file(each))
                    .isInstanceOf(UserMistakeException.class)
                    .hasMessageContaining(".env")
                    .hasMessageContaining("UTF-8")
                    .hasMessageNotContaining(KEY);
        }
    }

    @Test
    void values_keep_what_quotes_protect_and_empty_ones_are_none() throws IOException {
        ProviderKeys keys =
                file("A=\"x # y\"\nB='$1 \\n'\nC=\"say \\\"hi\\\" for \\$5\"\nD=\nE=# nothing\nF=a#b\nG=\"\"\n");
        assertThat(keys.get("A")).contains("x # y");
        assertThat(keys.get("B")).contains("$1 \\n");
        assertThat(keys.get("C")).contains("say \"hi\" for $5");
        assertThat(keys.get("D")).isEmpty();
        assertThat(keys.get("E")).isEmpty();
        assertThat(keys.get("F")).contains("a#b");
        assertThat(keys.get("G")).isEmpty();
    }

    @Test
    void lines_that_mean_nothing_are_told_together_with_their_places_and_without_their_values() {
        assertThatThrownBy(() -> file("A_KEY=\"" + KEY + "\nB KEY=" + KEY + "\nC='" + KEY + "'x\n"))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("line 1, A_KEY: begins with a quote that is not closed")
                .hasMessageContaining("line 2: has no name")
                .hasMessageContaining("line 3, C: goes on behind its closing quote")
                .hasMessageNotContaining(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {KEY + "\n", "\r\n " + KEY + " \n", "\t" + KEY})
    void blanks_and_line_breaks_around_a_key_are_no_part_of_it(String value) {
        assertThat(environment(value).secret("A_KEY")).contains(KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tk-Hidden\n0815x",
                "tk-Hidden 0815x",
                "tk-Hidden\u20260815x",
                "tk-Hidden0815x\u200b",
                "tk-H\u00efdden0815x",
                "\"tk-Hidden0815x\"",
                "tk-Hidden\u00000815x"
            })
    void what_no_header_can_carry_is_refused_by_its_name_and_never_shown(String value) {
        assertThatThrownBy(() -> environment(value).secret("A_KEY"))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("environment: A_KEY: ")
                .hasMessageNotContaining("Hidden")
                .hasMessageNotContaining("0815");
        assertThat(environment(value).get("B_KEY")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"your-key-here", "<key>", "sk-your-api-key", "sk-...", "${A_KEY}", "changeme", "YOUR_API_KEY"})
    void a_placeholder_is_no_key(String value) {
        assertThatThrownBy(() -> environment(value).secret("A_KEY"))
                .isInstanceOf(UserMistakeException.class)
                .hasMessageContaining("is a placeholder");
    }

    @Test
    void the_environment_comes_before_the_file() throws IOException {
        Files.writeString(folder.resolve(".env"), "A_KEY=other-0815\nB_KEY=" + KEY + "\n");
        ProviderKeys keys = ProviderKeys.of(Map.of("A_KEY", KEY), folder);
        assertThat(keys.secret("A_KEY")).contains(KEY);
        assertThat(keys.secret("B_KEY")).contains(KEY);
        assertThatThrownBy(() -> file("A_KEY=has blanks").secret("A_KEY"))
                .hasMessageContaining(".env: A_KEY: has at place 4 of 10 a blank");
    }
}
