package dev.caravan.camel.provider;

import static dev.caravan.camel.exchange.ExchangeKeys.CANDIDATE;
import static dev.caravan.camel.exchange.ExchangeKeys.CANDIDATES;
import static dev.caravan.camel.exchange.ExchangeKeys.COLLECTED;
import static dev.caravan.camel.exchange.ExchangeKeys.CONFIRMED;
import static dev.caravan.camel.exchange.ExchangeKeys.DOWNLOADING;
import static dev.caravan.camel.exchange.ExchangeKeys.JOB_FOLDER;
import static dev.caravan.camel.exchange.ExchangeKeys.LEFT;
import static dev.caravan.camel.exchange.ExchangeKeys.NONCE;
import static dev.caravan.camel.exchange.ExchangeKeys.ONLY_CONFIRMED;
import static dev.caravan.camel.exchange.ExchangeKeys.PATH;
import static dev.caravan.camel.exchange.ExchangeKeys.REQUESTS;
import static dev.caravan.camel.exchange.ExchangeKeys.TROUBLE;
import static dev.caravan.camel.exchange.ExchangeKeys.UPLOADED_FILE;
import static dev.caravan.camel.exchange.ExchangeKeys.UPLOAD_OPEN;
import static dev.caravan.camel.exchange.ExchangeKeys.WANTED_DISCARD;
import static dev.caravan.camel.exchange.ExchangeKeys.WANTED_DISCARDS;
import static dev.caravan.camel.exchange.ExchangeKeys.WANTED_FILE;
import static dev.caravan.camel.exchange.ExchangeKeys.WANTED_FILES;
import static dev.caravan.camel.provider.HttpCalls.account;
import static dev.caravan.camel.provider.HttpCalls.answered;
import static dev.caravan.camel.provider.HttpCalls.describe;
import static dev.caravan.camel.provider.HttpCalls.end;
import static dev.caravan.camel.provider.HttpCalls.prepare;
import static dev.caravan.camel.provider.HttpCalls.query;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
import dev.caravan.camel.exchange.ExchangeKey;
import dev.caravan.provider.Answer;
import dev.caravan.provider.CallId;
import dev.caravan.provider.JobAnswer;
import dev.caravan.provider.JobOrder;
import dev.caravan.provider.JobStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.hc.client5.http.entity.mime.MultipartEntityBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.FileEntity;
import org.jspecify.annotations.Nullable;

/** Uploads of request files, downloads of results, and what is deleted once all is settled. */
public final class ProviderFiles {
    private static final ContentType JSONL = ContentType.create("application/jsonl");

    /** In one job, at any provider: where only the provider says how many there are. */
    private static final int MOST_REQUESTS = 200_000;

    private final ProviderWires wires;
    private final ReplyBounds bounds;

    public ProviderFiles(ProviderWires wires, ReplyBounds bounds) {
        this.wires = wires;
        this.bounds = bounds;
    }

    /** Streams the request file as a form, the way OpenAI takes it. */
    public void multipart(Exchange exchange) {
        JobOrder order = ProviderJobs.order(exchange);
        var entity = MultipartEntityBuilder.create()
                .addTextBody("purpose", "batch", ContentType.TEXT_PLAIN)
                .addBinaryBody("file", order.requestFile().toFile(), JSONL, order.job() + ".jsonl")
                .build();
        prepare(exchange, "POST", PATH.get(exchange), entity, entity.getContentType());
    }

    /** Asks for an address to upload to, the way Gemini does. */
    public void resumable(Exchange exchange) throws IOException {
        JobOrder order = ProviderJobs.order(exchange);
        var file = Json.object();
        file.putObject("file").put("displayName", order.nonce()).put("mimeType", "application/jsonl");
        prepare(exchange, "POST", PATH.get(exchange), Json.text(file), "application/json");
        var message = exchange.getMessage();
        message.setHeader("X-Goog-Upload-Protocol", "resumable");
        message.setHeader("X-Goog-Upload-Command", "start");
        message.setHeader("X-Goog-Upload-Header-Content-Length", String.valueOf(Files.size(order.requestFile())));
        message.setHeader("X-Goog-Upload-Header-Content-Type", "application/jsonl");
    }

    /** Goes on at the address that was named, if it is the same server's: the key goes along. */
    public void content(Exchange exchange) {
        HttpReply reply = answered(exchange);
        String address = reply.upload();
        if (!reply.succeeded() || address == null || !sameServer(exchange, address)) {
            trouble(exchange, reply, "the provider named no address of its own to upload to");
            UPLOAD_OPEN.set(exchange, false);
            return;
        }
        UPLOAD_OPEN.set(exchange, true);
        URI uri = URI.create(address);
        prepare(
                exchange,
                "POST",
                uri.getPath(),
                new FileEntity(ProviderJobs.order(exchange).requestFile().toFile(), JSONL),
                "application/jsonl");
        HttpCalls.aim(exchange, address.replaceFirst("\\?.*", ""));
        query(exchange, Objects.requireNonNullElse(uri.getRawQuery(), ""));
        exchange.getMessage().setHeader("X-Goog-Upload-Offset", "0");
        exchange.getMessage().setHeader("X-Goog-Upload-Command", "upload, finalize");
    }

