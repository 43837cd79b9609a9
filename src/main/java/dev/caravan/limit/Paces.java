package dev.caravan.limit;

import dev.caravan.provider.Account;
import dev.caravan.provider.Keys;
import dev.caravan.provider.Limits;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The paces of all accounts and models that a process asks. */
public final class Paces {
    private static final int PATIENCE_SECONDS = 60;
    private static final long SECOND = 1000;

    private final Path folder;
    private final Map<String, Pace> paces = new ConcurrentHashMap<>();
    private final Map<String, JobQueue> queues = new ConcurrentHashMap<>();

    /** @param folder where the processes of a machine share what they know */
    public Paces(Path folder) {
        this.folder = folder;
    }

    /** The folder that is used unless {@code CARAVAN_STATE} names another: one for each user of the machine. */
    public static Path folder() {
        String home = System.getenv().getOrDefault("CARAVAN_STATE", "");
        return (home.isEmpty() ? Path.of(System.getProperty("user.home", "."), ".caravan") : Path.of(home))
                .resolve("accounts");
    }

    /** What lies in an account's unfinished jobs of a model. */
    public JobQueue queue(Account account, String model) {
        return queues.computeIfAbsent(name(account, model + " queue"), key -> {
            Path file = file(key);
            return new JobQueue(CellFile.of(file), file.resolveSibling(file.getFileName() + ".jobs"));
        });
    }

    private static String name(Account account, String what) {
        return String.join("|", account.provider(), account.baseUrl(), account.fingerprint(), what);
    }

    private Path file(String name) {
        return folder.resolve(Keys.fingerprint(name) + "." + CellFile.VERSION + ".pace");
    }

    /**
     * The pace of an account, shared with other runs and processes.
     *
     * @param model that is asked
     * @param jobs whether jobs are asked for, which have limits of their own
     */
    public Pace of(Account account, String model, boolean jobs) {
        return paces.computeIfAbsent(
                name(account, jobs ? model + " jobs" : model),
                key -> pace(CellFile.of(file(key)), account, jobs, SECOND));
    }

    /**
     * The pace of an account that nobody else asks.
     *
     * @param secondMillis by which pauses are counted
     */
    public static Pace alone(Account account, boolean jobs, long secondMillis) {
        return pace(Cells.ofProcess(), account, jobs, secondMillis);
    }

    private static Pace pace(Cells cells, Account account, boolean jobs, long secondMillis) {
        Limits limits = account.limits();
        return jobs
                ? new Pace(cells, secondMillis, 0, 0, 0)
                : new Pace(cells, secondMillis, limits.requestsPerMinute(), limits.tokensPerMinute(), PATIENCE_SECONDS);
    }
}
