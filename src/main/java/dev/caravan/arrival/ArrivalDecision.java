package dev.caravan.arrival;

import java.nio.file.Path;

/** What one look found: a question that the caller answers, or a notice that is only to be told. */
public sealed interface ArrivalDecision {

    /** The pipeline's folder, or the file that was dropped; decisions come in the order of these names. */
    String name();

    /** Handed out at every look until it is answered, and after a restart. */
    sealed interface Question extends ArrivalDecision permits Arrived, Claimed, ItemsArrived {}

    /** Remembered first and told once; what a crash keeps from being told stands in {@link ArrivalWatcher#standings()}. */
    sealed interface Notice extends ArrivalDecision permits Ready, Changed, Removed, Unpacked, Refused {}

    /**
     * A pipeline came in. Answered by {@link ArrivalWatcher#claim}, {@link ArrivalWatcher#ready} or {@link ArrivalWatcher#refused}.
     */
    record Arrived(String name, Path folder, String digest) implements Question {}

    /**
     * A run was chosen for this pipeline, and nobody said that it was made. If there is a run of that name: {@link
     * ArrivalWatcher#started}. If not, make it under that name when the folder is as it was, else {@link ArrivalWatcher#ready}.
     *
     * @param unchanged whether the folder still holds what the run was chosen for
     */
    record Claimed(String name, Path folder, String digest, String run, boolean unchanged) implements Question {}

    /**
     * A file of items was dropped into the inbox of a pipeline. Make the run under a name that follows from the id,
     * look for that run first, then {@link ArrivalWatcher#taken} or {@link ArrivalWatcher#refusedItems}.
     *
     * @param name of the pipeline
     * @param id the same over restarts; letters, digits and {@code -}
     * @param file the name it was dropped under
     * @param path where it lies until it is answered
     */
    record ItemsArrived(String name, String id, String file, Path path) implements Question {}

    /** Why a folder is ready without being asked about. */
    enum Why {
        /** It was there before the service first started. */
        WAS_THERE,
        /** It was removed and came back as it was. */
        CAME_BACK,
        /** It is what lay under another name before: moved, not new. */
        MOVED
    }

    /** Usable, and only a person starts it. */
    record Ready(String name, Path folder, String digest, Why why) implements Notice {}

    /**
     * A known folder holds something else now; only a person starts it.
     *
     * @param before how far the former content had come
     */
    record Changed(String name, Path folder, String digest, ArrivalPhase before) implements Notice {}

    /** The folder is gone; its runs go on. */
    record Removed(String name) implements Notice {}

    /** A zip file became a folder, which arrives once it has been quiet. */
    record Unpacked(String name, String folder) implements Notice {}

    /** Something cannot be used. */
    record Refused(String name, ArrivalRefusal refusal) implements Notice {}
}
