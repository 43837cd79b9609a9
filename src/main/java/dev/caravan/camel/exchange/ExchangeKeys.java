package dev.caravan.camel.exchange;

import dev.caravan.execution.JobLook;
import dev.caravan.execution.LiveRun;
import dev.caravan.execution.UnitCall;
import dev.caravan.provider.Account;
import dev.caravan.provider.Answer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import dev.caravan.run.RunEvent;
import dev.caravan.run.WorkOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Every exchange property that our beans and routes use: those of tickets and jobs, then those of calls of providers. */
public final class ExchangeKeys {
    private static final Set<String> NAMES = new TreeSet<>();

    /** The run that a ticket or a look at a job is of. */
    public static final ExchangeKey<LiveRun> RUN = key("run");
    /** What a ticket asks for. */
    public static final ExchangeKey<WorkOrder> ORDER = key("order");
    /** The ticket's kind, which names the route that does it. */
    public static final ExchangeKey<String> ACTION = key("action");
    /** As whom the provider is asked, and where. */
    public static final ExchangeKey<Account> ACCOUNT = key("account");
    /** Which provider's routes are asked. */
    public static final ExchangeKey<String> ROUTES = key("routes");
    /** That the account's gate let a job through. */
    public static final ExchangeKey<Boolean> ADMITTED = key("admitted");
    /** When that was, by the gate's clock. */
    public static final ExchangeKey<Long> SENT_AT = key("sentAt");
    /** One unit's call in realtime. */
    public static final ExchangeKey<UnitCall> CALL = key("call");
    /** A look at a job whose time has come. */
    public static final ExchangeKey<JobLook> JOB_LOOK = key("jobLook");
    /** What is asked by it, which names the provider's route. */
    public static final ExchangeKey<String> LOOK = key("look");
    /** The job as it was read before its results. */
    public static final ExchangeKey<JobStatus> JOB_STATUS = key("jobStatus");
    /** What a job came to, while its files are discarded. */
    public static final ExchangeKey<RunEvent> SETTLED = key("settled");

    /** The job to create. */
    public static final ExchangeKey<JobOrder> JOB_ORDER = key("jobOrder");
    /** A job, by the provider's name for it. */
    public static final ExchangeKey<String> PROVIDER_JOB = key("providerJob");
    /** Where a job's results are written. */
    public static final ExchangeKey<Path> JOB_FOLDER = key("jobFolder");
    /** How many requests a job has. */
    public static final ExchangeKey<Integer> REQUESTS = key("requests");
    /** What a job that is looked for was to carry. */
    public static final ExchangeKey<String> NONCE = key("nonce");
    /** Since when it may be there, in seconds. */
    public static final ExchangeKey<Long> SINCE = key("since");
    /** Jobs that are somebody's already. */
    public static final ExchangeKey<Set<String>> KNOWN_JOBS = key("knownJobs");
    /** That a job counts as found only when its results say whose it is. */
    public static final ExchangeKey<Boolean> ONLY_CONFIRMED = key("onlyConfirmed");

    /** Where a call goes, below the account's base URL. */
    public static final ExchangeKey<String> PATH = key("path");
    /** What every page of a list is asked with. */
    public static final ExchangeKey<String> QUERY = key("query");
    /** The name under which the next page is asked for. */
    public static final ExchangeKey<String> CURSOR_KEY = key("cursorKey");
    /** Where the next page begins. */
    public static final ExchangeKey<String> CURSOR = key("cursor");
    /** Whether there is a next page. */
    public static final ExchangeKey<Boolean> LIST_MORE = key("listMore");
    /** A header of control calls, which an operator's routes may name; {@code control-headers.jslt} is the other way. */
    public static final ExchangeKey<String> VERSION_HEADER = key("versionHeader");
    /** What stands in it. */
    public static final ExchangeKey<String> VERSION = key("version");
    /** What kept a route from its end. */
    public static final ExchangeKey<Answer> TROUBLE = key("trouble");

    /** An uploaded file, by the provider's name for it. */
    public static final ExchangeKey<String> UPLOADED_FILE = key("uploadedFile");
    /** Whether the provider named an address to upload to. */
    public static final ExchangeKey<Boolean> UPLOAD_OPEN = key("uploadOpen");
    /** Files of results to download. */
    public static final ExchangeKey<List<JobStatus.Result>> WANTED_FILES = key("wantedFiles");
    /** The one of them whose turn it is. */
    public static final ExchangeKey<JobStatus.Result> WANTED_FILE = key("wantedFile");
    /** Whether its bytes have begun to come. */
    public static final ExchangeKey<Boolean> DOWNLOADING = key("downloading");
    /** Files of results that lie on disk. */
    public static final ExchangeKey<List<Path>> COLLECTED = key("collected");
    /** What may be deleted at the provider. */
    public static final ExchangeKey<List<JobStatus.Discard>> WANTED_DISCARDS = key("wantedDiscards");
    /** The one of it whose turn it is. */
    public static final ExchangeKey<JobStatus.Discard> WANTED_DISCARD = key("wantedDiscard");
    /** What could not be deleted, and why. */
    public static final ExchangeKey<List<String>> LEFT = key("left");
    /** Jobs that may be the one that is looked for. */
    public static final ExchangeKey<List<JobStatus>> FOUND_JOBS = key("foundJobs");
    /** Those of them whose results say whose they are. */
    public static final ExchangeKey<List<JobStatus>> CANDIDATES = key("candidates");
    /** The one of them whose turn it is. */
    public static final ExchangeKey<JobStatus> CANDIDATE = key("candidate");
    /** Those that said to be ours. */
    public static final ExchangeKey<List<JobStatus>> CONFIRMED = key("confirmed");
    /** Models that the account may use. */
    public static final ExchangeKey<List<String>> MODELS = key("models");

    private ExchangeKeys() {}

    private static <T> ExchangeKey<T> key(String name) {
        if (!NAMES.add(name)) {
            throw new IllegalStateException("two keys are called " + name);
        }
        return new ExchangeKey<>(name);
    }

    /** All that a route file may name. */
    public static Set<String> names() {
        return Set.copyOf(NAMES);
    }
}
