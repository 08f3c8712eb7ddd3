package org.ditlab.metric.evaluation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.ditlab.metric.ExtrapolatedFid;
import org.ditlab.metric.InceptionScore;
import org.ditlab.metric.KernelDistance;
import org.ditlab.metric.PrecisionRecall;
import org.ditlab.metric.SplitRule;
import org.ditlab.metric.inception.Preprocessing;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.DType;

/**
 * A reference evaluator by name: everything in which its numbers differ from the others' for the same images. All take
 * covariances in float64 with divisor N - 1 and logits without bias. Sources: openai/guided-diffusion, evaluations/evaluator.py;
 * mseitzer/pytorch-fid; toshas/torch-fidelity; GaParmar/clean-fid.
 */
public enum Suite {
    /** The evaluator of ADM, DiT and SiT. */
    ADM(
            "adm",
            Preprocessing.TF1_BILINEAR,
            true,
            SplitRule.blocksOf(5000),
            InceptionScore.Form.ADM_FLOAT32,
            PrecisionRecall.Form.ADM_FLOAT16,
            DType.FLOAT64,
            Metric.INCEPTION_SCORE,
            Metric.FID,
            Metric.SPATIAL_FID,
            Metric.PRECISION_RECALL),
    PYTORCH_FID(
            "pytorch-fid",
            Preprocessing.HALF_PIXEL,
            false,
            SplitRule.splits(InceptionScore.SPLITS),
            InceptionScore.Form.FLOAT64,
            PrecisionRecall.Form.EXACT,
            DType.FLOAT64,
            Metric.FID),
    /** Its precision and recall are over VGG16 features, so that they are not among its own here. */
    TORCH_FIDELITY(
            "torch-fidelity",
            Preprocessing.TF1_BILINEAR,
            true,
            SplitRule.splits(InceptionScore.SPLITS).shuffled(2020),
            InceptionScore.Form.FLOAT64,
            PrecisionRecall.Form.EXACT,
            DType.FLOAT32,
            Metric.INCEPTION_SCORE,
            Metric.FID,
            Metric.KID),
    /** Its mode {@code clean}. Draws KID's subsets from an unseeded generator; here they are seeded. */
    CLEAN_FID(
            "clean-fid",
            Preprocessing.CLEAN,
            true,
            SplitRule.splits(InceptionScore.SPLITS),
            InceptionScore.Form.FLOAT64,
            PrecisionRecall.Form.EXACT,
            DType.FLOAT32,
            Metric.FID,
            Metric.KID),
    /** No rounding that could be avoided: float64 throughout, exact neighbours. */
    DITLAB(
            "ditlab",
            Preprocessing.TF1_BILINEAR,
            false,
            SplitRule.splits(InceptionScore.SPLITS),
            InceptionScore.Form.FLOAT64,
            PrecisionRecall.Form.EXACT,
            DType.FLOAT64,
            Metric.values());

    private final String word;
    private final Preprocessing preprocessing;
    private final boolean narrowMean;
    private final SplitRule splits;
    private final InceptionScore.Form scoreForm;
    private final PrecisionRecall.Form neighbours;
    private final DType kernelType;
    private final Set<Metric> own;

    Suite(
            String word,
            Preprocessing preprocessing,
            boolean narrowMean,
            SplitRule splits,
            InceptionScore.Form scoreForm,
            PrecisionRecall.Form neighbours,
            DType kernelType,
            Metric... own) {
        this.word = word;
        this.preprocessing = preprocessing;
        this.narrowMean = narrowMean;
        this.splits = splits;
        this.scoreForm = scoreForm;
        this.neighbours = neighbours;
        this.kernelType = kernelType;
        this.own = EnumSet.copyOf(List.of(own));
    }

    /** All names. */
    public static List<String> words() {
        return Arrays.stream(values()).map(Suite::word).toList();
    }

    /**
     * The one of that name.
     *
     * @throws StudyException when there is none, with the nearest name
     */
    public static Suite named(String word) {
        return Arrays.stream(values())
                .filter(suite -> suite.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new StudyException("there is no suite \"" + word + "\"; "
                        + Spelling.remark(word, words()) + " All: " + String.join(", ", words())));
    }

    public String word() {
        return word;
    }

    /** What is done to images before Inception. */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /** Whether FID's means are added up in float32. */
    boolean narrowMean() {
        return narrowMean;
    }

    SplitRule splits() {
        return splits;
    }

    InceptionScore.Form scoreForm() {
        return scoreForm;
    }

    PrecisionRecall.Form neighbours() {
        return neighbours;
    }

    DType kernelType() {
        return kernelType;
    }

    /** KID's subsets for sets of these sizes. */
    KernelDistance.Subsets subsets(int reference, int samples) {
        KernelDistance.Subsets usual = KernelDistance.Subsets.USUAL;
        int size = this == CLEAN_FID ? Math.min(usual.size(), Math.min(reference, samples)) : usual.size();
        return new KernelDistance.Subsets(usual.count(), Math.max(2, size), usual.seed(), usual.samplesFirst());
    }

    /** Images that a metric needs on a side at least, with the usual number of neighbours. */
    public int least(Metric metric) {
        return switch (metric) {
            case INCEPTION_SCORE -> 1;
            case FID, SPATIAL_FID -> 2;
            case PRECISION_RECALL, DENSITY_COVERAGE -> PrecisionRecall.NEIGHBOURS + 1;
            case KID -> this == CLEAN_FID ? 2 : KernelDistance.Subsets.USUAL.size();
            case FID_INFINITY -> ExtrapolatedFid.FEWEST;
        };
    }

    /** The metrics that the evaluator itself gives. */
    public Set<Metric> own() {
        return own;
    }
}
