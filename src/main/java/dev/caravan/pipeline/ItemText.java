package dev.caravan.pipeline;

import dev.caravan.base.InvalidFileException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The text of a file that somebody else saved: UTF-8, a byte order mark passed over, other encodings named. */
final class ItemText {
    private ItemText() {}

    /** A reader that fails with a MalformedInputException where the file is not UTF-8. */
    static BufferedReader reader(Path file, String shownAs) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(2);
            refuseUtf16(in.readNBytes(2), shownAs);
            in.reset();
            var decoder = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT);
            var reader = new BufferedReader(new InputStreamReader(in, decoder), 1 << 16);
            reader.mark(1);
            if (reader.read() != '\uFEFF') {
                reader.reset();
            }
            return reader;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** Spreadsheets call it Unicode text. */
    static void refuseUtf16(byte[] begin, String shownAs) {
        if (begin.length < 2) {
            return;
        }
        int mark = ((begin[0] & 0xff) << 8) | (begin[1] & 0xff);
        boolean unmarked = (begin[0] == 0) != (begin[1] == 0);
        if (mark == 0xfeff || mark == 0xfffe || unmarked) {
            throw new InvalidFileException(shownAs, "", "is not UTF-8 text but UTF-16; save it as UTF-8");
        }
    }
}
