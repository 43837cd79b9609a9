package dev.caravan.arrival;

import dev.caravan.base.Disk;
import dev.caravan.base.FolderTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Map;
import java.util.SortedSet;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Makes folders of zip files. What a zip file is about to become is remembered before the folder gets its name, so that
 * after a crash it is neither unpacked twice nor refused for the folder it became.
 */
final class ZipArrivals {
    private static final String TEMPORARY = ".unpacking-";

    private final Path pipelines;
    private final ArrivalMemory memory;
    private final HeldBack held;
    private final ArrivalLimits limits;
    private final Disk disk;
    private final SetAside aside;
    private final StabilityCheck quiet = new StabilityCheck();
    private boolean clean;

    ZipArrivals(Path pipelines, ArrivalMemory memory, HeldBack held, ArrivalLimits limits, Disk disk) {
        this.pipelines = pipelines;
        this.memory = memory;
        this.held = held;
        this.limits = limits;
        this.disk = disk;
        aside = new SetAside(disk);
    }

    void look(SortedSet<String> zips, Instant now, LookBudget work, Consumer<ArrivalDecision> out) {
        if (!clean) {
            clean = recover(out);
        }
        quiet.keep(zips);
        ArrivalState draft = memory.draft();
        draft.early().retainAll(zips);
        memory.keep(draft);
        for (String zip : zips) {
            if (!memory.state().unpacking().containsKey(zip)) {
                look(zip, now, work, out);
            }
        }
    }

    private void look(String zip, Instant now, LookBudget work, Consumer<ArrivalDecision> out) {
        Path file = pipelines.resolve(zip);
        try {
            FolderListing.Stamp stamp = stamp(file);
            if (!quiet.holds(zip, stamp, limits.quiet(), now)) {
                held.back(zip, "has not been at rest for " + limits.quiet().toMillis() + " ms");
                return;
            }
            var unpacker = new ZipUnpacker(file, limits, work);
            if (!work.isLeft()) {
                held.back(zip, "waits until others are read");
            } else if (!quiet.holds(zip, stamp, limits.patience(), now) && !unpacker.isWhole()) {
                held.back(zip, "is not complete, or damaged");
            } else {
                unpack(zip, stamp, unpacker, now, out);
            }
        } catch (NoSuchFileException e) {
            quiet.forget(zip);
        } catch (IOException e) {
            quiet.forget(zip);
            trouble(zip, "cannot be unpacked: " + e.getMessage(), out);
        } catch (UncheckedIOException e) {
            quiet.forget(zip);
            trouble(zip, Disk.reason(e), out);
        }
    }

    /** One zip file that the disk will not serve keeps nobody else waiting. */
    private void trouble(String zip, String wrong, Consumer<ArrivalDecision> out) {
        held.trouble(
                zip,
                zip,
                new ArrivalRefusal(ArrivalRefusal.Kind.DISK, zip, "", wrong, "it is tried again by itself"),
                out);
    }

    private static FolderListing.Stamp stamp(Path file) throws IOException {
        return FolderListing.Stamp.of(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    }

    private void unpack(
            String zip, FolderListing.Stamp stamp, ZipUnpacker unpacker, Instant now, Consumer<ArrivalDecision> out)
            throws IOException {
        Path temporary =
                pipelines.resolve(TEMPORARY + UUID.randomUUID().toString().substring(0, 8));
        clean = false;
        try {
            ZipPlan plan = unpacker.plan();
            free(zip, plan.folder());
            unpacker.unpack(plan, temporary);
            FolderTrees.force(temporary);
            place(zip, stamp, plan.folder(), temporary, now);
            out.accept(new ArrivalDecision.Unpacked(zip, plan.folder()));
        } catch (ArrivalRefusedException e) {
            FolderTrees.delete(temporary);
            aside.refuse(pipelines.resolve(zip), pipelines.resolve(".refused"), zip, e.refusal());
            out.accept(new ArrivalDecision.Refused(zip, e.refusal()));
        }
        clean = true;
    }

    private void free(String zip, String folder) throws ArrivalRefusedException {
        if (Files.exists(pipelines.resolve(folder), LinkOption.NOFOLLOW_LINKS)) {
            throw new ArrivalRefusedException(new ArrivalRefusal(
                    ArrivalRefusal.Kind.TAKEN,
                    zip,
                    folder,
                    "there is a folder of that name already",
                    "remove or rename that folder, or name the zip file and its top folder otherwise"));
        }
    }

    private void place(String zip, FolderListing.Stamp stamp, String folder, Path temporary, Instant now) {
        ArrivalState draft = memory.draft();
        draft.unpacking()
                .put(
                        zip,
                        new ArrivalState.Unpacking(folder, String.valueOf(temporary.getFileName()), stamp.toString()));
        if (draft.early().contains(zip) && !draft.pipelines().containsKey(folder)) {
            draft.put(FolderRecord.first(folder, ArrivalPhase.READY, "", now));
        }
        memory.keep(draft);
        disk.rename(temporary, pipelines.resolve(folder));
        accept(zip);
    }

    private void accept(String zip) {
        aside.move(pipelines.resolve(zip), pipelines.resolve(".accepted"), zip);
        forget(zip);
    }

    private void forget(String zip) {
        ArrivalState done = memory.draft();
        done.unpacking().remove(zip);
        memory.keep(done);
    }

    /**
     * Ends what a crash or the disk interrupted: a folder that got its name is kept, one that did not is removed.
     *
     * @return whether nothing is left to be done
     */
    private boolean recover(Consumer<ArrivalDecision> out) {
        boolean all = true;
        for (Map.Entry<String, ArrivalState.Unpacking> each :
                memory.draft().unpacking().entrySet()) {
            try {
                recover(each.getKey(), each.getValue(), out);
            } catch (UncheckedIOException e) {
                trouble(each.getKey(), Disk.reason(e), out);
                all = false;
            }
        }
        return removeLeft(out) && all;
    }

    private void recover(String zip, ArrivalState.Unpacking begun, Consumer<ArrivalDecision> out) {
        boolean placed = !Files.exists(pipelines.resolve(begun.temporary()), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(pipelines.resolve(begun.folder()), LinkOption.NOFOLLOW_LINKS);
        if (placed && isStill(zip, begun.stamp())) {
            accept(zip);
            out.accept(new ArrivalDecision.Unpacked(zip, begun.folder()));
        } else {
            forget(zip);
        }
    }

    private boolean removeLeft(Consumer<ArrivalDecision> out) {
        if (!Files.isDirectory(pipelines)) {
            return true;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(pipelines, TEMPORARY + "*")) {
            left.forEach(FolderTrees::delete);
            return true;
        } catch (IOException e) {
            trouble(TEMPORARY, "cannot be removed: " + e.getMessage(), out);
        } catch (UncheckedIOException e) {
            trouble(TEMPORARY, Disk.reason(e), out);
        }
        return false;
    }

    private boolean isStill(String zip, String stamp) {
        try {
            return stamp(pipelines.resolve(zip)).toString().equals(stamp);
        } catch (IOException e) {
            return false;
        }
    }
}
