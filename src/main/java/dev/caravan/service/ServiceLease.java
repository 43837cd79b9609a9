package dev.caravan.service;

import dev.caravan.base.Disk;
import dev.caravan.base.UserMistakeException;
import dev.caravan.lease.Lease;
import dev.caravan.lease.LeaseHeldException;
import dev.caravan.lease.LeaseHolder;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.CompletionStage;

/** The right to be the one service of a runs folder; falls free when its holder dies. */
public final class ServiceLease implements AutoCloseable {
    private final Lease lease;

    private ServiceLease(Lease lease) {
        this.lease = lease;
    }

    /** @throws UserMistakeException when another service is at work there */
    public static ServiceLease take(Path memory, Disk disk, Clock clock) {
        disk.createDirectories(memory);
        try {
            // A service buys nothing by its own memory: a copy of it needs no word of a person's.
            return new ServiceLease(Lease.acquire(memory, disk, clock, true));
        } catch (LeaseHeldException e) {
            throw new UserMistakeException(
                    memory.toString(),
                    "lease",
                    "another service is at work here: "
                            + Lease.holder(memory).map(LeaseHolder::toString).orElse("another process")
                            + "; stop it first, or start this one in another folder");
        }
    }

    /** Comes when the folder was removed, moved or replaced: another service may start there, so this one must end. */
    public CompletionStage<UncheckedIOException> lost() {
        return lease.lost();
    }

    @Override
    public void close() {
        lease.close();
    }
}
