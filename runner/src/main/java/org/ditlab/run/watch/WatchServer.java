package org.ditlab.run.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ditlab.run.ProgressDisplay;
import org.ditlab.store.TrialDirectory;
import org.jspecify.annotations.Nullable;

/**
 * A page that shows a study while it runs, over HTTP. It only reads: {@code GET /}, {@code /study.json}, {@code
 * /curves.json}, and of trials that the plan has {@code /trials/ID/samples.png} and {@code /trials/ID/log.txt}. There is no
 * password: who reaches the address sees the study.
 */
public final class WatchServer implements AutoCloseable {
    private static final Pattern OF_TRIAL = Pattern.compile("/trials/([0-9a-f]{12})/(samples\\.png|log\\.txt)");
    private static final Pattern SINCE = Pattern.compile("since=([0-9a-f]{8}\\.[0-9]{1,18})");
    private static final int THREADS = 4;
    private static final int LOG_BYTES = 1 << 16;
    private static final int LOG_LINES = 60;
    private static final long LARGEST_PICTURE = 1L << 26;

    private final HttpServer server;
    private final ExecutorService threads;
    private final WatchFeed feed;
    private final WatchPage page = new WatchPage();
    private final HostNames hosts;

    private WatchServer(Path study, HttpServer server) {
        this.server = server;
        this.feed = new WatchFeed(study);
        this.hosts = new HostNames(server.getAddress().getAddress());
        this.threads = Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Serves from now on.
     *
     * @param study its directory, which may not be there yet
     * @param port 0 for any that is free
     * @throws IOException when the port is taken or the address is none of this machine
     */
    public static WatchServer start(Path study, InetAddress address, int port) throws IOException {
        WatchServer watch = new WatchServer(study, HttpServer.create(new InetSocketAddress(address, port), 0));
        watch.server.setExecutor(watch.threads);
        watch.server.createContext("/", watch::handle);
        watch.server.start();
        return watch;
    }

    /** The port that it serves. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!hosts.allow(exchange.getRequestHeaders().getFirst("Host"))) {
                text(exchange, 403, "this page is asked for by the address of its machine or as localhost");
            } else if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                text(exchange, 405, "this page only reads");
            } else {
                answer(exchange);
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        // As it was sent: what is written with % is no name of ours.
        String path = exchange.getRequestURI().getRawPath();
        Matcher trial = OF_TRIAL.matcher(path == null ? "" : path);
        try {
            if ("/".equals(path)) {
                send(exchange, 200, "text/html; charset=utf-8", page.html());
            } else if ("/study.json".equals(path)) {
                json(exchange, feed.study(token(exchange)));
            } else if ("/curves.json".equals(path)) {
                json(exchange, feed.curves(token(exchange)));
            } else if (trial.matches() && trial.group(2).equals("samples.png")) {
                samples(exchange, trial.group(1));
            } else if (trial.matches()) {
                log(exchange, trial.group(1));
            } else {
                text(exchange, 404, "there is nothing of this name");
            }
        } catch (RuntimeException | IOException e) {
            // Also what nobody expected: the page says it, and asks again.
            text(exchange, 500, String.valueOf(e.getMessage()));
        }
    }

    private void samples(HttpExchange exchange, String id) throws IOException {
        Optional<Path> file = feed.samples(id);
        if (file.isEmpty() || Files.size(file.get()) > LARGEST_PICTURE) {
            text(exchange, 404, "this trial has no samples yet");
            return;
        }
        send(exchange, 200, "image/png", Files.readAllBytes(file.get()));
    }

    private void log(HttpExchange exchange, String id) throws IOException {
        Optional<TrialDirectory> trial = feed.trial(id);
        if (trial.isEmpty()) {
            text(exchange, 404, "there is no trial of this name");
            return;
        }
        Path file = trial.get().logFile();
        boolean written = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        text(exchange, 200, written ? tail(file) : "its worker wrote nothing\n");
    }

    private static String tail(Path log) throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(LOG_BYTES, channel.size()));
            long begin = channel.size() - bytes.capacity();
            while (bytes.hasRemaining() && channel.read(bytes, begin + bytes.position()) > 0) {
                continue;
            }
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            List<String> lines = ProgressDisplay.plain(text).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())) + "\n";
        }
    }

    private static @Nullable String token(HttpExchange exchange) {
        String query = exchange.getRequestURI().getRawQuery();
        Matcher since = SINCE.matcher(query == null ? "" : query);
        return since.matches() ? since.group(1) : null;
    }

    private void json(HttpExchange exchange, String text) throws IOException {
        send(exchange, 200, "application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    private void text(HttpExchange exchange, int status, String text) throws IOException {
        send(exchange, status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    private void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Content-Security-Policy", page.policy());
        exchange.getResponseHeaders().set("Cross-Origin-Resource-Policy", "same-origin");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (exchange.getRequestMethod().equals("HEAD") || body.length == 0) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }
}
