package dev.caravan.run;

import dev.caravan.base.UserMistakeException;
import dev.caravan.journal.Journal;
import java.nio.file.Files;
import java.util.Optional;

/** The whole journal folded anew, whatever the manifest says; and the manifest held against it. */
public final class JournalReplay {
    private JournalReplay() {}

    /** For reading, as {@link RunStore#read}: takes no lease and writes nothing. */
    public static RunState of(RunFolder folder) {
        if (!Files.exists(folder.journal()) && Files.exists(folder.manifest())) {
            ManifestFile.read(folder);
        }
        if (!Files.exists(folder.journal())) {
            throw new UserMistakeException(folder.root().toString(), "", "is not a run: it has no journal.jsonl");
        }
        var state = new RunState();
        Journal.read(
                folder.journal(),
                0,
                entry -> EventFold.apply(state, EventJson.read(entry.type(), entry.body()), entry.time()));
        if (!state.created()) {
            throw new UserMistakeException(folder.root().toString(), "", "holds no run: its journal is empty");
        }
        return state;
    }

    /** What is wrong with a run's manifest, held against its replayed journal; empty when nothing is, or there is none. */
    public static Optional<String> manifestTrouble(RunFolder folder, RunState replayed) {
        Optional<String> damage = ManifestFile.damage(folder);
        if (damage.isPresent()) {
            return damage;
        }
        try {
            return Manifest.fold(RunStore.read(folder)).equals(Manifest.fold(replayed))
                    ? Optional.empty()
                    : Optional.of(
                            "MANIFEST.json differs from what the journal adds up to; move it away, it is made again");
        } catch (UserMistakeException e) {
            return Optional.of(e.problems().get(0).toString());
        } catch (IllegalStateException e) {
            return Optional.of("MANIFEST.json does not go with the journal (" + e.getMessage()
                    + "); move it away, it is made again");
        }
    }
}
