package dev.caravan.base;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Named places at which the process can be made to die, for crash tests: before and after every durable write and every
 * call of a provider. {@code -Dcaravan.failpoint=NAME@N} ends the process at the N-th passing of NAME as SIGKILL would;
 * {@code -Dcaravan.failpoints.seen=FILE} writes at a clean end how often each was passed. Without either property no
 * disk and no route is wrapped, and this class is never asked.
 */
public final class Failpoints {
    private static final int KILLED = 137;
    private static final Map<String, String> SUBJECTS = Map.of(
            "MANIFEST.json", "manifest",
            ".manifest_summary.json", "manifest-summary",
            "lease.json", "lease",
            "units.jsonl", "units",
            "requests.jsonl", "requests",
            "arrivals.json", "arrivals");

    private static final String WANTED = System.getProperty("caravan.failpoint", "");
    private static final String SEEN = System.getProperty("caravan.failpoints.seen", "");
    private static final Map<String, Integer> PASSED = new TreeMap<>();

    static {
        if (!SEEN.isEmpty()) {
            Runtime.getRuntime().addShutdownHook(new Thread(Failpoints::tell));
        }
    }

    private Failpoints() {}

    public static boolean armed() {
        return !WANTED.isEmpty() || !SEEN.isEmpty();
    }

    /** The process passes here; it may be the last thing it does. */
    public static void passed(String name) {
        int times;
        synchronized (PASSED) {
            times = PASSED.merge(name, 1, Integer::sum);
        }
        if (WANTED.equals(name + "@" + times)) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    /** What is written to a file, for the names of failpoints; folders have none. */
    public static String subject(Path file) {
        String name = String.valueOf(file.getFileName());
        @Nullable Path folder = file.getParent();
        String parent = folder == null ? "" : String.valueOf(folder.getFileName());
        if (name.equals("journal.jsonl")) {
            return "journal";
        }
        if (parent.equals("outputs")) {
            return "outputs";
        }
        if (name.endsWith(".jsonl") && name.indexOf('_') > 0 && parent.startsWith("chunk_")) {
            return name.substring(name.lastIndexOf('_') + 1, name.length() - ".jsonl".length());
        }
        return SUBJECTS.getOrDefault(name, "config");
    }

    private static void tell() {
        var lines = new StringBuilder();
        synchronized (PASSED) {
            PASSED.forEach((name, times) ->
                    lines.append(name).append(' ').append(times).append('\n'));
        }
        try {
            Files.write(Path.of(SEEN), lines.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + SEEN, e);
        }
    }
}
