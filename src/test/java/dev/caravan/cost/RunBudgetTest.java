package dev.caravan.cost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.base.RealDisk;
import dev.caravan.cost.RunBudget.Admission;
import dev.caravan.money.Money;
import dev.caravan.provider.Lane;
import dev.caravan.run.PlainFacts;
import dev.caravan.run.RunEvent;
import dev.caravan.run.RunFolder;
import dev.caravan.run.RunStore;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunBudgetTest {
    @TempDir
    Path folder;

    private RunStore store;

    @BeforeEach
    void hold() {
        store = RunStore.open(new RunFolder(folder), new RealDisk(), Clock.systemUTC(), "test");
        store.recordAndWait(PlainFacts.made("r", 4, 2));
        store.recordAndWait(new RunEvent.RunStarted(Lane.BATCH, "test"));
    }

    @AfterEach
    void giveBack() {
        store.close();
    }

    private RunBudget capped(long picos) {
        store.recordAndWait(new RunEvent.CapSet(picos));
        return new RunBudget(store);
    }

    private void intend(String work, Money worst) {
        store.recordAndWait(new RunEvent.WorkFormed(work, 0, Lane.BATCH, work.equals("w000001") ? "0-1" : "2-3"));
        store.recordAndWait(
                new RunEvent.JobIntended(work, "r." + work, "f", "simulator", "openai", "m", 2, 100, "", worst));
    }

    @Test
    void what_is_out_and_what_is_spent_stay_below_the_cap_together() {
        RunBudget budget = capped(10);

        assertThat(budget.reserve(new Money(6))).isEqualTo(Admission.YES);
        assertThat(budget.reserve(new Money(5))).isEqualTo(Admission.LATER);
        assertThat(budget.reserve(new Money(11))).isEqualTo(Admission.NEVER);
        assertThat(budget.room()).isEqualTo(new Money(4));

        budget.release(new Money(6));

        assertThat(budget.reserve(new Money(5))).isEqualTo(Admission.YES);
    }

    @Test
    void what_has_no_known_worst_case_reserves_nothing_and_takes_nothing_from_what_is_out() {
        RunBudget budget = capped(10);
        budget.reserve(new Money(6));

        assertThat(budget.reserve(Money.UNKNOWN)).isEqualTo(Admission.YES);
        budget.release(Money.UNKNOWN);

        assertThat(budget.reserved()).isEqualTo(new Money(6));
    }

    @Test
    void bounds_that_are_too_large_to_add_up_are_admitted_without_a_cap_and_never_with_one() {
        intend("w000001", Money.MOST);
        intend("w000002", Money.MOST);

        RunBudget budget = capped(-1);
        assertThat(budget.reserve(Money.MOST)).isEqualTo(Admission.YES);
        assertThat(budget.reserved()).isEqualTo(Money.MOST);
        assertThat(budget.room()).isEqualTo(Money.MOST);

        store.recordAndWait(new RunEvent.CapSet(10));

        assertThat(budget.reserve(new Money(1))).isEqualTo(Admission.LATER);
        assertThat(budget.reserve(Money.MOST)).isEqualTo(Admission.NEVER);
        assertThat(budget.room()).isEqualTo(Money.ZERO);
    }
}
