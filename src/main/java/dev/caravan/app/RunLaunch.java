package dev.caravan.app;

import dev.caravan.base.Disk;
import dev.caravan.cli.RunDriver;
import dev.caravan.provider.Account;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import java.util.function.UnaryOperator;

/**
 * How a run is taken up.
 *
 * @param command what is written down as the reason
 * @param capPicos most that the run may cost, -1 for no cap, {@link RunDriver#AS_IT_WAS}
 * @param goesOn whether it buys anything new; else only what it paid for is collected
 * @param way another one to the providers of the run, by which they are the same accounts
 */
record RunLaunch(
        RunFolder folder,
        Lane lane,
        String command,
        Disk disk,
        long capPicos,
        boolean goesOn,
        UnaryOperator<Account> way) {

    RunLaunch(RunFolder folder, Lane lane, String command, Disk disk) {
        this(folder, lane, command, disk, RunDriver.AS_IT_WAS, true, UnaryOperator.identity());
    }

    RunLaunch capped(long picos) {
        return new RunLaunch(folder, lane, command, disk, picos, goesOn, way);
    }

    RunLaunch by(UnaryOperator<Account> another) {
        return new RunLaunch(folder, lane, command, disk, capPicos, goesOn, another);
    }

    RunLaunch collecting() {
        return new RunLaunch(folder, lane, command, disk, capPicos, false, way);
    }

    void setCap(RunStore store) {
        if (capPicos != RunDriver.AS_IT_WAS && store.onState(state -> state.capPicos()) != capPicos) {
            store.recordAndWait(new RunEvent.CapSet(capPicos));
        }
    }
}
