package org.ditlab.html;

import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Fills the templates of this package, which escape what comes from files by themselves; style and script of the page are put
 * inside it, and of all scripts it lets that one run alone.
 */
public final class Templates {
    private static final Configuration CONFIGURATION = configuration();

    private Templates() {}

    /** A page from its template's file name and what it names. */
    public static String fill(String template, Map<String, Object> model) throws IOException {
        Map<String, Object> all = new HashMap<>(model);
        String script = resource("index.js");
        all.put("style", resource("index.css"));
        all.put("script", script);
        all.put("scriptHash", digest(script));
        StringWriter page = new StringWriter();
        try {
            CONFIGURATION.getTemplate(template).process(all, page);
        } catch (TemplateException e) {
            throw new IOException("the report's template failed: " + e.getMessage(), e);
        }
        return page.toString();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Templates.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing beside the report's template");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** As a content security policy names a script. */
    private static String digest(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Configuration configuration() {
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setClassForTemplateLoading(Templates.class, "");
        configuration.setDefaultEncoding("UTF-8");
        configuration.setLocale(Locale.ROOT);
        configuration.setNumberFormat("computer");
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        return configuration;
    }
}
