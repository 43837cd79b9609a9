package dev.caravan.base;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    private long cutAt = Long.MAX_VALUE;

    public PowerCutDisk(long seed) {
        random = new Random(seed);
    }

    /** Operations so far: writes, forces, renames, folder syncs. */
    public synchronized long operations() {
        return operations;
    }

    /** The operation of this number and all later ones fail. */
    public synchronized void cutAt(long operation) {
        cutAt = operation;
    }

    public synchronized boolean isCut() {
        return operations >= cutAt;
    }

    private synchronized void operate() {
        if (++operations >= cutAt) {
            operations = Math.max(operations, cutAt);
            throw new PowerCut();
        }
    }

    @Override
    public Appender append(Path file, long keep) {
        operate();
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
            public void write(byte[] bytes) {
                operate();
                appender.write(bytes);
            }

            @Override
            public void force() {
                operate();
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
        operate();
        var content = new ByteArrayOutputStream();
        return new Replacement() {
            @Override
            public OutputStream out() {
                return content;
            }

            @Override
            public void commit() throws IOException {
                operate();
                byte[] before = Files.exists(file) ? Files.readAllBytes(file) : null;
                Path hidden = file.resolveSibling("." + file.getFileName() + ".tmp");
                Files.write(hidden, content.toByteArray());
                Files.move(hidden, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                var rename = new Rename(file, before);
                synchronized (PowerCutDisk.this) {
                    unsynced.add(rename);
                }
                operate();
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
        operate();
        real.createDirectories(folder);
    }

    /** Makes the folder what the cut could have left. Nothing may be at work on it any more. */
    public synchronized void materialise() throws IOException {
        for (Rename each : unsynced) {
            if (random.nextBoolean()) {
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
