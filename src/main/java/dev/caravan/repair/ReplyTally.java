package dev.caravan.repair;

import dev.caravan.money.Money;
import dev.caravan.provider.Usage;
import dev.caravan.run.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the results files add up to, to be held against the books. */
final class ReplyTally {
    private Usage usage = Usage.NONE;
    private long calls;
    private long untold;
    private Money untoldBound = Money.ZERO;
    /** Of rows of an earlier version that kept what cannot be: the books took them as they stood, or as unknown. */
    private long odd;

    /** A reply that was paid for. */
    void pay(Usage told, boolean isUntold, Optional<Money> worst) {
        usage = usage.plus(told);
        calls++;
        if (isUntold && worst.isEmpty()) {
            odd++;
        } else if (isUntold) {
            untold++;
            untoldBound = untoldBound.plus(worst.get());
        }
    }

    void add(ReplyTally other) {
        usage = usage.plus(other.usage);
        calls += other.calls;
        untold += other.untold;
        untoldBound = untoldBound.plus(other.untoldBound);
        odd += other.odd;
    }

    /** Every token of every reply is in the books once. */
    List<String> trouble(Ledger ledger) {
        var problems = new ArrayList<String>();
        long booked = ledger.calls() - ledger.strayCalls();
        long input = ledger.usage().input() - ledger.strayUsage().input();
        long output = ledger.usage().output() - ledger.strayUsage().output();
        boolean equal = usage.input() == input && usage.output() == output;
        boolean odder = odd > 0 && usage.input() <= input && usage.output() <= output;
        if (calls != booked || !(equal || odder)) {
            problems.add("the books hold " + booked + " replies with " + input + " + " + output
                    + " tokens, the results files " + calls + " with " + usage.input() + " + " + usage.output());
        }
        unknown(ledger).ifPresent(problems::add);
        return problems;
    }

    /** Every reply that told no usage is in the books as such, with what it can have cost at most. */
    private Optional<String> unknown(Ledger ledger) {
        long booked = -ledger.strayUnknown();
        Money bound = Money.ZERO;
        for (Ledger.Line each : ledger.lines()) {
            booked += each.unknown();
            bound = bound.plus(each.unknownBound());
        }
        boolean counted = booked >= untold && booked <= untold + odd;
        boolean bounded = odd > 0 || ledger.strayUnknown() > 0 || bound.equals(untoldBound);
        return counted && bounded
                ? Optional.empty()
                : Optional.of("the books hold " + booked + " replies that told no usage, at most "
                        + bound.display() + " at risk; the results files " + untold + ", at most "
                        + untoldBound.display());
    }
}
