package dev.caravan.base;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The one way to read a text that somebody else saved: UTF-8, a byte order mark at its beginning passed over, other
 * encodings named.
 */
public final class TextFile {
    /** More than anybody writes by hand. */
    public static final int LARGEST_WRITTEN = 4 << 20;

    /** Not what a text may be; its message is for whoever saved it. */
    private static final class UnfitException extends IOException {
        UnfitException(String message) {
            super(message);
        }
    }

    private TextFile() {}

    /** @throws IOException also for a file that is no UTF-8 text, or larger than it may be; {@link #trouble} says it */
    public static String read(Path file, long largest) throws IOException {
        if (Files.size(file) > largest) {
            throw new UnfitException("is larger than " + (largest >> 20) + " MB");
        }
        var text = new StringWriter();
        try (BufferedReader reader = reader(file)) {
            reader.transferTo(text);
        }
        return text.toString();
    }

    /** @throws UserMistakeException where it cannot be read, or is larger than it may be */
    public static String read(Path file, String shownAs, long largest) {
        try {
            return read(file, largest);
        } catch (IOException e) {
            throw new UserMistakeException(shownAs, "", trouble(e));
        }
    }

    /** A reader that fails where the file is not UTF-8. */
    public static BufferedReader reader(Path file) throws IOException {
        return reader(Files.newInputStream(file));
    }

    /** As the other, of what is not a file of its own; closes it. */
    public static BufferedReader reader(InputStream from) throws IOException {
        InputStream in = new BufferedInputStream(from, 1 << 16);
        try {
            in.mark(2);
            refuseUtf16(in.readNBytes(2));
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
    private static void refuseUtf16(byte[] begin) throws UnfitException {
        if (begin.length < 2) {
            return;
        }
        int mark = ((begin[0] & 0xff) << 8) | (begin[1] & 0xff);
        boolean unmarked = (begin[0] == 0) != (begin[1] == 0);
        if (mark == 0xfeff || mark == 0xfffe || unmarked) {
            throw new UnfitException("is not UTF-8 text but UTF-16; save it as UTF-8");
        }
    }

    /** What is wrong with a text that could not be read, for whoever saved it. */
    public static String trouble(IOException e) {
        if (e instanceof CharacterCodingException) {
            return "is not UTF-8 text; save it as UTF-8";
        }
        return e instanceof UnfitException ? String.valueOf(e.getMessage()) : "cannot be read: " + e.getMessage();
    }
}
