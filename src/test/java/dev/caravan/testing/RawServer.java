package dev.caravan.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A server on 127.0.0.1 that answers with whatever bytes a test wants, also with such as no HTTP server would send. */
public final class RawServer implements AutoCloseable {

    /** One request, read whole. */
    public record Asked(String method, String path, String head, String body) {
        /** A header's value, or empty. */
        public String header(String name) {
            return head.lines()
                    .filter(each -> each.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(each -> each.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    /** Writes the answer to a request; the connection is closed when it returns false. */
    public interface Answering {
        boolean answer(Asked asked, OutputStream out) throws IOException;
    }

    private final ServerSocket server;
    private final Answering answering;
    private final List<Asked> calls = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    public RawServer(Answering answering) throws IOException {
        this.answering = answering;
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    /** Answers that all have the same form. */
    public static byte[] reply(int status, String headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " Said\r\nContent-Type: application/json\r\nContent-Length: "
                + bytes.length + "\r\n" + headers + "\r\n";
        var all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(bytes);
        return all.toByteArray();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    public List<Asked> calls() {
        return List.copyOf(calls);
    }

    /** Connections that nobody has closed yet. */
    public int open() {
        return open.size();
    }

    private static void daemon(Runnable work) {
        var thread = new Thread(work, "loopback");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            boolean again = true;
            while (again) {
                Asked asked = read(in);
                if (asked == null) {
                    return;
                }
                calls.add(asked);
                again = answering.answer(asked, socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException e) {
            // the client went away
        } finally {
            open.remove(socket);
        }
    }

    private static @Nullable Asked read(InputStream in) throws IOException {
        String head = upTo(in, "\r\n\r\n");
        if (head.isEmpty()) {
            return null;
        }
        String[] first = head.substring(0, head.indexOf('\r')).split(" ", -1);
        var asked = new Asked(first[0], first[1], head, "");
        String length = asked.header("Content-Length");
        String body = asked.header("Transfer-Encoding").equals("chunked")
                ? chunked(in)
                : text(in, length.isEmpty() ? 0 : Integer.parseInt(length));
        return new Asked(first[0], first[1], head, body);
    }

    private static String chunked(InputStream in) throws IOException {
        var all = new StringBuilder();
        while (true) {
            int size = Integer.parseInt(upTo(in, "\r\n").strip(), 16);
            all.append(text(in, size));
            upTo(in, "\r\n");
            if (size == 0) {
                return all.toString();
            }
        }
    }

    private static String text(InputStream in, int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /** Empty when the stream ended. */
    private static String upTo(InputStream in, String end) throws IOException {
        var text = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            text.append((char) c);
            if (c == '\n' && text.toString().endsWith(end)) {
                return text.toString();
            }
        }
        return "";
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
