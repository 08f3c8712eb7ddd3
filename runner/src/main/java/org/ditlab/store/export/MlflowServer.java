package org.ditlab.store.export;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.ditlab.store.JsonFile;
import org.ditlab.study.StudyException;

/**
 * The REST API 2.0 of an MLflow tracking server. A request is tried again, later and later, while the server is too busy
 * (429), fails (5xx) or cannot be reached. Who may write is read from {@code MLFLOW_TRACKING_TOKEN}, or {@code
 * MLFLOW_TRACKING_USERNAME} and {@code _PASSWORD}; neither stands in any message. Redirects are not followed.
 */
final class MlflowServer {
    /** A body's limit is 1 MB; some room for what stands round the values. */
    static final int LARGEST_BODY = 1_000_000;

    private static final int TRIES = 6;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final int LONGEST_MESSAGE = 300;

    private final URI base;
    private final Optional<String> authorization;
    private final Duration firstWait;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /**
     * A server by its address.
     *
     * @throws StudyException when the address is none of HTTP, or carries a password
     */
    MlflowServer(String address, Map<String, String> environment, Duration firstWait) {
        this.base = base(address);
        this.authorization = authorization(environment);
        this.firstWait = firstWait;
    }

    private static URI base(String address) {
        URI uri;
        try {
            uri = URI.create(address.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new StudyException("--target: no address of a server; expected http://HOST:PORT or https://HOST");
        }
        // A host that is no name by the standard, my_host, leaves the whole authority unparsed.
        if (uri.getUserInfo() != null
                || (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@"))) {
            throw new StudyException("--target: an address with a name or password in it is not taken; set"
                    + " MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD");
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new StudyException(
                    "--target " + address + ": no address of a server; expected http://HOST:PORT or https://HOST");
        }
        return uri;
    }

    private static Optional<String> authorization(Map<String, String> environment) {
        String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "").strip();
        if (!token.isEmpty()) {
            return Optional.of("Bearer " + token);
        }
        String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
        if (user.isEmpty()) {
            return Optional.empty();
        }
        String both = user + ":" + environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
        return Optional.of("Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8)));
    }

    URI base() {
        return base;
    }

    /** An experiment's id, made where there is none of the name. */
    String experiment(String name) throws IOException, InterruptedException {
        String query = "experiments/get-by-name?experiment_name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        Answer found = send(query, Optional.empty());
        if (found.status == 404) {
            Answer made = send("experiments/create", Optional.of(Map.of("name", name)));
            if (made.status == 200) {
                return String.valueOf(made.body.get("experiment_id"));
            }
            // Another export may have made it in between.
            found = send(query, Optional.empty());
        }
        Map<String, Object> experiment = ExportState.part(checked(query, found), "experiment");
        if ("deleted".equals(experiment.get("lifecycle_stage"))) {
            throw new StudyException(base + ": experiment \"" + name
                    + "\" has been deleted there; restore it, or delete it permanently");
        }
        return String.valueOf(experiment.get("experiment_id"));
    }

    /** Posts; the answer's object. */
    Map<String, Object> post(String path, Map<String, ?> body) throws IOException, InterruptedException {
        return checked(path, send(path, Optional.of(body)));
    }

    private record Answer(int status, Map<String, Object> body) {}

    private Answer send(String path, Optional<Map<String, ?>> body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/api/2.0/mlflow/" + path))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json");
        authorization.ifPresent(value -> request.header("Authorization", value));
        if (body.isPresent()) {
            request.POST(HttpRequest.BodyPublishers.ofString(JsonFile.line(body.get())));
        }
        Duration wait = firstWait;
        for (int attempt = 1; ; attempt++) {
            Duration asked = Duration.ZERO;
            try {
                HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                int status = response.statusCode();
                if (status != 429 && status < 500 || attempt == TRIES) {
                    return new Answer(status, object(response.body()));
                }
                asked = response.headers()
                        .firstValue("Retry-After")
                        .filter(value -> value.matches("[0-9]{1,4}"))
                        .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                        .orElse(Duration.ZERO);
            } catch (IOException e) {
                if (attempt == TRIES) {
                    throw new StudyException(base + ": the server cannot be reached ("
                            + e.getClass().getSimpleName()
                            + "); start it, or give its address by --target or MLFLOW_TRACKING_URI");
                }
            }
            Duration next = asked.compareTo(wait) > 0 ? asked : wait;
            Thread.sleep((next.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : next).toMillis());
            wait = wait.multipliedBy(2);
        }
    }

    private Map<String, Object> checked(String path, Answer answer) {
        if (answer.status == 200) {
            return answer.body;
        }
        String said = String.valueOf(answer.body.getOrDefault("message", "nothing more"));
        for (String secret : authorization
                .map(value -> new String[] {value, value.substring(value.indexOf(' ') + 1)})
                .orElse(new String[0])) {
            said = said.replace(secret, "***");
        }
        said = said.replaceAll("\\p{Cntrl}+", " ");
        String message = base + ": " + path.replaceAll("\\?.*", "") + " was answered by " + answer.status + ": "
                + (said.length() > LONGEST_MESSAGE ? said.substring(0, LONGEST_MESSAGE) + "..." : said);
        if (answer.status == 401 || answer.status == 403) {
            throw new StudyException(message + "; set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and"
                    + " MLFLOW_TRACKING_PASSWORD, to who may write there");
        }
        if (answer.status >= 500 || answer.status == 429) {
            throw new StudyException(message + "; try again later: what was sent is not sent twice");
        }
        throw new StudyException(message + "; is this an MLflow tracking server?");
    }

    private static Map<String, Object> object(String text) {
        try {
            return JsonFile.parse(text, "answer");
        } catch (IOException e) {
            return Map.of();
        }
    }
}
