package dev.caravan.arrival;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Unpacks one zip file of a stranger's. What its headers say of sizes is not believed: bytes are counted. */
final class ZipUnpacker {
    private final Path zip;
    private final String name;
    private final ArrivalLimits limits;
    private final LookBudget work;
    private long out;

    ZipUnpacker(Path zip, ArrivalLimits limits, LookBudget work) {
        this.zip = zip;
        this.name = String.valueOf(zip.getFileName());
        this.limits = limits;
        this.work = work;
    }

    /** Whether it can be opened: all of it is there. */
    boolean isWhole() throws IOException {
        try {
            plan();
            return true;
        } catch (ArrivalRefusedException e) {
            return e.refusal().kind() != ArrivalRefusal.Kind.BROKEN;
        }
    }

    ZipPlan plan() throws IOException, ArrivalRefusedException {
        int entries = ZipIndex.check(zip, limits.files());
        try (ZipFile file = open()) {
            if (file.size() != entries) {
                throw broken("", "has a damaged list of entries");
            }
            return ZipPlan.of(name, Collections.list(file.entries()));
        }
    }

    private ZipFile open() throws IOException, ArrivalRefusedException {
        try {
            return new ZipFile(zip.toFile(), StandardCharsets.UTF_8);
        } catch (ZipException e) {
            throw broken("", "cannot be opened: " + e.getMessage());
        }
    }

    private ArrivalRefusedException broken(String place, String wrong) {
        return new ArrivalRefusedException(new ArrivalRefusal(
                ArrivalRefusal.Kind.BROKEN, name, place, wrong, "copy it again, or pack it anew as a plain zip file"));
    }

    /** @param folder made here; it holds whatever was unpacked when this fails */
    void unpack(ZipPlan plan, Path folder) throws IOException, ArrivalRefusedException {
        Files.createDirectory(folder);
        long most = Math.min(
                limits.unpacked(),
                Math.max(ArrivalLimits.FREE_BYTES, Math.multiplyExact(limits.ratio(), Files.size(zip))));
        try (ZipFile file = open()) {
            for (ZipPlan.Member each : plan.members()) {
                Path target = folder.resolve(each.path()).normalize();
                if (!target.startsWith(folder.normalize())) {
                    throw new IllegalStateException(each.path() + " was planned to lead out");
                }
                if (each.entry().isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(Objects.requireNonNull(target.getParent()));
                    one(file, each.entry(), target, most);
                }
            }
        }
    }

    private void one(ZipFile file, ZipEntry entry, Path target, long most) throws IOException, ArrivalRefusedException {
        var crc = new CRC32();
        try (OutputStream to = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                InputStream from = new CheckedInputStream(stream(file, entry), crc)) {
            var buffer = new byte[1 << 16];
            for (int read = read(from, buffer, entry); read >= 0; read = read(from, buffer, entry)) {
                out += read;
                work.did(read);
                if (out > most) {
                    throw tooLarge(entry);
                }
                to.write(buffer, 0, read);
            }
        }
        if (crc.getValue() != entry.getCrc()) {
            throw broken(entry.getName(), "is damaged: its checksum does not hold");
        }
    }

    private InputStream stream(ZipFile file, ZipEntry entry) throws IOException, ArrivalRefusedException {
        try {
            return Objects.requireNonNull(file.getInputStream(entry));
        } catch (ZipException e) {
            throw broken(entry.getName(), "cannot be unpacked: " + e.getMessage());
        }
    }

    private int read(InputStream from, byte[] buffer, ZipEntry entry) throws IOException, ArrivalRefusedException {
        try {
            return from.read(buffer);
        } catch (ZipException | EOFException e) {
            throw broken(entry.getName(), "cannot be unpacked: " + e.getMessage());
        }
    }

    private ArrivalRefusedException tooLarge(ZipEntry entry) {
        boolean large = out > limits.unpacked();
        return new ArrivalRefusedException(new ArrivalRefusal(
                large ? ArrivalRefusal.Kind.TOO_LARGE : ArrivalRefusal.Kind.BOMB,
                name,
                entry.getName(),
                large
                        ? "unpacks to more than " + limits.unpacked() + " bytes"
                        : "unpacks to more than " + limits.ratio() + " times the size of the zip file",
                "put the folder itself into pipelines/"));
    }
}
