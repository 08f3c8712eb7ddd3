package org.ditlab.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleFileTests {
    @TempDir
    Path folder;

    @Test
    void channelsComeFirst() throws IOException {
        Path path = folder.resolve("samples.npz");
        byte[] interleaved = {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
        Npz.write(path, Map.of("arr_0", NpyArray.of(interleaved, 2, 1, 2, 3)));
        SampleFile samples = SampleFile.read(path);

        assertThat(samples.count()).isEqualTo(2);
        assertThat(samples.images(1, 1).pixels()).containsExactly(10, 13, 11, 14, 12, 15);
        assertThat(samples.images(0, 2).pixels()).containsExactly(0, 3, 1, 4, 2, 5, 10, 13, 11, 14, 12, 15);
    }

    @Test
    void arraysOfAnotherTypeOrRankAreRefused() throws IOException {
        Path path = folder.resolve("samples.npz");
        Npz.write(path, Map.of("arr_0", NpyArray.of(new float[4], 1, 2, 2, 1)));
        assertThatThrownBy(() -> SampleFile.read(path))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("samples.npz")
                .hasMessageContaining("f4 (1, 2, 2, 1)");
        Npz.write(path, Map.of("arr_0", NpyArray.of(new byte[4], 4)));
        assertThatThrownBy(() -> SampleFile.read(path)).isInstanceOf(StudyException.class);
    }
}
