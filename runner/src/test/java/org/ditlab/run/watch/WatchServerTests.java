package org.ditlab.run.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.ditlab.store.WriterLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchServerTests {
    private static final String HOSTILE = "<img src=x onerror=alert(1)>";

    @TempDir
    private Path directory;

    private WatchedStudy study;
    private WatchServer server;

    @BeforeEach
    void start() throws IOException {
        study = new WatchedStudy(directory.resolve("tiny"));
        study.add(HOSTILE, 1);
        study.add("wide", 1);
        study.plan();
        server = WatchServer.start(study.path(), InetAddress.getLoopbackAddress(), 0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void thePageIsWholeAndHoldsNothingOfTheStudy() throws IOException {
        Answer page = get("/");

        assertThat(page.status).isEqualTo(200);
        assertThat(page.head).contains("content-security-policy: default-src 'none'", "nosniff");
        assertThat(page.body)
                .startsWith("<!DOCTYPE html>")
                .doesNotContain("/*style*/")
                .doesNotContain("/*script*/")
                .doesNotContain(HOSTILE)
                .doesNotContainPattern("(src|href)=\"(?!data:)");
    }

    @Test
    void theStudyIsToldOnceAndThenWhatChanges() throws IOException {
        JsonNode first = json("/study.json");
        JsonNode second = json("/study.json?since=" + first.get("token").asText());
        study.done(1, "done", Map.of("fid", 12.5));
        JsonNode third = json("/study.json?since=" + second.get("token").asText());

        assertThat(first.get("full").asBoolean()).isTrue();
        assertThat(first.get("trials")).hasSize(2);
        assertThat(first.get("trials").get(0).get("variant").asText()).isEqualTo(HOSTILE);
        assertThat(first.get("counts").get("planned").asInt()).isEqualTo(2);
        assertThat(second.get("full").asBoolean()).isFalse();
        assertThat(second.get("trials")).isEmpty();
        assertThat(third.get("trials")).hasSize(1);
        assertThat(third.get("trials").get(0).get("status").asText()).isEqualTo("done");
        assertThat(third.get("trials").get(0).get("metrics").get("FID").asText())
                .isEqualTo("12.5");
    }

    @Test
    void aRunningTrialHasItsFieldsAndItsCurve() throws IOException {
        try (WriterLock lock = study.begin(1)) {
            assertThat(lock.held()).isTrue();
            study.attempt(1).report(100, 400, 0.25, 512.0, "");
            study.rows(1, 10, 0.5, 0.25);
            JsonNode trial = json("/study.json").get("trials").get(1);
            JsonNode curves = json("/curves.json");

            assertThat(trial.get("status").asText()).isEqualTo("running");
            assertThat(trial.get("stage").asText()).isEqualTo("train");
            assertThat(trial.get("step").asInt()).isEqualTo(100);
            assertThat(trial.get("images_per_second").asDouble()).isEqualTo(512);
            JsonNode curve = curves.get("curves").get(trial.get("curve").asText());
            assertThat(curve.get("steps").toString()).isEqualTo("[10,20]");
            assertThat(curve.get("losses").toString()).isEqualTo("[0.5,0.25]");
            assertThat(json("/curves.json?since=" + curves.get("token").asText())
                            .get("curves"))
                    .isEmpty();
        }
    }

    @Test
    void anotherPlanIsToldWhole() throws IOException {
        String token = json("/study.json").get("token").asText();
        WatchedStudy other = new WatchedStudy(study.path());
        other.add("else", 3);
        other.plan();
        JsonNode told = json("/study.json?since=" + token);

        assertThat(told.get("full").asBoolean()).isTrue();
        assertThat(told.get("trials")).hasSize(1);
    }

    @Test
    void damageIsSaidOnThePage() throws IOException {
        Files.writeString(study.path().resolve("plan.json"), "{");

        assertThat(json("/study.json").get("problem").asText()).contains("plan.json");
    }

    @Test
    void samplesAndLogsOfKnownTrialsAreServed() throws IOException {
        String trial = "/trials/" + study.id(0);
        assertThat(get(trial + "/samples.png").status).isEqualTo(404);
        assertThat(get(trial + "/log.txt").body).isEqualTo("its worker wrote nothing\n");
        Files.createDirectories(study.samples(0).path());
        Files.write(study.samples(0).path().resolve("samples.png"), new byte[] {1, 2, 3});
        Files.writeString(study.log(0), "one\n\u001b[31mtwo<script>\n");

        assertThat(get(trial + "/samples.png").head).contains("content-type: image/png");
        assertThat(get(trial + "/log.txt").body).isEqualTo("one\ntwo<script>\n");
        assertThat(get(trial + "/log.txt").head).contains("content-type: text/plain; charset=utf-8");
    }

    @Test
    void aLinkForSamplesIsNotFollowed() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        Files.createDirectories(study.samples(0).path());
        Files.createSymbolicLink(study.samples(0).path().resolve("samples.png"), secret);

        assertThat(get("/trials/" + study.id(0) + "/samples.png").status).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/study.json/",
                "/plan.json",
                "/../study.json",
                "/trials",
                "/trials/000000000000/log.txt",
                "/trials/../../../../etc/passwd",
                "/trials/ID/../ID/log.txt",
                "/trials/ID/%6cog.txt",
                "/trials/ID/trial.json",
                "/trials/..%2f..%2f..%2fetc/log.txt",
                "//etc/passwd",
                "/%2e%2e/study.json",
                "/watch.js"
            })
    void everythingElseIsNotFound(String path) throws IOException {
        Files.writeString(study.log(0), "log");

        assertThat(get(path.replace("ID", study.id(0))).status).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"})
    void onlyReadingIsAllowed(String method) throws IOException {
        Answer answer =
                ask(method + " / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        assertThat(answer.status).isEqualTo(405);
        assertThat(answer.head).contains("allow: get, head");
    }

    @Test
    void aHeadHasNoBody() throws IOException {
        Answer answer = ask("HEAD /study.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.body).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9000", "LOCALHOST", "127.0.0.1:8765", "[::1]:8765", "192.168.0.7"})
    void theMachinesOwnNamesAreAnswered(String host) throws IOException {
        assertThat(get("/", host).status).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "", "evil@localhost"})
    void otherNamesAreRefused(String host) throws IOException {
        Answer answer = get("/study.json", host);

        assertThat(answer.status).isEqualTo(403);
        assertThat(answer.body).doesNotContain("wide");
    }

    private JsonNode json(String path) throws IOException {
        Answer answer = get(path);
        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.head).contains("content-type: application/json");
        return new ObjectMapper().readTree(answer.body);
    }

    private Answer get(String path) throws IOException {
        return get(path, "localhost:" + server.port());
    }

    private Answer get(String path, String host) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    /** By hand, because clients tidy paths and headers up. */
    private Answer ask(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            return new Answer(
                    Integer.parseInt(text.split(" ")[1]),
                    text.substring(0, end).toLowerCase(Locale.ROOT),
                    text.substring(end + 4));
        }
    }

    private record Answer(int status, String head, String body) {}
}
