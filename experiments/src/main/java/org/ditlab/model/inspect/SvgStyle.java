package org.ditlab.model.inspect;

/** The colours of a drawing, for light and dark, held to the one drawing by its id. */
final class SvgStyle {
    private static final String RULES = """
            text { fill: #1f2328 }
            .heading { font-size: 16px; font-weight: bold }
            .name { font-weight: bold }
            .small, .faint { font-size: 11px }
            .faint { fill: #57606a }
            .tag { fill: #6e40c9; font-weight: bold }
            .paper { fill: #ffffff }
            .band { fill: #f3f5f7 }
            .edge { fill: none; stroke: #57606a; stroke-width: 1.4 }
            .head { fill: #57606a }
            .skip { stroke: #a04100; stroke-dasharray: 6 4 }
            .block rect { fill: #ffffff; stroke: #57606a }
            .transformer rect { fill: #ddebff; stroke: #0a58ca }
            .down rect, .up rect { fill: #dcf3e1; stroke: #1a7f37 }
            .fuse rect { fill: #ffe8d4; stroke: #a04100 }
            .condition rect { fill: #efe6ff; stroke: #6e40c9 }
            """;
    private static final String DARK = """
            text { fill: #e6edf3 }
            .faint { fill: #9aa4ae }
            .tag { fill: #c4a7ff }
            .paper { fill: #0d1117 }
            .band { fill: #161b22 }
            .edge { stroke: #9aa4ae }
            .head { fill: #9aa4ae }
            .skip { stroke: #ffa657 }
            .block rect { fill: #21262d; stroke: #9aa4ae }
            .transformer rect { fill: #12294a; stroke: #6cb0ff }
            .down rect, .up rect { fill: #12341d; stroke: #4ac26b }
            .fuse rect { fill: #41250d; stroke: #ffa657 }
            .condition rect { fill: #2c2149; stroke: #c4a7ff }
            """;

    private SvgStyle() {}

    static String of(String id) {
        return "\n#" + id + " { color-scheme: light dark }\n" + within(id, RULES)
                + "@media (prefers-color-scheme: dark) {\n" + within(id, DARK) + "}\n";
    }

    private static String within(String id, String rules) {
        StringBuilder text = new StringBuilder();
        rules.lines().forEach(rule -> {
            String[] parts = rule.split(" \\{", 2);
            String selectors = "#" + id + " " + parts[0].replace(", ", ", #" + id + " ");
            text.append(selectors).append(" {").append(parts[1]).append('\n');
        });
        return text.toString();
    }
}
