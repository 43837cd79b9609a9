package dev.caravan.base;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** One SHA-256 over all that is added, in its order. */
public final class Sha256 {
    private final MessageDigest digest;

    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Of a text alone, in hex digits. */
    public static String hex(String text) {
        return new Sha256().add(text).hex();
    }

    /** Of some bytes alone, in hex digits. */
    public static String hex(byte[] bytes) {
        return new Sha256().add(bytes).hex();
    }

    public Sha256 add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    public Sha256 add(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** All that a file holds. */
    public Sha256 add(Path file, OpenOption... options) throws IOException {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file, options), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return this;
    }

    /** What is written into the result is added, and goes on to where it was to go. */
    public OutputStream passing(OutputStream out) {
        return new DigestOutputStream(out, digest);
    }

    /** The hash, once; what is added from then on begins another. */
    public byte[] bytes() {
        return digest.digest();
    }

    /** As {@link #bytes()}, in hex digits. */
    public String hex() {
        return HexFormat.of().formatHex(bytes());
    }
}
