package org.ditlab.run.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.ditlab.diffusion.sampler.ImageSampler;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.PeakMemory;
import org.ditlab.train.Precision;
import org.ditlab.train.StepBenchmark;
import org.ditlab.train.Trainer;
import org.jspecify.annotations.Nullable;

/**
 * Our side of a contest: answers the requests that {@link StepProcess} sends, and {@code rate} and {@code floor}, which the
 * peer does not know. One model in one precision.
 */
public final class StepServer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Backend backend;
    private @Nullable Work work;
    private Settings settings = Settings.empty();
    private Precision precision = Precision.FP32;
    private int batch;

    /** Gives the seconds of one step. */
    private interface Work extends AutoCloseable {
        double step();

        @Override
        void close();
    }

    public StepServer(Backend backend) {
        this.backend = backend;
    }

    /** Answers until the input ends. */
    public void serve(InputStream in, PrintStream out) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            out.println(JSON.writeValueAsString(answer(JSON.readTree(line))));
            out.flush();
        }
        end();
    }

    private Map<String, ?> answer(JsonNode request) {
        String what = request.get("do").asText();
        return switch (what) {
            case "build" -> build(request);
            case "step" -> Map.of("seconds", step());
            case "peak" -> Map.of("bytes", backend.device() == Device.CPU ? PeakMemory.bytes() : -1);
            case "rate" -> Map.of("gflops", rate());
            case "floor" -> floor();
            default -> throw new IllegalArgumentException("no request is called " + what);
        };
    }

    private Map<String, ?> build(JsonNode request) {
        end();
        settings = ModelZoo.find(request.get("model").asText()).orElseThrow();
        precision = Precision.valueOf(request.get("precision").asText());
        batch = request.get("batch").intValue();
        boolean training = request.get("task").asText().equals("training");
        work = training
                ? training()
                : sampling(
                        request.get("steps").intValue(), request.get("guidance").doubleValue());
        return Map.of();
    }

    private Work training() {
        Trainer trainer = StepBenchmark.trainer(backend, settings, batch, precision);
        return new Work() {
            @Override
            public double step() {
                trainer.step();
                return 1;
            }

            @Override
            public void close() {
                trainer.close();
            }
        };
    }

    /** Whole chunks of a few steps each. */
    private Work sampling(int steps, double guidance) {
        Settings sampled = settings.with(SampleKnobs.STEPS.to(steps), SampleKnobs.GUIDANCE.to(guidance));
        Scope scope = backend.scope("sample");
        Backend.Guard guard = backend.compute(precision.type());
        Denoiser folded;
        try (Scope load = backend.scope("load")) {
            Denoiser model = ModelZoo.build(settings);
            model.materialize(backend, new Streams(1));
            folded = model.folded();
            folded.keep(load);
        }
        ImageSampler sampler = new ImageSampler(backend, folded, sampled, 1);
        return new Work() {
            private long next;

            @Override
            public double step() {
                sampler.chunk(next, ImageSampler.CHUNK);
                next += ImageSampler.CHUNK;
                return steps;
            }

            @Override
            public void close() {
                guard.close();
                scope.close();
            }
        };
    }

    private double step() {
        if (work == null) {
            throw new IllegalStateException("\"build\" comes before \"step\"");
        }
        long start = System.nanoTime();
        double steps = work.step();
        Floor.await(backend);
        return (System.nanoTime() - start) / 1e9 / steps;
    }

    private double rate() {
        end();
        return new StepBenchmark(backend)
                .products(precision).stream()
                        .mapToDouble(StepBenchmark.Row::gflops)
                        .max()
                        .orElseThrow();
    }

    private Map<String, ?> floor() {
        end();
        Floor floor = Floor.measure(backend, settings, batch, precision);
        return Map.of(
                "products", floor.products(),
                "convolutions", floor.convolutions(),
                "optimiser", floor.optimiser());
    }

    private void end() {
        if (work != null) {
            work.close();
            work = null;
        }
    }
}
