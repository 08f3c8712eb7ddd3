package org.ditlab.tensor.random;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Pins draws: a change here changes the result of every study. */
class StreamsTests {
    @Test
    void drawsNeverChange() {
        float[] normal = new float[4];
        new Streams(1).stream("init").named("blocks.0.attn.qkv.weight").normal(0, 0, normal, 0, 4);
        float[] uniform = new float[4];
        new Streams(1).stream("data").uniform(12, 34, uniform, 0, 4);

        assertThat(normal).containsExactly(-0.03619002f, -1.6132247f, 0.9777072f, -0.3488979f);
        assertThat(uniform).containsExactly(0.3556924f, 0.72223866f, 0.5362466f, 0.119095385f);
        assertThat(new Streams(2).stream("time").uniform(5, 6, 7)).isEqualTo(0.8448285922404555);
        assertThat(new Streams(3).stream("sample").permutation(8, 9)).containsExactly(0, 4, 3, 6, 1, 5, 2, 7);
    }
}
