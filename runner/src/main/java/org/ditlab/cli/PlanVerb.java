package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import org.ditlab.command.StudyReference;
import org.ditlab.command.Verb;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.PlanTable;
import org.ditlab.study.plan.Planner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ditlab plan STUDY}: what would run, and what it costs. */
@Command(
        name = "plan",
        description = "Show the trials of a study, their cost, and what is done; run nothing.",
        footer = {
            "",
            "GMACs are of one forward pass of the folded model at batch 1, training GMACs of the whole training. est. memory is"
                    + " that of a training process on a CPU: about 450 MB for itself; weights, gradients, AdamW's two moments"
                    + " and every average in float32; and the activations of one micro-batch, as train.precision and"
                    + " train.gradient-checkpointing leave them. Models that do not train: the process and the weights."
        },
        mixinStandardHelpOptions = true)
public final class PlanVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Mixin
    private StudyOptions options;

    @Mixin
    private FormatOption output;

    @Mixin
    private TimeOptions time;

    @Override
    public Integer call() throws IOException {
        time.check();
        StudyReference study = options.find();
        Plan plan = plan(study, options);
        PrintWriter out = spec.commandLine().getOut();
        StudyDirectory directory = StudyDirectory.at(study.directory());
        PlanTable table = new PlanTable(
                plan, time.estimates(plan, directory, spec.commandLine().getErr()));
        out.print(
                switch (output.format) {
                    case TEXT -> table.text();
                    case CSV -> table.csv();
                    case JSON -> table.json();
                });
        out.flush();
        if (output.format != FormatOption.Format.JSON) {
            PrintWriter err = spec.commandLine().getErr();
            plan.missing().forEach(missing -> err.println("ditlab: warning: this plan cannot run yet: " + missing));
            plan.warnings().forEach(warning -> err.println("ditlab: warning: " + warning));
            err.flush();
        }
        return 0;
    }

    /** The plan; refuses where a result that it counts on cannot be read. */
    static Plan plan(StudyReference study, StudyOptions options) throws IOException {
        StudyDirectory directory = StudyDirectory.at(study.directory());
        Plan plan = Planner.installed(options.files())
                .places(
                        study.file().places(),
                        study.file().parts(),
                        study.file().excerpts())
                .cached(directory.cached())
                .plan(study.spec());
        directory.checkResults(plan.trials());
        return plan;
    }
}
