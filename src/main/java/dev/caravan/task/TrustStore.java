package dev.caravan.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import dev.caravan.base.UserMistakeException;
import dev.caravan.base.WorkingFolder;
import dev.caravan.pipeline.Pipeline;
import dev.caravan.pipeline.PipelineSnapshot;
import dev.caravan.pipeline.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The contents of pipelines whose scripts an operator allowed to run, and of his own routes and jars, by digest: a file that changes, or one that came
 * with a dropped folder, is not among them. Kept beside the runs, never in a pipeline's own folder.
 */
public final class TrustStore {
    /** Marks the digest of the working folder's own routes and jars. */
    private static final String HOME = "home";

    private final Path file;

    public TrustStore(Path file) {
        this.file = file;
    }

    /** The one of the working folder. */
    public static TrustStore ofWorkingFolder() {
        String given = System.getProperty("caravan.trusted", "");
        return new TrustStore(given.isEmpty() ? WorkingFolder.path().resolve("runs/.trusted.json") : Path.of(given));
    }

    public boolean holds(String digest) {
        return read().has(digest);
    }

    /** Whether a pipeline runs no scripts, or was trusted as it is. */
    public boolean trusts(Pipeline pipeline) {
        return pipeline.tasks().stream().noneMatch(Task::needsTrust) || holds(PipelineSnapshot.digest(pipeline));
    }

    /** @throws UserMistakeException when the pipeline runs scripts that nobody trusted as they are */
    public void check(Pipeline pipeline) {
        if (!trusts(pipeline)) {
            throw new UserMistakeException(
                    pipeline.folder().toString(),
                    "",
                    "runs scripts, and this content was not trusted; look at "
                            + pipeline.folder().resolve("scripts") + ", then: caravan trust "
                            + pipeline.folder());
        }
    }

    public void grant(String digest, String pipeline, String actor, Instant now, Disk disk) {
        ObjectNode all = read();
        all.putObject(digest).put("pipeline", pipeline).put("by", actor).put("at", now.toString());
        write(all, disk);
    }

    /** Trusts one content of the working folder's routes and jars, in place of any other. */
    public void grantHome(String digest, String actor, Instant now, Disk disk) {
        ObjectNode all = withoutHome();
        all.putObject(digest).put(HOME, true).put("by", actor).put("at", now.toString());
        write(all, disk);
    }

    /** @return whether any was trusted */
    public boolean revokeHome(Disk disk) {
        ObjectNode left = withoutHome();
        boolean known = !left.equals(read());
        if (known) {
            write(left, disk);
        }
        return known;
    }

    private ObjectNode withoutHome() {
        ObjectNode all = read();
        all.properties().removeIf(each -> each.getValue().path(HOME).booleanValue());
        return all;
    }

    /** @return whether it was trusted */
    public boolean revoke(String digest, Disk disk) {
        ObjectNode all = read();
        boolean known = all.remove(digest) != null;
        if (known) {
            write(all, disk);
        }
        return known;
    }

    private void write(ObjectNode all, Disk disk) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            disk.createDirectories(parent);
        }
        disk.replace(file, Json.pretty(all).getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode read() {
        try {
            JsonNode node = Files.exists(file) ? Json.mapper().readTree(Files.readAllBytes(file)) : Json.object();
            if (node instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new UserMistakeException(
                    file.toString(), "", "is not JSON; remove it and trust again what you trust");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        throw new UserMistakeException(file.toString(), "", "must be an object; remove it and trust again");
    }
}
