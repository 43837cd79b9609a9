package dev.caravan.base;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk whose power can be cut at any durable operation. From then on everything fails, and {@link #materialise} turns
 * the folder into what a power cut could leave: forced bytes for sure; of the rest a random part, whole, torn or as
 * zeros; a rename whose folder was not synced may be undone.
 */
public final class PowerCutDisk implements Disk {

    /** The power is gone. */
    public static final class PowerCut extends RuntimeException {
        PowerCut() {
            super("the power is cut");
        }
    }

    /** A rename that the folder may not know yet. */
    private static final class Rename {
        private final Path file;
        private final byte @Nullable [] before;

        Rename(Path file, byte @Nullable [] before) {
            this.file = file;
            this.before = before;
        }
    }

    private final Disk real = new RealDisk();
    private final Random random;
    private final Map<Path, Long> forced = new LinkedHashMap<>();
    private final List<Rename> unsynced = new ArrayList<>();
    private long operations;
    private final Map<String, Integer> passed = new TreeMap<>();
    private String cutAt = "";
    private long cutAtOperation = Long.MAX_VALUE;
    private boolean cut;
    /** A folder that got another name, from and to, which its parent may not know yet. */
    private Path @Nullable [] moved;

    public PowerCutDisk(long seed) {
        random = new Random(seed);
    }

    /** Operations so far: writes, forces, renames, folder syncs. */
    public synchronized long operations() {
        return operations;
    }

    /** How often each kind of operation was done, by name. */
    public synchronized Map<String, Integer> passed() {
        return new TreeMap<>(passed);
    }

    /** The n-th operation of this name, and all later ones of whatever name, fail. */
    public synchronized void cutAt(String name, int time) {
        cutAt = name + "@" + time;
    }

    /** The operation of this number, and all later ones, fail. */
    public synchronized void cutAt(long operation) {
        cutAtOperation = operation;
    }

    public synchronized boolean isCut() {
        return cut;
    }

    private synchronized void operate(String name) {
        cut |= ++operations >= cutAtOperation || cutAt.equals(name + "@" + passed.merge(name, 1, Integer::sum));
        if (cut) {
            throw new PowerCut();
        }
    }

    @Override
    public Appender append(Path file, long keep) {
        String subject = Failpoints.subject(file);
        operate(subject + ".open");
        Appender appender = real.append(file, keep);
        synchronized (this) {
            forced.put(file, keep);
        }
        return new Appender() {
            @Override
            public long position() {
                return appender.position();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                operate(subject + ".write");
                appender.write(bytes, from, length);
                appender.flush();
            }

            @Override
            public void flush() {
                appender.flush();
            }

            @Override
            public void force() {
                operate(subject + ".force");
                synchronized (PowerCutDisk.this) {
                    forced.put(file, appender.position());
                }
            }

            @Override
            public void close() {
                appender.close();
            }
        };
    }

    @Override
    public void replace(Path file, byte[] content) {
        try (Replacement replacement = replaceStreaming(file)) {
            replacement.out().write(content);
            replacement.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Replacement replaceStreaming(Path file) {
        String subject = Failpoints.subject(file);
        operate(subject + ".temporary");
        var content = new ByteArrayOutputStream();
        return new Replacement() {
            @Override
            public OutputStream out() {
                return content;
            }

            @Override
            public void commit() throws IOException {
                operate(subject + ".rename");
                byte[] before = Files.exists(file) ? Files.readAllBytes(file) : null;
                Path hidden = file.resolveSibling("." + file.getFileName() + ".tmp");
                Files.write(hidden, content.toByteArray());
                Files.move(hidden, file, StandardCopyOption.REPLACE_EXISTING);
                var rename = new Rename(file, before);
                synchronized (PowerCutDisk.this) {
                    unsynced.add(rename);
                }
                operate(subject + ".folder-sync");
                synchronized (PowerCutDisk.this) {
                    unsynced.remove(rename);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void createDirectories(Path folder) {
        operate("folder.create");
        real.createDirectories(folder);
    }

    @Override
    public void rename(Path from, Path to) {
        operate("run.rename");
        real.rename(from, to);
        moved = new Path[] {from, to};
        operate("run.folder-sync");
        moved = null;
    }

    /** Makes the folder what the cut could have left. Nothing may be at work on it any more. */
    public synchronized void materialise() throws IOException {
        if (moved != null && random.nextBoolean()) {
            Files.move(moved[1], moved[0]);
        }
        for (Rename each : unsynced) {
            // Whoever was interrupted may have cleared its folder away.
            if (random.nextBoolean() && Files.isDirectory(RealDisk.parent(each.file))) {
                if (each.before == null) {
                    Files.deleteIfExists(each.file);
                } else {
                    Files.write(each.file, each.before);
                }
            }
        }
        for (var each : forced.entrySet()) {
            if (Files.exists(each.getKey())) {
                tear(each.getKey(), each.getValue());
            }
        }
    }

    private void tear(Path file, long sure) throws IOException {
        try (var access = new RandomAccessFile(file.toFile(), "rw")) {
            long length = access.length();
            if (length <= sure) {
                return;
            }
            long kept = sure + (long) (random.nextDouble() * (length - sure + 1));
            switch (random.nextInt(4)) {
                case 0 -> access.setLength(sure);
                case 1 -> access.setLength(kept);
                case 2 -> {
                    access.setLength(kept);
                    access.setLength(length);
                }
                default -> {
                    access.seek(kept);
                    access.setLength(length);
                }
            }
        }
    }
}
