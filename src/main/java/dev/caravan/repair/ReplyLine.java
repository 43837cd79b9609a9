package dev.caravan.repair;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.base.JsonMembers;
import dev.caravan.journal.SealedLine;
import dev.caravan.money.Money;
import dev.caravan.provider.Usage;
import dev.caravan.provider.UsageReader;
import dev.caravan.provider.UsageReading;
import dev.caravan.settle.ReplyOutcome;
import dev.caravan.settle.ReplyRow;
import java.util.Optional;

/** What a line of a results file means for the books. Of one whose seal holds, only that is looked for. */
final class ReplyLine {
    private static final byte[] KEY = JsonMembers.name("key");
    private static final byte[] OUTCOME = JsonMembers.name("outcome");
    private static final byte[] USAGE = JsonMembers.name("usage");
    private static final byte[] UNKNOWN = JsonMembers.name("usage_unknown");

    private final JsonMembers members = new JsonMembers();
    private boolean readable;
    private boolean broken;
    private String key = "";
    private boolean paid;
    private boolean untold;
    private Usage usage = Usage.NONE;
    private Optional<Money> worst = Optional.empty();

    /**
     * Looks at the next line.
     *
     * @param quick whether a line that is sealed need not be read as a whole
     */
    void take(byte[] line, int length, boolean whole, boolean quick) {
        boolean seals = whole && SealedLine.check(line, length) == null;
        broken = whole && !seals && SealedLine.isBroken(line, length);
        if (quick && seals && told(line, length)) {
            return;
        }
        JsonNode node = whole ? UnitLine.read(line, length) : Json.object();
        readable = ReplyRow.readable(node);
        if (readable) {
            ReplyRow row = ReplyRow.read(node);
            key = row.key();
            paid = row.paid();
            untold = row.untold();
            usage = row.usage();
            worst = row.worst();
        }
    }

    /** Whether it is the line of a reply that told its usage, as nearly all are. */
    private boolean told(byte[] line, int length) {
        if (!members.find(line, 0, length)) {
            return false;
        }
        int named = members.of(KEY);
        int came = members.of(OUTCOME);
        int counted = members.of(USAGE);
        boolean isTold = members.isText(named) && members.isText(came) && counted >= 0 && members.of(UNKNOWN) < 0;
        if (!isTold
                || ReplyOutcome.of(members.text(came))
                        .filter(ReplyOutcome::isPaid)
                        .isEmpty()) {
            return false;
        }
        UsageReading reading = UsageReader.stored(members.node(counted));
        if (!reading.known()) {
            return false;
        }
        readable = true;
        key = members.text(named);
        paid = true;
        untold = false;
        usage = reading.usage();
        worst = Optional.empty();
        return true;
    }

    /** Whether it is the outcome of a call. */
    boolean readable() {
        return readable;
    }

    /** Whether it was changed since it was written. */
    boolean broken() {
        return broken;
    }

    String key() {
        return key;
    }

    /** Adds it to what was paid, if it was. */
    void addTo(ReplyTally tally) {
        if (paid) {
            tally.pay(usage, untold, worst);
        }
    }
}
