package dev.caravan.arrival;

import dev.caravan.base.PlainText;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a pipeline folder looks from outside, without reading a file: what tells whether it is still changing. Its inbox
 * is left out; dot-files count here, for a copy may be made of them, but not for the digest.
 *
 * @param files by relative path, with {@code /}
 * @param hindrance what keeps the folder from being complete, or empty
 * @param refusal what it can never be used with, or null
 */
record FolderListing(
        SortedMap<String, Stamp> files,
        String hindrance,
        @Nullable ArrivalRefusal refusal) {
    private static final LinkOption NOFOLLOW = LinkOption.NOFOLLOW_LINKS;

    /** What is compared of one file, in bytes; a link's size is that of the path it holds. */
    record Stamp(long size, FileTime changed, boolean link) {
        static Stamp of(BasicFileAttributes attributes) {
            return new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.isSymbolicLink());
        }
    }

    static FolderListing of(Path folder, int most) throws IOException {
        var walk = new Walk(folder, most);
        if (Files.isSymbolicLink(folder)) {
            BasicFileAttributes link = Files.readAttributes(folder, BasicFileAttributes.class, NOFOLLOW);
            walk.files.put("", Stamp.of(link));
            walk.refuse(ArrivalRefusal.Kind.LINK, "", "is a symbolic link", "move or copy the folder itself here");
        } else {
            walk.name();
            Files.walkFileTree(folder, walk);
        }
        return walk.listing();
    }

    /** Whether a copy that is not finished leaves files of such a name. */
    static boolean unfinished(String file) {
        String small = file.toLowerCase(Locale.ROOT);
        return small.endsWith(".part")
                || small.endsWith(".tmp")
                || small.endsWith(".filepart")
                || small.endsWith(".crdownload");
    }

    /** What is wrong with the name of a pipeline's folder, or empty. */
    static String wrongName(String name) {
        boolean odd = name.chars().anyMatch(each -> Character.isISOControl(each) || "/\\:".indexOf(each) >= 0);
        return odd || name.isBlank() || name.length() > 100 || name.startsWith(".") || name.startsWith("_")
                ? "'" + PlainText.line(name) + "' cannot be the name of a pipeline"
                : "";
    }

    static final String RIGHT_NAME =
            "1 to 100 characters without / \\ : and control characters, not beginning with . or _";

    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path folder;
        private final int most;
        private final SortedMap<String, Stamp> files = new TreeMap<>();
        private int seen;
        private String hindrance = "";
        private @Nullable ArrivalRefusal refusal;

        Walk(Path folder, int most) {
            this.folder = folder;
            this.most = most;
        }

        void name() {
            String wrong = wrongName(String.valueOf(folder.getFileName()));
            if (!wrong.isEmpty()) {
                refuse(ArrivalRefusal.Kind.NAME, "", wrong, RIGHT_NAME);
            }
        }

        void refuse(ArrivalRefusal.Kind kind, String place, String wrong, String right) {
            if (refusal == null) {
                refusal = new ArrivalRefusal(kind, String.valueOf(folder.getFileName()), place, wrong, right);
            }
        }

        FolderListing listing() {
            String missing = refusal == null && !files.containsKey("config.yaml") ? "has no config.yaml yet" : "";
            return new FolderListing(files, hindrance.isEmpty() ? missing : hindrance, refusal);
        }

        private String path(Path file) {
            return folder.relativize(file).toString().replace('\\', '/');
        }

        @Override
        public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            String path = path(dir);
            if (path.equals(TakenItems.INBOX)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            if (String.valueOf(dir.getFileName()).startsWith(".") && !path.isEmpty()) {
                files.put(path, Stamp.of(attributes));
                return FileVisitResult.SKIP_SUBTREE;
            }
            return tooMany() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        private boolean tooMany() {
            boolean tooMany = ++seen > most + 1;
            if (tooMany) {
                refuse(
                        ArrivalRefusal.Kind.TOO_MANY,
                        "",
                        "holds more than " + most + " files and folders",
                        "keep to fewer, larger files");
            }
            return tooMany;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            String path = path(file);
            String name = String.valueOf(file.getFileName());
            files.put(path, Stamp.of(attributes));
            if (tooMany()) {
                return FileVisitResult.TERMINATE;
            }
            if (path.equals(".incomplete") || (!name.startsWith(".") && unfinished(name))) {
                hindrance = "is not complete while there is " + path;
            } else if (attributes.isSymbolicLink() && leadsOut(file)) {
                refuse(
                        ArrivalRefusal.Kind.LINK,
                        path,
                        "is a symbolic link out of the folder",
                        "put a copy in its place");
            } else if (attributes.isOther()) {
                refuse(ArrivalRefusal.Kind.SPECIAL, path, "is neither a file nor a folder", "remove it");
            }
            return FileVisitResult.CONTINUE;
        }

        private boolean leadsOut(Path link) throws IOException {
            try {
                return !link.toRealPath().startsWith(folder.toRealPath());
            } catch (NoSuchFileException e) {
                Path target = link.resolveSibling(Files.readSymbolicLink(link)).normalize();
                return !target.startsWith(folder.normalize());
            }
        }
    }
}
