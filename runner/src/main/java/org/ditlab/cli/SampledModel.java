package org.ditlab.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ditlab.command.StudyReference;
import org.ditlab.diffusion.DiffusionKnobs;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.nn.StateDict;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialDirectory;
import org.ditlab.store.TrialResult;
import org.ditlab.study.Knobs;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.TrialJson;
import org.ditlab.train.TrainKnobs;
import org.ditlab.weights.ModelFile;
import org.ditlab.weights.WeightFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which trained model is asked for images: a trial of a study, or a model with weights from a file. */
final class SampledModel {
    private static final Path STUDIES = Path.of("studies-out");

    @Parameters(
            arity = "0..1",
            paramLabel = "STUDY",
            description =
                    "A study that has been trained: its YAML or Java file, name, or directory. Its images need no --data.")
    private @Nullable String study;

    @Option(names = "--variant", paramLabel = "NAME", description = "The variant of the study. Default: its first.")
    private @Nullable String variant;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            description = {"The model that --weights are for.", ModelReference.NAME})
    private @Nullable String model;

    @Mixin
    private ModelReference reference;

    @Option(names = "--weights", paramLabel = "FILE", description = "A .safetensors, .pt or .pth file.")
    private @Nullable Path weights;

    @Option(
            names = "--entry",
            paramLabel = "ema|model",
            description = "Which weights of a training checkpoint. Default: ema, where there is one.")
    private @Nullable String entry;

    @Option(
            names = "--prediction",
            paramLabel = "epsilon|v|x0",
            description = "What the model of --weights predicts. Default: epsilon.")
    private @Nullable String prediction;

    @Option(
            names = "--noise-schedule",
            paramLabel = "linear|cosine",
            description = "What the model of --weights was trained with. Default: linear.")
    private @Nullable String schedule;

    /**
     * A model to sample from.
     *
     * @param settings of a trial all its knobs, of a model its architecture
     * @param shown for messages
     * @param study whether it is a study's trial
     */
    record Found(Settings settings, StateDict weights, String shown, boolean study) {}

    /**
     * Finds and reads it.
     *
     * @param seed of the trial
     * @throws StudyException with what is wrong with the options or the files
     */
    Found find(long seed) throws IOException {
        if ((study == null) == (model == null)) {
            throw new StudyException("give a STUDY that has been trained, or --model NAME and --weights FILE");
        }
        return study == null ? ofFile(String.valueOf(model)) : ofStudy(study, seed);
    }

    private Found ofFile(String name) throws IOException {
        if (variant != null) {
            throw new StudyException("--variant is about a STUDY; leave it out beside --model");
        }
        if (weights == null) {
            throw new StudyException("--model needs weights: add --weights FILE");
        }
        List<String> problems = new ArrayList<>();
        Settings settings = reference.build(name).settings();
        List<Setting<?>> training = new ArrayList<>();
        read(DiffusionKnobs.PREDICTION, "--prediction", prediction, training, problems);
        read(DiffusionKnobs.NOISE_SCHEDULE, "--noise-schedule", schedule, training, problems);
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
        StateDict read = WeightFile.open(weights).weights(entry).read();
        return new Found(settings.with(training), read, weights + " as " + reference.shown(name), false);
    }

    private Found ofStudy(String name, long seed) throws IOException {
        if (weights != null || entry != null || prediction != null || schedule != null || reference.overridden()) {
            throw new StudyException("--weights, --entry, --prediction, --noise-schedule and --set are about"
                    + " --model; a study's trials say these themselves");
        }
        Path directory = StudyReference.directory(name, STUDIES);
        StudyResults results = StudyResults.read(directory);
        if (results.variants().isEmpty()) {
            throw new StudyException(directory + ": no trial has been run; `ditlab run` trains them");
        }
        String wanted = variant == null ? results.variants().get(0) : variant;
        List<TrialResult> trials = results.trials(wanted);
        if (trials.isEmpty()) {
            throw new StudyException(directory + ": no variant " + Text.quote(wanted) + " has been run; there are "
                    + String.join(", ", results.variants())
                    + ModelReference.remark(Spelling.remark(wanted, results.variants())));
        }
        TrialResult trial = trials.stream()
                .filter(one -> one.seed() == seed)
                .findFirst()
                .orElseThrow(() -> new StudyException(directory + ": variant " + Text.quote(wanted) + " has no seed "
                        + seed + "; there are "
                        + String.join(
                                ", ",
                                trials.stream().map(one -> "" + one.seed()).toList())));
        String shown = "variant " + Text.quote(wanted) + ", seed " + seed;
        Settings settings = settings(directory, trial);
        Optional<Path> file = trial.stage(StageKind.TRAIN).stream()
                .filter(stage -> stage.directory().done())
                .findFirst()
                .flatMap(stage -> trial.file(
                        StageKind.TRAIN, settings.get(TrainKnobs.SAMPLED).file()));
        if (file.isEmpty()) {
            throw new StudyException(
                    directory + ": " + shown + " is not trained yet; `ditlab run` trains it, then sample again");
        }
        try {
            return new Found(settings, ModelFile.read(file.get()), shown, true);
        } catch (IOException e) {
            throw new StudyException(file.get() + ": cannot be read: " + StudyDirectory.reason(e));
        }
    }

    private static Settings settings(Path directory, TrialResult trial) throws IOException {
        TrialDirectory files = StudyDirectory.open(directory).trial(trial.hash());
        return TrialJson.read(files.trial(), files.trialFile().toString(), Knobs.installed())
                .settings();
    }

    /** Reads an option into a knob's setting; nothing when it was not given. */
    static void read(
            Knob<?> knob, String option, @Nullable String word, List<Setting<?>> settings, List<String> problems) {
        if (word == null) {
            return;
        }
        try {
            settings.add(knob.parse(word));
        } catch (DomainException e) {
            String near =
                    Spelling.remark(word.toLowerCase(Locale.ROOT), knob.domain().words());
            problems.add(
                    option + " cannot be " + Text.quote(word) + "; " + e.getMessage() + ModelReference.remark(near));
        }
    }
}
