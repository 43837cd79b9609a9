package dev.caravan.arrival;

import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that is remembered: {@code pipelines} by name; {@code items} that were taken and not acknowledged, by id; the zip
 * files that were there {@code early}, before the service first started; zip files that are {@code unpacking}, by name.
 * Change only a copy, and let {@link ArrivalMemory} have it.
 */
record ArrivalState(
        TreeMap<String, FolderRecord> pipelines,
        TreeMap<String, TakenItems> items,
        TreeSet<String> early,
        TreeMap<String, Unpacking> unpacking) {

    private static final int MOST_GONE = 10_000;

    /**
     * A zip file that is about to become a folder.
     *
     * @param folder its name when it is done
     * @param temporary its name until then
     * @param stamp which file of that name is meant
     */
    record Unpacking(String folder, String temporary, String stamp) {}

    static ArrivalState empty() {
        return new ArrivalState(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), new TreeMap<>());
    }

    ArrivalState copy() {
        return new ArrivalState(
                new TreeMap<>(pipelines), new TreeMap<>(items), new TreeSet<>(early), new TreeMap<>(unpacking));
    }

    void put(FolderRecord standing) {
        pipelines.put(standing.name(), standing);
    }

    /** Keeps the file small: of folders that are gone, the ones longest in their phase are forgotten for good. */
    void forgetOldest() {
        List<FolderRecord> gone = pipelines.values().stream()
                .filter(each -> !each.present() && each.phase() != ArrivalPhase.CLAIMED)
                .sorted(Comparator.comparing(FolderRecord::at))
                .toList();
        for (FolderRecord each : gone.subList(0, Math.max(0, gone.size() - MOST_GONE))) {
            pipelines.remove(each.name());
        }
    }
}
