package dev.caravan.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vectors of FIPS 180-2. */
class Sha256Test {
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    Path folder;

    @Test
    void a_text_has_the_hash_that_the_standard_says() {
        assertThat(Sha256.hex("abc")).isEqualTo(OF_ABC);
        assertThat(Sha256.hex(new byte[0]))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void texts_files_and_what_passes_by_are_one_row_of_bytes() throws IOException {
        Path file = Files.writeString(folder.resolve("b"), "b");
        var digest = new Sha256().add("a").add(file);
        try (OutputStream out = digest.passing(OutputStream.nullOutputStream())) {
            out.write("c".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(digest.hex()).isEqualTo(OF_ABC);
    }
}
