package dev.caravan.arrival;

import dev.caravan.base.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/** What a pipeline folder holds, as one SHA-256: over its sorted paths and their bytes, inbox and dot-files left out. */
final class FolderDigest {
    private FolderDigest() {}

    static String of(Path folder, FolderListing listing) throws IOException {
        var all = new Sha256();
        for (Map.Entry<String, FolderListing.Stamp> each : listing.files().entrySet()) {
            String path = each.getKey();
            if (path.startsWith(".") || path.contains("/.")) {
                continue;
            }
            boolean link = each.getValue().link();
            all.add((link ? "link " : "file ") + path + "\0");
            all.add(content(folder.resolve(path), link));
        }
        return all.hex();
    }

    /** Stands for content that is not read, for it is refused. */
    static String of(ArrivalRefusal refusal) {
        return Sha256.hex("refused " + refusal);
    }

    private static byte[] content(Path file, boolean link) throws IOException {
        var content = new Sha256();
        return link
                ? content.add(Files.readSymbolicLink(file).toString()).bytes()
                : content.add(file, LinkOption.NOFOLLOW_LINKS).bytes();
    }
}
