package dev.caravan.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.caravan.base.Disk;
import dev.caravan.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Where a service answers over HTTP, for other processes of this machine: told in its memory while it is up. */
public final class ServiceAddress {
    private final Path file;
    private final Disk disk;

    public ServiceAddress(Path memory, Disk disk) {
        this.file = memory.resolve("http.json");
        this.disk = disk;
    }

    /** @param url empty when it does not listen */
    public void keep(String url) {
        forget();
        if (!url.isEmpty()) {
            disk.replace(file, Json.text(Json.object().put("url", url)).getBytes(StandardCharsets.UTF_8));
        }
    }

    public void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + file, e);
        }
    }

    /** What is there after a service was killed is stale: whoever calls it must be ready to hear nobody. */
    public Optional<String> find() {
        try {
            String url =
                    Json.mapper().readTree(Files.readAllBytes(file)).path("url").asText();
            return url.isEmpty() ? Optional.empty() : Optional.of(url);
        } catch (NoSuchFileException | JsonProcessingException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
