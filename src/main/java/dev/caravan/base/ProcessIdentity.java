package dev.caravan.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Which process on which machine. A process id alone says nothing: it is given again after a restart, and each container
 * counts its own. What cannot be found out is empty, and then nobody is taken for the same.
 *
 * @param machine its number of its installation
 * @param boot number of the time since it was started
 * @param namespace in which process ids count
 * @param pid process id
 * @param started in ticks since the machine's start
 */
public record ProcessIdentity(String machine, String boot, String namespace, long pid, String started) {
    /** {@code starttime} is the 22nd field of {@code /proc/PID/stat}; the second, a name in brackets, may hold anything. */
    private static final int FIELDS_FROM_NAME_TO_START = 20;

    private static final ProcessIdentity HERE =
            of(Path.of("/"), "self", ProcessHandle.current().pid());

    /** This process. */
    public static ProcessIdentity here() {
        return HERE;
    }

    /** The process that has a number here and now. */
    public static ProcessIdentity of(long pid) {
        return of(Path.of("/"), Long.toString(pid), pid);
    }

    /**
     * As a machine's files tell it; those that are not there, as on another system than Linux, leave it unknown.
     *
     * @param root of these files
     * @param entry of the process in {@code proc/}
     */
    static ProcessIdentity of(Path root, String entry, long pid) {
        Path proc = root.resolve("proc");
        String machine = text(root.resolve("etc/machine-id"));
        return new ProcessIdentity(
                machine.isEmpty() ? text(root.resolve("var/lib/dbus/machine-id")) : machine,
                text(proc.resolve("sys/kernel/random/boot_id")),
                link(proc.resolve("self/ns/pid")),
                pid,
                started(text(proc.resolve(entry).resolve("stat")), pid));
    }

    /** Whether both surely are the same process. */
    public boolean isSame(ProcessIdentity other) {
        return List.of(machine, boot, namespace, started).stream().noneMatch(String::isEmpty) && equals(other);
    }

    private static String started(String stat, long pid) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).split(" ", -1);
        // The files may be those of another namespace, in which the number means another process.
        boolean itself = stat.startsWith(pid + " (");
        return itself && fields.length > FIELDS_FROM_NAME_TO_START ? fields[FIELDS_FROM_NAME_TO_START] : "";
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException | SecurityException e) {
            return "";
        }
    }

    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            return "";
        }
    }
}
