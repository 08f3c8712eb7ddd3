package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.model.ModelZoo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTests {
    private static final String STUDY = """
            study: tiny
            base: { model: DiT-S/4, width: 48, depth: 1, heads: 3, patch: 4 }
            data: { size: 16, count: 100 }
            train: { steps: 4, batch: 8, ema-decay: 0.5 }
            sample: { count: 16, steps: 2, sampler: ddim }
            list:
              - { name: small, change: { width: 48 } }
            """;

    @TempDir
    private Path directory;

    @Test
    void planShowsTrialsAndWritesNothing() throws IOException {
        Path file = study(STUDY);
        Output csv = ditlab(
                "plan", file.toString(), "--out", directory.resolve("out").toString(), "--format", "csv");

        assertThat(csv.code).isZero();
        assertThat(csv.out.lines().toList()).hasSize(3);
        assertThat(csv.out).startsWith("variant,").contains("small", "untrained");
        assertThat(csv.err).startsWith("ditlab: warning: sample.count");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void latentsCanBePlannedButNotRunWithoutData() throws IOException {
        Path file = study(STUDY.replace("{ size: 16, count: 100 }", "{ set: latents }"));
        String out = directory.resolve("out").toString();
        Output plan = ditlab("plan", file.toString(), "--out", out);
        Output run = ditlab("run", file.toString(), "--out", out);

        assertThat(plan.code).isZero();
        assertThat(plan.out).contains("data: latents-32 (not given)");
        assertThat(plan.err).contains("planned without data", "need a decoder").doesNotContain("sample.count");
        assertThat(run.code).isEqualTo(2);
        assertThat(run.err).contains("add --data PATH").doesNotContain("\tat ");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void exportedYamlIsTheSameStudy() throws IOException {
        Path file = study(STUDY);
        String yaml = ditlab("export", file.toString()).out;
        Path again = Files.writeString(
                Files.createDirectory(directory.resolve("again")).resolve("tiny.yaml"), yaml);

        assertThat(ditlab("plan", again.toString(), "--format", "json").out)
                .isEqualTo(ditlab("plan", file.toString(), "--format", "json").out);
    }

    @Test
    void aJavaFileIsAStudy() throws IOException {
        Path file = Files.writeString(directory.resolve("Tiny.java"), """
                import org.ditlab.model.ArchitectureKnobs;
                import org.ditlab.study.Study;

                class Tiny {
                    public static Study study() {
                        return Study.named("tiny")
                                .base("DiT-S/4")
                                .list(Study.variant("wide", ArchitectureKnobs.WIDTH.to(768)));
                    }
                }
                """);

        Output yaml = ditlab("export", file.toString());

        assertThat(yaml.err).isEmpty();
        assertThat(yaml.out).contains("study: tiny", "width: 768");
    }

    @Test
    void errorsOfAJavaFileHaveLineAndColumn() throws IOException {
        Path file = Files.writeString(
                directory.resolve("Broken.java"),
                "class Broken {\n    public static int study() { return \"no\"; }\n}\n");

        Output output = ditlab("export", file.toString());

        assertThat(output.code).isEqualTo(2);
        assertThat(output.err).contains("Broken.java:2:").doesNotContain("\tat ");
    }

    @Test
    void theZooIsCounted() {
        Output models = ditlab("models", "--format", "csv");

        assertThat(models.out)
                .startsWith("name,params,params_folded,macs,macs_torchprofile\n")
                .contains("\nDiT-S/4,");
        assertThat(models.code).isZero();
        assertThat(ditlab("models").out)
                .containsPattern("\nname +params \\(M\\) +folded \\(M\\) +GMACs +G torchprofile +train-graph GMACs\n")
                .containsPattern("\nDiT-S/4 +32\\.95 +32\\.95 +1\\.4126 +1\\.4141 +1\\.4126\n");
    }

    @Test
    void aModelIsShownLayerByLayer() {
        Output text = ditlab("model", "U-DiT-T", "--depth", "1", "--convention", "torchprofile");
        Output csv = ditlab("model", "DiT-S/4", "--format", "csv", "--set", "depth=3", "--set", "input=4,64,64");

        assertThat(text.code).isZero();
        assertThat(text.out).contains("torchprofile", "latent.0-1 x2", "after folding");
        assertThat(csv.out)
                .startsWith("path,depth,count,output,params,")
                .contains("\nblocks.0-2,1,3,\"(1, 256, 384)\",");
        assertThat(ditlab("model", "DiT-S/8", "--format", "json").out).contains("\"convention\" : \"MACs\"");
    }

    @Test
    void twoModelsAreCompared() {
        Output rung = ditlab("diff", "DiT-UNet", "U-DiT-T (vanilla)");
        Output deeper = ditlab("diff", "DiT-S/4", "DiT-S/4", "--set", "depth=13");

        assertThat(rung.code).isZero();
        assertThat(rung.out).contains("attention.tokens", "+ attn1.downsampler.layer", "attn1 matmul: 0.201 -> ");
        assertThat(deeper.out).contains("added  blocks.12 ");
        assertThat(ditlab("diff", "DiT-S/4", "DiT-S/8", "--format", "json").out).contains("\"change\" : \"changed\"");
    }

    @Test
    void aVariantOfAStudyIsAModel() throws IOException {
        String study = study(STUDY).toString();

        Output variant = ditlab("model", study + "#small", "--format", "json");
        Output wrong = ditlab("model", study + "#smal");

        assertThat(variant.out).contains("\"width\" : 48", "\"input\" : [ 3, 16, 16 ]");
        assertThat(wrong.code).isEqualTo(2);
        assertThat(wrong.err).contains("did you mean \"small\"?");
    }

    @Test
    void aModelIsDrawn() throws IOException {
        Path file = directory.resolve("model.svg");

        Output written = ditlab("draw", "U-DiT-T", "--out", file.toString());

        assertThat(written.code).isZero();
        assertThat(written.out).isEmpty();
        assertThat(Files.readString(file)).startsWith("<svg ").contains("id=\"block-latent.0-1\"");
        assertThat(ditlab("draw", "DiT-S/4", "--all", "--format", "dot").out)
                .startsWith("strict digraph")
                .contains("\"blocks.10\" -> \"blocks.11\"");
    }

    @Test
    void theDrawingInTheDocumentationIsCurrent() throws IOException {
        Path drawing = Path.of(System.getProperty("ditlab.root", ".."), "runner/docs/inspect/u-dit-t.svg");

        assertThat(ditlab("draw", "U-DiT-T").out)
                .as("write it again: ditlab draw U-DiT-T --out " + drawing)
                .isEqualTo(Files.readString(drawing));
    }

    @Test
    void allThatIsWrongWithAModelComesAtOnce() {
        Output wrong = ditlab("model", "U-DiT-TT", "--set", "widht=3", "--set", "depth=x", "--convention", "mac");

        assertThat(wrong.code).isEqualTo(2);
        assertThat(wrong.err.lines().toList()).hasSize(4).allMatch(line -> line.startsWith("ditlab: "));
        assertThat(wrong.err)
                .contains("did you mean \"U-DiT-T\"", "did you mean \"width\"?", "expected a whole number", "\"macs\"");
    }

    @Test
    void namesOfVariantsAndFoldersMayHoldTheMark(@TempDir Path folder) throws IOException {
        Path study = Files.createDirectory(folder.resolve("a#b")).resolve("quickstart.yaml");
        String yaml = Files.readString(
                Path.of(System.getProperty("ditlab.root", ".."), "experiments/studies/quickstart.yaml"));
        assertThat(yaml).contains("+ width 80");
        Files.writeString(study, yaml.replace("+ width 80", "\"width #80\""));

        Output found = ditlab("model", study + "#width #80", "--depth", "1");
        Output unknown = ditlab("model", study + "#width #81");
        Output missing = ditlab("model", "nowhere#x#y", "--set", "widht=3");

        assertThat(found.err).isEmpty();
        assertThat(found.code).isZero();
        assertThat(unknown.err).contains("has no variant \"width #81\"", "did you mean \"width #80\"?");
        assertThat(missing.err)
                .contains("there is no study \"nowhere\" under studies-out; expected a YAML or Java file")
                .contains("did you mean \"width\"?")
                .doesNotContain("--out");
    }

    @Test
    void theSchemaNamesEveryKnob() {
        assertThat(ditlab("schema").out).contains("\"train\"", "\"steps\"", "\"patch\"", "$schema");
    }

    @Test
    void explainTellsAKnobAndTheNearestOne() {
        assertThat(ditlab("explain", "train.steps").out).contains("default: 400000");
        Output unknown = ditlab("explain", "train.stepz");
        assertThat(unknown.code).isEqualTo(2);
        assertThat(unknown.err).contains("did you mean \"train.steps\"?");
    }

    @Test
    void explainNamesTheKnobsThatHoldAPartOfAName() {
        assertThat(ditlab("explain", "decay").err).contains("there is no knob \"decay\"", "train.ema-decay");
        assertThat(ditlab("explain", "train.ema-decay").out).contains("default: 0.9999");
    }

    @Test
    void theZooIsThereForProgramsToo() throws IOException {
        JsonNode models = new ObjectMapper()
                .readTree(ditlab("models", "--format", "json").out)
                .get("models");

        assertThat(models.size()).isEqualTo(ModelZoo.names().size());
        assertThat(models.get(0).fieldNames())
                .toIterable()
                .containsExactly("name", "params", "params_folded", "macs", "macs_torchprofile", "macs_train_graph");
    }

    @Test
    void explainListsAGroup() {
        assertThat(ditlab("explain", "train").out.lines())
                .hasSizeGreaterThan(15)
                .allMatch(line -> line.startsWith("train."))
                .anyMatch(line -> line.startsWith("train.steps "));
        assertThat(ditlab("explain", "base").out)
                .contains("width ", "attention.logits")
                .doesNotContain("train.steps ");
        assertThat(ditlab("explain", "train.").code).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sample x --count cat | option '--count': expected a whole number, found \"cat\"",
                "benchmark sampling --guidance nan | expected a number, found \"nan\"",
                "benchmark dat | did you mean \"data\"?",
            })
    void valuesThatCannotBeReadAreRefusedInOurWords(String line, String message) {
        Output output = ditlab(line.split(" "));
        assertThat(output.code).isEqualTo(2);
        assertThat(output.err).contains(message);
    }

    @Test
    void theBenchmarkOfDataSaysWhatIsWrongBeforeItPrints() {
        Output output =
                ditlab("benchmark", "data", "--data", directory.resolve("nope").toString());
        assertThat(output.code).isEqualTo(2);
        assertThat(output.out).isEmpty();
        assertThat(output.err).contains("there is no such folder");
    }

    @Test
    void planSaysWhatItsMemoryIs() {
        assertThat(ditlab("plan", "--help").out).contains("est. memory", "450 MB");
    }

    @Test
    void everyVerbAnswersHelp() {
        Output help = ditlab("--help");
        assertThat(help.code).isZero();
        List<String> verbs = help.out
                .lines()
                .dropWhile(line -> !line.startsWith("Verbs"))
                .filter(line -> line.matches("  [a-z]+ .*"))
                .map(line -> line.strip().split(" ")[0])
                .toList();
        assertThat(verbs)
                .contains("run", "plan", "status", "models", "doctor")
                .doesNotContain("worker", "benchmark-worker");
        for (String verb : verbs) {
            Output one = ditlab(verb, "--help");
            assertThat(one.code).isZero();
            assertThat(one.out).contains("Usage: ditlab " + verb);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rnu",
                "run",
                "run missing.yaml",
                "run missing.java",
                "run nothing-of-this-name",
                "status nothing-of-this-name",
                "run TINY --workers 0",
                "run TINY --workers many",
                "run TINY --threads -1",
                "run TINY --max-hours 0",
                "run TINY --executor cloud",
                "run TINY --executor slurm --fail-fast",
                "run TINY --executor slurm --retries 2",
                "run TINY --retries -1",
                "run TINY --executor slurm --slurm array=0-9",
                "run TINY --slurm partition=long",
                "run TINY --wait",
                "run TINY --gpus 0",
                "cancel nothing-of-this-name",
                "run TINY --backend abacus",
                "run TINY --device quantum",
                "run TINY --data missing-folder",
                "run TINY --out FILE",
                "run TINY --out FILE/below",
                "run TINY --outt x",
                "run TINY and-more",
                "plan TINY --format pdf",
                "plan DIRECTORY",
                "plan FILE",
                "explain no.such.knob",
                "model",
                "model DiT-S/5",
                "model DiT-S/4 --set depth",
                "model DiT-S/4 --set heads=5",
                "model DiT-S/4 --set train.steps=5",
                "model DiT-S/4 --depth 0",
                "model DiT-S/4 --format pdf",
                "model DiT-S/4 --convention flops",
                "diff DiT-S/4",
                "diff DiT-S/4 DiT-S/5",
                "draw DiT-S/4 --format png",
                "draw DiT-S/4 --out FILE/below.svg",
                "draw DiT-S/4 --out DIRECTORY",
                "benchmark everything",
                "benchmark --model DiT-S/5",
                "benchmark training --models DiT-S/4,U-DiT-Q",
                "benchmark training --batch 0",
                "benchmark training --precision fp8",
                "benchmark training --device quantum",
                "benchmark sampling --steps 0",
                "benchmark sampling --guidance nan",
                "benchmark evaluator --images 2",
                "weights",
                "weights missing.pt",
                "weights DIRECTORY",
                "weights FILE",
                "weights FILE --format pdf",
                "weights FILE --model DiT-Q/2"
            })
    void badInputIsOneMessageAndExitCode2(String line) throws IOException {
        Path study = study(STUDY);
        Path file = Files.writeString(directory.resolve("file"), "in the way");
        List<String> before = content();
        List<String> arguments = new ArrayList<>();
        for (String word : line.isEmpty() ? new String[0] : line.split(" ")) {
            arguments.add(word.replace("TINY", study.toString())
                    .replace("FILE", file.toString())
                    .replace("DIRECTORY", directory.toString()));
        }
        if (line.startsWith("run") && !line.contains("--out")) {
            arguments.addAll(List.of("--out", directory.resolve("out").toString()));
        }

        Output output = ditlab(arguments.toArray(new String[0]));

        assertThat(output.code).isEqualTo(2);
        assertThat(output.out).isEmpty();
        assertThat(output.err)
                .startsWith("ditlab: ")
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
        assertThat(output.err.lines().toList()).hasSizeBetween(1, 2);
        assertThat(content()).isEqualTo(before);
    }

    @Test
    void allErrorsOfAStudyComeAtOnceWithTheirPlaces() throws IOException {
        Path file = study(STUDY.replace("width: 48, depth", "widht: 48, depth").replace("steps: 4", "steps: many"));

        Output output =
                ditlab("run", file.toString(), "--out", directory.resolve("out").toString());

        assertThat(output.code).isEqualTo(2);
        assertThat(output.err).contains("tiny.yaml:2:", "tiny.yaml:4:", "width").doesNotContain("\tat ");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    private Path study(String text) throws IOException {
        return Files.writeString(directory.resolve("tiny.yaml"), text);
    }

    private List<String> content() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    static Output ditlab(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
        ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
        try (PrintStream newOut = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
                PrintStream newErr = new PrintStream(errBytes, true, StandardCharsets.UTF_8)) {
            System.setOut(newOut);
            System.setErr(newErr);
            int code = Main.run(arguments);
            return new Output(
                    code, outBytes.toString(StandardCharsets.UTF_8), errBytes.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    record Output(int code, String out, String err) {}
}
