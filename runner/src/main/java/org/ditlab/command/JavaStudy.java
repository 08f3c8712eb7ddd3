package org.ditlab.command;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;

/**
 * A study as a single Java file: a class with one public static method that takes nothing and returns a {@link Study} or a
 * {@link StudySpec}. Compiled and called in this process.
 */
final class JavaStudy {
    private JavaStudy() {}

    /** @throws StudyException with all errors of the compiler, each with {@code file:line:column} */
    static StudySpec read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new StudyException(file + ": there is no such file; expected a study in Java");
        }
        try {
            Path classes = Files.createTempDirectory("ditlab-study-");
            try {
                compile(file, classes);
                return call(file, classes);
            } finally {
                delete(classes);
            }
        } catch (IOException e) {
            throw new StudyException(file + ": cannot be compiled: " + StudyDirectory.reason(e));
        }
    }

    private static void compile(Path file, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new StudyException(file + ": this Java runtime has no compiler; use a JDK, or a study in YAML");
        }
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        List<String> options = List.of(
                "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none", "-Xlint:none");
        boolean compiled;
        try (StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, Locale.ROOT, null)) {
            compiled = compiler.getTask(
                            new StringWriter(), files, diagnostics, options, null, files.getJavaFileObjects(file))
                    .call();
        }
        if (!compiled) {
            List<String> problems = new ArrayList<>();
            for (Diagnostic<? extends JavaFileObject> one : diagnostics.getDiagnostics()) {
                if (one.getKind() == Diagnostic.Kind.ERROR) {
                    problems.add(file + ":" + one.getLineNumber() + ":" + one.getColumnNumber() + "  "
                            + one.getMessage(Locale.ROOT).replaceAll("\\s*\\R\\s*", "; "));
                }
            }
            throw new StudyException(problems.isEmpty() ? List.of(file + ": does not compile") : problems);
        }
    }

    private static StudySpec call(Path file, Path classes) throws IOException {
        List<Method> methods = new ArrayList<>();
        URL[] urls = {classes.toUri().toURL()};
        try (URLClassLoader loader = new URLClassLoader(urls, JavaStudy.class.getClassLoader())) {
            for (String name : classNames(classes)) {
                for (Method method : loader.loadClass(name).getDeclaredMethods()) {
                    if (declaresStudy(method)) {
                        methods.add(method);
                    }
                }
            }
            if (methods.size() != 1) {
                throw new StudyException(file + ": found " + methods.size()
                        + " public static methods without parameters that return Study or StudySpec; expected one");
            }
            Method method = methods.get(0);
            method.setAccessible(true);
            Object study = method.invoke(null);
            if (study instanceof Study fluent) {
                return fluent.spec();
            }
            if (study instanceof StudySpec spec) {
                return spec.checked();
            }
            throw new StudyException(file + ": " + method.getName() + "() returned null; expected a study");
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof StudyException bad) {
                throw bad;
            }
            throw new StudyException(file + ": threw " + e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new StudyException(file + ": cannot be called: " + e);
        }
    }

    private static boolean declaresStudy(Method method) {
        int modifiers = method.getModifiers();
        Class<?> type = method.getReturnType();
        return Modifier.isPublic(modifiers)
                && Modifier.isStatic(modifiers)
                && method.getParameterCount() == 0
                && (type == Study.class || type == StudySpec.class);
    }

    private static List<String> classNames(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name.substring(0, name.length() - ".class".length())
                            .replace(classes.getFileSystem().getSeparator(), "."))
                    .sorted()
                    .toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
