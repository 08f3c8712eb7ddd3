package org.ditlab.run.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real peer; skipped where there is no PyTorch. */
class TorchPeerTests {
    @ParameterizedTest
    @Tag("long")
    @ValueSource(
            strings = {
                "DiT-S/2",
                "DiT-S/4",
                "DiT-UNet",
                "U-DiT-T (vanilla)",
                "U-DiT-T +cos +rope +dwffn",
                "U-DiT-T",
                "U-DiT-S"
            })
    void thePeersModelsHaveTheZoosParameters(String name) throws IOException, InterruptedException {
        try (TorchPeer torch = TorchPeer.find().orElse(null)) {
            Assumptions.assumeTrue(torch != null, "no PyTorch on this machine");
            Settings settings = ModelZoo.find(name).orElseThrow();
            PeerModel model = PeerModel.of(settings).orElseThrow();
            try (StepProcess process = torch.start(torch.settings(1, "cpu").get(0))) {
                Map<String, ?> build =
                        Map.of("task", "training", "batch", 1, "family", model.family(), "config", model.config());

                assertThat(process.ask("build", build).get("parameters").longValue())
                        .isEqualTo(ModelCost.of(settings).parameters());
                assertThat(process.step()).isPositive();
                assertThat(process.peak()).isPositive();
            }
        }
    }

    /** Outputs, training steps and guided samples of the peer against the official code's. */
    @Test
    @Tag("long")
    void thePeerComputesWhatTheOfficialCodeDoes() throws IOException, InterruptedException {
        Path fixtures = Fixtures.folder("models").getParent();
        Assumptions.assumeTrue(
                Files.isDirectory(fixtures.resolve("training")), "no reference values beside this clone");
        try (TorchPeer torch = TorchPeer.find().orElse(null)) {
            Assumptions.assumeTrue(torch != null, "no PyTorch on this machine");
            Process check = torch.command(torch.settings(1, "cpu").get(0), "--check", fixtures.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(said)
                    .contains("ok   dit_a", "ok   udit_", "guided step 9")
                    .doesNotContain("FAIL");
            assertThat(check.waitFor()).as(said).isZero();
        }
    }
}
