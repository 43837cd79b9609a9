package dev.caravan.camel.provider;

import static dev.caravan.camel.provider.HttpCalls.account;
import static dev.caravan.camel.provider.HttpCalls.answered;
import static dev.caravan.camel.provider.HttpCalls.describe;
import static dev.caravan.camel.provider.HttpCalls.end;
import static dev.caravan.camel.provider.HttpCalls.prepare;
import static dev.caravan.camel.provider.HttpCalls.query;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.base.Json;
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
        prepare(
                exchange,
                "POST",
                Objects.requireNonNull(exchange.getProperty("path", String.class)),
                entity,
                entity.getContentType());
    }

    /** Asks for an address to upload to, the way Gemini does. */
    public void resumable(Exchange exchange) throws IOException {
        JobOrder order = ProviderJobs.order(exchange);
        var file = Json.object();
        file.putObject("file").put("displayName", order.nonce()).put("mimeType", "application/jsonl");
        prepare(
                exchange,
                "POST",
                Objects.requireNonNull(exchange.getProperty("path", String.class)),
                Json.text(file),
                "application/json");
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
            exchange.setProperty("uploadOpen", false);
            return;
        }
        exchange.setProperty("uploadOpen", true);
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
            exchange.setProperty("uploadedFile", id);
            end(exchange, new JobAnswer.Done());
        } else {
            trouble(exchange, reply, "the provider took the upload and named no file that could be asked for");
        }
    }

    /** The result files there are; also begins the collecting. */
    public List<JobStatus.Result> resultFiles(Exchange exchange) {
        JobStatus status = exchange.getMessage().getBody(JobStatus.class);
        exchange.setProperty("collected", new ArrayList<Path>());
        if (requests(exchange) == 0) {
            exchange.setProperty("requests", Math.min(status.total(), MOST_REQUESTS));
        }
        return status.results();
    }

    private static <T> T next(Exchange exchange, String list, Class<T> type) {
        List<?> all = Objects.requireNonNull(exchange.getProperty(list, List.class));
        Integer index = exchange.getProperty(Exchange.LOOP_INDEX, Integer.class);
        T next = type.cast(all.get(index == null ? 0 : index));
        exchange.setProperty("wanted", next);
        return next;
    }

    private static void aim(Exchange exchange, String method, String path) {
        int mark = path.indexOf('?');
        prepare(exchange, method, mark < 0 ? path : path.substring(0, mark), null, null);
        query(exchange, mark < 0 ? "" : path.substring(mark + 1).replaceAll("[^A-Za-z0-9=_-]", ""));
        ProviderJobs.version(exchange);
    }

    public void downloadRequest(Exchange exchange) {
        exchange.setProperty("downloading", false);
        aim(
                exchange,
                "GET",
                next(exchange, "wantedFiles", JobStatus.Result.class).path());
    }

    /** Writes the stream to disk, once it is whole. */
    public void downloadReply(Exchange exchange) throws IOException {
        int status = HttpCalls.status(exchange);
        if (status != 200) {
            HttpReply reply = HttpCalls.refused(exchange.getMessage(), status);
            kept(exchange, wires.of(exchange).harmless(reply));
            return;
        }
        var wanted = Objects.requireNonNull(exchange.getProperty("wanted", JobStatus.Result.class));
        Path folder = Objects.requireNonNull(exchange.getProperty("jobFolder", Path.class));
        Files.createDirectories(folder);
        Path target = folder.resolve(wanted.name() + ".jsonl");
        long most = bounds.resultBytes(requests(exchange));
        exchange.setProperty("downloading", true);
        try (InputStream in = BoundedStream.of(exchange.getMessage().getBody(InputStream.class), most)) {
            if (!Download.write(in, wanted, target)) {
                kept(exchange, new Answer.Transient(ProviderWire.UNREADABLE, "the last row was cut on its way"));
                return;
            }
        }
        @SuppressWarnings("unchecked")
        List<Path> collected = Objects.requireNonNull(exchange.getProperty("collected", List.class));
        collected.add(target);
        end(exchange, new JobAnswer.Done());
    }

    /** In the job whose results are downloaded. */
    private static long requests(Exchange exchange) {
        Integer requests = exchange.getProperty("requests", Integer.class);
        return requests == null ? 0 : requests;
    }

    private static void kept(Exchange exchange, Answer trouble) {
        exchange.setProperty("trouble", trouble);
        end(exchange, new JobAnswer.Trouble(trouble));
    }

    /** Nothing is lost; the file is still there. */
    public void downloadLost(Exchange exchange) {
        Throwable caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        String why = caught == null ? "unknown" : describe(caught);
        boolean begun = exchange.getProperty("downloading", false, Boolean.class);
        kept(exchange, new Answer.Transient(begun ? ProviderWire.UNREADABLE : "unreachable", why));
    }

    /** All files lie on disk, or the first trouble. */
    public void collected(Exchange exchange) {
        Answer trouble = exchange.getProperty("trouble", Answer.class);
        @SuppressWarnings("unchecked")
        List<Path> files = Objects.requireNonNull(exchange.getProperty("collected", List.class));
        end(exchange, trouble == null ? new JobAnswer.Collected(files) : new JobAnswer.Trouble(trouble));
    }

    /** Everything of the job in the body that may go; also begins the discarding. */
    public List<JobStatus.Discard> discards(Exchange exchange) {
        exchange.setProperty("left", new ArrayList<String>());
        return exchange.getMessage().getBody(JobStatus.class).discards();
    }

    public void discardRequest(Exchange exchange) {
        aim(
                exchange,
                "DELETE",
                next(exchange, "wantedDiscards", JobStatus.Discard.class).path());
    }

    /** Notes what could not be deleted; what is gone already is as good. */
    public void discardReply(Exchange exchange) {
        HttpReply reply = answered(exchange);
        Throwable lost = reply.lost();
        if (!reply.succeeded() && reply.status() != 404) {
            var wanted = Objects.requireNonNull(exchange.getProperty("wanted", JobStatus.Discard.class));
            @SuppressWarnings("unchecked")
            List<String> left = Objects.requireNonNull(exchange.getProperty("left", List.class));
            left.add(wanted.name() + " (" + (lost == null ? "HTTP " + reply.status() : describe(lost)) + ")");
        }
        end(exchange, new JobAnswer.Done());
    }

    /** All are gone, or some were left behind. */
    public void discarded(Exchange exchange) {
        List<?> left = Objects.requireNonNull(exchange.getProperty("left", List.class));
        end(
                exchange,
                left.isEmpty()
                        ? new JobAnswer.Done()
                        : new JobAnswer.Trouble(new Answer.Transient("files_left", String.valueOf(left))));
    }

    /** The ended jobs among those found, which show by the names of their requests whose they are. */
    public List<JobStatus> candidates(Exchange exchange) {
        exchange.setProperty("confirmed", new ArrayList<JobStatus>());
        return ProviderJobs.jobs(exchange).stream()
                .filter(each -> !each.results().isEmpty())
                .toList();
    }

    public void confirmRequest(Exchange exchange) {
        JobStatus next = next(exchange, "candidates", JobStatus.class);
        aim(exchange, "GET", next.results().get(0).path());
    }

    /** Reads the first row that has a name. */
    public void confirmReply(Exchange exchange) throws IOException {
        String nonce = Objects.requireNonNull(exchange.getProperty("nonce", String.class));
        if (HttpCalls.status(exchange) != 200) {
            kept(exchange, new Answer.Transient("unconfirmed", "the results of a job that may be ours cannot be read"));
            return;
        }
        long most = bounds.resultBytes(1);
        try (var in = BoundedStream.of(exchange.getMessage().getBody(InputStream.class), most);
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String name = "";
            for (String line = lines.readLine(); line != null && name.isEmpty(); line = lines.readLine()) {
                JsonNode row = HttpCalls.json(line);
                name = row == null ? "" : wires.of(exchange).read(row).customId();
            }
            if (name.endsWith(CallId.mark(nonce))) {
                @SuppressWarnings("unchecked")
                List<JobStatus> confirmed = Objects.requireNonNull(exchange.getProperty("confirmed", List.class));
                confirmed.add(Objects.requireNonNull(exchange.getProperty("wanted", JobStatus.class)));
            }
        }
        end(exchange, new JobAnswer.Done());
    }

    /**
     * Which of the jobs is ours. Those that ended have said so; of those that run on, a single one may be, and shows it
     * when it is collected; of several none can be told yet.
     */
    public void confirmed(Exchange exchange) {
        Answer trouble = exchange.getProperty("trouble", Answer.class);
        @SuppressWarnings("unchecked")
        List<JobStatus> confirmed = Objects.requireNonNull(exchange.getProperty("confirmed", List.class));
        List<JobStatus> open = ProviderJobs.jobs(exchange).stream()
                .filter(each -> each.results().isEmpty())
                .toList();
        JobAnswer answer;
        if (!confirmed.isEmpty()) {
            answer = new JobAnswer.Found(confirmed);
        } else if (trouble != null) {
            answer = new JobAnswer.Trouble(trouble);
        } else if (!open.isEmpty() && exchange.getProperty("onlyConfirmed", false, Boolean.class)) {
            answer = new JobAnswer.Trouble(
                    new Answer.Transient("unconfirmed", "a job that may be ours runs on; it shows when it has ended"));
        } else if (open.size() > 1) {
            answer = new JobAnswer.Trouble(new Answer.Transient(
                    "several_candidates", open.size() + " jobs may be ours; which one shows when they have ended"));
        } else {
            answer = new JobAnswer.Found(open);
        }
        end(exchange, answer);
    }
}
