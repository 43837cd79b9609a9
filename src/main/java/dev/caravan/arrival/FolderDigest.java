package dev.caravan.arrival;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** What a pipeline folder holds, as one SHA-256: over its sorted paths and their bytes, inbox and dot-files left out. */
final class FolderDigest {
    private FolderDigest() {}

    static String of(Path folder, FolderListing listing) throws IOException {
        MessageDigest all = sha256();
        for (Map.Entry<String, FolderListing.Stamp> each : listing.files().entrySet()) {
            String path = each.getKey();
            if (path.startsWith(".") || path.contains("/.")) {
                continue;
            }
            boolean link = each.getValue().link();
            all.update(((link ? "link " : "file ") + path + "\0").getBytes(StandardCharsets.UTF_8));
            Path file = folder.resolve(path);
            all.update(link ? hash(Files.readSymbolicLink(file).toString()) : hash(file));
        }
        return HexFormat.of().formatHex(all.digest());
    }

    /** Stands for content that is not read, for it is refused. */
    static String of(ArrivalRefusal refusal) {
        return HexFormat.of().formatHex(hash("refused " + refusal));
    }

    private static byte[] hash(String text) {
        return sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
