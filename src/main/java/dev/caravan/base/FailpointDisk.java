package dev.caravan.base;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** A disk that passes a named failpoint before, within and after every durable write. */
public final class FailpointDisk implements Disk {
    private final Disk disk;

    /** The real disk; wrapped only in a process whose failpoints are switched on. */
    public static Disk orReal() {
        return Failpoints.armed() ? new FailpointDisk(new RealDisk()) : new RealDisk();
    }

    FailpointDisk(Disk disk) {
        this.disk = disk;
    }

    @Override
    public Appender append(Path file, long keep) {
        String subject = Failpoints.subject(file);
        Appender appender = disk.append(file, keep);
        Failpoints.passed(subject + ".opened");
        return new Appender() {
            @Override
            public long position() {
                return appender.position();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                Failpoints.passed(subject + ".before-write");
                appender.write(bytes, from, length / 2);
                appender.flush();
                Failpoints.passed(subject + ".half-written");
                appender.write(bytes, from + length / 2, length - length / 2);
                appender.flush();
                Failpoints.passed(subject + ".written");
            }

            @Override
            public void flush() {
                appender.flush();
            }

            @Override
            public void force() {
                appender.force();
                Failpoints.passed(subject + ".forced");
            }

            @Override
            public void close() {
                appender.close();
            }
        };
    }

    @Override
    public void replace(Path file, byte[] content) {
        String subject = Failpoints.subject(file);
        Failpoints.passed(subject + ".before-replace");
        disk.replace(file, content);
        Failpoints.passed(subject + ".replaced");
    }

    @Override
    public Replacement replaceStreaming(Path file) throws IOException {
        String subject = Failpoints.subject(file);
        Replacement replacement = disk.replaceStreaming(file);
        return new Replacement() {
            @Override
            public OutputStream out() {
                return replacement.out();
            }

            @Override
            public void commit() throws IOException {
                Failpoints.passed(subject + ".before-replace");
                replacement.commit();
                Failpoints.passed(subject + ".replaced");
            }

            @Override
            public void close() throws IOException {
                replacement.close();
            }
        };
    }

    @Override
    public void createDirectories(Path folder) {
        disk.createDirectories(folder);
    }

    @Override
    public void rename(Path from, Path to) {
        Failpoints.passed("run.before-rename");
        disk.rename(from, to);
        Failpoints.passed("run.renamed");
    }
}
