package dev.caravan.arrival;

import dev.caravan.base.Worded;
import java.util.Locale;

/** How far a pipeline folder has come. */
public enum ArrivalPhase implements Worded {
    /** Usable, and started by nobody but a person. */
    READY,
    /** Came in, and nobody has said yet what becomes of it. */
    SEEN,
    /** A run's name was chosen for it; whether that run was made is told by the run's folder. */
    CLAIMED,
    /** Its run was made. */
    STARTED,
    /** Cannot be used as it is; asked about again when it changes. */
    REFUSED;

    static ArrivalPhase of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
