package dev.caravan.execution;

import dev.caravan.money.Money;
import dev.caravan.pipeline.Step;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobStatus;
import dev.caravan.provider.Lane;
import dev.caravan.provider.Usage;
import dev.caravan.provider.UsageReading;
import dev.caravan.run.ModelChoice;
import dev.caravan.run.OpenWork;
import dev.caravan.run.RunEvent;
import dev.caravan.run.StrayJob;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What becomes of jobs that nobody waits for: looked for, cancelled, and booked. Their answers serve no unit. */
public final class StrayDesk {
    private final RunContext run;
    private final JobWatch watch;

    StrayDesk(RunContext run, JobWatch watch) {
        this.run = run;
        this.watch = watch;
    }

    /** The fact that follows from what the provider said; null when there is none yet. */
    public @Nullable RunEvent looked(JobLook look, Object answer, RowMapping mapping) {
        String nonce = Objects.requireNonNull(look.nonce());
        if (!(answer instanceof JobAnswer.Trouble)) {
            watch.reached(nonce);
        }
        if (answer instanceof JobAnswer.Found found) {
            return found(look, nonce, found.jobs());
        }
        if (answer instanceof JobAnswer.Collected collected) {
            return settled(look, nonce, collected.files(), mapping);
        }
        if (look.kind() == JobLook.Kind.CANCEL) {
            // Refused or not, a look follows; what was over before is only collected.
            watch.cancelled(nonce);
        } else if (answer instanceof JobAnswer.Known known) {
            JobStatus status = known.status();
            if (status.state() == JobStatus.State.RUNNING) {
                watch.running(nonce, status);
            } else {
                watch.ended(nonce, status);
            }
        } else if (answer instanceof JobAnswer.Trouble trouble) {
            watch.unseen(nonce, String.valueOf(trouble.answer()));
            watch.endless(nonce, "what the provider says of a job that may be ours", trouble.answer());
        } else {
            throw new IllegalStateException("a look at a stray job was answered with " + answer);
        }
        return null;
    }

    private @Nullable RunEvent found(JobLook look, String nonce, List<JobStatus> jobs) {
        if (jobs.isEmpty()) {
            return look.last() ? new RunEvent.StrayGone(nonce) : null;
        }
        jobs.stream().skip(1).forEach(each -> doubled(look.work(), look.step(), nonce, each.providerJob()));
        return strayFound(look.work(), look.step(), nonce, jobs.get(0).providerJob());
    }

    /** A second job under one intent, which only a repeat on the way can have made. */
    public void doubled(String work, int step, String nonce, String providerJob) {
        run.store().recordAndWait(strayFound(work, step, nonce + "#" + providerJob, providerJob));
    }

    private RunEvent strayFound(String work, int step, String nonce, String providerJob) {
        return new RunEvent.StrayFound(
                nonce, work, step, run.step(step).provider(), model(nonce, work, step), providerJob);
    }

    /** The model that was asked by the intent, which for a second try may be another one than the step's first. */
    private String model(String nonce, String work, int step) {
        return run.store().onState(state -> {
            for (StrayJob each : state.strays()) {
                if (each.nonce().equals(nonce)) {
                    return each.model();
                }
            }
            OpenWork open = state.openWork(work);
            return open != null && open.intent() != null
                    ? open.intent().model()
                    : run.step(step).model();
        });
    }

    /** Which of the step's models that is: the one that is asked again, where it is not the first. */
    private ModelChoice choice(String nonce, JobLook look, String model) {
        int revision = run.store()
                .onState(state -> state.strays().stream()
                        .filter(each -> each.nonce().equals(nonce))
                        .mapToInt(StrayJob::revision)
                        .findFirst()
                        .orElse(run.steps().revision()));
        var first = new ModelChoice(look.step(), revision, false);
        return run.steps().asked(first).model().equals(model) ? first : new ModelChoice(look.step(), revision, true);
    }

    private RunEvent settled(JobLook look, String nonce, List<Path> files, RowMapping mapping) {
        Step asked = run.step(look.step());
        String model = model(nonce, look.work(), look.step());
        ModelChoice choice = choice(nonce, look, model);
        var told = new ToldReplies();
        var seen = new HashSet<String>();
        var unreadable = new HashSet<String>();
        ResultRows.read(
                files,
                mapping,
                row -> {
                    if (row.answer() instanceof Answer.Received received && seen.add(row.customId())) {
                        told.add(received.usage(), usage -> run.prices().cost(choice, Lane.BATCH, usage));
                    } else if (row.answer() instanceof Answer.Ambiguous) {
                        unreadable.add(row.customId());
                    }
                },
                offset -> unreadable.add("@" + offset));
        unreadable.removeAll(seen);
        if (!unreadable.isEmpty()) {
            run.store()
                    .recordAndWait(new RunEvent.CallsLost(
                            look.work(), "", "results_unreadable", unreadable.size(), bound(nonce)));
        }
        return new RunEvent.StraySettled(
                nonce,
                look.step(),
                asked.provider(),
                model,
                told.paid,
                told.usage,
                told.cost,
                told.unknown,
                told.unknown == 0 ? Money.ZERO : bound(nonce));
    }

    /** What the received replies of a job told of their tokens, added up. */
    private static final class ToldReplies {
        int paid;
        int unknown;
        Usage usage = Usage.NONE;
        Money cost = Money.ZERO;

        void add(UsageReading reading, Function<Usage, Money> price) {
            paid++;
            if (reading.known()) {
                usage = usage.plus(reading.usage());
                cost = cost.plus(price.apply(reading.usage()));
            } else {
                unknown++;
            }
        }
    }

    /** What the whole job can have cost at most: its requests are known no longer. */
    private Money bound(String nonce) {
        return run.store()
                .onState(state -> state.strays().stream()
                        .filter(each -> each.nonce().equals(nonce))
                        .map(StrayJob::worst)
                        .findFirst()
                        .orElse(Money.UNKNOWN));
    }
}
