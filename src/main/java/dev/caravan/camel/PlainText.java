package dev.caravan.camel;

import dev.caravan.base.Crc32c;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Names of a user's as Camel can take them, in ids and URIs: nothing that is decoded, split or filled in. A name that is
 * plain stays as it is; of another one the odd signs go and a checksum comes, so that no two become alike.
 */
final class PlainText {
    private PlainText() {}

    static String of(String name) {
        var plain = new StringBuilder();
        name.codePoints()
                .forEach(c -> plain.appendCodePoint(
                        Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-' || c == '~' ? c : '_'));
        return plain.toString().equals(name) ? name : plain + "~" + checksum(name);
    }

    /** A path that differs from every other one, and resembles it. */
    static String ofPath(Path path) {
        return StreamSupport.stream(path.spliterator(), false)
                .map(each -> of(each.toString()))
                .map(each -> each.chars().allMatch(c -> c < 128) ? each : ascii(each))
                .collect(Collectors.joining("/", "/", ""));
    }

    private static String ascii(String name) {
        return name.replaceAll("[^\\x00-\\x7f]", "_") + "~" + checksum(name);
    }

    private static String checksum(String name) {
        return "%08x".formatted(Crc32c.of(name.getBytes(StandardCharsets.UTF_8)));
    }
}