    private static boolean sameServer(Exchange exchange, String address) {
        try {
            URI wanted = URI.create(account(exchange).baseUrl());
            URI named = URI.create(address);
            return Objects.equals(wanted.getScheme(), named.getScheme())
                    && Objects.equals(wanted.getAuthority(), named.getAuthority())
                    && HttpCalls.isSafePath(named.getPath());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void trouble(Exchange exchange, HttpReply reply, String otherwise) {
        Answer trouble = reply.succeeded()
                ? new Answer.Transient("no_upload", otherwise)
                : wires.of(exchange).harmless(reply);
        kept(exchange, trouble);
    }

    /** Notes the file's id, or ends with the reason. */
    public void uploaded(Exchange exchange) {
        HttpReply reply = answered(exchange);
        JsonNode body = reply.body();
        String id = body == null
                ? ""
                : body.path("id")
                        .asText(body.path("file").path("name").asText("").replaceFirst("^files/", ""));
        if (reply.succeeded() && HttpCalls.isSafe(id)) {
            UPLOADED_FILE.set(exchange, id);
            end(exchange, new JobAnswer.Done());
        } else {
            trouble(exchange, reply, "the provider took the upload and named no file that could be asked for");
        }
    }

    /** The result files there are; also begins the collecting. */
    public List<JobStatus.Result> resultFiles(Exchange exchange) {
        JobStatus status = exchange.getMessage().getBody(JobStatus.class);
        COLLECTED.set(exchange, new ArrayList<>());
        if (requests(exchange) == 0) {
            REQUESTS.set(exchange, Math.min(status.total(), MOST_REQUESTS));
        }
        return status.results();
    }

    /** The one of a list whose turn it is in a loop over them. */
    private static <T> T next(Exchange exchange, ExchangeKey<List<T>> all, ExchangeKey<T> wanted) {
        Integer index = exchange.getProperty(Exchange.LOOP_INDEX, Integer.class);
        T next = all.get(exchange).get(index == null ? 0 : index);
        wanted.set(exchange, next);
        return next;
    }

    private void aim(Exchange exchange, String method, String path) {
        int mark = path.indexOf('?');
        prepare(exchange, method, mark < 0 ? path : path.substring(0, mark), null, null);
        query(exchange, mark < 0 ? "" : path.substring(mark + 1).replaceAll("[^A-Za-z0-9=_-]", ""));
        wires.controlHeaders(exchange);
    }

    public void downloadRequest(Exchange exchange) {
        DOWNLOADING.set(exchange, false);
        aim(exchange, "GET", next(exchange, WANTED_FILES, WANTED_FILE).path());
    }

    /** Writes the stream to disk, once it is whole; whatever goes wrong is a value, for the file is still there. */
    public void downloadReply(Exchange exchange) {
        try {
            Answer refused = refused(exchange);
            Answer trouble = refused == null ? written(exchange) : refused;
            if (trouble == null) {
                end(exchange, new JobAnswer.Done());
            } else {
                kept(exchange, trouble);
            }
        } catch (IOException | RuntimeException e) {
            kept(exchange, broken(exchange, e));
        }
    }

    /** Why no stream was opened; null where one was. */
    private @Nullable Answer refused(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof HttpReply reply && reply.lost() != null) {
            return new Answer.Transient("unreachable", describe(reply.lost()));
        }
        int status = HttpCalls.status(exchange);
        return status == 200 ? null : wires.of(exchange).harmless(HttpCalls.refused(exchange.getMessage(), status));
    }

    private @Nullable Answer written(Exchange exchange) throws IOException {
        JobStatus.Result wanted = WANTED_FILE.get(exchange);
        Path folder = Files.createDirectories(JOB_FOLDER.get(exchange));
        Path target = folder.resolve(wanted.name() + ".jsonl");
        long most = bounds.resultBytes(requests(exchange));
        DOWNLOADING.set(exchange, true);
        try (InputStream in = BoundedStream.of(exchange.getMessage().getBody(InputStream.class), most)) {
            if (!Download.write(in, wanted, target)) {
                return new Answer.Transient(ProviderWire.UNREADABLE, "the last row was cut on its way");
            }
        }
        COLLECTED.get(exchange).add(target);
        return null;
    }

    private static Answer broken(Exchange exchange, Throwable cause) {
        boolean begun = DOWNLOADING.find(exchange, false);
        return new Answer.Transient(begun ? ProviderWire.UNREADABLE : "unreachable", describe(cause));
    }

    /** In the job whose results are downloaded. */
    private static long requests(Exchange exchange) {
        Integer requests = REQUESTS.find(exchange);
        return requests == null ? 0 : requests;
    }

    private static void kept(Exchange exchange, Answer trouble) {
        TROUBLE.set(exchange, trouble);
        end(exchange, new JobAnswer.Trouble(trouble));
    }

    /** As what goes wrong in a reply, where an operator's own route catches it. */
    public void downloadLost(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        kept(exchange, broken(exchange, caught == null ? new IOException("unknown") : caught));
    }

    /** All files lie on disk, or the first trouble. */
    public void collected(Exchange exchange) {
        Answer trouble = TROUBLE.find(exchange);
        List<Path> files = COLLECTED.get(exchange);
        end(exchange, trouble == null ? new JobAnswer.Collected(files) : new JobAnswer.Trouble(trouble));
    }

    /** Everything of the job in the body that may go; also begins the discarding. */
    public List<JobStatus.Discard> discards(Exchange exchange) {
        LEFT.set(exchange, new ArrayList<>());
        return exchange.getMessage().getBody(JobStatus.class).discards();
    }

    public void discardRequest(Exchange exchange) {
        aim(exchange, "DELETE", next(exchange, WANTED_DISCARDS, WANTED_DISCARD).path());
    }

    /** Notes what could not be deleted; what is gone already is as good. */
    public void discardReply(Exchange exchange) {
        HttpReply reply = answered(exchange);
        Throwable lost = reply.lost();
        if (!reply.succeeded() && reply.status() != 404) {
            var wanted = WANTED_DISCARD.get(exchange);
            List<String> left = LEFT.get(exchange);
            left.add(wanted.name() + " (" + (lost == null ? "HTTP " + reply.status() : describe(lost)) + ")");
        }
        end(exchange, new JobAnswer.Done());
    }

    /** All are gone, or some were left behind. */
    public void discarded(Exchange exchange) {
        List<String> left = LEFT.get(exchange);
        end(
                exchange,
                left.isEmpty()
                        ? new JobAnswer.Done()
                        : new JobAnswer.Trouble(new Answer.Transient("files_left", String.valueOf(left))));
    }

    /** The ended jobs among those found, which show by the names of their requests whose they are; none where jobs carry a nonce. */
    public List<JobStatus> candidates(Exchange exchange) {
        CONFIRMED.set(exchange, new ArrayList<>());
        return account(exchange).tagged()
                ? List.of()
                : ProviderJobs.jobs(exchange).stream()
                        .filter(each -> !each.results().isEmpty())
                        .toList();
    }

    public void confirmRequest(Exchange exchange) {
        aim(
                exchange,
                "GET",
                next(exchange, CANDIDATES, CANDIDATE).results().get(0).path());
    }

    /** Reads the first row that has a name; what cannot be read does not tell yet. */
    public void confirmReply(Exchange exchange) {
        try {
            if (exchange.getMessage().getBody() instanceof HttpReply reply && reply.lost() != null) {
                kept(exchange, new Answer.Transient("unreachable", describe(reply.lost())));
            } else if (HttpCalls.status(exchange) != 200) {
                kept(
                        exchange,
                        new Answer.Transient("unconfirmed", "the results of a job that may be ours cannot be read"));
            } else {
                if (firstName(exchange).endsWith(CallId.mark(NONCE.get(exchange)))) {
                    CONFIRMED.get(exchange).add(CANDIDATE.get(exchange));
                }
                end(exchange, new JobAnswer.Done());
            }
        } catch (IOException | RuntimeException e) {
            kept(exchange, new Answer.Transient("unreachable", describe(e)));
        }
    }

    private String firstName(Exchange exchange) throws IOException {
        try (var in = BoundedStream.of(exchange.getMessage().getBody(InputStream.class), bounds.resultBytes(1));
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String name = "";
            for (String line = lines.readLine(); line != null && name.isEmpty(); line = lines.readLine()) {
                JsonNode row = HttpCalls.json(line);
                name = row == null ? "" : wires.of(exchange).read(row).customId();
            }
            return name;
        }
    }

    /**
     * Which of the jobs is ours: all, where jobs carry a nonce. Else those that ended have said so; of those that run on, a single one may be, and shows it
     * when it is collected; of several none can be told yet.
     */
    public void confirmed(Exchange exchange) {
        Answer trouble = TROUBLE.find(exchange);
        List<JobStatus> confirmed = CONFIRMED.get(exchange);
        if (!confirmed.isEmpty()) {
            end(exchange, new JobAnswer.Found(confirmed));
        } else if (trouble != null) {
            end(exchange, new JobAnswer.Trouble(trouble));
        } else if (account(exchange).tagged()) {
            end(exchange, new JobAnswer.Found(ProviderJobs.jobs(exchange)));
        } else {
            end(exchange, stillOpen(exchange));
        }
    }

    private static JobAnswer stillOpen(Exchange exchange) {
        List<JobStatus> open = ProviderJobs.jobs(exchange).stream()
                .filter(each -> each.results().isEmpty())
                .toList();
        if (!open.isEmpty() && ONLY_CONFIRMED.find(exchange, false)) {
            return unsure("unconfirmed", "a job that may be ours runs on; it shows when it has ended");
        }
        return open.size() > 1
                ? unsure("several_candidates", open.size() + " jobs may be ours; which one shows when they have ended")
                : new JobAnswer.Found(open);
    }

    private static JobAnswer unsure(String code, String why) {
        return new JobAnswer.Trouble(new Answer.Transient(code, why));
    }
}
