package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.openai.client.OpenAIClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files: upload in parts, download, lists, expiry. */
@Tag("conformance")
class OpenAiFilesSdkTest {
    private static final long THIRTY_DAYS = Duration.ofDays(30).toSeconds();

    @TempDir
    Path folder;

    private Counterpart counterpart;
    private OpenAIClient client;

    @BeforeEach
    void start() {
        counterpart = Counterpart.at(folder);
        client = OpenAiClients.of(counterpart);
    }

    @AfterEach
    void stop() {
        client.close();
        counterpart.close();
    }

    private FileObject upload(String line) throws IOException {
        return OpenAiClients.upload(client, folder, List.of(line));
    }

    private byte[] content(String id) throws IOException {
        try (var response = client.files().content(id)) {
            return response.body().readAllBytes();
        }
    }

    @Test
    void a_file_comes_back_as_it_was_sent() throws IOException {
        String line = OpenAiClients.line("a-1", "Zażółć gęślą jaźń \u2028 🚀");

        FileObject file = upload(line).validate();

        assertThat(file.id()).startsWith("file-");
        assertThat(file.filename()).endsWith(".jsonl");
        assertThat(file.purpose()).isEqualTo(FileObject.Purpose.BATCH);
        assertThat(file.expiresAt()).contains(file.createdAt() + THIRTY_DAYS);
        byte[] sent = (line + System.lineSeparator()).getBytes(StandardCharsets.UTF_8);
        assertThat(file.bytes()).isEqualTo(sent.length);
        assertThat(content(file.id())).isEqualTo(sent);
        assertThat(client.files().retrieve(file.id())).isEqualTo(file);
    }

    @Test
    void lines_are_not_looked_at_when_a_file_is_uploaded() throws IOException {
        assertThat(upload("this is no JSON").bytes()).isEqualTo(16);
    }

    @Test
    void only_jsonl_is_taken_for_batches() throws IOException {
        Path file = Files.writeString(folder.resolve("rows.txt"), "{}");

        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> client.files()
                        .create(FileCreateParams.builder()
                                .file(file)
                                .purpose(FilePurpose.BATCH)
                                .build()))
                .satisfies(e -> assertThat(e.type()).contains("invalid_request_error"));
    }

    @Test
    void a_file_may_be_made_to_go_earlier() throws IOException {
        Path file = Files.writeString(folder.resolve("rows.jsonl"), "{}");

        FileObject brief = client.files().create(going(file, 3_600));

        assertThat(brief.expiresAt()).contains(brief.createdAt() + 3_600);
        assertThatExceptionOfType(BadRequestException.class)
                .isThrownBy(() -> client.files().create(going(file, 3_599)))
                .satisfies(e -> assertThat(e.param()).contains("expires_after"));
        counterpart.forward(Duration.ofMinutes(61));
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.files().retrieve(brief.id()));
        assertThat(client.files().list().data()).isEmpty();
    }

    private static FileCreateParams going(Path file, long seconds) {
        return FileCreateParams.builder()
                .file(file)
                .purpose(FilePurpose.BATCH)
                .expiresAfter(
                        FileCreateParams.ExpiresAfter.builder().seconds(seconds).build())
                .build();
    }

    @Test
    void lists_come_in_pages_newest_first_or_oldest_first() throws IOException {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            ids.add(upload("{}").id());
        }
        List<String> newest = ids(FileListParams.builder().limit(2).build());
        List<String> oldest = ids(FileListParams.builder()
                .limit(2)
                .order(FileListParams.Order.ASC)
                .build());

        assertThat(oldest).isEqualTo(ids);
        assertThat(newest).containsExactly(ids.get(4), ids.get(3), ids.get(2), ids.get(1), ids.get(0));
        assertThat(ids(FileListParams.builder().purpose("fine-tune").build())).isEmpty();
        assertThat(client.files()
                        .list(FileListParams.builder().limit(2).build())
                        .hasMore())
                .contains(true);
    }

    private List<String> ids(FileListParams params) {
        return client.files().list(params).autoPager().stream()
                .map(FileObject::id)
                .toList();
    }

    @Test
    void a_deleted_file_is_gone() throws IOException {
        FileObject file = upload("{}");

        assertThat(client.files().delete(file.id()).validate().deleted()).isTrue();

        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.files().retrieve(file.id()))
                .satisfies(e -> assertThat(e.code()).isEmpty());
        assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> content(file.id()));
        assertThatExceptionOfType(NotFoundException.class)
                .isThrownBy(() -> client.files().delete(file.id()));
    }
}
