package dev.caravan.provider;

import dev.caravan.base.Problems;
import dev.caravan.base.UserMistakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A {@code .env} file, read as shells and the tools around them read it: {@code NAME=value}, with {@code export} before
 * it, blanks around the sign, quotes around the value and a comment behind it. Of a name that stands twice the last one
 * counts. No message says what a value is.
 */
final class DotEnv {
    static final String NAME = ".env";

    private static final long MOST_BYTES = 1 << 20;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
    private static final Pattern EXPORT = Pattern.compile("^export\\s+");
    private static final Pattern COMMENT = Pattern.compile("(^|\\s)#.*$");
    private static final Pattern AFTER_QUOTE = Pattern.compile("\\s*(#.*)?");

    private final Map<String, String> values = new LinkedHashMap<>();
    private final Problems problems = new Problems(NAME);

    private DotEnv() {}

    /**
     * @return empty where there is no such file
     * @throws UserMistakeException with everything that is wrong with it
     */
    static Map<String, String> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Map.of();
        }
        var read = new DotEnv();
        int number = 0;
        for (String line : text(file).split("\r\n|\r|\n", -1)) {
            number++;
            read.line(line.strip(), "line " + number);
        }
        read.problems.throwIfAny();
        return read.values;
    }

    /** What editors on Windows write has a mark at its beginning that tells the encoding; all else is UTF-8. */
    private static String text(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new UserMistakeException(
                        NAME, "", "is larger than " + MOST_BYTES + " bytes; it holds a few lines");
            }
            byte[] bytes = Files.readAllBytes(file);
            if (begins(bytes, 0xFF, 0xFE)) {
                return decoded(bytes, 2, StandardCharsets.UTF_16LE);
            }
            if (begins(bytes, 0xFE, 0xFF)) {
                return decoded(bytes, 2, StandardCharsets.UTF_16BE);
            }
            String text = decoded(bytes, begins(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0, StandardCharsets.UTF_8);
            if (text.indexOf(0) >= 0) {
                throw notText();
            }
            return text;
        } catch (CharacterCodingException e) {
            throw notText();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static UserMistakeException notText() {
        return new UserMistakeException(NAME, "", "is no text in UTF-8; save it as UTF-8");
    }

    private static boolean begins(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (bytes.length <= i || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static String decoded(byte[] bytes, int from, Charset charset) throws CharacterCodingException {
        return charset.newDecoder()
                .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                .toString();
    }

    private void line(String line, String place) {
        int equals = line.indexOf('=');
        if (line.startsWith("#") || equals < 1) {
            return;
        }
        String name = EXPORT.matcher(line.substring(0, equals)).replaceFirst("").strip();
        if (!VARIABLE.matcher(name).matches()) {
            problems.at(NAME, place, "has no name of a variable before the sign =; write NAME=value");
            return;
        }
        value(name, line.substring(equals + 1).strip(), place);
    }

    private void value(String name, String text, String place) {
        char quote = text.isEmpty() ? ' ' : text.charAt(0);
        if (quote != '"' && quote != '\'') {
            values.put(name, COMMENT.matcher(text).replaceFirst("").strip());
            return;
        }
        int end = closing(text, quote);
        if (end < 0) {
            problems.at(NAME, place + ", " + name, "begins with a quote that is not closed on its line");
        } else if (!AFTER_QUOTE.matcher(text.substring(end + 1)).matches()) {
            problems.at(NAME, place + ", " + name, "goes on behind its closing quote; put all of it in the quotes");
        } else {
            String inner = text.substring(1, end);
            values.put(name, quote == '"' ? inner.replaceAll("\\\\([\"\\\\$])", "$1") : inner);
        }
    }

    /** In double quotes a backslash keeps the next sign from its meaning. */
    private static int closing(String text, char quote) {
        for (int i = 1; i < text.length(); i++) {
            if (quote == '"' && text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == quote) {
                return i;
            }
        }
        return -1;
    }
}
