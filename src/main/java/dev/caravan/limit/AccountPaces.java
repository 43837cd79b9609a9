package dev.caravan.limit;

import dev.caravan.provider.Account;
import dev.caravan.provider.AccountLimits;
import dev.caravan.provider.ProviderKeys;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The paces of all accounts and models that a process asks. */
public final class AccountPaces {
    private static final int PATIENCE_SECONDS = 60;
    private static final long SECOND = 1000;

    private final Path folder;
    private final Map<String, AccountPace> paces = new ConcurrentHashMap<>();
    private final Map<String, JobQueue> queues = new ConcurrentHashMap<>();

    /** @param folder where the processes of a machine share what they know */
    public AccountPaces(Path folder) {
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
            return new JobQueue(SharedNumbersFile.of(file), file.resolveSibling(file.getFileName() + ".jobs"));
        });
    }

    private static String name(Account account, String what) {
        return String.join("|", account.provider(), account.baseUrl(), account.fingerprint(), what);
    }

    private Path file(String name) {
        return folder.resolve(ProviderKeys.fingerprint(name) + "." + SharedNumbersFile.VERSION + ".pace");
    }

    /**
     * The pace of an account, shared with other runs and processes.
     *
     * @param model that is asked
     * @param jobs whether jobs are asked for, which have limits of their own
     */
    public AccountPace of(Account account, String model, boolean jobs) {
        return paces.computeIfAbsent(
                name(account, jobs ? model + " jobs" : model),
                key -> pace(SharedNumbersFile.of(file(key)), account, jobs, SECOND));
    }

    /**
     * The pace of an account that nobody else asks.
     *
     * @param secondMillis by which pauses are counted
     */
    public static AccountPace alone(Account account, boolean jobs, long secondMillis) {
        return pace(SharedNumbers.ofProcess(), account, jobs, secondMillis);
    }

    private static AccountPace pace(SharedNumbers cells, Account account, boolean jobs, long secondMillis) {
        AccountLimits limits = account.limits();
        return jobs
                ? new AccountPace(cells, secondMillis, 0, 0, 0)
                : new AccountPace(
                        cells, secondMillis, limits.requestsPerMinute(), limits.tokensPerMinute(), PATIENCE_SECONDS);
    }
}
