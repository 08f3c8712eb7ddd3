package org.ditlab.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.spencerpark.jupyter.kernel.ReplacementOptions;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cells in this process. */
class JavaKernelTests {
    private static RecordingKernel kernel;

    @BeforeAll
    static void start() throws CellFailure {
        kernel = new RecordingKernel(Map.of("IJAVA_STARTUP_SCRIPT", "int fromScript = 7;"));
    }

    @AfterAll
    static void end() {
        kernel.close();
    }

    private static String text(DisplayData data) {
        return String.valueOf(data.getData(MIMEType.TEXT_PLAIN));
    }

    private static CellFailure failure(String cell) {
        return catchThrowableOfType(CellFailure.class, () -> kernel.eval(cell));
    }

    private static String plain(CellFailure failure) {
        return String.join("\n", failure.lines()).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    @Test
    void lastExpressionIsTheCellsValue() throws CellFailure {
        assertThat(text(kernel.eval("int a = 40;\nint b = 2;\na + b"))).isEqualTo("42");
        assertThat(text(kernel.eval("a"))).isEqualTo("40");
        assertThat(kernel.eval("int c = 3;")).isNull();
        assertThat(kernel.eval("// nothing\n")).isNull();
        assertThat(kernel.eval("List<String> none = null;\nnone")).isNull();
        assertThat(text(kernel.eval("fromScript"))).isEqualTo("7");
    }

    @Test
    void valuesAreTheObjectsThemselves() throws CellFailure {
        assertThat(text(kernel.eval("record Pair(int left, String right) {}\nnew Pair(1, \"two\")")))
                .isEqualTo("Pair[left=1, right=two]");
        assertThat(text(kernel.eval("Stream.of(1, 2).map(n -> n * n).collect(Collectors.toList())")))
                .isEqualTo("[1, 4]");
    }

    @Test
    void displayShowsAtOnceInTheTypesAskedFor() throws CellFailure {
        kernel.eval("display(\"<i>now</i>\", \"text/html\");");

        DisplayData last = kernel.shown().get(kernel.shown().size() - 1);
        assertThat(last.getData(MIMEType.TEXT_HTML)).isEqualTo("<i>now</i>");
        assertThat(last.hasDisplayId()).isTrue();
        assertThat(kernel.eval("render(\"<i>now</i>\", \"text/html\")").getData(MIMEType.TEXT_HTML))
                .isEqualTo("<i>now</i>");
    }

    @Test
    void errorOfTheCompilerShowsLineAndCaret() {
        CellFailure failure = failure("int fine = 1;\n\nint wrong = \"text\";");

        assertThat(failure.title()).isEqualTo("CompilationError");
        assertThat(plain(failure))
                .contains("line 3: int wrong = \"text\";\n                    ^^^^^^\nincompatible types");
    }

    @Test
    void whatIsNoJavaSaysWhere() {
        CellFailure failure = failure("int x = 1;\nfoo bar baz");

        assertThat(plain(failure)).contains("line 2: foo bar baz").contains("^");
    }

    @Test
    void codeThatEndsTooEarlySaysSo() {
        assertThat(failure("if (true) {").title()).isEqualTo("IncompleteSource");
    }

    @Test
    void exceptionShowsOnlyTheReadersFrames() {
        CellFailure failure = failure("int third() {\n    return Objects.checkIndex(2, 2);\n}\n\nthird();");

        assertThat(failure.title()).isEqualTo("IndexOutOfBoundsException");
        assertThat(plain(failure))
                .contains("Index 2 out of bounds")
                .contains("at third, cell [1], line 2")
                .contains("at cell [1], line 5")
                .doesNotContain("jdk.jshell")
                .doesNotContain("reflect")
                .doesNotContain("REPL");
    }

    @Test
    void badInputReadsAsOnTheCommandLine() {
        CellFailure failure = failure("throw new org.ditlab.study.StudyException(\"depth: expected 1 or more\");");

        assertThat(plain(failure)).isEqualTo("depth: expected 1 or more");
    }

    @Test
    void errorsOfTheMachineEndOnlyTheCell() throws CellFailure {
        assertThat(failure("int deeper(int n) { return deeper(n + 1) + 1; }\ndeeper(0)")
                        .title())
                .isEqualTo("StackOverflowError");
        assertThat(text(kernel.eval("2 + 2"))).isEqualTo("4");
    }

    @Test
    void useOfWhatIsNotDeclaredYetIsTold() throws CellFailure {
        kernel.eval("int early() { return late(); }");

        assertThat(failure("early()").title()).isEqualTo("UnresolvedReference");
        assertThat(text(kernel.eval("int late() { return 5; }\nearly()"))).isEqualTo("5");
    }

    private static CellFailure interrupted(String cell) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        RecordingKernel.begun = begun;
        FutureTask<CellFailure> running = new FutureTask<>(
                () -> failure("{\n" + RecordingKernel.class.getName() + ".begun.countDown();\n" + cell + "\n}"));
        Thread shell = new Thread(running, "shell");
        shell.start();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        kernel.interrupt();
        return running.get(30, TimeUnit.SECONDS);
    }

