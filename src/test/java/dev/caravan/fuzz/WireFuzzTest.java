package dev.caravan.fuzz;

import dev.caravan.provider.Account;
import dev.caravan.provider.Lane;
import dev.caravan.run.RunFolder;
import dev.caravan.testing.CommandResult;
import dev.caravan.testing.MeddlingPlan;
import dev.caravan.testing.MeddlingProxy;
import dev.caravan.testing.OneEngine;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Answers of providers, changed on their way by seed. While they are, a run may fail units, pause or wait; afterwards it
 * must come to its end, each unit with one outcome, and its books must hold against the provider's bill.
 */
@Tag("fuzz")
class WireFuzzTest {
    private static final int UNITS = 4;
    private static final int MOST_RESUMES = 6;

    private static OneEngine engine;
    private static Vertx vertx;

    @BeforeAll
    static void start() {
        engine = new OneEngine("brokenJson=0.15", 20);
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        engine.close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void whatever_a_provider_says_a_run_ends_and_its_books_hold() throws Exception {
        new FuzzSession("WireFuzzTest", 40, WireFuzzTest::trial).run();
    }

    private static void trial(FuzzTrial trial) throws Exception {
        String provider = trial.mutations().one(List.of("openai", "anthropic", "gemini"));
        Lane lane = trial.mutations().one(List.of(Lane.BATCH, Lane.BATCH, Lane.REALTIME));
        Path pipeline = FuzzedRun.pipeline(trial.folder().resolve("small"), provider, UNITS, 2);
        var run = new RunFolder(trial.folder().resolve("runs/wire-" + trial.seed()));
        var trouble = new MeddlingPlan(trial.seed(), sorts(lane, provider), trial::changed);
        drive(
                trial,
                trouble,
                "run",
                pipeline.toString(),
                "--simulate",
                "--mode",
                lane.name().toLowerCase(Locale.ROOT),
                "--run-dir",
                run.root().toString(),
                "--timeout",
                "2");
        trouble.end();
        int resumes = 0;
        while (!FuzzedRun.isComplete(run) && resumes < MOST_RESUMES && (resumes == 0 || !FuzzedRun.isEstranged(run))) {
            drive(trial, MeddlingProxy.NONE, "resume", run.root().toString(), "--timeout", "15");
            resumes++;
        }
        boolean complete = FuzzedRun.ended(trial, run);
        trial.ends(complete ? resumes == 0 ? "complete at once" : "complete when resumed" : "waits");
        if (!complete && !FuzzedRun.isEstranged(run)) {
            trial.wrong(
                    "does not end", engine.said("status", run.root().toString()).all());
        }
        CommandResult verified = trial.check(engine.said("verify", run.root().toString()), "verify");
        if (verified.code() != 0) {
            trial.wrong("verify finds something", FuzzTrial.brief(verified.all()));
        }
        FuzzedRun.noDeadLetters(trial, run);
        FuzzedRun.law(trial, run, trouble.hidden());
    }

    private static List<MeddlingPlan.Sort> sorts(Lane lane, String provider) {
        if (lane == Lane.REALTIME) {
            return List.of(MeddlingPlan.Sort.COMPLETE);
        }
        var sorts = new ArrayList<>(List.of(
                MeddlingPlan.Sort.CREATE,
                MeddlingPlan.Sort.STATUS,
                MeddlingPlan.Sort.RESULTS,
                MeddlingPlan.Sort.RESULTS,
                MeddlingPlan.Sort.RESULTS,
                MeddlingPlan.Sort.LIST));
        if (!provider.equals("anthropic")) {
            sorts.add(MeddlingPlan.Sort.UPLOAD);
        }
        return sorts;
    }

    private static void drive(FuzzTrial trial, MeddlingProxy.Distortion distortion, String... arguments)
            throws Exception {
        var detours = new ArrayList<MeddlingProxy>();
        try {
            var more = new ArrayList<>(List.of(arguments));
            more.addAll(List.of("--grace", "1"));
            String[] line = more.toArray(String[]::new);
            CommandResult said = engine.said(account -> way(account, distortion, detours), "", line);
            trial.check(said, line);
        } finally {
            for (MeddlingProxy each : detours) {
                each.close();
            }
        }
    }

    private static Account way(Account account, MeddlingProxy.Distortion distortion, List<MeddlingProxy> detours) {
        if (account.equals(Account.NONE)) {
            return account;
        }
        try {
            // Two steps of one account stay one.
            if (detours.isEmpty()) {
                detours.add(new MeddlingProxy(vertx, account, distortion));
            }
            return detours.get(0).by(account);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
