package dev.caravan.run;

import dev.caravan.base.Disk;
import dev.caravan.base.Problems;
import dev.caravan.base.Sha256;
import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.JsonLines;
import dev.caravan.lease.LeaseHeldException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * The files that a run was given and never changes: config, templates, schemas, units, and what {@code revalidate}
 * brought in. Their digests stand in the journal, so that a hand in the folder is noticed before anything is bought by
 * other rules than those on record.
 *
 * <p>Small files have a SHA-256. Units, which may be many, have length and CRC-32C: read once at a start, as fast as the
 * disk reads.
 */
public final class GivenFiles {
    private static final String SHA = "sha256:";
    private static final String CRC = "crc32c:";
    private static final String GONE = "";

    private GivenFiles() {}

    /** Digests of all files in a part of a run's folder, by their path in the run. */
    public static SortedMap<String, String> of(RunFolder folder, Path part) {
        var found = new TreeMap<String, String>();
        try (Stream<Path> all = Files.walk(part)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                found.put(name(folder, each), sha256(each));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + part, e);
        }
        return found;
    }

    /** A path in the run, as the journal names it on every system. */
    public static String name(RunFolder folder, Path file) {
        return folder.root().relativize(file).toString().replace('\\', '/');
    }

    /** What is written through it has a digest afterwards, without being read again. */
    public static final class Counted extends CheckedOutputStream {
        private long bytes;

        public Counted(OutputStream out) {
            super(out, new CRC32C());
        }

        @Override
        public void write(int one) throws IOException {
            super.write(one);
            bytes++;
        }

        @Override
        public void write(byte[] some, int from, int count) throws IOException {
            super.write(some, from, count);
            bytes += count;
        }

        public String digest() {
            return crc(bytes, getChecksum().getValue());
        }
    }

    /**
     * Length and checksum of a file, packed or not, as it is when it is not packed.
     *
     * @return empty when it is not there
     */
    public static String checksum(Path file) {
        if (!JsonLines.exists(file)) {
            return GONE;
        }
        try (InputStream in = JsonLines.open(file);
                Counted counted = new Counted(OutputStream.nullOutputStream())) {
            in.transferTo(counted);
            return counted.digest();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static String crc(long bytes, long crc) {
        return CRC + bytes + ":" + "%08x".formatted(crc);
    }

    private static String sha256(Path file) {
        if (!Files.isRegularFile(file)) {
            return GONE;
        }
        try {
            return SHA + new Sha256().add(file).hex();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** The files that are not as the journal says, with what they hold now; empty text for one that is gone. */
    static SortedMap<String, String> changed(RunFolder folder, Map<String, String> given) {
        var changed = new TreeMap<String, String>();
        given.forEach((name, digest) -> {
            Path file = folder.root().resolve(name);
            String now = digest.startsWith(CRC) ? checksum(file) : sha256(file);
            if (!now.equals(digest)) {
                changed.put(name, now);
            }
        });
        return changed;
    }

    /** Whether a file is known to be as the run was given it: its digest was journalled, and holds. */
    public static boolean holds(RunFolder folder, RunState state, Path file) {
        String digest = state.given().get(name(folder, file));
        return digest != null && digest.startsWith(CRC) && checksum(file).equals(digest);
    }

    /** What is wrong with a run's given files, in words; runs of an earlier version have no digests, and nothing is said. */
    public static List<String> trouble(RunFolder folder, RunState state) {
        return changed(folder, state.given()).entrySet().stream()
                .map(each -> each.getKey() + (each.getValue().equals(GONE) ? " is gone" : " was changed")
                        + " by hand since the run was made")
                .toList();
    }

    /** @throws UserMistakeException naming each file that is not as the journal says, and what would be right */
    public static void check(RunStore store) {
        Map<String, String> given = store.onState(RunState::given);
        var problems = new Problems(store.folder().root().toString());
        changed(store.folder(), given).forEach((name, now) -> problems.at(name, "", wrong(store.folder(), name, now)));
        problems.throwIfAny();
    }

    private static String wrong(RunFolder folder, String name, String now) {
        String what = now.equals(GONE) ? "is gone" : "was changed by hand since the run was made";
        String restore = "; restore it from a copy of the run";
        if (now.equals(GONE) || isUnits(folder, name)) {
            return what + restore;
        }
        return what + restore + ", or from the pipeline's folder. New schemas and rules come in by `caravan revalidate "
                + folder.name() + "`; to go on with the file as it is now: `caravan resume " + folder.name()
                + " --accept-changes`";
    }

    private static boolean isUnits(RunFolder folder, String name) {
        return name.equals(name(folder, folder.units()));
    }

    /**
     * A person takes the files as they are now; that is journalled. Units cannot be taken so: what was bought belongs to
     * those that were there.
     *
     * @return names of the files that had been changed
     * @throws LeaseHeldException when a process is at the run
     */
    public static List<String> accept(RunFolder folder, Disk disk, Clock clock, String actor) {
        try (RunStore store = RunStore.open(folder, disk, clock, actor)) {
            SortedMap<String, String> changed = changed(folder, store.onState(RunState::given));
            boolean beyond = changed.entrySet().stream()
                    .anyMatch(each -> each.getValue().equals(GONE) || isUnits(folder, each.getKey()));
            if (beyond) {
                check(store);
            }
            if (!changed.isEmpty()) {
                store.recordAndWait(new RunEvent.ChangesAccepted(changed, actor));
            }
            return List.copyOf(changed.keySet());
        }
    }
}
