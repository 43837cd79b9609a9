package dev.caravan.run;

import dev.caravan.lease.Lease;
import java.nio.file.Path;

/** A run was made under a name that, since a moment ago, somebody else's run or another file bears. Nothing is left of it. */
public final class NameTakenException extends RuntimeException {
    public NameTakenException(Path target) {
        super(target + " was made by somebody else in the same moment"
                + Lease.holder(target).map(each -> " (" + each + ")").orElse("")
                + "; nothing of this start is left. Go on with that one, or give another name");
    }
}
