package org.ditlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code %maven}. */
class MavenClassPathTests {
    @Test
    void coordinatesAreCheckedFirst() {
        assertThatThrownBy(() -> new MavenClassPath("mvn").resolve(List.of("gson")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"gson\": expected group:artifact[:type[:classifier]]:version");
    }

    @Test
    void missingMavenIsTold() {
        assertThatThrownBy(() -> new MavenClassPath("no-such-maven").resolve(List.of("a:b:1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no-such-maven");
    }

    @Test
    @Tag("long")
    void jarsOfTheLocalRepositoryAreFound() {
        assertThat(new MavenClassPath("mvn").resolve(List.of("com.google.code.gson:gson:2.13.2")))
                .anySatisfy(jar -> assertThat(jar.getFileName()).hasToString("gson-2.13.2.jar"));
    }

    @Test
    @Tag("long")
    void whatCannotBeFoundSaysWhatElseThereIs() {
        assertThatThrownBy(() -> new MavenClassPath("mvn").resolve(List.of("org.ditlab.none:none:0")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("org.ditlab.none:none:0")
                .hasMessageContaining("%jars");
    }
}
