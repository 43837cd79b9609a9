package dev.caravan.run;

import dev.caravan.base.Worded;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Units of one step that are bought and settled together: a batch job, or a chunk's worth of realtime calls. */
public final class OpenWork {

    /** How far the work has come. */
    public enum Phase implements Stage<Phase>, Worded {
        /** Bound together; nothing sent. Realtime work stays here until it is done. */
        FORMED,
        /** A job may exist at the provider; nobody has said so. */
        INTENDED,
        /** The provider has the job. */
        CREATED,
        /** The provider is through with it. */
        ENDED;

        /** A job that could not be collected is looked at again; one that was another's was never ours. */
        @Override
        public Set<Phase> successors() {
            return switch (this) {
                case FORMED -> EnumSet.of(FORMED, INTENDED);
                case INTENDED -> EnumSet.of(FORMED, CREATED);
                case CREATED -> EnumSet.of(INTENDED, CREATED, ENDED);
                case ENDED -> EnumSet.of(FORMED, INTENDED, CREATED, ENDED);
            };
        }
    }

    private final StageChanges changes;
    private final String id;
    private final int step;
    private final Lane lane;
    private final UnitSet units;
    Phase phase = Phase.FORMED;
    RunEvent.@Nullable JobIntended intent;

    /** Under how many revisions of the run its job was intended. */
    int revision;

    @Nullable Instant intendedAt;

    boolean doubted;

    /** Since when nobody knows whether the job exists. */
    @Nullable Instant doubtedAt;

    @Nullable String providerJob;

    /** Whether the job was found rather than answered for. */
    boolean adopted;

    RunEvent.@Nullable JobEnded ended;
    Instant notBefore = Instant.EPOCH;
    int failedCreates;
    /** How often in a row its job was turned away to slow us down. */
    int throttledCreates;

    /** When its job could first not be created, since it last could. */
    @Nullable Instant troubleSince;

    /** Members whose outcome is in a results file. */
    final UnitSet answered = new UnitSet();
    /** Members that were settled, chunk by chunk. */
    final UnitSet settled = new UnitSet();
    /** Per chunk, the first byte in its results file that holds an outcome of this work. */
    final Map<Integer, Long> resultsFrom = new HashMap<>();
    /** Realtime calls that may have been bought, with the bound of their price. */
    final Map<Integer, Money> open = new HashMap<>();

    OpenWork(StageChanges changes, String id, int step, Lane lane, UnitSet units) {
        this.changes = changes;
        this.id = id;
        this.step = step;
        this.lane = lane;
        this.units = units;
    }

    private void become(Phase next, RunEvent event) {
        phase = changes.next("work " + id, phase, next, event.getClass());
    }

    /** A job of it is about to be created. */
    void intended(RunEvent.JobIntended e, int revision, Instant time) {
        become(Phase.INTENDED, e);
        this.revision = revision;
        intent = e;
        intendedAt = time;
        doubted = false;
        doubtedAt = null;
    }

    void created(RunEvent.JobCreated e) {
        become(Phase.CREATED, e);
        failedCreates = 0;
        throttledCreates = 0;
        troubleSince = null;
        adopted = e.adopted() && (adopted || !e.providerJob().equals(providerJob));
        providerJob = e.providerJob();
    }

    /** The intent bought nothing: it is where it was before. */
    void notCreated(RunEvent.JobNotCreated e, Instant time) {
        become(Phase.FORMED, e);
        intent = null;
        providerJob = null;
        ended = null;
        failedCreates++;
        throttledCreates = e.throttled() ? throttledCreates + 1 : 0;
        troubleSince = troubleSince == null ? time : troubleSince;
        notBefore = time.plusMillis(e.pauseMillis());
    }

    /** Whether it has a job is to be found out; the one it was taken to have may be another's. */
    void doubted(RunEvent.JobInDoubt e, Instant time) {
        doubted = true;
        if (e.code().equals(RunEvent.JobInDoubt.FOREIGN)) {
            become(Phase.INTENDED, e);
            providerJob = null;
            ended = null;
        }
        doubtedAt = doubtedAt == null ? time : doubtedAt;
        notBefore = time.plusMillis(e.pauseMillis());
    }

    void ended(RunEvent.JobEnded e) {
        become(Phase.ENDED, e);
        ended = e;
    }

    /** Outcomes of members lie in a results file. */
    void answered(RunEvent.RepliesSettled e) {
        UnitSet units = UnitSet.parse(e.units());
        answered.or(units);
        resultsFrom.merge(e.chunk(), e.from(), Math::min);
        units.stream().forEach(open::remove);
    }

    /** Calls may be bought from here on. */
    void calling(RunEvent.CallsIntended e) {
        int[] called = UnitSet.parse(e.units()).stream().toArray();
        for (int i = 0; i < called.length; i++) {
            open.put(called[i], e.worstPicos().get(i));
        }
    }

    /** Nothing more will be heard of the calls of these members. */
    void callsOver(String members) {
        UnitSet.parse(members).stream().forEach(open::remove);
    }

    /** What its job and calls can still cost. */
    Money atRisk() {
        Money job = intent != null && answered.cardinality() < size() ? intent.worstPicos() : Money.ZERO;
        return open.values().stream().reduce(job, Money::plus);
    }

    public String id() {
        return id;
    }

    public int step() {
        return step;
    }

    public Lane lane() {
        return lane;
    }

    public Phase phase() {
        return phase;
    }

    public Instant notBefore() {
        return notBefore;
    }

    public RunEvent.@Nullable JobIntended intent() {
        return intent;
    }

    public @Nullable Instant intendedAt() {
        return intendedAt;
    }

    public @Nullable Instant doubtedAt() {
        return doubtedAt;
    }

    public @Nullable String providerJob() {
        return providerJob;
    }

    public boolean adopted() {
        return adopted;
    }

    public RunEvent.@Nullable JobEnded ended() {
        return ended;
    }

    public int failedCreates() {
        return failedCreates;
    }

    public @Nullable Instant troubleSince() {
        return troubleSince;
    }

    public int size() {
        return units.cardinality();
    }

    /** A copy: all members. */
    public UnitSet units() {
        return units.copy();
    }

    /** A copy: members without an outcome on file. */
    public UnitSet unanswered() {
        var rest = units();
        rest.andNot(answered);
        return rest;
    }

    /** A copy: members not settled yet. */
    public UnitSet unsettled() {
        var rest = units();
        rest.andNot(settled);
        return rest;
    }

    public boolean doubted() {
        return doubted;
    }

    /** Where in the chunk's results file this work's outcomes begin. */
    public long resultsFrom(int chunk) {
        return resultsFrom.getOrDefault(chunk, 0L);
    }

    /** A copy: members whose call may have been bought and has no outcome. */
    public Map<Integer, Money> openCalls() {
        return new HashMap<>(open);
    }
}
