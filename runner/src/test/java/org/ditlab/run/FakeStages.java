package org.ditlab.run;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.ditlab.store.AtomicFile;
import org.ditlab.study.plan.StageKind;
import org.ditlab.train.TrainKnobs;

/** Stages of plain arithmetic (chains of SHA-256) with checkpoints, for tests of everything around them. */
final class FakeStages {
    static final String OUTPUT = "output.bin";
    private static final int ROUNDS_PER_STEP = 40_000;
    private static final int CHECKPOINT_EVERY = 5;

    private FakeStages() {}

    static List<StageRunner> all() {
        List<StageRunner> runners = new ArrayList<>();
        for (StageKind kind : FakePlan.KINDS) {
            runners.add(new Chain(kind));
        }
        return runners;
    }

    /** Hashes what it uses and its seed over and over; settings of special values make it fail. */
    private record Chain(StageKind kind) implements StageRunner {
        /** Seeds with a meaning. */
        private static final long DIVERGING_SEED = 666;

        private static final long CRASHING_SEED = 667;

        @Override
        public StageResult run(StageContext context) throws IOException, InterruptedException {
            if (context.seed() == CRASHING_SEED && kind == StageKind.TRAIN) {
                throw new IllegalStateException("crashed as asked");
            }
            int steps = kind == StageKind.TRAIN ? context.settings().get(TrainKnobs.STEPS) : 8;
            Path checkpoint = context.directory().resolve("checkpoint.bin");
            byte[] state = begin(context);
            int step = 0;
            if (Files.exists(checkpoint)) {
                ByteBuffer saved = ByteBuffer.wrap(Files.readAllBytes(checkpoint));
                step = saved.getInt();
                saved.get(state);
            }
            while (step < steps) {
                if (context.stopRequested()) {
                    save(checkpoint, step, state);
                    throw new InterruptedException("stopped at step " + step);
                }
                state = rounds(state);
                step++;
                context.log(Map.of("step", step, "loss", loss(state)));
                context.progress(step, steps, "loss " + loss(state));
                if (step % CHECKPOINT_EVERY == 0) {
                    save(checkpoint, step, state);
                }
            }
            AtomicFile.write(context.directory().resolve(OUTPUT), state);
            if (context.seed() == DIVERGING_SEED && kind == StageKind.TRAIN) {
                return new StageResult(Map.of("diverged_at_step", steps), Map.of(), Map.of());
            }
            return new StageResult(
                    Map.of(kind.word() + ".state", HexFormat.of().formatHex(state)),
                    Map.of(),
                    Map.of(kind.word(), "chain"));
        }

        @Override
        public void finished(StageContext context) throws IOException {
            Files.deleteIfExists(context.directory().resolve("checkpoint.bin"));
        }

        private byte[] begin(StageContext context) throws IOException {
            MessageDigest digest = sha256();
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, kind == StageKind.EXTRACTOR ? 0 : context.seed()));
            digest.update(context.stage().hash().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            for (StageKind earlier : FakePlan.KINDS) {
                if (earlier.compareTo(kind) < 0 && uses(earlier)) {
                    digest.update(Files.readAllBytes(context.upstream(earlier).resolve(OUTPUT)));
                }
            }
            return digest.digest();
        }

        private boolean uses(StageKind earlier) {
            return FakePlan.uses(kind).contains(earlier);
        }

        private static byte[] rounds(byte[] state) {
            MessageDigest digest = sha256();
            byte[] next = state;
            for (int i = 0; i < ROUNDS_PER_STEP; i++) {
                next = digest.digest(next);
            }
            return next;
        }

        private static double loss(byte[] state) {
            return (state[0] & 0xff) / 256.0;
        }

        private static void save(Path checkpoint, int step, byte[] state) throws IOException {
            byte[] bytes = ByteBuffer.allocate(Integer.BYTES + state.length)
                    .putInt(step)
                    .put(state)
                    .array();
            AtomicFile.write(checkpoint, bytes);
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
