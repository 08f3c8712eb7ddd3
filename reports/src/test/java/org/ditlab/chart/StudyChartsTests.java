package org.ditlab.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.io.IOException;
import java.util.List;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.summary.StudySummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StudyChartsTests {
    private static List<String> ids(StudySummary study) throws IOException {
        return StudyCharts.of(study).stream().map(Chart::id).toList();
    }

    private static <T extends Chart> T chart(StudySummary study, String id, Class<T> kind) throws IOException {
        return StudyCharts.of(study).stream()
                .filter(chart -> chart.id().equals(id))
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aLadderHasItsChartsInTheOrderOfThePage() throws IOException {
        assertThat(ids(ChartFixture.ladder(3)))
                .containsExactly(
                        "gmacs-vs-fid",
                        "ladder-waterfall",
                        "training-gmacs-vs-fid",
                        "time-vs-fid",
                        "memory-vs-fid",
                        "parameters-vs-fid",
                        "gmacs-by-block",
                        "loss-by-timestep");
    }

    @Test
    void everyIdBeginsWithAKnownStem() throws IOException {
        for (StudySummary study : List.of(
                ChartFixture.ladder(2), ChartFixture.guidance(), ChartFixture.downsamplers(), ChartFixture.routing())) {
            assertThat(ids(study))
                    .doesNotHaveDuplicates()
                    .allMatch(id -> StudyCharts.STEMS.contains(id.replaceFirst("-[0-9]+$", "")));
        }
    }

    @Test
    void theWaterfallLeavesControlsOutAndEndsAtTheLastRung() throws IOException {
        BarChart chart = chart(ChartFixture.ladder(3), "ladder-waterfall", BarChart.class);

        assertThat(chart.bars()).extracting(Bar::label).hasSize(7).doesNotContain("DiT-UNet + KV downsampling");
        for (int i = 1; i < chart.bars().size(); i++) {
            Bar above = chart.bars().get(i - 1);
            BarPart part = chart.bars().get(i).parts().get(0);
            assertThat(part.from()).isEqualTo(above.end());
            assertThat(part.to()).isEqualTo(chart.bars().get(i).end());
        }
        assertThat(chart.joined()).isTrue();
        assertThat(chart.fills()).extracting(Fill::hatch).doesNotHaveDuplicates();
    }

    /** By hand: 463, 278 with relative noise of the seeds; the difference is over pairs, so its interval is narrower than a rung's. */
    @Test
    void aRungsIntervalIsThatOfThePairedDifference() throws IOException {
        StudySummary study = ChartFixture.ladder(3);
        Bar rung = chart(study, "ladder-waterfall", BarChart.class).bars().get(2);
        ScatterPoint point = chart(study, "gmacs-vs-fid", ScatterChart.class).points().stream()
                .filter(own -> own.label().equals("U-DiT (vanilla)"))
                .findFirst()
                .orElseThrow();

        assertThat(rung.label()).isEqualTo("U-DiT (vanilla)");
        assertThat(rung.end()).isEqualTo(point.y(), offset(1e-9));
        assertThat((rung.high() - rung.low()) / 2).isPositive().isLessThan(point.half());
    }

    /** The last rung has two of three seeds: bars, signs and intervals are those of a ladder of two seeds throughout. */
    @Test
    void theWaterfallIsOverTheSeedsThatAllRungsHave() throws IOException {
        BarChart chart = chart(ChartFixture.ladder(3, 2), "ladder-waterfall", BarChart.class);
        List<Bar> two = chart(ChartFixture.ladder(2), "ladder-waterfall", BarChart.class)
                .bars();

        assertThat(chart.bars())
                .extracting(Bar::end)
                .isEqualTo(two.stream().map(Bar::end).toList());
        assertThat(chart.bars())
                .extracting(Bar::note)
                .isEqualTo(two.stream().map(Bar::note).toList());
        assertThat(chart.bars())
                .extracting(Bar::parts)
                .isEqualTo(two.stream().map(Bar::parts).toList());
        assertThat(chart.subtitle()).startsWith("Over the 2 seeds that all rungs have");
    }

    @Test
    void oneSeedHasNoIntervalInTheWaterfall() throws IOException {
        BarChart chart = chart(ChartFixture.ladder(1), "ladder-waterfall", BarChart.class);

        assertThat(chart.bars()).allMatch(bar -> Double.isNaN(bar.low()));
        assertThat(chart.bars().get(1).note()).contains("(n = 1)");
    }

    @Test
    void eachCostHasItsOwnAxis() throws IOException {
        StudySummary study = ChartFixture.ladder(2);

        assertThat(chart(study, "gmacs-vs-fid", ScatterChart.class)
                        .points()
                        .get(0)
                        .x())
                .isEqualTo(0.0652, offset(1e-12));
        assertThat(chart(study, "training-gmacs-vs-fid", ScatterChart.class)
                        .points()
                        .get(0)
                        .x())
                .isEqualTo(3 * 32 * 500 * 0.0652, offset(1e-6));
        assertThat(chart(study, "time-vs-fid", ScatterChart.class)
                        .points()
                        .get(0)
                        .x())
                .isEqualTo(0.02 * 1.015, offset(1e-12));
        assertThat(chart(study, "parameters-vs-fid", ScatterChart.class)
                        .points()
                        .get(0)
                        .x())
                .isEqualTo(0.5, offset(1e-12));
    }

    @Test
    void aModelIsOneCurveOverItsGuidanceScales() throws IOException {
        LineChart chart = chart(ChartFixture.guidance(), "fid-over-guidance", LineChart.class);

        assertThat(chart.series())
                .extracting(LineSeries::label)
                .containsExactly("DiT-S/4, guidance", "U-DiT-S, guidance");
        assertThat(chart.series().get(0).x()).containsExactly(1, 1.25, 1.5, 2, 3);
        assertThat(chart.series().get(0).banded()).isTrue();
    }

    @Test
    void downsamplersAreComparedWithWhatDiffersInNothingElse() throws IOException {
        BarChart chart = chart(ChartFixture.downsamplers(), "downsamplers", BarChart.class);

        assertThat(chart.bars()).extracting(Bar::label).containsExactly("none", "dense", "depthwise");
        assertThat(chart.bars()).allMatch(bar -> bar.parts().get(0).from() == 0);
        assertThat(chart.value().min()).isZero();
        assertThat(ids(ChartFixture.ladder(2))).doesNotContain("downsamplers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DiT-S/2", "DiT-XL/2", "U-DiT-S", "U-DiT-L"})
    void theCostsOfTheBlocksAddUpToTheModels(String name) {
        Settings settings = ModelZoo.find(name).orElseThrow();

        long sum = BlockCosts.parts(settings).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(sum).isEqualTo(ModelCost.of(settings).macs());
        assertThat(BlockCosts.parts(settings))
                .allSatisfy((part, cost) -> assertThat(cost).as(part.name()).isNotNegative());
        assertThat(BlockCosts.parts(settings).get(BlockCosts.Part.FEED_FORWARD)).isPositive();
    }

    @Test
    void theLossByTimestepHasTenValuesAndARangeOverTheSeeds() throws IOException {
        LineSeries series = chart(ChartFixture.ladder(3), "loss-by-timestep", LineChart.class)
                .series()
                .get(0);

        assertThat(series.x()).containsExactly(5, 15, 25, 35, 45, 55, 65, 75, 85, 95);
        for (int i = 0; i < 10; i++) {
            assertThat(series.y()[i]).isBetween(series.low()[i], series.high()[i]);
        }
    }

    @Test
    void ratiosAreAMapOfLayersAndPlacesInTheSchedule() throws IOException {
        StudySummary study = ChartFixture.routing();
        HeatMap map = chart(study, "learned-ratios", HeatMap.class);

        assertThat(map.rows()).hasSize(12).startsWith("blocks.0");
        assertThat(map.columns()).hasSize(10);
        assertThat(map.values().get(0).get(0)).isGreaterThan(map.values().get(0).get(9));
        assertThat(map.subject().trials()).hasSize(2);
        assertThat(ids(study)).filteredOn(id -> id.startsWith("learned-ratios")).hasSize(1);
    }

    /** Lightness rises along the scale, so that it can be read in grey. */
    @Test
    void theColoursOfAHeatMapGetLighter() {
        double before = -1;
        for (int i = 0; i <= 100; i++) {
            java.awt.Color colour = java.awt.Color.decode(HeatDrawing.colour(i / 100.0));
            double light = 0.2126 * colour.getRed() + 0.7152 * colour.getGreen() + 0.0722 * colour.getBlue();
            assertThat(light).isGreaterThanOrEqualTo(before);
            before = light;
        }
    }
}
