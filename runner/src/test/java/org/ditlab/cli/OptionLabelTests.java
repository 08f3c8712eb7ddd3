package org.ditlab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.ditlab.command.Verb;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;

/** What help shows for a value is a word for people, not a field's name. */
class OptionLabelTests {
    @Test
    void noValueIsNamedAfterItsField() {
        CommandLine line = new CommandLine(new Ditlab());
        ServiceLoader.load(Verb.class).forEach(line::addSubcommand);
        List<String> unnamed = new ArrayList<>();
        collect(line, unnamed);

        assertThat(line.getSubcommands()).containsKeys("run", "query", "watch", "cancel", "benchmark");
        assertThat(unnamed).isEmpty();
    }

    private static void collect(CommandLine command, List<String> unnamed) {
        for (ArgSpec argument : command.getCommandSpec().args()) {
            if (argument.arity().max() > 0 && argument.paramLabel().startsWith("<")) {
                unnamed.add(command.getCommandName() + " " + argument.paramLabel());
            }
        }
        command.getSubcommands().values().forEach(child -> collect(child, unnamed));
    }
}
