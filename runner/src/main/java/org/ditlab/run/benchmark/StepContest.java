package org.ditlab.run.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.ditlab.diffusion.sampler.ImageSampler;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.run.estimate.Median;
import org.ditlab.run.exec.WorkerCommand;
import org.ditlab.train.Precision;
import org.jspecify.annotations.Nullable;

/**
 * Steps of plain PyTorch and of ours in alternating rounds, each side in a process of its own, so that ratios mean something
 * on a noisy machine and memory is told apart. PyTorch runs as it runs best: a short trial decides. Medians after a
 * warm-up.
 */
public final class StepContest implements AutoCloseable {
    /** Main class and hidden verb of our side. */
    private static final List<String> SERVER = List.of("org.ditlab.cli.Main", "benchmark-worker");

    /** Of ours: until memory that a step needs has been asked for, and the code that runs it is compiled. */
    private static final int WARM_UP = 8;
    /** Steps of our sampler in one timed chunk; all cost the same, so that few tell what many take. */
    private static final int TIMED = 2;
    /** A way of running the peer that is so much slower than the best so far is given up after one step. */
    private static final double HOPELESS = 1.3;
    /** Further steps of a trial, unless one takes so many seconds that a single one tells. */
    private static final int TRIED = 2;

    private static final double LONG = 4;

    private final Options options;
    private final Consumer<String> progress;
    private final @Nullable TorchPeer torch;
    private final TorchPeer.@Nullable Version version;

    /** What is stepped. */
    public enum Task {
        TRAINING,
        SAMPLING
    }

    /**
     * How to measure.
     *
     * @param batch images of a training step
     * @param steps of a whole sampling, the peer's schedule
     * @param guidance scale; 1 is none
     * @param device {@code cpu} or {@code cuda}, on both sides
     */
    public record Options(
            Task task,
            List<Precision> precisions,
            int batch,
            int steps,
            double guidance,
            int rounds,
            int threads,
            String device) {}

    /** Looks for PyTorch. */
    public StepContest(Options options, Consumer<String> progress) throws IOException, InterruptedException {
        this.options = options;
        this.progress = progress;
        torch = TorchPeer.find().orElse(null);
        version = torch == null ? null : torch.version();
    }

    /** {@code PyTorch 2.0, Python 3.11}; empty when it is not installed. */
    public Optional<String> peer() {
        return Optional.ofNullable(version).map(TorchPeer.Version::name);
    }

    /** Measures one model of the zoo. */
    public Contest run(String model) throws IOException {
        Settings settings = ModelZoo.find(model).orElseThrow();
        ModelCost cost = ModelCost.of(settings);
        boolean training = options.task() == Task.TRAINING;
        int images = training ? options.batch() : ImageSampler.CHUNK;
        double passes = training ? 3.0 * cost.macsTraining() : (options.guidance() == 1 ? 1.0 : 2.0) * cost.macs();
        Opponent opponent = opponent(model, settings, cost.parameters());
        try (StepProcess peer = opponent.process()) {
            List<Double> theirs = new ArrayList<>();
            List<Contest.Ours> ours = new ArrayList<>();
            for (Precision precision : options.precisions()) {
                ours.add(ours(model, precision, peer, theirs));
            }
            Optional<Contest.Peer> found = peer == null
                    ? Optional.empty()
                    : Optional.of(new Contest.Peer(opponent.setting(), median(theirs), peer.peak()));
            return new Contest(model, cost.parameters(), images, passes * images, found, opponent.remark(), ours);
        }
    }

    private Map<String, Object> request() {
        Map<String, Object> request = new HashMap<>();
        request.put("task", options.task().name().toLowerCase(Locale.ROOT));
        request.put("batch", options.task() == Task.TRAINING ? options.batch() : ImageSampler.CHUNK);
        request.put("guidance", options.guidance());
        request.put("device", options.device());
        return request;
    }

    // ---- ours ----

