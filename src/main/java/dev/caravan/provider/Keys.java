package dev.caravan.provider;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Keys and addresses from the environment, else from {@code .env} in the working folder. Never printed. */
public final class Keys {
    private final Map<String, String> environment;

    private Keys(Map<String, String> environment) {
        this.environment = environment;
    }

    public static Keys of(Map<String, String> environment, Path folder) {
        var merged = new HashMap<String, String>();
        Path file = folder.resolve(".env");
        if (Files.isRegularFile(file)) {
            try {
                Files.readAllLines(file).forEach(line -> read(line, merged));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
        merged.putAll(environment);
        return new Keys(merged);
    }

    private static void read(String line, Map<String, String> into) {
        String text = line.strip();
        int equals = text.indexOf('=');
        if (text.startsWith("#") || equals < 1) {
            return;
        }
        String name = text.substring(0, equals).strip().replaceFirst("^export ", "");
        String value = text.substring(equals + 1).strip();
        boolean quoted = value.length() > 1
                && (value.startsWith("\"") || value.startsWith("'"))
                && value.endsWith(value.substring(0, 1));
        into.put(name.strip(), quoted ? value.substring(1, value.length() - 1) : value);
    }

    public Optional<String> get(String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(each -> !each.isBlank());
    }

    /** First digits of a text's SHA-256: names it without telling it. */
    public static String fingerprint(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "keys";
    }
}
