package dev.caravan.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.genai.Client;
import com.google.genai.errors.ClientException;
import com.google.genai.types.File;
import com.google.genai.types.FileSource;
import com.google.genai.types.FileState;
import com.google.genai.types.ListFilesConfig;
import com.google.genai.types.UploadFileConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files: resumable upload in one piece or several, lists, expiry. */
@Tag("conformance")
class GeminiFilesSdkTest {
    private static final int PIECE = 8 * 1024 * 1024;

    @TempDir
    Path folder;

    private Counterpart counterpart;
    private Client client;

    @BeforeEach
    void start() {
        counterpart = Counterpart.at(folder);
        client = GeminiClients.of(counterpart);
    }

    @AfterEach
    void stop() {
        client.close();
        counterpart.close();
    }

    private File upload(byte[] bytes) {
        return client.files.upload(
                bytes,
                UploadFileConfig.builder()
                        .displayName("some rows")
                        .mimeType("application/jsonl")
                        .build());
    }

    private static String hash(byte[] bytes) throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
        return Base64.getEncoder()
                .encodeToString(HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void a_file_is_uploaded_and_described() throws NoSuchAlgorithmException {
        byte[] bytes = "{\"key\":\"zażółć 🚀\"}\n".getBytes(StandardCharsets.UTF_8);

        File file = upload(bytes);

        assertThat(file.name().orElseThrow()).startsWith("files/");
        assertThat(file.displayName()).contains("some rows");
        assertThat(file.mimeType()).contains("application/jsonl");
        assertThat(file.sizeBytes()).contains((long) bytes.length);
        assertThat(file.sha256Hash()).contains(hash(bytes));
        assertThat(file.state().orElseThrow().knownEnum()).isEqualTo(FileState.Known.ACTIVE);
        assertThat(file.source().orElseThrow().knownEnum()).isEqualTo(FileSource.Known.UPLOADED);
        assertThat(file.expirationTime())
                .contains(file.createTime().orElseThrow().plus(Duration.ofDays(2)));
        assertThat(file.uri())
                .contains(counterpart.url("gemini") + "/v1beta/" + file.name().orElseThrow());
        assertThat(client.files.get(file.name().orElseThrow(), null)).isEqualTo(file);
    }

    @Test
    void a_file_of_several_pieces_is_put_together() throws NoSuchAlgorithmException {
        byte[] bytes = new byte[2 * PIECE + 1234];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + i % 23);
        }
        File[] file = new File[1];

        long arrived = counterpart.requests(() -> file[0] = upload(bytes));

        assertThat(arrived).isEqualTo(4);
        assertThat(file[0].sizeBytes()).contains((long) bytes.length);
        assertThat(file[0].sha256Hash()).contains(hash(bytes));
    }

    @Test
    void a_file_may_bring_its_name() {
        File file = client.files.upload(
                "{}".getBytes(StandardCharsets.UTF_8),
                UploadFileConfig.builder()
                        .name("files/my-rows")
                        .mimeType("jsonl")
                        .build());

        assertThat(file.name()).contains("files/my-rows");
        assertThat(file.mimeType()).contains("jsonl");
    }

    @Test
    void lists_come_in_pages_and_forget_what_is_deleted() {
        var names = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            names.add(
                    0,
                    upload(("{\"" + i + "\":1}").getBytes(StandardCharsets.UTF_8))
                            .name()
                            .orElseThrow());
        }
        assertThat(names()).isEqualTo(names);

        client.files.delete(names.get(2), null);

        names.remove(2);
        assertThat(names()).isEqualTo(names);
    }

    private List<String> names() {
        var names = new ArrayList<String>();
        for (File each : client.files.list(ListFilesConfig.builder().pageSize(2).build())) {
            names.add(each.name().orElseThrow());
        }
        return names;
    }

    @Test
    void what_does_not_exist_is_not_permitted() {
        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(() -> client.files.get("files/nothing", null))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(403);
                    assertThat(e.status()).isEqualTo("PERMISSION_DENIED");
                });
    }

    @Test
    void what_was_uploaded_cannot_be_downloaded() {
        String name = upload("{}".getBytes(StandardCharsets.UTF_8)).name().orElseThrow();

        assertThatExceptionOfType(ClientException.class)
                .isThrownBy(
                        () -> client.files.download(name, folder.resolve("copy").toString(), null))
                .satisfies(e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void files_go_after_two_days() {
        String name = upload("{}".getBytes(StandardCharsets.UTF_8)).name().orElseThrow();

        counterpart.forward(Duration.ofHours(47));
        assertThat(client.files.get(name, null).name()).contains(name);
        counterpart.forward(Duration.ofHours(2));

        assertThat(names()).isEmpty();
        assertThatExceptionOfType(ClientException.class).isThrownBy(() -> client.files.get(name, null));
    }
}
