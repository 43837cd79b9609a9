package dev.caravan.arrival;

import java.time.Duration;

/**
 * How patient and how generous the service is with what is dropped.
 *
 * @param quiet how long nothing may have changed before something counts as complete
 * @param files the most files a pipeline folder may hold, and the most entries a zip file may have
 * @param unpacked the most bytes that may come out of one zip file
 * @param ratio how many times its own size a zip file may unpack to, once more than 1 MB has come out
 * @param bytesPerLook after so many bytes were hashed or unpacked, the rest waits for the next look
 * @param itemsPerLook the most files that are taken out of inboxes at one look
 */
public record ArrivalLimits(Duration quiet, int files, long unpacked, int ratio, long bytesPerLook, int itemsPerLook) {
    static final long FREE_BYTES = 1 << 20;

    public ArrivalLimits {
        if (quiet.isNegative() || files < 1 || unpacked < 1 || ratio < 1 || bytesPerLook < 1 || itemsPerLook < 1) {
            throw new IllegalArgumentException("limits must be positive: " + quiet + ", " + files);
        }
    }

    /** 2 s; 2,000 files; 512 MB out of a zip file, at most 200 times its size; 256 MB and 100 files of items a look. */
    public static ArrivalLimits usual() {
        return new ArrivalLimits(Duration.ofSeconds(2), 2_000, 512L << 20, 200, 256L << 20, 100);
    }

    /** A zip file that cannot be opened may still be on its way for so long. */
    Duration patience() {
        return quiet.multipliedBy(5);
    }
}