    private Contest.Ours ours(String model, Precision precision, @Nullable StepProcess peer, List<Double> theirs)
            throws IOException {
        List<String> program = new ArrayList<>(SERVER);
        program.add("--threads=" + options.threads());
        program.add("--device=" + options.device());
        String name = model + " " + precision.name().toLowerCase(Locale.ROOT);
        try (StepProcess ours = new StepProcess(name, WorkerCommand.of(program, options.threads()))) {
            Map<String, Object> request = request();
            request.put("model", model);
            request.put("precision", precision.name());
            request.put("steps", TIMED);
            ours.ask("build", request);
            progress.accept(name);
            for (int i = 0; i < WARM_UP; i++) {
                ours.step();
            }
            if (peer != null) {
                peer.step();
            }
            List<Double> mine = new ArrayList<>();
            List<Double> beside = new ArrayList<>();
            for (int round = 0; round < options.rounds(); round++) {
                mine.add(ours.step());
                if (peer != null) {
                    beside.add(peer.step());
                }
            }
            theirs.addAll(beside);
            double seconds = median(mine);
            OptionalDouble ratio =
                    beside.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(beside) / seconds);
            long peak = ours.peak();
            progress.accept(name + ": the machine's products" + (training() ? " and the floor" : ""));
            double product = ours.ask("rate", Map.of()).get("gflops").doubleValue();
            Optional<Contest.Parts> floor = training() ? Optional.of(floor(ours)) : Optional.empty();
            return new Contest.Ours(precision, seconds, ratio, peak, product, floor);
        }
    }

    private boolean training() {
        return options.task() == Task.TRAINING;
    }

    private static Contest.Parts floor(StepProcess ours) throws IOException {
        JsonNode found = ours.ask("floor", Map.of());
        return new Contest.Parts(
                found.get("products").doubleValue(),
                found.get("convolutions").doubleValue(),
                found.get("optimiser").doubleValue());
    }

    // ---- the peer ----

    /** The peer at its best, warm; without a process when it is not the same model. */
    private record Opponent(
            String setting, double seconds, @Nullable StepProcess process, String remark) {
        static Opponent none(String remark) {
            return new Opponent("", 0, null, remark);
        }
    }

    private Opponent opponent(String model, Settings settings, long parameters) {
        if (torch == null || version == null) {
            return Opponent.none("PyTorch is not installed");
        }
        if (!options.device().equals("cpu") && !version.cuda()) {
            return Opponent.none("PyTorch here does not reach the accelerator");
        }
        Optional<PeerModel> known = PeerModel.of(settings);
        if (known.isEmpty()) {
            return Opponent.none("the peer has no such architecture");
        }
        try {
            return opponent(torch, model, known.get(), parameters);
        } catch (IOException failed) {
            return Opponent.none(failed.getMessage());
        }
    }

    private Opponent opponent(TorchPeer torch, String model, PeerModel known, long parameters) throws IOException {
        @Nullable Opponent best = null;
        TorchPeer.@Nullable Setting bestSetting = null;
        for (TorchPeer.Setting setting : torch.settings(options.threads(), options.device())) {
            Opponent next = trial(torch, setting, model, known, parameters, best);
            if (next.process() == null) {
                return next;
            }
            if (next != best) {
                best = next;
                bestSetting = setting;
            }
        }
        if (best == null || bestSetting == null) {
            throw new IllegalStateException("there is no way to run the peer");
        }
        if (!options.device().equals("cpu")) {
            return best;
        }
        TorchPeer.Setting allocator = bestSetting.with("allocator set as ours", WorkerCommand.allocator());
        return trial(torch, allocator, model, known, parameters, best);
    }

    /** The better of the best so far and this; the other one is ended. */
    private Opponent trial(
            TorchPeer torch,
            TorchPeer.Setting setting,
            String model,
            PeerModel known,
            long parameters,
            @Nullable Opponent best)
            throws IOException {
        progress.accept(model + " PyTorch, trial: " + setting.name());
        StepProcess process = torch.start(setting);
        Opponent kept = best == null ? new Opponent("", Double.POSITIVE_INFINITY, process, "") : best;
        try {
            Map<String, Object> request = request();
            request.put("family", known.family());
            request.put("config", known.config());
            request.put("steps", options.steps());
            long counted = process.ask("build", request).get("parameters").longValue();
            if (counted != parameters) {
                kept = Opponent.none(
                        "not compared: the peer's model has %,d parameters, ours %,d".formatted(counted, parameters));
                return kept;
            }
            process.step();
            double seconds = process.step();
            for (int i = 0; i < TRIED && seconds < Math.min(LONG, HOPELESS * kept.seconds()); i++) {
                seconds = Math.min(seconds, process.step());
            }
            if (seconds < kept.seconds()) {
                if (best != null && best.process() != null) {
                    best.process().close();
                }
                kept = new Opponent(setting.name(), seconds, process, "");
            }
            return kept;
        } finally {
            if (kept.process() != process) {
                process.close();
            }
        }
    }

    private static double median(List<Double> values) {
        return Median.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    @Override
    public void close() throws IOException {
        if (torch != null) {
            torch.close();
        }
    }
}
