package dev.caravan.provider;

import dev.caravan.base.SecretBlotter;
import dev.caravan.base.Sha256;
import dev.caravan.base.UserMistakeException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Keys and addresses from the environment, else from {@code .env} in the working folder. Never printed. */
public final class ProviderKeys {
    /** What stands in documents where a key belongs. */
    private static final Pattern PLACEHOLDER = Pattern.compile(
            "<.*>|\\$\\{.*}|(?i)(sk-)?(your|insert|paste)[-_].*(key|token|secret)([-_]?here)?|.*\\.\\.\\.|"
                    + "(?i)change[-_]?me|todo|x{4,}");

    private final Map<String, String> environment;
    private final Map<String, String> file;

    private ProviderKeys(Map<String, String> environment, Map<String, String> file) {
        this.environment = Map.copyOf(environment);
        this.file = new HashMap<>(file);
        this.file.keySet().removeAll(environment.keySet());
    }

    /** @throws UserMistakeException when there is a {@code .env} that cannot be read */
    public static ProviderKeys of(Map<String, String> environment, Path folder) {
        return new ProviderKeys(environment, DotEnv.read(folder.resolve(DotEnv.NAME)));
    }

    /** A value that is no secret, such as an address, without blanks around it. */
    public Optional<String> get(String variable) {
        return Optional.ofNullable(environment.getOrDefault(variable, file.get(variable)))
                .map(String::strip)
                .filter(each -> !each.isEmpty());
    }

    /**
     * A value that must never be written anywhere, without blanks and line breaks around it; from here on it is blotted
     * out of whatever is.
     *
     * @throws UserMistakeException when it is none that a header could carry. The message does not show it
     */
    public Optional<String> secret(String variable) {
        Optional<String> value = phrase(variable);
        value.ifPresent(each -> check(each, environment.containsKey(variable) ? "environment" : DotEnv.NAME, variable));
        return value;
    }

    /** As {@link #secret}, of whatever signs: it stands in no header, so it may hold any sign. */
    public Optional<String> phrase(String variable) {
        Optional<String> value = get(variable);
        value.ifPresent(SecretBlotter::add);
        return value;
    }

    private static void check(String value, String source, String variable) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c > '~') {
                throw new UserMistakeException(
                        source,
                        variable,
                        "has at place " + (i + 1) + " of " + value.length() + " " + sign(value.codePointAt(i))
                                + ", which no key has; copy the key again, alone and whole");
            }
        }
        char first = value.charAt(0);
        if ((first == '"' || first == '\'') && value.endsWith(String.valueOf(first))) {
            throw new UserMistakeException(source, variable, "stands in quotes that are part of it; take them away");
        }
        if (PLACEHOLDER.matcher(value).matches()) {
            throw new UserMistakeException(source, variable, "is a placeholder; put the key itself in its place");
        }
    }

    private static String sign(int c) {
        if (c == '\n' || c == '\r') {
            return "a line break";
        }
        return c == ' ' || c == '\t' ? "a blank" : "the sign U+%04X".formatted(c);
    }

    /** First digits of a text's SHA-256: names it without telling it. */
    public static String fingerprint(String key) {
        return Sha256.hex(key).substring(0, 8);
    }

    @Override
    public String toString() {
        return "keys";
    }
}
