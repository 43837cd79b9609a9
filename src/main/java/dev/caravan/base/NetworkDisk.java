package dev.caravan.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/**
 * Disks that other machines reach too. What keeps two processes from one run is a lock, and over a network a lock may be
 * kept on each machine for itself, or lost without a word: both would buy.
 */
public final class NetworkDisk {
    /** The operator's word that nobody else writes there: {@code allow}. */
    public static final String SETTING = "CARAVAN_NETWORK_DISK";

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Set<String> SHARED = Set.of(
            "9p",
            "acfs",
            "afs",
            "afpfs",
            "beegfs",
            "ceph",
            "cifs",
            "coda",
            "davfs",
            "drvfs",
            "glusterfs",
            "gpfs",
            "lustre",
            "ncpfs",
            "orangefs",
            "pvfs2",
            "prl_fs",
            "smb2",
            "smb3",
            "smbfs",
            "vboxsf",
            "virtiofs",
            "vmhgfs",
            "webdav");
    /** Column of the mount point in a line of {@code mountinfo}. */
    private static final int POINT = 4;

    private NetworkDisk() {}

    /** @throws UserMistakeException when a folder lies on such a disk, and the operator did not say that it may */
    public static void refuse(Path folder) throws IOException {
        refuse(folder, MOUNTS, System.getenv().getOrDefault(SETTING, ""));
    }

    static void refuse(Path folder, Path mounts, String word) throws IOException {
        String type = type(folder.toRealPath(), mounts);
        if (isShared(type) && !word.equals("allow")) {
            throw new UserMistakeException(
                    folder.toString(),
                    "",
                    "lies on a network disk (" + type + "), where a lock may not hold and two machines would buy twice;"
                            + " keep runs on a disk of this machine. If no other machine ever writes there, say so: "
                            + SETTING + "=allow" + (word.isEmpty() ? "" : ", not '" + word + "'"));
        }
    }

    /** Whether disks of a type are reached over a network, or from another machine than this one. */
    static boolean isShared(String type) {
        String name = type.toLowerCase(Locale.ROOT);
        return name.startsWith("nfs") || name.startsWith("fuse.") || SHARED.contains(name);
    }

    /** The type of the disk a folder lies on. */
    static String type(Path folder, Path mounts) throws IOException {
        if (!Files.isReadable(mounts)) {
            return Files.getFileStore(folder).type();
        }
        String type = "";
        int longest = -1;
        for (String line : Files.readAllLines(mounts, StandardCharsets.UTF_8)) {
            String[] columns = line.split(" ", -1);
            int dash = line.indexOf(" - ");
            if (columns.length <= POINT || dash < 0) {
                continue;
            }
            Path point = Path.of(unescaped(columns[POINT]));
            // What was mounted last lies on top.
            if (folder.startsWith(point) && point.getNameCount() >= longest) {
                longest = point.getNameCount();
                type = line.substring(dash + 3).split(" ", -1)[0];
            }
        }
        return type;
    }

    /** Blanks and the like stand as three octal digits. */
    private static String unescaped(String point) {
        var plain = new StringBuilder();
        for (int i = 0; i < point.length(); i++) {
            if (point.charAt(i) == '\\' && i + 3 < point.length()) {
                plain.append((char) Integer.parseInt(point.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                plain.append(point.charAt(i));
            }
        }
        return plain.toString();
    }
}