    @Test
    void interruptEndsWhatWaitsAndWhatLoops() throws Exception {
        kernel.eval("int before = 11;");

        assertThat(interrupted("new CountDownLatch(1).await();").title()).isEqualTo("Interrupted");
        assertThat(interrupted("long n = 0;\nwhile (n >= 0) { n = n == 9 ? 0 : n + 1; }")
                        .title())
                .isEqualTo("Interrupted");
        assertThat(text(kernel.eval("before"))).isEqualTo("11");
    }

    @Test
    void interruptWithoutACellDoesNothing() throws CellFailure {
        kernel.interrupt();

        assertThat(text(kernel.eval("1"))).isEqualTo("1");
    }

    @Test
    void completionKnowsWhatIsDeclared() throws CellFailure {
        kernel.eval("String word = \"x\";");
        String cell = "int other = 1;\nword.toUpp";

        ReplacementOptions options = kernel.complete(cell, cell.length());

        assertThat(options.getReplacements()).contains("toUpperCase(");
        assertThat(cell.substring(options.getSourceStart())).isEqualTo("toUpp");
        assertThat(options.getSourceEnd()).isEqualTo(cell.length());
    }

    @Test
    void inspectionGivesSignatures() {
        assertThat(text(kernel.inspect("Math.max(", 9, false))).contains("double Math.max(double a, double b)");
        assertThat(kernel.inspect("   ", 1, false)).isNull();
    }

    @Test
    void completenessTellsHowTheNextLineBegins() {
        assertThat(kernel.isComplete("for (int i = 0; i < 3; i++) {")).isEqualTo("    ");
        assertThat(kernel.isComplete("int a = 1;\na")).isEqualTo("complete");
        assertThat(kernel.isComplete("%jars x.jar\nint a = 1;")).isEqualTo("complete");
    }

    @Test
    void jarsAreSeenByTheCellsThatFollow(@TempDir Path folder) throws Exception {
        Path jar = jar(
                folder,
                "brought.Along",
                "package brought; public class Along { public static int five() { return 5; } }");

        assertThat(text(kernel.eval("%jars " + folder + "/*.jar\nbrought.Along.five()")))
                .isEqualTo("5");
        assertThat(jar).exists();
        assertThat(plain(failure("%jars " + folder + "/missing.jar"))).contains("there is no such file");
        assertThat(plain(failure("%%python\n1"))).contains("%jars");
    }

    @Test
    void remainderAtTheBeginningOfALineIsNoMagic() throws CellFailure {
        assertThat(text(kernel.eval("int rest = 3;\nint all = 10\n    %rest;\nall")))
                .isEqualTo("1");
    }

    private static Path jar(Path folder, String name, String source) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String path = name.replace('.', '/');
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            SimpleJavaFileObject unit =
                    new SimpleJavaFileObject(
                            URI.create("string:///" + path + ".java"), SimpleJavaFileObject.Kind.SOURCE) {
                        @Override
                        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                            return source;
                        }
                    };
            List<String> options = List.of("-d", folder.toString(), "-proc:none");
            assertThat(compiler.getTask(null, files, null, options, null, List.of(unit))
                            .call())
                    .isTrue();
        }
        Path jar = folder.resolve("along.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(path + ".class"));
            out.write(Files.readAllBytes(folder.resolve(path + ".class")));
            out.closeEntry();
        }
        return jar;
    }
}
